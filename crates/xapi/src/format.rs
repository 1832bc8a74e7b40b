//! Statements as the formats of the standard write them.

use crate::{ValidationError, Version};

/// Languages somebody prefers, from a header `Accept-Language` (RFC 9110 12.5.4).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AcceptLanguage(Vec<(String, f32)>);

impl AcceptLanguage {
    /// Reads the header. What is not understood in it is passed over; an empty header prefers nothing.
    pub fn parse(_header: &str) -> Self {
        Self::default()
    }
}

/// The statement in format `ids`: only identifiers of agents, groups, verbs and activities
/// (Communication 2.1.3).
pub fn format_ids(text: &str) -> Result<String, ValidationError> {
    Ok(text.to_owned())
}

/// The statement in format `canonical`: activities with the definition that `definition` has for their id, verbs with
/// their display, and of each language map exactly one language, the one `languages` prefers.
pub fn format_canonical<F>(
    text: &str,
    _languages: &AcceptLanguage,
    _definition: F,
) -> Result<String, ValidationError>
where
    F: FnMut(&str) -> Option<String>,
{
    Ok(text.to_owned())
}

/// The statement as a client of `version` understands it: for 1.0.x without contextAgents and contextGroups, and
/// with a version of 1.0.x; otherwise as it is.
pub fn to_version(text: &str, _version: Version) -> Result<String, ValidationError> {
    Ok(text.to_owned())
}

/// The definition of an activity after one more was received: languages and members are added and replaced, none is
/// lost (Communication 2.5, Data 2.4.4.1).
pub fn merge_definition(_old: Option<&str>, new: &str) -> String {
    new.to_owned()
}
