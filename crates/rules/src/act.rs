//! What people decide: exceptions and other acts, each on the record, each undone by another.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use crate::Number;

/// A decision that somebody made about a person, a group or a curriculum, on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its id.
    pub id: Uuid,
    /// When it was decided, by the server's clock. Of two acts about the same, the later counts.
    pub at: Timestamp,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it was undone; from then on it counts as if it had not been made.
    pub undone_at: Option<Timestamp>,
    /// What was decided.
    pub kind: ActKind,
}

/// What an act decides. As JSON an object whose member `kind` names it (`schemas/act.schema.json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActKind {
    /// This person need not show a requirement. Shown as waived, never as passed.
    Waiver {
        /// Of which curriculum.
        curriculum: String,
        /// The id of the course or group.
        requirement: String,
        /// Until when; without it, for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// For this person another activity stands for a course.
    Equivalence {
        /// Of which curriculum.
        curriculum: String,
        /// The id of the course.
        requirement: String,
        /// The activity that stands for it.
        activity: Iri,
        /// Until when what is shown there counts; without it, for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// This person has longer.
    Extension {
        /// For which curriculum.
        curriculum: String,
        /// The id of the course, group or tier; without it, for everything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requirement: Option<String>,
        /// The new due moment.
        due: Timestamp,
    },
    /// This person is certified by decision.
    Award {
        /// Of which curriculum.
        curriculum: String,
        /// Until when; without it, as long as the curriculum's certificates last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// What was earned up to the act no longer entitles.
    Revocation {
        /// Of which curriculum.
        curriculum: String,
    },
    /// Evidence that was pending review is accepted or refused.
    Review {
        /// For which curriculum; without it, for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        curriculum: Option<String>,
        /// The statement.
        statement: Uuid,
        /// Whether it counts.
        accepted: bool,
    },
    /// This person holds a credential of an outside issuer.
    Credential {
        /// What is certified: the credential's own identifier.
        credential: Iri,
        /// Who issued it.
        issuer: Iri,
        /// What it is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// When it was issued.
        issued: Timestamp,
        /// When it expires; without it, never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
        /// Where it can be checked: a number or an address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// A figure of a person or a group: a KPI over a time, or at a moment.
    Figure {
        /// Which KPI: a name or an IRI, as curricula name it.
        kpi: String,
        /// The figure.
        #[serde(serialize_with = "write_number", deserialize_with = "read_number")]
        value: Number,
        /// The beginning of the time it is about; without it, it is about a moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
        /// The end of that time, or the moment.
        until: Timestamp,
    },
    /// The curriculum is no longer in use: no new certificates and no obligations.
    Retire {
        /// Which curriculum.
        curriculum: String,
    },
}

impl ActKind {
    /// Every word for a kind.
    pub const ALL: [&'static str; 9] = [
        "waiver",
        "equivalence",
        "extension",
        "award",
        "revocation",
        "review",
        "credential",
        "figure",
        "retire",
    ];

    /// The word for it, as in JSON.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiver { .. } => "waiver",
            Self::Equivalence { .. } => "equivalence",
            Self::Extension { .. } => "extension",
            Self::Award { .. } => "award",
            Self::Revocation { .. } => "revocation",
            Self::Review { .. } => "review",
            Self::Credential { .. } => "credential",
            Self::Figure { .. } => "figure",
            Self::Retire { .. } => "retire",
        }
    }

    /// The curriculum it is about, where it is about one.
    pub fn curriculum(&self) -> Option<&str> {
        match self {
            Self::Waiver { curriculum, .. }
            | Self::Equivalence { curriculum, .. }
            | Self::Extension { curriculum, .. }
            | Self::Award { curriculum, .. }
            | Self::Revocation { curriculum }
            | Self::Retire { curriculum } => Some(curriculum),
            Self::Review { curriculum, .. } => curriculum.as_deref(),
            Self::Credential { .. } | Self::Figure { .. } => None,
        }
    }

    /// The requirement it is about, where it is about one.
    pub fn requirement(&self) -> Option<&str> {
        match self {
            Self::Waiver { requirement, .. } | Self::Equivalence { requirement, .. } => Some(requirement),
            Self::Extension { requirement, .. } => requirement.as_deref(),
            _ => None,
        }
    }
}

/// As a number where a double holds it, as nearly all have it; else as a text.
fn write_number<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    let text = number.to_string();
    match text.parse::<f64>() {
        Ok(value) if Number::parse(&value.to_string()) == Ok(*number) => serializer.serialize_f64(value),
        _ => serializer.serialize_str(&text),
    }
}

fn read_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let text = match &value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Number::parse(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn acts_are_objects_named_by_their_kind() {
        for (value, curriculum, requirement) in [
            (
                json!({ "kind": "waiver", "curriculum": "safety", "requirement": "basics" }),
                Some("safety"),
                Some("basics"),
            ),
            (
                json!({ "kind": "extension", "curriculum": "safety", "due": "2026-03-01T00:00:00.000Z" }),
                Some("safety"),
                None,
            ),
            (
                json!({ "kind": "extension", "curriculum": "safety", "requirement": "basics", "due": "2026-03-01T00:00:00.000Z" }),
                Some("safety"),
                Some("basics"),
            ),
            (
                json!({ "kind": "figure", "kpi": "incidents", "value": 2.25, "until": "2026-03-01T00:00:00.000Z" }),
                None,
                None,
            ),
        ] {
            let kind: ActKind = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(kind.as_str(), value["kind"]);
            assert_eq!(kind.curriculum(), curriculum);
            assert_eq!(kind.requirement(), requirement);
            assert_eq!(serde_json::to_value(&kind).unwrap(), value);
        }
    }

    #[test]
    fn a_figure_keeps_its_digits() {
        for text in ["0", "-3", "0.1", "12345678.000000001", "1e3"] {
            let value =
                json!({ "kind": "figure", "kpi": "k", "until": "2026-03-01T00:00:00Z", "value": text });
            let kind: ActKind = serde_json::from_value(value).unwrap();
            let ActKind::Figure { value, .. } = &kind else {
                panic!("{kind:?}")
            };
            assert_eq!(*value, Number::parse(text).unwrap());
            let again: ActKind = serde_json::from_value(serde_json::to_value(&kind).unwrap()).unwrap();
            assert_eq!(again, kind);
        }
    }
}
