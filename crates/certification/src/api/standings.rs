//! `GET /standings` and `GET /people/{id}/standings`: who stands where, and why.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use rules::{Standing, Status};
use serde_json::{Value, json};
use store::{PersonRecord, StandingFilter, StandingRecord};
use web::{Caller, Problem};
use xapi::Timestamp;

use crate::api::about::{self, About};
use crate::api::answer::{PAGING, Page, json_answer, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, Core, may_read};
use crate::ask;
use crate::certificate::Certificate;
use crate::engine::{Escalation, StandingBody};
use crate::error::from_json;

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(
        &request,
        &[&["person", "curriculum", "status"][..], &PAGING].concat(),
    )?;
    let filter = StandingFilter {
        person: params.text("person"),
        curriculum: params.text("curriculum"),
        status: params.word("status", &Status::ALL.map(Status::as_str))?,
        ..StandingFilter::default()
    };
    answer(&api, &request, &params, filter).await
}

pub(super) async fn of_person(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let id = path.into_inner();
    let params = Params::read(
        &request,
        &[&["curriculum", "status", "as_of", "known_at"][..], &PAGING].concat(),
    )?;
    let person = api
        .store
        .person(&id)
        .await?
        .ok_or_else(|| Problem::not_found(format!("there is no person {id:?}")))?;
    let filter = StandingFilter {
        person: Some(id),
        curriculum: params.text("curriculum"),
        status: params.word("status", &Status::ALL.map(Status::as_str))?,
        ..StandingFilter::default()
    };
    match (params.moment("as_of")?, params.moment("known_at")?) {
        (None, None) => answer(&api, &request, &params, filter).await,
        (as_of, known_at) => at(&api, &params, &person, &filter, as_of, known_at).await,
    }
}

/// Where a person stood as of a moment, by what was known at another.
async fn at(
    api: &Core,
    params: &Params,
    person: &PersonRecord,
    filter: &StandingFilter,
    as_of: Option<Timestamp>,
    known_at: Option<Timestamp>,
) -> Answer {
    if let Some(name) = PAGING.into_iter().find(|name| params.text(name).is_some()) {
        return Err(Problem::bad_request(
            "invalid-parameter",
            format!("the parameter {name:?} has no meaning with \"as_of\" or \"known_at\"; all is answered at once"),
        )
        .with("parameter", name));
    }
    let now = web::now();
    if let Some(later) = known_at.filter(|known_at| *known_at > now) {
        return Err(Problem::bad_request(
            "invalid-parameter",
            format!("the parameter \"known_at\" is {later}, and nobody knows yet what will be known then"),
        )
        .with("parameter", "known_at"));
    }
    // What was known last Monday is asked as of last Monday unless said otherwise.
    let as_of = as_of.or(known_at).unwrap_or(now);
    let answers = ask::standings(api.store.as_ref(), person, as_of, known_at).await?;
    let revisions = answers
        .iter()
        .map(|answered| (answered.curriculum.clone(), answered.revision));
    let about = about::of(api.store.as_ref(), revisions).await?;
    let nothing = About::default();
    let items: Vec<Value> = answers
        .into_iter()
        .filter(|answered| {
            filter
                .curriculum
                .as_ref()
                .is_none_or(|wanted| *wanted == answered.curriculum)
        })
        .filter(|answered| {
            filter
                .status
                .as_ref()
                .is_none_or(|wanted| wanted == answered.standing.status.as_str())
        })
        .map(|answered| {
            written(Written {
                person: &person.id,
                curriculum: &answered.curriculum,
                title: &answered.title,
                revision: answered.revision,
                hash: &answered.hash,
                standing: &answered.standing,
                next_change_at: answered.standing.next_change_at,
                certificate: answered.certificate.as_ref(),
                escalation: None,
                about: about
                    .get(&(answered.curriculum.clone(), answered.revision))
                    .unwrap_or(&nothing),
            })
        })
        .collect();
    let body = json!({ "as_of": as_of, "known_at": known_at.unwrap_or(now), "items": items });
    json_answer(StatusCode::OK, &body)
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
    let revisions = standings
        .iter()
        .map(|standing| (standing.curriculum.clone(), standing.revision));
    let about = about::of(api.store.as_ref(), revisions).await?;
    let nothing = About::default();
    let items = standings
        .into_iter()
        .map(|standing| {
            let certificate = newest.get(&(standing.person.clone(), standing.curriculum.clone()));
            let about = about.get(&(standing.curriculum.clone(), standing.revision));
            item(&standing, certificate, about.unwrap_or(&nothing))
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    page_answer(request, items, next)
}

fn item(record: &StandingRecord, certificate: Option<&Certificate>, about: &About) -> Result<Value, Problem> {
    let body: StandingBody = from_json(
        || format!("standing of {} in {}", record.person, record.curriculum),
        &record.body,
    )?;
    Ok(written(Written {
        person: &record.person,
        curriculum: &record.curriculum,
        title: &body.title,
        revision: record.revision,
        hash: &body.hash,
        standing: &body.standing,
        next_change_at: record.next_change_at,
        certificate,
        escalation: body.escalation.as_ref(),
        about,
    }))
}

/// What an answer says of one standing.
struct Written<'a> {
    person: &'a str,
    curriculum: &'a str,
    title: &'a str,
    revision: i64,
    hash: &'a str,
    standing: &'a Standing,
    next_change_at: Option<Timestamp>,
    certificate: Option<&'a Certificate>,
    /// The ladder, where it is known: now.
    escalation: Option<&'a Escalation>,
    about: &'a About,
}

fn written(written: Written<'_>) -> Value {
    let mut item = json!({
        "person": written.person,
        "curriculum": written.curriculum,
        "title": written.title,
        "revision": written.revision,
        "hash": written.hash,
        "status": written.standing.status,
        "next_change_at": written.next_change_at,
        "entitlement": written.standing.entitlement,
        "lapsed": written.standing.lapsed,
        "suspended": written.standing.suspended,
        "revoked": written.standing.revoked,
        "requirements": written.standing.requirements,
        "certificate": written.certificate.map(|certificate| json!({
            "id": certificate.id,
            "status": certificate.status,
            "issued_at": certificate.issued_at,
            "expires_at": certificate.expires_at,
        })),
        "due_at": written.standing.due_at,
        "overdue": written.standing.overdue,
    });
    if let Value::Object(members) = &mut item {
        if let Some(escalation) = written.escalation {
            members.insert("escalation".to_owned(), json!(escalation.steps));
        }
        written.about.show(members);
    }
    item
}
