//! IRIs, compared as strings (xAPI 1.0.3 Data 3.1).

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use foldhash::HashSet;
use iri_string::spec::IriSpec;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::FormatError;

/// An absolute IRI (RFC 3987) with its scheme, kept as it was sent and compared character by character. Clones share
/// the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Iri(Arc<str>);

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
        Ok(Self(text.into()))
    }
}

impl From<Iri> for String {
    fn from(iri: Iri) -> Self {
        iri.0.as_ref().to_owned()
    }
}

/// How many IRIs each thread remembers, of at most so many bytes.
const REMEMBERED: (usize, usize) = (1_024, 256);

thread_local! {
    static RECENT: RefCell<HashSet<Iri>> = RefCell::default();
}

impl std::borrow::Borrow<str> for Iri {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Iri {
    /// Of what is read again and again, as the verbs and activities of evidence are, each text is checked and kept once
    /// a thread.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Iri;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an IRI")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Iri, E> {
                let (most, longest) = REMEMBERED;
                if text.len() > longest {
                    return Iri::parse(text).map_err(E::custom);
                }
                RECENT.with_borrow_mut(|recent| {
                    if let Some(known) = recent.get(text) {
                        return Ok(known.clone());
                    }
                    let iri = Iri::parse(text).map_err(E::custom)?;
                    if recent.len() == most {
                        recent.clear();
                    }
                    recent.insert(iri.clone());
                    Ok(iri)
                })
            }
        }

        deserializer.deserialize_str(Text)
    }
}
