//! Which statements can be evidence for a curriculum.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use xapi::{Iri, Object, Statement};

use crate::predicate::Asked;

/// What statements must be to be evidence: about one of some activities, as object or related by
/// `context.contextActivities`, or with one of some verbs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interest {
    activities: BTreeSet<Iri>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    verbs: BTreeSet<Iri>,
}

/// One thing to ask the log for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Statements about this activity: as object or related.
    Activity(Iri),
    /// Statements with this verb.
    Verb(Iri),
}

impl Interest {
    /// An interest in these activities.
    pub(crate) fn in_activities(activities: impl IntoIterator<Item = Iri>) -> Self {
        Self {
            activities: activities.into_iter().collect(),
            verbs: BTreeSet::new(),
        }
    }

    /// Takes in what a predicate asks for.
    pub(crate) fn take(&mut self, asked: Asked) {
        self.activities.extend(asked.activities);
        self.verbs.extend(asked.verbs);
    }

    /// Whether a statement can be evidence. May be true of one that in the end counts for nothing, never false of
    /// one that counts.
    pub fn concerns(&self, statement: &Statement) -> bool {
        let Object::Activity(activity) = &statement.object else {
            return false;
        };
        self.activities.contains(&activity.id)
            || self.verbs.contains(&statement.verb.id)
            || statement.context.as_ref().is_some_and(|context| {
                context
                    .context_activities
                    .iter()
                    .any(|related| self.activities.contains(&related.id))
            })
    }

    /// What to ask the log for, each once: all of it together is everything that can be evidence.
    pub fn asks(&self) -> impl Iterator<Item = Ask> {
        let activities = self.activities.iter().cloned().map(Ask::Activity);
        activities.chain(self.verbs.iter().cloned().map(Ask::Verb))
    }

    /// Leaves out the first thing that is asked for.
    pub fn drop_first(&mut self) {
        if self.activities.pop_first().is_none() {
            self.verbs.pop_first();
        }
    }

    /// Takes in what another curriculum is interested in.
    pub fn union(&mut self, other: &Self) {
        self.activities.extend(other.activities.iter().cloned());
        self.verbs.extend(other.verbs.iter().cloned());
    }

    /// What of this another is not interested in.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self {
            activities: self.activities.difference(&other.activities).cloned().collect(),
            verbs: self.verbs.difference(&other.verbs).cloned().collect(),
        }
    }
}
