//! `POST /curricula/preview`: what a draft would change, person by person. Nothing is written.

use actix_web::HttpRequest;
use actix_web::web::Payload;
use rules::Loaded;
use serde_json::json;
use web::{Caller, Problem};

use crate::api::answer::{PAGING, Page, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, curricula, may_read};
use crate::ask;

pub(super) async fn preview(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    may_read(&caller)?;
    let params = Params::read(&request, &[&["person"][..], &PAGING].concat())?;
    let page = Page::<String>::read(&params)?;
    let Loaded { curriculum, .. } = curricula::load(&api, &request, payload).await?;
    let mut people = match params.text("person") {
        Some(id) => {
            let unknown = || Problem::not_found(format!("there is no person {id:?}"));
            vec![api.store.person(&id).await?.ok_or_else(unknown)?]
        }
        None => api.store.people(page.after.as_deref(), page.probe()).await?,
    };
    let next = page.cut(&mut people, |person| person.id.clone());
    let previewed = ask::preview(api.store.as_ref(), curriculum, &people, web::now()).await?;
    let items = previewed
        .into_iter()
        .map(|previewed| {
            let after = previewed.standing.status.as_str();
            json!({
                "person": previewed.person,
                "before": previewed.before,
                "after": after,
                "changed": previewed.before.as_deref() != Some(after),
                "revision": previewed.revision,
                "next_change_at": previewed.standing.next_change_at,
                "entitlement": previewed.standing.entitlement,
                "lapsed": previewed.standing.lapsed,
                "requirements": previewed.standing.requirements,
            })
        })
        .collect();
    page_answer(&request, items, next)
}
