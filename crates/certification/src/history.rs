//! Attendance and past records: CSV becomes statements of an importing authority, which count as any others do.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use chrono::{NaiveDate, NaiveTime};
use rules::{Finding, Number};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{NewStatement, Store};
use uuid::Uuid;
use xapi::{Agent, Ifi, Iri, Limits, Timestamp, Version};

use crate::certificate::NAMESPACE;
use crate::error::{CertificationError, Result};
use crate::notice::{PublicUrl, VOCABULARY};
use crate::people::Ties;
use crate::rows::{Fields, each_row};

/// The name of the account that is the authority of what was imported.
pub const AUTHORITY: &str = "history-import";

const COLUMNS: [&str; 12] = [
    "person",
    "mbox",
    "account_home_page",
    "account_name",
    "openid",
    "activity",
    "title",
    "what",
    "when",
    "score",
    "delivery",
    "reference",
];
/// How many statements are written at once.
const BATCH: usize = 500;
/// The most findings of one file; one with the wrong columns would have thousands.
const MOST_FINDINGS: usize = 100;
/// The longest title or reference, in characters.
const LONGEST: usize = 500;

/// Everything found wrong with a file of history, by line and column. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct HistoryErrors(pub Vec<Finding>);

impl fmt::Display for HistoryErrors {
    /// One line a finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Finding::list(&self.0, f)
    }
}

/// What became of a file of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// How many rows it has.
    pub received: usize,
    /// How many of them are new.
    pub new: usize,
}

/// One row.
struct Record {
    line: Option<usize>,
    who: Who,
    activity: Iri,
    title: Option<String>,
    what: What,
    when: Timestamp,
    score: Option<Number>,
    delivery: Option<String>,
    reference: Option<String>,
}

/// Whose record it is.
enum Who {
    /// The person with this id in the registry.
    Person(String),
    /// Whoever is known by this, now or later.
    Ifi(Ifi),
}

#[derive(Clone, Copy)]
enum What {
    Attended,
    Completed,
    Passed,
    Failed,
}

impl What {
    const ALL: [Self; 4] = [Self::Attended, Self::Completed, Self::Passed, Self::Failed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::Completed => "completed",
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

/// Imports attendance and past records from CSV with a header, all of it or nothing: `person` (an id of the registry)
/// or an identifier as for people; `activity`; `what` (attended, completed, passed or failed); `when`; and perhaps
/// `title`, `score`, `delivery` and `reference`. Rows that were imported before do nothing.
///
/// # Errors
/// When the store fails. What is wrong with the file is the `Err` within.
pub async fn import(
    store: &dyn Store,
    url: &PublicUrl,
    file: &str,
    text: &str,
    now: Timestamp,
) -> Result<std::result::Result<Imported, HistoryErrors>> {
    let mut findings = Vec::new();
    let mut records = Vec::new();
    let header = "a header such as person,activity,what,when,score";
    let needed = ["activity", "what", "when"];
    each_row(file, text, (&COLUMNS, &needed, header), &mut findings, |fields| {
        records.extend(record(fields, now));
    });
    let actors = actors(store, file, &records, &mut findings).await?;
    if !findings.is_empty() {
        findings.truncate(MOST_FINDINGS);
        return Ok(Err(HistoryErrors(findings)));
    }
    let authority = Agent {
        name: None,
        ifi: Ifi::Account {
            home_page: url.as_str().to_owned(),
            name: AUTHORITY.to_owned(),
        },
    };
    let mut seen = BTreeSet::new();
    let mut new = Vec::new();
    for record in &records {
        let id = record.id();
        if !seen.insert(id) || store.statement(id).await?.is_some() {
            continue;
        }
        let actor = match &record.who {
            Who::Ifi(ifi) => Some(ifi),
            Who::Person(id) => actors.get(id),
        };
        let Some(actor) = actor else { continue };
        let sealed = seal(&record.statement(id, actor), id, &authority)?;
        new.push(NewStatement::new(sealed, &authority.ifi, false));
    }
    let imported = Imported {
        received: records.len(),
        new: new.len(),
    };
    let mut new = new.into_iter().peekable();
    while new.peek().is_some() {
        store.append(new.by_ref().take(BATCH).collect()).await?;
    }
    Ok(Ok(imported))
}

/// The identifier to speak of each person by; whoever is not known, or has none, is found wrong.
async fn actors(
    store: &dyn Store,
    file: &str,
    records: &[Record],
    findings: &mut Vec<Finding>,
) -> Result<HashMap<String, Ifi>> {
    let mut lines: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for record in records {
        if let Who::Person(id) = &record.who {
            lines.entry(id).or_insert(record.line);
        }
    }
    let ids: Vec<String> = lines.keys().map(|id| (*id).to_owned()).collect();
    let mut actors = HashMap::new();
    let mut known = BTreeSet::new();
    for person in store.people_by_id(&ids).await? {
        known.insert(person.id.clone());
        let left = match Ties::of(&person)?.merged_into {
            Some(into) => store.person(&into).await?,
            None => Some(person.clone()),
        };
        if let Some(ifi) = left.and_then(|left| left.ifis.into_iter().next()) {
            actors.insert(person.id, ifi);
        }
    }
    for (id, line) in lines {
        let message = match (known.contains(id), actors.contains_key(id)) {
            (_, true) => continue,
            (true, false) => {
                format!("the person {id:?} has no identifier that a statement could name them by")
            }
            (false, false) => format!("there is no person {id:?}"),
        };
        findings.push(Finding {
            file: file.to_owned(),
            line,
            column: None,
            path: "person".to_owned(),
            message,
            expected: "the id of a person in the registry who has an identifier; or mbox, openid or an account instead"
                .to_owned(),
        });
    }
    Ok(actors)
}

fn seal(statement: &Value, id: Uuid, authority: &Agent) -> Result<xapi::SealedStatement> {
    let received = xapi::parse_statement(
        statement.to_string().as_bytes(),
        Version::V1_0,
        &Limits::default(),
    )
    .map_err(|error| CertificationError::Statement {
        notice: id,
        reason: error.to_string(),
    })?;
    Ok(received.seal(id, &authority.clone().into()))
}

/// One row, if nothing in it is wrong.
fn record(fields: &mut Fields<'_>, now: Timestamp) -> Option<Record> {
    let who = who(fields);
    let activity = match fields.get("activity").map(Iri::parse) {
        Some(Ok(iri)) => Some(iri),
        found => {
            let message = match found {
                Some(Err(error)) => format!("this is no IRI: {error}"),
                _ => "there is no activity".to_owned(),
            };
            fields.find(
                "activity",
                message,
                "an IRI such as https://example.com/courses/fire".to_owned(),
            );
            None
        }
    };
    let word = fields.get("what").unwrap_or_default();
    let what = What::ALL.into_iter().find(|what| what.as_str() == word);
    if what.is_none() {
        let expected = "attended, completed, passed or failed".to_owned();
        fields.find("what", format!("{word:?} is nothing that happens"), expected);
    }
    let when = when(fields, now);
    let score = match fields.get("score").map(scaled) {
        None => Some(None),
        Some(Some(score)) => Some(Some(score)),
        Some(None) => {
            let expected = "a number from 0 to 1, or a percentage such as 80 %".to_owned();
            fields.find("score", "this is no score".to_owned(), expected);
            None
        }
    };
    for column in ["title", "delivery", "reference"] {
        if fields
            .get(column)
            .is_some_and(|text| text.chars().count() > LONGEST)
        {
            fields.find(
                column,
                "the text is too long".to_owned(),
                format!("at most {LONGEST} characters"),
            );
        }
    }
    Some(Record {
        line: fields.line,
        who: who?,
        activity: activity?,
        title: fields.owned("title"),
        what: what?,
        when: when?,
        score: score?,
        delivery: fields.owned("delivery"),
        reference: fields.owned("reference"),
    })
}

fn who(fields: &mut Fields<'_>) -> Option<Who> {
    let ifis = fields.identifiers();
    match (fields.owned("person"), ifis.into_iter().next()) {
        (Some(person), None) => Some(Who::Person(person)),
        (None, Some(ifi)) => Some(Who::Ifi(ifi)),
        (found, _) => {
            let message = match found {
                Some(_) => "there are a person and an identifier",
                None => "there is nobody",
            };
            let expected = "an id in person; or mbox, openid or an account".to_owned();
            fields.find("person", message.to_owned(), expected);
            None
        }
    }
}

/// A moment, or a day: then noon in UTC, which is that day nearly everywhere.
fn when(fields: &mut Fields<'_>, now: Timestamp) -> Option<Timestamp> {
    let text = fields.get("when").unwrap_or_default();
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let moment = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => Some(Timestamp::from(day.and_time(noon).and_utc()).min(now)),
        Err(_) => Timestamp::parse(text).ok(),
    };
    let day_after = Timestamp::from_micros(now.as_micros().saturating_add(86_400_000_000));
    let ahead = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .is_ok_and(|day| Timestamp::from(day.and_time(NaiveTime::MIN).and_utc()) > day_after);
    match moment {
        Some(moment) if moment <= now && !ahead => Some(moment),
        found => {
            let message = match found {
                Some(_) => format!("{text:?} lies ahead"),
                None => format!("{text:?} is no date"),
            };
            let expected =
                "a day or moment that has passed, such as 2024-05-31 or 2024-05-31T09:00:00Z".to_owned();
            fields.find("when", message, expected);
            None
        }
    }
}

/// A score from 0 to 1, or in percent.
fn scaled(text: &str) -> Option<Number> {
    let percent = text.strip_suffix('%').map(str::trim);
    let number = match percent {
        Some(percent) => format!("{percent}e-2"),
        None => text.to_owned(),
    };
    Number::parse(&number)
        .ok()
        .filter(|score| (Number::ZERO..=Number::ONE).contains(score))
}

impl Record {
    /// By what the row says: the same row is the same statement.
    fn id(&self) -> Uuid {
        let who = match &self.who {
            Who::Person(id) => format!("person:{id}"),
            Who::Ifi(ifi) => ifi.key(),
        };
        let score = self.score.map(|score| score.to_string());
        let optional = [&self.title, &score, &self.delivery, &self.reference];
        let mut name = String::from("history");
        let parts = [who.as_str(), self.activity.as_str(), self.what.as_str()];
        let optional = optional
            .into_iter()
            .map(|text| text.as_deref().unwrap_or_default());
        for part in parts.into_iter().chain(optional) {
            // Lengths keep apart what texts side by side could confuse.
            name.push_str(&format!(":{}:{part}", part.len()));
        }
        name.push_str(&format!(":{}", self.when.as_micros()));
        Uuid::new_v5(&NAMESPACE, name.as_bytes())
    }

    fn statement(&self, id: Uuid, actor: &Ifi) -> Value {
        let mut object = json!({ "objectType": "Activity", "id": self.activity });
        if let (Some(title), Value::Object(members)) = (&self.title, &mut object) {
            members.insert("definition".to_owned(), json!({ "name": { "und": title } }));
        }
        let mut result = Map::new();
        match self.what {
            What::Attended | What::Completed => result.insert("completion".to_owned(), json!(true)),
            What::Passed => result.insert("success".to_owned(), json!(true)),
            What::Failed => result.insert("success".to_owned(), json!(false)),
        };
        if let Some(score) = self.score.and_then(|score| score.to_string().parse::<f64>().ok()) {
            result.insert("score".to_owned(), json!({ "scaled": score }));
        }
        let mut extensions = Map::new();
        for (name, text) in [("delivery", &self.delivery), ("reference", &self.reference)] {
            if let Some(text) = text {
                extensions.insert(format!("{VOCABULARY}extensions:{name}"), json!(text));
            }
        }
        let mut statement = json!({
            "id": id,
            "actor": actor,
            "verb": {
                "id": format!("http://adlnet.gov/expapi/verbs/{}", self.what.as_str()),
                "display": { "en": self.what.as_str() },
            },
            "object": object,
            "result": result,
            "timestamp": self.when,
        });
        if let (false, Value::Object(members)) = (extensions.is_empty(), &mut statement) {
            members.insert("context".to_owned(), json!({ "extensions": extensions }));
        }
        statement
    }
}
