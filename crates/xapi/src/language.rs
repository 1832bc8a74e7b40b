//! Language tags and language maps (xAPI 1.0.3 Data 4.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::FormatError;

/// A well-formed RFC 5646 language tag, kept as it was sent.
///
/// Language tags are case-insensitive: equality, order and hash are those of the lowercase tag.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(Box<str>);

impl LanguageTag {
    /// Reads a tag; refuses what breaks the grammar of RFC 5646 (sequence of subtags and their lengths) or
    /// repeats a variant or an extension. Whether subtags are registered is not asked.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        check(text)?;
        Ok(Self(text.into()))
    }

    /// The tag as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> Result<(), FormatError> {
    let fail = |detail: &str| {
        Err(FormatError::new(
            "an RFC 5646 language tag, such as \"en\" or \"es-MX\"",
            text,
            Some(detail),
        ))
    };
    match oxilangtag::LanguageTag::parse(text) {
        Err(error) => fail(&error.to_string()),
        Ok(tag)
            if repeats(
                tag.extension_subtags()
                    .map(|(singleton, _)| singleton.to_ascii_lowercase()),
            ) =>
        {
            fail("an extension is there twice")
        }
        Ok(tag) if repeats(tag.variant_subtags().map(str::to_ascii_lowercase)) => {
            fail("a variant is there twice")
        }
        Ok(_) => Ok(()),
    }
}

/// Neither extensions nor variants may be repeated in a valid tag (RFC 5646 2.2.9).
fn repeats<T: PartialEq>(subtags: impl Iterator<Item = T>) -> bool {
    let mut seen = Vec::new();
    for subtag in subtags {
        if seen.contains(&subtag) {
            return true;
        }
        seen.push(subtag);
    }
    false
}

impl PartialEq for LanguageTag {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for LanguageTag {}

impl PartialOrd for LanguageTag {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LanguageTag {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let lower = |tag: &str| tag.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<_>>();
        lower(&self.0).cmp(&lower(&other.0))
    }
}

impl std::hash::Hash for LanguageTag {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for LanguageTag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, FormatError> {
        check(&text)?;
        Ok(Self(text.into_boxed_str()))
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.0.into_string()
    }
}

/// Plain text in one or more languages, in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LanguageMap(pub(crate) Vec<(LanguageTag, Box<str>)>);

impl LanguageMap {
    /// The text in exactly this language, whatever the case of the tag.
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.iter()
            .find_map(|(found, text)| found.as_str().eq_ignore_ascii_case(tag).then_some(text))
    }

    /// Languages with their texts, in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&LanguageTag, &str)> {
        self.0.iter().map(|(tag, text)| (tag, &**text))
    }

    /// How many languages there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text at all (or the map was not there).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
