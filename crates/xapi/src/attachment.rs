//! Attachments (xAPI 1.0.3 Data 2.4.11).

use crate::{Iri, LanguageMap};

/// The usage type of a statement's own signature (Data 2.6).
pub const SIGNATURE_USAGE_TYPE: &str = "http://adlnet.gov/expapi/attachments/signature";

/// What a statement says about a file that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What the file is for.
    pub usage_type: Iri,
    /// Its title.
    pub display: LanguageMap,
    /// A description. Empty if not sent.
    pub description: LanguageMap,
    /// Its media type, as sent.
    pub content_type: String,
    /// Its size in octets.
    pub length: u64,
    /// Its SHA-2 hash (224, 256, 384 or 512 bits) in hex, in the case it was sent in.
    pub sha2: String,
    /// Where it can, or could, be fetched.
    pub file_url: Option<Iri>,
}

impl Attachment {
    /// Whether this is the statement's own signature.
    pub fn is_signature(&self) -> bool {
        self.usage_type.as_str() == SIGNATURE_USAGE_TYPE
    }
}
