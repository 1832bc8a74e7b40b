//! Who must have seen it, and how long after another course it may be: what shows behaviour at work.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use xapi::{Ifi, Iri};

use super::one_or_more_of;
use crate::Period;

/// Where a statement names who saw it: somebody other than the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Observer {
    /// In `context.instructor` or in the observer extension.
    Other,
    Instructor,
    Authority,
    /// In this extension of the context: an agent, or a list of agents.
    Extension(Iri),
}

impl Observer {
    /// The context extension of the Tin Can registry that names who observed it.
    pub(crate) const EXTENSION: &'static str = "http://id.tincanapi.com/extension/observer";

    /// What is expected.
    pub(crate) const EXPECTED: &'static str = "\"other\", \"instructor\", \"authority\", or the IRI of the context extension that names the observer";

    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "other" => Some(Self::Other),
            "instructor" => Some(Self::Instructor),
            "authority" => Some(Self::Authority),
            other => Iri::parse(other).ok().map(Self::Extension),
        }
    }

    /// How it is written.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Other => "other",
            Self::Instructor => "instructor",
            Self::Authority => "authority",
            Self::Extension(iri) => iri.as_str(),
        }
    }

    /// Whether an extension names who saw it.
    pub(crate) fn is_extension(&self, iri: &Iri) -> bool {
        match self {
            Self::Other => iri.as_str() == Self::EXTENSION,
            Self::Extension(own) => own == iri,
            Self::Instructor | Self::Authority => false,
        }
    }
}

impl<'de> Deserialize<'de> for Observer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(Self::EXPECTED))
    }
}

impl Serialize for Observer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

/// One, or a list any of which will do.
pub(super) fn observers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Observer>, D::Error> {
    one_or_more_of(deserializer)
}

/// Who is named by the value of an extension.
pub(crate) fn agents(value: &Value) -> Vec<Ifi> {
    match value {
        Value::Array(items) => items.iter().flat_map(agents).collect(),
        Value::Object(members) => {
            let ids = ["account", "mbox", "mbox_sha1sum", "openid"];
            let of_agent = members.iter().filter(|(name, _)| ids.contains(&name.as_str()));
            let own: serde_json::Map<String, Value> = of_agent
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            serde_json::from_value(Value::Object(own)).into_iter().collect()
        }
        Value::String(text) => Ifi::mbox(text).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A time after another course was met.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NotBefore {
    pub(crate) wait: Period,
    /// The id of the course.
    pub(crate) after: String,
}

impl NotBefore {
    /// What is expected.
    pub(crate) const EXPECTED: &'static str =
        "a length of time after a course, such as \"60 days after basics\"";

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (wait, after) = text.split_once(" after ")?;
        Some(Self {
            wait: Period::parse(wait).ok()?,
            after: after.trim().to_owned(),
        })
    }
}

impl<'de> Deserialize<'de> for NotBefore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(Self::EXPECTED))
    }
}

impl Serialize for NotBefore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        format!("{} after {}", self.wait, self.after).serialize(serializer)
    }
}
