//! `GET /certificates` and `GET /certificates/{id}`: what was issued, what it rests on, what happened to it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Value, json};
use store::{CertificateFilter, LedgerEntry};
use uuid::Uuid;
use web::{Caller, Problem};

use crate::api::about;
use crate::api::answer::{PAGING, Page, json_answer, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, may_read};
use crate::certificate::{Account, Certificate, Status, statement_of};
use crate::error::from_json;

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(
        &request,
        &[&["person", "curriculum", "status"][..], &PAGING].concat(),
    )?;
    let page = Page::<(String, String, i64)>::read(&params)?;
    let filter = CertificateFilter {
        person: params.text("person"),
        curriculum: params.text("curriculum"),
        status: params.word("status", &Status::ALL.map(Status::as_str))?,
        after: page.after.clone(),
        limit: page.probe(),
    };
    let mut records = api.store.certificates(&filter).await?;
    let next = page.cut(&mut records, |record| {
        (record.person.clone(), record.curriculum.clone(), record.number)
    });
    let items = records
        .into_iter()
        .map(|record| Ok(item(&Certificate::from_record(record)?)))
        .collect::<Result<Vec<_>, Problem>>()?;
    page_answer(&request, items, next)
}

pub(super) async fn one(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    Params::read(&request, &[])?;
    let unknown = || Problem::not_found(format!("there is no certificate {:?}", path.as_str()));
    let id = Uuid::parse_str(&path).map_err(|_| unknown())?;
    let record = api.store.certificate(id).await?.ok_or_else(unknown)?;
    let ledger = api.store.ledger(id).await?;
    let certificate = Certificate::from_record(record)?;
    let revision = (certificate.curriculum.clone(), certificate.details.proof.revision);
    let about = about::of(api.store.as_ref(), [revision]).await?;
    let mut body = item(&certificate);
    if let Value::Object(members) = &mut body {
        for about in about.values() {
            about.show(members);
        }
        let entries = ledger
            .into_iter()
            .map(entry)
            .collect::<Result<Vec<_>, Problem>>()?;
        members.insert("ledger".to_owned(), Value::Array(entries));
    }
    json_answer(StatusCode::OK, &body)
}

fn item(certificate: &Certificate) -> Value {
    let details = &certificate.details;
    json!({
        "id": certificate.id,
        "person": certificate.person,
        "curriculum": certificate.curriculum,
        "title": details.title,
        "curriculum_title": details.curriculum_title,
        "number": certificate.number,
        "cycle": details.cycle,
        "status": certificate.status,
        "issued_at": certificate.issued_at,
        "earned_at": details.earned_at,
        "expires_at": certificate.expires_at,
        "decided_at": details.decided_at,
        "updated_at": details.updated_at,
        "suspended_at": details.suspended_at,
        "proof": details.proof,
    })
}

fn entry(entry: LedgerEntry) -> Result<Value, Problem> {
    let account: Account = from_json(|| format!("ledger entry {}", entry.id), &entry.body)?;
    Ok(json!({
        "id": entry.id,
        "kind": entry.kind,
        "at": entry.at,
        "decided_at": entry.decided_at,
        "reason": account.reason,
        "statement": account.told.then(|| statement_of(entry.id)),
        "cycle": account.cycle,
        "earned_at": account.earned_at,
        "expires_at": account.expires_at,
        "awarded": account.awarded,
        "proof": account.proof,
    }))
}
