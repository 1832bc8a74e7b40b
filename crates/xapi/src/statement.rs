//! The statement itself (xAPI 1.0.3 Data 2.4).

use uuid::Uuid;

use crate::{
    Actor, Attachment, Context, Fingerprint, Iri, Object, StatementResult, Timestamp, VOIDED,
    ValidationError, Verb, fingerprint, validate,
};

/// Who did what, when, with what outcome, and who says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its identity.
    pub id: Option<Uuid>,
    /// Who.
    pub actor: Actor,
    /// Did what.
    pub verb: Verb,
    /// To what.
    pub object: Object,
    /// With what outcome.
    pub result: Option<StatementResult>,
    /// In what context.
    pub context: Option<Context>,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// When it was stored; the server's to say.
    pub stored: Option<Timestamp>,
    /// Who says so; the server's to say.
    pub authority: Option<Actor>,
    /// The version of the standard it is formed by, as sent.
    pub version: Option<String>,
    /// With which files.
    pub attachments: Vec<Attachment>,
}

impl Statement {
    /// Reads what an LRS kept or answers: any version's members.
    pub fn from_stored(text: &str) -> Result<Self, ValidationError> {
        validate::stored(text)
    }

    /// The statement that this one voids: its verb is `voided` and its object refers to it (Data 2.3.2).
    pub fn voids(&self) -> Option<Uuid> {
        match &self.object {
            Object::StatementRef(id) if self.is_voiding() => Some(*id),
            _ => None,
        }
    }

    /// Whether its verb is `voided`. Such a statement cannot itself be voided.
    pub fn is_voiding(&self) -> bool {
        self.verb.id.as_str() == VOIDED
    }

    /// The activity it is about, if it is about one.
    pub fn activity_id(&self) -> Option<&Iri> {
        match &self.object {
            Object::Activity(activity) => Some(&activity.id),
            _ => None,
        }
    }

    /// What is equal for statements that the standard calls the same; see [`Fingerprint`].
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint::of(self, fingerprint::Signatures::Counted)
    }

    /// The same without the statement's own signatures: what a signature's payload, which came before the signature
    /// was attached, has in common with the signed statement (Data 2.6).
    pub fn unsigned_fingerprint(&self) -> Fingerprint {
        fingerprint::of(self, fingerprint::Signatures::Ignored)
    }
}
