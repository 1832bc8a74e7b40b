//! `GET /notices`: what people were told, and what was taken back.

use actix_web::HttpRequest;
use serde_json::{Map, Value, json};
use store::{NoticeFilter, NoticePlace, NoticeRecord, Scope};
use web::{Caller, Problem};

use crate::api::answer::{PAGING, Page, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api};
use crate::error::{Result, from_json};
use crate::told;

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    caller.require(Scope::People)?;
    let params = Params::read(
        &request,
        &[&["person", "curriculum", "kind", "to", "state"][..], &PAGING].concat(),
    )?;
    let page = Page::<NoticePlace>::read(&params)?;
    let filter = NoticeFilter {
        person: params.text("person"),
        curriculum: params.text("curriculum"),
        kind: params.word("kind", &told::KINDS)?,
        to: params.text("to"),
        state: params.word("state", &told::STATES)?,
        after: page.after,
        limit: page.probe(),
    };
    let mut notices = api.store.notices(&filter).await?;
    let next = page.cut(&mut notices, |notice| notice.place);
    let items = notices
        .iter()
        .map(|notice| Ok(item(notice)?))
        .collect::<Result<Vec<_>, Problem>>()?;
    page_answer(&request, items, next)
}

/// A notice as answers and events show it.
pub(super) fn item(notice: &NoticeRecord) -> Result<Value> {
    let more: Map<String, Value> = from_json(|| format!("notice {}", notice.id), &notice.body)?;
    let mut item = json!({
        "id": notice.id,
        "kind": notice.kind,
        "state": notice.state,
        "person": notice.person,
        "curriculum": notice.curriculum,
        "obligation": notice.obligation,
        "step": notice.step,
        "to": notice.to,
        "at": notice.at,
        "decided_at": notice.decided_at,
    });
    if let Value::Object(members) = &mut item {
        members.extend(more);
    }
    Ok(item)
}
