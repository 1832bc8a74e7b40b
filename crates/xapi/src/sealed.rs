//! Statements ready to be kept.

use uuid::Uuid;

use crate::{Fingerprint, Statement, Timestamp};

/// A statement ready to be kept: everything but the moment it is stored.
#[derive(Debug, Clone)]
pub struct SealedStatement {
    id: Uuid,
    statement: Statement,
}

impl SealedStatement {
    pub(crate) fn stub(statement: Statement) -> Self {
        Self {
            id: statement.id.unwrap_or_default(),
            statement,
        }
    }

    /// Its identity.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The statement as types, with its id, authority and version.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What is equal for statements that the standard calls the same.
    pub fn fingerprint(&self) -> Fingerprint {
        self.statement.fingerprint()
    }

    /// The whole JSON text with `stored` (and `timestamp`, where the statement had none, equal to it).
    pub fn text(&self, stored: Timestamp) -> String {
        stored.to_string()
    }
}
