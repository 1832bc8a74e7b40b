//! Statements ready to be kept.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::{Fingerprint, Statement, Timestamp};

/// A statement ready to be kept: everything but the moment it is stored.
#[derive(Debug, Clone)]
pub struct SealedStatement {
    id: Uuid,
    statement: Statement,
    fingerprint: Fingerprint,
    /// The whole text without `stored` and the closing brace.
    open_text: String,
}

impl SealedStatement {
    pub(crate) fn new(id: Uuid, statement: Statement, fingerprint: Fingerprint, open_text: String) -> Self {
        Self {
            id,
            statement,
            fingerprint,
            open_text,
        }
    }

    /// Its identity.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The statement as types, with its id, authority and version. `stored` is not known yet, and `timestamp` is
    /// there only if the sender gave one.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What is equal for statements that the standard calls the same.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The whole JSON text with `stored` (and `timestamp`, where the statement had none, equal to it: Data 2.4.7).
    pub fn text(&self, stored: Timestamp) -> String {
        let mut text = String::with_capacity(self.open_text.len() + 96);
        text.push_str(&self.open_text);
        // Writing to a string cannot fail.
        let _ = write!(text, ",\"stored\":\"{stored}\"");
        if self.statement.timestamp.is_none() {
            let _ = write!(text, ",\"timestamp\":\"{stored}\"");
        }
        text.push('}');
        text
    }
}
