//! IRIs, compared as strings (xAPI 1.0.3 Data 3.1).

use std::fmt;

use iri_string::spec::IriSpec;
use serde::{Deserialize, Serialize};

use crate::error::FormatError;

/// An absolute IRI (RFC 3987) with its scheme, kept as it was sent and compared character by character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iri(Box<str>);

impl Iri {
    /// Reads an IRI; refuses text without a scheme or with characters that no IRI may have.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        check(text)?;
        Ok(Self(text.into()))
    }

    /// The IRI as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks without keeping.
pub(crate) fn check(text: &str) -> Result<(), FormatError> {
    iri_string::validate::iri::<IriSpec>(text).map_err(|error| {
        FormatError::new(
            "an IRI with a scheme, such as \"https://example.com/course\"",
            text,
            Some(&error.to_string()),
        )
    })
}

impl fmt::Display for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for Iri {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Iri {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, FormatError> {
        check(&text)?;
        Ok(Self(text.into_boxed_str()))
    }
}

impl From<Iri> for String {
    fn from(iri: Iri) -> Self {
        iri.0.into_string()
    }
}
