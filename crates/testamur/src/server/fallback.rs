use ::web::Problem;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

/// Answers a path under which there is nothing.
///
/// # Errors
/// 404, always.
pub(crate) async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found(format!(
        "there is nothing at {}; xAPI is at /xapi, the management and reporting API at /api/v1",
        request.path()
    )))
}

/// Middleware: gives the refusals that the framework makes by itself (a path with another method, a request
/// that breaks off) the body that every other refusal has.
///
/// # Errors
/// Those of the services below it, as answers.
pub(crate) async fn refusals_as_problems(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, actix_web::Error> {
    let method = request.method().clone();
    let path = request.path().to_owned();
    let response = next.call(request).await?;
    if !response.status().is_client_error() || response.headers().contains_key(header::CONTENT_TYPE) {
        return Ok(response.map_into_left_body());
    }
    let (request, bare) = response.into_parts();
    let problem = problem(bare.status(), &method, &path);
    let mut full = problem.error_response();
    for (name, value) in bare.headers() {
        full.headers_mut().append(name.clone(), value.clone());
    }
    Ok(ServiceResponse::new(request, full).map_into_right_body())
}

fn problem(status: StatusCode, method: &Method, path: &str) -> Problem {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            status,
            "method-not-allowed",
            format!("{path} does not take {method}"),
        ),
        StatusCode::NOT_FOUND => Problem::not_found(format!("there is nothing at {path}")),
        _ => Problem::new(
            status,
            "request-refused",
            format!("{method} {path} was refused: {status}"),
        ),
    }
}
