//! What is equal for statements that the standard calls the same (xAPI 1.0.3 Data 2.3.1).

mod encode;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::Statement;

/// SHA-256 over what a statement says: equal for statements that the standard calls the same, different otherwise.
///
/// Left out is what a server may set or change: `id`, `stored`, `authority`, `version`, verb display, activity
/// definitions. Equal are texts that say the same: any order of object members, of the members of a group, of
/// activities of one kind of context and of attachments; numbers of the same value, timestamps of the same instant,
/// durations up to hundredths of seconds; any case of mail domains, language tags, hashes, UUIDs and media types; a
/// single activity in contextActivities or an array of it; `objectType` given or left to its default; an empty object
/// or array or none. A `timestamp` equal to the statement's own `stored` is what a server set where there was none, so
/// it is left out too; any other differs from none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// From bytes that were kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether the statement's own signatures are part of what is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signatures {
    Counted,
    Ignored,
}

pub(crate) fn of(statement: &Statement, signatures: Signatures) -> Fingerprint {
    Fingerprint(Sha256::digest(encode::statement(statement, signatures)).into())
}
