//! Which statements can be evidence for a curriculum.

use std::collections::BTreeSet;

use xapi::{Iri, Object, Statement};

/// The activities that statements must speak of to be evidence: as object, or related by `context.contextActivities`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interest {
    activities: BTreeSet<Iri>,
}

impl Interest {
    /// An interest in these activities.
    pub(crate) fn in_activities(activities: impl IntoIterator<Item = Iri>) -> Self {
        Self {
            activities: activities.into_iter().collect(),
        }
    }

    /// Whether a statement can be evidence. May be true of one that in the end counts for nothing, never false of
    /// one that counts.
    pub fn concerns(&self, statement: &Statement) -> bool {
        let Object::Activity(activity) = &statement.object else {
            return false;
        };
        self.activities.contains(&activity.id)
            || statement.context.as_ref().is_some_and(|context| {
                context
                    .context_activities
                    .iter()
                    .any(|related| self.activities.contains(&related.id))
            })
    }

    /// The activities, each once, to ask the log for: as object or related.
    pub fn activities(&self) -> impl Iterator<Item = &Iri> {
        self.activities.iter()
    }

    /// Takes in what another curriculum is interested in.
    pub fn union(&mut self, other: &Self) {
        self.activities.extend(other.activities.iter().cloned());
    }
}
