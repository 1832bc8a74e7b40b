//! `GET /standings` and `GET /people/{id}/standings`: who stands where, and why.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::Path;
use serde_json::{Value, json};
use store::{StandingFilter, StandingRecord};
use web::{Caller, Problem};

use crate::api::answer::{PAGING, Page, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, Core, may_read};
use crate::certificate::Certificate;
use crate::engine::StandingBody;
use crate::error::from_json;

/// The statuses of standings.
const STATUSES: [&str; 5] = [
    "not_assigned",
    "not_started",
    "in_progress",
    "certified",
    "expired",
];

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(
        &request,
        &[&["person", "curriculum", "status"][..], &PAGING].concat(),
    )?;
    let filter = StandingFilter {
        person: params.text("person"),
        curriculum: params.text("curriculum"),
        status: params.word("status", &STATUSES)?,
        ..StandingFilter::default()
    };
    answer(&api, &request, &params, filter).await
}

pub(super) async fn of_person(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let person = path.into_inner();
    let params = Params::read(&request, &[&["curriculum", "status"][..], &PAGING].concat())?;
    if api.store.person(&person).await?.is_none() {
        return Err(Problem::not_found(format!("there is no person {person:?}")));
    }
    let filter = StandingFilter {
        person: Some(person),
        curriculum: params.text("curriculum"),
        status: params.word("status", &STATUSES)?,
        ..StandingFilter::default()
    };
    answer(&api, &request, &params, filter).await
}

async fn answer(api: &Core, request: &HttpRequest, params: &Params, filter: StandingFilter) -> Answer {
    let page = Page::<(String, String)>::read(params)?;
    let filter = StandingFilter {
        after: page.after.clone(),
        limit: page.probe(),
        ..filter
    };
    let mut standings = api.store.standings(&filter).await?;
    let next = page.cut(&mut standings, |standing| {
        (standing.person.clone(), standing.curriculum.clone())
    });
    let mut people: Vec<String> = standings.iter().map(|standing| standing.person.clone()).collect();
    people.dedup();
    let mut newest: BTreeMap<(String, String), Certificate> = BTreeMap::new();
    for record in api.store.certificates_of(&people).await? {
        // In the order of numbers: the last one stays.
        let certificate = Certificate::from_record(record)?;
        newest.insert(
            (certificate.person.clone(), certificate.curriculum.clone()),
            certificate,
        );
    }
    let items = standings
        .into_iter()
        .map(|standing| {
            let certificate = newest.get(&(standing.person.clone(), standing.curriculum.clone()));
            item(standing, certificate)
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    page_answer(request, items, next)
}

fn item(record: StandingRecord, certificate: Option<&Certificate>) -> Result<Value, Problem> {
    let body: StandingBody = from_json(
        || format!("standing of {} in {}", record.person, record.curriculum),
        &record.body,
    )?;
    Ok(json!({
        "person": record.person,
        "curriculum": record.curriculum,
        "title": body.title,
        "revision": record.revision,
        "hash": body.hash,
        "status": record.status,
        "next_change_at": record.next_change_at,
        "entitlement": body.standing.entitlement,
        "lapsed": body.standing.lapsed,
        "requirements": body.standing.requirements,
        "certificate": certificate.map(|certificate| json!({
            "id": certificate.id,
            "status": certificate.status,
            "issued_at": certificate.issued_at,
            "expires_at": certificate.expires_at,
        })),
    }))
}
