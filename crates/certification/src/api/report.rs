//! `GET /curricula/{id}/report`: where everybody stands, who is overdue, whose certificate expires soon; as JSON page
//! by page, or as one CSV file.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use rules::{Period, Person, Standing, Status};
use serde::Serialize;
use store::{Scope, StandingFilter, StandingRecord, Store};
use web::{Caller, Problem};
use xapi::Timestamp;

use crate::api::answer::{PAGING, Page, failure, page_answer};
use crate::api::params::{Params, invalid};
use crate::api::{Answer, Api, may_read};
use crate::engine::StandingBody;
use crate::error::{Result, from_json};
use crate::people;

/// Standings read at once.
const AT_ONCE: usize = 200;

/// How soon is soon unless told otherwise.
const SOON: Period = Period::days(30);

/// What is listed, person by person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    /// Where everybody stands.
    Status,
    /// Who has not done what was due.
    Overdue,
    /// Whose certificate expires soon.
    Expiring,
}

impl Listing {
    const ALL: [Self; 3] = [Self::Status, Self::Overdue, Self::Expiring];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Overdue => "overdue",
            Self::Expiring => "expiring",
        }
    }
}

/// One person in a report.
#[derive(Debug, Clone, Serialize)]
struct Row {
    person: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<String>,
    status: &'static str,
    /// By when the first certificate is due.
    due_at: Option<Timestamp>,
    /// When the last certificate expires or expired.
    expires_at: Option<Timestamp>,
    /// What is still to do.
    missing: Vec<String>,
    /// The last step of the ladder that was taken.
    step: Option<String>,
    /// Its consequence.
    consequence: Option<String>,
}

const COLUMNS: [&str; 9] = [
    "person",
    "name",
    "manager",
    "status",
    "due_at",
    "expires_at",
    "missing",
    "step",
    "consequence",
];

pub(super) async fn report(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(&request, &[&["report", "format", "within"][..], &PAGING].concat())?;
    let word = params.word("report", &Listing::ALL.map(Listing::as_str))?;
    let kind = Listing::ALL
        .into_iter()
        .find(|kind| word.as_deref() == Some(kind.as_str()))
        .unwrap_or(Listing::Status);
    let now = web::now();
    let until = match params.text("within") {
        Some(text) => {
            Period::parse(&text).map_err(|_| invalid("within", &text, "a length of time such as 30 days"))?
        }
        None => SOON,
    }
    .after(now);
    let id = path.into_inner();
    if api.store.curriculum(&id, None).await?.is_none() {
        return Err(Problem::not_found(format!("there is no curriculum {id:?}")));
    }
    let reading = Reading {
        store: Arc::clone(&api.store),
        curriculum: id,
        kind,
        until,
        named: caller.may(Scope::People),
        statuses: statuses(kind),
        place: Some((0, None)),
    };
    match params.word("format", &["json", "csv"])?.as_deref() {
        Some("csv") => {
            if let Some(name) = PAGING.into_iter().find(|name| params.text(name).is_some()) {
                return Err(Problem::bad_request(
                    "invalid-parameter",
                    format!(
                        "the parameter {name:?} has no meaning with \"format=csv\"; the file has all rows"
                    ),
                )
                .with("parameter", name));
            }
            Ok(csv_answer(reading))
        }
        _ => json_page(&request, &params, reading).await,
    }
}

/// The statuses of standings that may be in a report; nothing: all.
fn statuses(kind: Listing) -> Vec<Option<Status>> {
    match kind {
        Listing::Status => vec![None],
        Listing::Overdue => vec![
            Some(Status::Expired),
            Some(Status::InGrace),
            Some(Status::InProgress),
            Some(Status::NotStarted),
            Some(Status::PendingReview),
        ],
        Listing::Expiring => vec![Some(Status::Certified)],
    }
}

/// A report as far as it was read: status by status, in the order of people.
struct Reading {
    store: Arc<dyn Store>,
    curriculum: String,
    kind: Listing,
    /// The end of "soon".
    until: Timestamp,
    /// Whether the caller may know what no statement tells.
    named: bool,
    statuses: Vec<Option<Status>>,
    /// Which status, and the last person of it that was read; nothing at the end.
    place: Option<Place>,
}

type Place = (usize, Option<String>);

impl Reading {
    /// The next rows, each with its place; nothing at the end.
    async fn next(&mut self) -> Result<Option<Vec<(Place, Row)>>> {
        let Some((which, after)) = self.place.take() else {
            return Ok(None);
        };
        let Some(status) = self.statuses.get(which) else {
            return Ok(None);
        };
        let records = self
            .store
            .standings(&StandingFilter {
                curriculum: Some(self.curriculum.clone()),
                status: status.map(|status| status.as_str().to_owned()),
                after: after.map(|person| (person, self.curriculum.clone())),
                limit: AT_ONCE,
                ..StandingFilter::default()
            })
            .await?;
        self.place = match records.last() {
            Some(last) if records.len() == AT_ONCE => Some((which, Some(last.person.clone()))),
            _ => Some((which + 1, None)),
        };
        let mut rows = Vec::new();
        for record in &records {
            if let Some(row) = self.row(record)? {
                rows.push(((which, Some(row.person.clone())), row));
            }
        }
        if self.named {
            self.name(&mut rows).await?;
        }
        Ok(Some(rows))
    }

    /// What the report says of a standing, if it has a place in it.
    fn row(&self, record: &StandingRecord) -> Result<Option<Row>> {
        let what = || format!("standing of {} in {}", record.person, record.curriculum);
        let StandingBody {
            standing, escalation, ..
        } = from_json(what, &record.body)?;
        let held = standing.entitlement.as_ref().or(standing.lapsed.as_ref());
        let expires_at = held.and_then(|held| held.expires_at);
        let is_in = match self.kind {
            Listing::Status => standing.status != Status::NotAssigned,
            Listing::Overdue => standing.overdue,
            Listing::Expiring => expires_at.is_some_and(|expires| expires <= self.until),
        };
        if !is_in {
            return Ok(None);
        }
        let reached = escalation.as_ref().and_then(|escalation| escalation.reached());
        Ok(Some(Row {
            person: record.person.clone(),
            name: None,
            manager: None,
            status: standing.status.as_str(),
            due_at: standing.due_at,
            expires_at,
            missing: missing(&standing),
            step: reached.map(|step| step.when.clone()),
            consequence: reached.and_then(|step| step.consequence.clone()),
        }))
    }

    async fn name(&self, rows: &mut [(Place, Row)]) -> Result<()> {
        let ids: Vec<String> = rows.iter().map(|(_, row)| row.person.clone()).collect();
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for record in self.store.people_by_id(&ids).await? {
            let person = people::from_record(&record)?;
            people.insert(record.id, person);
        }
        for (_, row) in rows {
            if let Some(person) = people.get(&row.person) {
                row.name.clone_from(&person.name);
                row.manager.clone_from(&person.manager);
            }
        }
        Ok(())
    }
}

/// What is still to do of what is required.
fn missing(standing: &Standing) -> Vec<String> {
    standing
        .requirements
        .iter()
        .filter(|own| own.kind == rules::RequirementKind::Required)
        .filter_map(|own| own.missing.clone())
        .collect()
}

async fn json_page(request: &HttpRequest, params: &Params, mut reading: Reading) -> Answer {
    let page = Page::<Place>::read(params)?;
    if let Some(after) = page.after.clone() {
        reading.place = Some(after);
    }
    let mut rows = Vec::new();
    while rows.len() < page.probe()
        && let Some(more) = reading.next().await?
    {
        rows.extend(more);
    }
    let next = page.cut(&mut rows, |(place, _)| place.clone());
    let items = rows
        .iter()
        .map(|(_, row)| serde_json::to_value(row).map_err(|error| failure(&error)))
        .collect::<Result<Vec<_>, Problem>>()?;
    page_answer(request, items, next)
}

/// A file with all rows, read while it is sent.
fn csv_answer(reading: Reading) -> HttpResponse {
    let name = format!("{}-{}.csv", reading.curriculum, reading.kind.as_str());
    let header = VecDeque::from([COLUMNS.map(str::to_owned).to_vec()]);
    let lines = stream::unfold((header, reading), |(mut lines, mut reading)| async move {
        while lines.is_empty() {
            match reading.next().await {
                Ok(Some(rows)) => lines.extend(rows.into_iter().map(|(_, row)| row.cells())),
                Ok(None) => return None,
                Err(error) => {
                    tracing::warn!(%error, "a report broke off");
                    let broken = actix_web::error::ErrorInternalServerError("the report broke off");
                    reading.place = None;
                    return Some((Err(broken), (lines, reading)));
                }
            }
        }
        let chunk = written(lines.drain(..)).map_err(actix_web::error::ErrorInternalServerError);
        Some((chunk, (lines, reading)))
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(Box::pin(lines))
}

pub(super) fn written(lines: impl Iterator<Item = Vec<String>>) -> std::io::Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(Bytes::from(bytes))
}

impl Row {
    fn cells(self) -> Vec<String> {
        let text = |text: Option<String>| text.unwrap_or_default();
        let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        [
            self.person,
            text(self.name),
            text(self.manager),
            self.status.to_owned(),
            moment(self.due_at),
            moment(self.expires_at),
            self.missing.join("; "),
            text(self.step),
            text(self.consequence),
        ]
        .map(harmless)
        .to_vec()
    }
}

/// Spreadsheets take a cell that begins like this for a formula.
pub(super) fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}
