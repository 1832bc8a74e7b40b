//! What must hold whatever was broken.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::{History, id_of};
use crate::support::{Api, Backing, eventually};
use crate::{load, server, world};

/// Under whose authority the engine writes.
const ENGINE: &str = "engine:certification";

/// What was found.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) acknowledged: usize,
    /// Acknowledged and not there.
    pub(crate) lost: usize,
    /// There more than once, or certified more than once.
    pub(crate) doubled: usize,
    /// There, and never sent so.
    pub(crate) not_sent: usize,
    /// How many certificates there are.
    pub(crate) certificates: usize,
    /// Whatever else is not as it must be, in words.
    pub(crate) differences: Vec<String>,
}

impl Findings {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.not_sent == 0 && self.differences.is_empty()
    }
}

/// Everything at the end of a scenario: the server answers, the log is what was acknowledged, and what follows from
/// it is what a new store arrives at.
pub(crate) async fn everything(api: &Api, history: &Arc<History>) -> Findings {
    load::finish(history, api).await;
    api.settled().await;
    let log = log(api).await;
    let mut found = compare(&log, history);
    certificates(api, &log, &mut found).await;
    found.differences.extend(
        history
            .refusals()
            .into_iter()
            .map(|answer| format!("an answer that no client should get: {answer}")),
    );
    found
}

/// That nothing acknowledged is missing and nothing else is there, in the middle of a scenario.
pub(crate) async fn nothing_lost(api: &Api, history: &History) {
    let found = compare(&log(api).await, history);
    assert!(
        found.is_clean(),
        "{} of {} lost, {} doubled, {} not sent: {:?}",
        found.lost,
        found.acknowledged,
        found.doubled,
        found.not_sent,
        found.differences
    );
}

/// Every statement there is, in the order of the log.
async fn log(api: &Api) -> Vec<Value> {
    let mut statements = Vec::new();
    let mut next = "/xapi/statements?ascending=true&limit=500".to_owned();
    while !next.is_empty() {
        let mut page = api.get(&next).await.expect(200).json();
        statements.extend(page["statements"].take().as_array().unwrap().clone());
        next = page["more"].as_str().unwrap_or_default().to_owned();
    }
    statements
}

fn is_engines(statement: &Value) -> bool {
    statement["authority"]["account"]["name"] == ENGINE
}

fn compare(log: &[Value], history: &History) -> Findings {
    let mut found = Findings::default();
    let mut times: HashMap<Uuid, usize> = HashMap::new();
    let mut last = DateTime::UNIX_EPOCH;
    for statement in log {
        *times.entry(id_of(statement)).or_default() += 1;
        let stored = time(&statement["stored"]);
        if stored < last {
            found
                .differences
                .push(format!("stored {stored} follows {last} in the log"));
        }
        last = stored;
    }
    found.doubled = times.values().map(|times| times - 1).sum();
    history.look(|sent| {
        found.acknowledged = sent.values().filter(|sent| sent.acknowledged).count();
        found.lost = sent
            .iter()
            .filter(|(id, sent)| sent.acknowledged && !times.contains_key(id))
            .count();
        let strange = |statement: &&Value| {
            !is_engines(statement)
                && !sent
                    .get(&id_of(statement))
                    .is_some_and(|sent| holds(statement, &sent.statement))
        };
        found.not_sent = log.iter().filter(strange).count();
    });
    found
}

/// A moment, as written by the server.
fn time(text: &Value) -> DateTime<Utc> {
    text.as_str().unwrap().parse().unwrap()
}

/// Whether a statement that came back says what was sent: the server only adds members.
fn holds(kept: &Value, sent: &Value) -> bool {
    sent.as_object()
        .unwrap()
        .iter()
        .all(|(member, value)| kept.get(member) == Some(value))
}

/// Compares standings and certificates with those of a new store that is given the same statements, and counts
/// certificates that are there, or told, more than once.
async fn certificates(api: &Api, log: &[Value], found: &mut Findings) {
    let backing = Backing::folder();
    let fresh = server::start(&backing).await;
    let fresh_api = server::api(&fresh);
    world::set_up(&fresh_api).await;
    let mut sent: Vec<&Value> = log.iter().filter(|statement| !is_engines(statement)).collect();
    // In another order, which must not matter.
    sent.sort_by_key(|statement| id_of(statement));
    for batch in sent.chunks(200) {
        let batch: Vec<Value> = batch.iter().map(|statement| as_sent(statement)).collect();
        fresh_api.statements(&json!(batch)).await;
    }
    fresh_api.settled().await;

    difference(
        "standing",
        &standings(api).await,
        &standings(&fresh_api).await,
        found,
    );
    let (here, there) = (earned(api, found).await, earned(&fresh_api, found).await);
    difference("certificate", &here, &there, found);
    found.certificates = here.len();
    told_once(api, here.len(), found).await;
    server::end(fresh, "TERM").await;
}

/// A statement that came back, without what the server added.
fn as_sent(statement: &Value) -> Value {
    let mut statement = statement.clone();
    let members = statement.as_object_mut().unwrap();
    for added in ["authority", "stored", "version"] {
        members.remove(added);
    }
    statement
}

/// By person and curriculum, all that does not say when it was decided.
async fn standings(api: &Api) -> BTreeMap<String, Value> {
    let mut standings = BTreeMap::new();
    for mut standing in api.all("/api/v1/standings?limit=500").await {
        let key = format!("{}/{}", standing["person"], standing["curriculum"]);
        // Compared by itself; what it was decided on depends on the order in which things came.
        standing.as_object_mut().unwrap().remove("certificate");
        standings.insert(key, standing);
    }
    standings
}

/// By person and curriculum, what was earned, when, until when and by which statements.
async fn earned(api: &Api, found: &mut Findings) -> BTreeMap<String, Value> {
    let mut earned = BTreeMap::new();
    for certificate in api.all("/api/v1/certificates?limit=500").await {
        let key = format!("{}/{}", certificate["person"], certificate["curriculum"]);
        let facts = json!({
            "number": certificate["number"],
            "status": certificate["status"],
            "issued_at": certificate["issued_at"],
            "earned_at": certificate["earned_at"],
            "expires_at": certificate["expires_at"],
            "statements": certificate["proof"]["statements"],
        });
        if earned.insert(key, facts).is_some() {
            found.doubled += 1;
        }
    }
    earned
}

/// That every certificate is told in the log, once.
async fn told_once(api: &Api, certificates: usize, found: &mut Findings) {
    let told = eventually("every certificate is told in the log", async || {
        let told: Vec<Value> = log_of_engine(api).await;
        (told.len() >= certificates).then_some(told)
    })
    .await;
    if told.len() > certificates {
        found.doubled += told.len() - certificates;
    }
}

async fn log_of_engine(api: &Api) -> Vec<Value> {
    let mut statements = Vec::new();
    let mut next =
        "/xapi/statements?limit=500&verb=https%3A%2F%2Fw3id.org%2Fxapi%2Ftla%2Fverbs%2Fcertified".to_owned();
    while !next.is_empty() {
        let mut page = api.get(&next).await.expect(200).json();
        statements.extend(page["statements"].take().as_array().unwrap().clone());
        next = page["more"].as_str().unwrap_or_default().to_owned();
    }
    statements
}

fn difference(
    what: &str,
    here: &BTreeMap<String, Value>,
    there: &BTreeMap<String, Value>,
    found: &mut Findings,
) {
    let keys = here
        .keys()
        .chain(there.keys().filter(|key| !here.contains_key(*key)));
    let differing: Vec<&String> = keys.filter(|key| here.get(*key) != there.get(*key)).collect();
    if let Some(first) = differing.first() {
        found.differences.push(format!(
            "{} {what}s differ from those of a new store; {first}: {} instead of {}",
            differing.len(),
            here.get(*first).unwrap_or(&Value::Null),
            there.get(*first).unwrap_or(&Value::Null)
        ));
    }
}
