//! What of a statement evaluation needs, once for all curricula.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::{Activity, Actor, Duration, Extensions, Ifi, Iri, Object, Score, Statement, Timestamp};

use crate::Number;

/// A small fact about one person, from one statement; whose it is, is the caller's to keep.
///
/// It does not depend on any curriculum, so several share it. Voided statements give none: the caller leaves
/// them out. Evidence has one total order: `timestamp`, then `stored`, then the statement's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The statement.
    pub statement: Uuid,
    /// When it happened.
    pub timestamp: Timestamp,
    /// When it became known.
    pub stored: Timestamp,
    /// What was done.
    pub verb: Iri,
    /// The activity it was done to: the statement's object.
    pub activity: Iri,
    /// The activity's type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub activity_type: Option<Iri>,
    /// `context.contextActivities.parent`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parent: Vec<Iri>,
    /// `context.contextActivities.grouping`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub grouping: Vec<Iri>,
    /// `context.contextActivities.category`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub category: Vec<Iri>,
    /// `context.contextActivities.other`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub other: Vec<Iri>,
    /// `result.success`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub success: Option<bool>,
    /// `result.completion`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completion: Option<bool>,
    /// `result.score`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<EvidenceScore>,
    /// `result.response`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub response: Option<String>,
    /// `result.duration`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration: Option<Duration>,
    /// `context.registration`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub registration: Option<Uuid>,
    /// Who says so. Of an authority that is a group (OAuth), its first member: the application.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authority: Option<Ifi>,
    /// `context.instructor`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instructor: Option<Ifi>,
    /// `context.platform`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub platform: Option<String>,
    /// `result.extensions`, each value as JSON.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub result_extensions: BTreeMap<Iri, serde_json::Value>,
    /// `context.extensions`, each value as JSON.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub context_extensions: BTreeMap<Iri, serde_json::Value>,
}

/// A score, in numbers of nine decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EvidenceScore {
    /// From -1 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled: Option<Number>,
    /// As it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Number>,
    /// The least possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The most possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
}

impl EvidenceScore {
    /// `scaled`, or where it was not sent, `raw` between `min` (0 if not sent) and `max`.
    pub fn as_scaled(&self) -> Option<Number> {
        self.scaled.or_else(|| {
            self.raw?
                .position_between(self.min.unwrap_or(Number::ZERO), self.max?)
        })
    }
}

impl Evidence {
    /// What a statement as stored (with `id`, `stored` and `timestamp`) says about its actor.
    ///
    /// `None` if it can be no evidence: its object is no activity, or its actor is a group, of which nobody can
    /// say who in it did what.
    pub fn from_statement(statement: &Statement) -> Option<Self> {
        let Object::Activity(activity) = &statement.object else {
            return None;
        };
        if matches!(statement.actor, Actor::Group(_)) {
            return None;
        }
        let stored = statement.stored?;
        let result = statement.result.as_ref();
        let context = statement.context.as_ref();
        let related = context.map(|context| &context.context_activities);
        let iris = |activities: Option<&Vec<Activity>>| {
            activities
                .into_iter()
                .flatten()
                .map(|activity| activity.id.clone())
                .collect()
        };
        Some(Self {
            statement: statement.id?,
            timestamp: statement.timestamp.unwrap_or(stored),
            stored,
            verb: statement.verb.id.clone(),
            activity: activity.id.clone(),
            activity_type: activity
                .definition
                .as_ref()
                .and_then(|definition| definition.activity_type.clone()),
            parent: iris(related.map(|related| &related.parent)),
            grouping: iris(related.map(|related| &related.grouping)),
            category: iris(related.map(|related| &related.category)),
            other: iris(related.map(|related| &related.other)),
            success: result.and_then(|result| result.success),
            completion: result.and_then(|result| result.completion),
            score: result
                .and_then(|result| result.score.as_ref())
                .map(EvidenceScore::from),
            response: result.and_then(|result| result.response.clone()),
            duration: result.and_then(|result| result.duration.clone()),
            registration: context.and_then(|context| context.registration),
            authority: statement.authority.as_ref().and_then(first_ifi),
            instructor: context
                .and_then(|context| context.instructor.as_ref())
                .and_then(first_ifi),
            platform: context.and_then(|context| context.platform.clone()),
            result_extensions: result
                .map(|result| values(&result.extensions))
                .unwrap_or_default(),
            context_extensions: context
                .map(|context| values(&context.extensions))
                .unwrap_or_default(),
        })
    }

    /// The total order of evidence: when it happened, then when it became known, then the statement's id.
    pub fn order(&self, other: &Self) -> Ordering {
        (self.timestamp, self.stored, self.statement).cmp(&(other.timestamp, other.stored, other.statement))
    }
}

impl From<&Score> for EvidenceScore {
    fn from(score: &Score) -> Self {
        Self {
            scaled: score.scaled().map(Number::from_decimal),
            raw: score.raw().map(Number::from_decimal),
            min: score.min().map(Number::from_decimal),
            max: score.max().map(Number::from_decimal),
        }
    }
}

fn first_ifi(actor: &Actor) -> Option<Ifi> {
    actor
        .ifi()
        .or_else(|| Some(&actor.members().first()?.ifi))
        .cloned()
}

/// A value that is not JSON cannot be in a statement; it would be left out.
fn values(extensions: &Extensions) -> BTreeMap<Iri, serde_json::Value> {
    extensions
        .iter()
        .filter_map(|(iri, json)| Some((iri.clone(), serde_json::from_str(json).ok()?)))
        .collect()
}
