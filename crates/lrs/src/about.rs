//! The About Resource (1.0.3, Communication 2.8).

use actix_web::HttpResponse;
use web::Problem;

use crate::call::Call;

/// The latest patch version of each that is spoken here, and 1.0.0, which 1.0.x clients look for.
const ABOUT: &str = r#"{"version":["2.0.0","1.0.3","1.0.2","1.0.1","1.0.0"]}"#;

pub(crate) fn get(call: &Call) -> Result<HttpResponse, Problem> {
    call.params.only(&[])?;
    Ok(HttpResponse::Ok().content_type("application/json").body(ABOUT))
}
