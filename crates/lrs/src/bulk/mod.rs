//! Statements that come in files instead of requests: held to the same rules, kept by the same store.
//!
//! A line is one statement. It is validated as the body of a PUT is, by the version it names itself (1.0.3 where it
//! names none). What differs is who vouches for it: whoever can open the store stands above all keys, so the
//! `authority` of a statement stays as it came, and so do its `id` and `timestamp`. `stored` is this store's own.

mod contents;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use store::{NewStatement, Sha2, Store, StoreError};
use uuid::Uuid;
use xapi::{Actor, Agent, Ifi, Limits, Statement, ValidationError, Version};

use crate::attachments::{self, Signatures};
use crate::signature;

/// Where an attachment must come from when it has no URL.
const ATTACHMENT_RULE: &str = "xAPI 1.0.3 Communication 1.5.2";
/// The name space of ids that are made of a line's text.
const WITHOUT_ID: Uuid = Uuid::from_u128(0x7465_7374_616d_5572_a000_6c69_6e65_0001);
/// One id, two statements.
const CONFLICT_RULE: &str = "xAPI 1.0.3 Communication 2.1.1";

/// Why a line is not taken: where in the statement, by which rule, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message} ({rule})")]
pub struct Refusal {
    /// The place, from the root of the statement: `$.actor.mbox`.
    pub path: String,
    /// The rule: which section of which standard.
    pub rule: String,
    /// What was found and what is expected.
    pub message: String,
}

impl Refusal {
    fn new(path: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            rule: rule.to_owned(),
            message: message.into(),
        }
    }

    /// Another statement is kept under this one's id.
    #[must_use]
    pub fn conflict(id: Uuid) -> Self {
        let message = format!("another statement is kept under the id {id}; what is kept is never replaced");
        Self::new("$.id", CONFLICT_RULE, message)
    }
}

impl From<ValidationError> for Refusal {
    fn from(error: ValidationError) -> Self {
        Self::new(error.path(), error.rule(), error.message())
    }
}

/// Why attachments could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The statement is not taken.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed; nothing is wrong with the statement.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A statement of a line, validated and ready for the store as far as its attachments are.
#[derive(Debug)]
pub struct Prepared {
    /// What [`StatementLog::append`](store::StatementLog::append) takes.
    pub statement: NewStatement,
    version: Version,
}

/// Reads statements from lines.
#[derive(Debug, Clone)]
pub struct Lines {
    authority: Agent,
    limits: Limits,
}

impl Lines {
    /// `authority` stands in statements that name none.
    #[must_use]
    pub fn new(authority: Agent) -> Self {
        Self {
            authority,
            limits: Limits::default(),
        }
    }

    /// Reads and validates one line. Does no I/O; takes some tens of microseconds.
    ///
    /// # Errors
    /// What [`xapi::parse_statement`] refuses.
    pub fn prepare(&self, line: &[u8]) -> Result<Prepared, Refusal> {
        let version = version_of(line);
        let received = xapi::parse_statement(line, version, &self.limits)?;
        let authority = match &received.statement().authority {
            Some(authority) => authority.clone(),
            None => Actor::Agent(self.authority.clone()),
        };
        let ifi = ifi(&authority).unwrap_or(&self.authority.ifi).clone();
        // Made of its text where it brings none, so that the same file again brings the same statements.
        let id = received
            .statement()
            .id
            .unwrap_or_else(|| Uuid::new_v5(&WITHOUT_ID, line.trim_ascii()));
        Ok(Prepared {
            statement: NewStatement::new(received.seal(id, &authority), &ifi, true),
            version,
        })
    }
}

/// Sees to the attachments of a statement, before it is kept: each has a URL, or is in the store, or comes into it
/// now from `folder`, where each content is in a file named as its SHA-2. Signatures are checked.
///
/// # Errors
/// [`ImportError::Refused`] where an attachment is missing, is not what its hash says, or is a signature that is not
/// right.
pub async fn settle(
    store: &dyn Store,
    prepared: &Prepared,
    folder: Option<&Path>,
) -> Result<(), ImportError> {
    let statement = prepared.statement.sealed.statement();
    let mut signatures = Signatures::new();
    for (place, attachment) in attachments::all(statement) {
        let sha2 = Sha2(attachment.sha2.to_ascii_lowercase());
        let is_signature = attachment.is_signature();
        if attachment.file_url.is_some() && !is_signature {
            continue;
        }
        let path = || format!("${place}");
        if store.attachment_info(&sha2).await?.is_none()
            && !contents::take(store, &sha2, folder, &path).await?
        {
            let message = format!(
                "the attachment has no \"fileUrl\", and its content {} is neither in the store nor in a folder of \
                 attachments",
                sha2.0
            );
            return Err(Refusal::new(path(), ATTACHMENT_RULE, message).into());
        }
        if is_signature {
            let content = contents::signature(store, &sha2, &path).await?;
            signatures.insert(sha2.0, content);
        }
    }
    signature::check_all(statement, &signatures, prepared.version)
        .map_err(|(path, rule, message)| Refusal::new(path, rule, message).into())
}

/// The contents that a kept statement names, by SHA-2, each once; none where the text can not be read.
#[must_use]
pub fn attachments_of(text: &str) -> Vec<Sha2> {
    // Few statements have any, and reading a statement costs more than a look at its text.
    if memchr::memmem::find(text.as_bytes(), b"\"attachments\"").is_none() {
        return Vec::new();
    }
    let Ok(statement) = Statement::from_stored(text) else {
        return Vec::new();
    };
    let named: HashMap<String, ()> = attachments::all(&statement)
        .map(|(_, attachment)| (attachment.sha2.to_ascii_lowercase(), ()))
        .collect();
    named.into_keys().map(Sha2).collect()
}

/// The version a statement says it is of; 1.0.3 where it says none that is known.
fn version_of(line: &[u8]) -> Version {
    #[derive(Deserialize)]
    struct Said<'a> {
        #[serde(borrow)]
        version: Option<Cow<'a, str>>,
    }
    serde_json::from_slice::<Said<'_>>(line)
        .ok()
        .and_then(|said| said.version)
        .and_then(|version| Version::negotiate(Some(&version)).ok())
        .unwrap_or(Version::V1_0)
}

/// Who an authority is. For the pair of 3-legged OAuth that is the first of the two, the client
/// (1.0.3, Data 2.4.9).
fn ifi(authority: &Actor) -> Option<&Ifi> {
    authority
        .ifi()
        .or_else(|| authority.members().first().map(|member| &member.ifi))
}

#[cfg(test)]
mod tests;
