//! What was sent, and what of it was acknowledged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;
use uuid::Uuid;

use crate::world;

/// One statement that went out.
pub(crate) struct Sent {
    /// As it was sent.
    pub(crate) statement: Value,
    /// Whether a server answered that it is kept.
    pub(crate) acknowledged: bool,
}

/// All that a scenario sent, whichever server it was sent to.
#[derive(Default)]
pub(crate) struct History {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sent: HashMap<Uuid, Sent>,
    /// Batches whose fate is not known: whoever sends next sends them again, as a client does.
    unanswered: Vec<Vec<Value>>,
    made: usize,
    acknowledged: usize,
    /// Answers that are no part of the promise: neither kept nor "try again".
    refusals: Vec<String>,
}

impl History {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The next batch to send: one whose fate is not known, or a new one of this size.
    pub(crate) fn next(&self, size: usize) -> Vec<Value> {
        let mut state = self.state();
        if let Some(batch) = state.unanswered.pop() {
            return batch;
        }
        let first = state.made;
        state.made += size;
        let batch: Vec<Value> = (first..first + size).map(world::statement).collect();
        for statement in &batch {
            let sent = Sent {
                statement: statement.clone(),
                acknowledged: false,
            };
            state.sent.insert(id_of(statement), sent);
        }
        batch
    }

    pub(crate) fn acknowledged(&self, batch: &[Value]) {
        let mut state = self.state();
        for statement in batch {
            if let Some(sent) = state.sent.get_mut(&id_of(statement)) {
                sent.acknowledged = true;
            }
        }
        state.acknowledged += batch.len();
    }

    pub(crate) fn unanswered(&self, batch: Vec<Value>) {
        self.state().unanswered.push(batch);
    }

    pub(crate) fn refused(&self, answer: String) {
        self.state().refusals.push(answer);
    }

    /// How many were acknowledged.
    pub(crate) fn count(&self) -> usize {
        self.state().acknowledged
    }

    /// Answers that no client should get.
    pub(crate) fn refusals(&self) -> Vec<String> {
        self.state().refusals.clone()
    }

    /// Looks at everything that was sent.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&HashMap<Uuid, Sent>) -> T) -> T {
        look(&self.state().sent)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// The id of a statement.
pub(crate) fn id_of(statement: &Value) -> Uuid {
    statement["id"].as_str().unwrap().parse().unwrap()
}
