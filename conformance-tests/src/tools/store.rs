//! Stores statements and waits until they can be read.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::compare::same_statement;
use crate::lrs::{Answer, Lrs};
use crate::requirement::{Check, ensure, failed};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// The `id` of a statement that has one.
pub(crate) fn id_of(statement: &Value) -> String {
    statement["id"].as_str().unwrap_or_default().to_owned()
}

/// A timestamp of a statement that came back.
pub(crate) fn instant_of(statement: &Value, member: &str) -> Check<DateTime<FixedOffset>> {
    let text = statement[member].as_str().unwrap_or_default();
    DateTime::parse_from_rfc3339(text).map_err(|_| {
        failed(
            format!("\"{member}\" is a timestamp with date, time and offset"),
            statement[member].to_string(),
        )
    })
}

/// Asks again until the answer is done, for as long as the patience lasts; gives the last answer.
///
/// "The LRS MAY respond before Statements that have been stored are available for retrieval" (1.0.3,
/// Communication 2.1.1): so one look is not enough to say that something is missing.
pub(crate) async fn until<Ask, Fut>(lrs: &Lrs, mut ask: Ask, done: impl Fn(&Answer) -> bool) -> Check<Answer>
where
    Ask: FnMut() -> Fut,
    Fut: Future<Output = Check<Answer>>,
{
    let end = Instant::now() + lrs.target().patience;
    loop {
        let answer = ask().await?;
        if done(&answer) || Instant::now() >= end {
            return Ok(answer);
        }
        sleep(PAUSE).await;
    }
}

/// Sends a statement that has an id, or a batch of such, and does not wait.
pub(crate) async fn post(lrs: &Lrs, statements: &Value) -> Check<Answer> {
    lrs.post("statements").json(statements).send().await
}

/// Gets a statement by its id, waiting until it is there and all that was stored before it.
pub(crate) async fn stored(lrs: &Lrs, id: &str) -> Check<Value> {
    readable(lrs, "statementId", id).await
}

/// The same for a statement that must be voided.
pub(crate) async fn stored_voided(lrs: &Lrs, id: &str) -> Check<Value> {
    readable(lrs, "voidedStatementId", id).await
}

async fn readable(lrs: &Lrs, parameter: &str, id: &str) -> Check<Value> {
    let ask = || lrs.get("statements").query(parameter, id).send();
    let answer = until(lrs, ask, |answer| answer.status != 404).await?;
    let statement = answer.status(200)?.json()?;
    let stored = instant_of(&statement, "stored")?;
    let passed = |answer: &Answer| answer.consistent_through().is_ok_and(|through| through >= stored);
    if !passed(&answer) {
        // A missing or dishonest header has requirements of its own: nothing is concluded from it here.
        let ask = || lrs.get("statements").query("limit", "1").send();
        until(lrs, ask, |answer| {
            answer.consistent_through().is_err() || passed(answer)
        })
        .await?;
    }
    Ok(statement)
}

/// Stores one statement with an id and gives it as it comes back.
pub(crate) async fn store(lrs: &Lrs, statement: &Value) -> Check<Value> {
    post(lrs, statement).await?.status(200)?;
    stored(lrs, &id_of(statement)).await
}

/// Stores statements with ids, one request each, so that they are stored in this order; gives them as they come
/// back.
pub(crate) async fn store_each(lrs: &Lrs, statements: &[Value]) -> Check<Vec<Value>> {
    let mut back = Vec::new();
    for statement in statements {
        back.push(store(lrs, statement).await?);
        // Timestamps of milliseconds: two statements stored one after the other shall not share one.
        sleep(Duration::from_millis(3)).await;
    }
    Ok(back)
}

/// Fails unless the statement is taken and comes back as it was sent.
pub(crate) async fn accepted(lrs: &Lrs, statement: &Value) -> Check {
    let back = store(lrs, statement).await?;
    same_statement(statement, &back)
}

/// Fails unless the statement is refused with 400 and nothing of it is kept.
pub(crate) async fn rejected(lrs: &Lrs, statement: &Value) -> Check {
    post(lrs, statement).await?.status(400)?;
    absent(lrs, &id_of(statement)).await
}

/// Fails if there is a statement with this id. Anything that is no UUID is not asked for.
pub(crate) async fn absent(lrs: &Lrs, id: &str) -> Check {
    if id.len() != 36 || uuid::Uuid::try_parse(id).is_err() {
        return Ok(());
    }
    let answer = lrs.get("statements").query("statementId", id).send().await?;
    ensure(
        answer.status == 404,
        "nothing of a refused request is kept: its statement is not found (404)",
        answer.status.to_string(),
    )
}
