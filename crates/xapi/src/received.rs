//! Statements as a request brings them.

use uuid::Uuid;

use crate::{Fingerprint, Limits, SealedStatement, Statement, ValidationError, Version};

/// One statement of a request body, validated, with the text it came as.
#[derive(Debug, Clone)]
pub struct ReceivedStatement {
    statement: Statement,
}

/// The statements of one request body.
#[derive(Debug, Clone)]
pub struct Statements {
    /// Whether the body was one object rather than an array: the answer to it has one id in an array all the same.
    pub single: bool,
    /// The statements, in order.
    pub statements: Vec<ReceivedStatement>,
}

/// Reads and validates the body of a POST: one statement, or an array of them.
pub fn parse_statements(
    _body: &[u8],
    _version: Version,
    _limits: &Limits,
) -> Result<Statements, ValidationError> {
    Err(ValidationError::new("$".to_owned(), "", String::new()))
}

/// Reads and validates the body of a PUT: exactly one statement.
pub fn parse_statement(
    _body: &[u8],
    _version: Version,
    _limits: &Limits,
) -> Result<ReceivedStatement, ValidationError> {
    Err(ValidationError::new("$".to_owned(), "", String::new()))
}

impl ReceivedStatement {
    /// The statement as types.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What is equal for statements that the standard calls the same.
    pub fn fingerprint(&self) -> Fingerprint {
        self.statement.fingerprint()
    }

    /// Adds what the server adds: the id, where the statement brought none (`id` is ignored where it did: ask
    /// `statement().id` first), and the authority, as JSON text of an agent or group.
    pub fn seal(self, id: Uuid, authority: &str) -> SealedStatement {
        let _ = (id, authority);
        SealedStatement::stub(self.statement)
    }
}
