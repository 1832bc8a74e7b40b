//! Verbs (xAPI 1.0.3 Data 2.4.3).

use crate::{Iri, LanguageMap};

/// The one verb the standard itself gives a meaning (Data 2.3.2).
pub const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";

/// What the actor did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verb {
    /// What it means; the only part that counts.
    pub id: Iri,
    /// What to show to people. Empty if it was not sent. Not part of the statement's meaning.
    pub display: LanguageMap,
}
