//! `GET /engine`: how far the engine has come, so that a client can wait until what it sent is taken into account.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde_json::{Value, json};
use store::{Checkpoint, Scope};
use web::Caller;

use crate::api::answer::json_answer;
use crate::api::params::Params;
use crate::api::{Answer, Api};
use crate::engine::Agenda;

pub(super) async fn progress(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    Params::read(&request, &[])?;
    // The head first: a checkpoint read after it is at least as far as any that was read before.
    let head = api.store.head().await?;
    let checkpoints = api.store.checkpoints().await?;
    let agenda = Agenda::overall(&checkpoints)?;
    let position = checkpoints
        .iter()
        .map(|one| one.position)
        .min()
        .unwrap_or_default();
    let change = checkpoints.iter().map(|one| one.change).min().unwrap_or_default();
    let changes = api.store.changes(change, CHANGES + 1).await?;
    let lag = head.0.saturating_sub(position.0).max(0);
    let mut body = json!({
        "position": position,
        "head": head,
        "lag": lag,
        "changes_waiting": changes.len().min(CHANGES),
        "evidence_searches": agenda.backfills.len(),
        "sweeping": agenda.sweep.is_some(),
        "settled": lag == 0 && changes.is_empty() && agenda.backfills.is_empty() && agenda.sweep.is_none(),
    });
    // Where one process works there is nothing to tell.
    if checkpoints.iter().any(|one| one.holder.is_some()) {
        let share = |one: &Checkpoint| json!({ "engine": one.holder, "slots": one.share.len(), "position": one.position });
        body["shares"] = checkpoints.iter().map(share).collect();
    }
    // What could not be read names statements and people: not for every key.
    if (caller.may(Scope::AllRead) || caller.may(Scope::Admin))
        && let Value::Object(members) = &mut body
    {
        members.insert("skipped".to_owned(), json!(agenda.skipped));
    }
    json_answer(StatusCode::OK, &body)
}

/// The most waiting changes that are counted.
const CHANGES: usize = 1000;
