//! The Activities Resource: an activity with all that statements told of it (1.0.3, Communication 2.5).

use actix_web::HttpResponse;
use web::Problem;

use crate::access;
use crate::app::Visit;
use crate::call::Call;
use crate::documents;

pub(crate) async fn get(visit: Visit<'_>, call: &Call) -> Result<HttpResponse, Problem> {
    access::look_up(visit.caller)?;
    call.params.only(&["activityId"])?;
    let activity = call.params.require_iri("activityId")?;
    let definition = visit.store().activity_definition(&activity).await?;

    let mut out = String::from("{\"objectType\":\"Activity\",\"id\":");
    xapi::json::write_string(activity.as_str(), &mut out);
    if let Some(definition) = definition {
        out.push_str(",\"definition\":");
        out.push_str(&definition);
    }
    out.push('}');
    documents::json(call, out)
}
