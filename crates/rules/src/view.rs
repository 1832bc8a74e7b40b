//! From when, and by what was known when, a standing is looked at.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::Timestamp;

use crate::Act;

/// The two moments of a question, and what was decided about doubtful evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View<'a> {
    /// Where the person stands then: what happened later is left out.
    pub at: Timestamp,
    /// By what was known then: what was stored or decided later is left out. `None`: by all that is given.
    pub known_at: Option<Timestamp>,
    /// What was decided about evidence that had to be looked at. Of several about one statement, the latest counts.
    pub reviews: &'a [Review],
    /// What was decided about the person, in the order of [`Act::at`].
    pub acts: &'a [Act],
}

impl View<'_> {
    /// By all that is given, with nothing decided.
    pub fn at(at: Timestamp) -> Self {
        Self {
            at,
            known_at: None,
            reviews: &[],
            acts: &[],
        }
    }

    /// What was last decided about a statement; between two decisions of one moment, the refusal stands.
    pub(crate) fn decision(&self, statement: Uuid) -> Option<bool> {
        self.reviews
            .iter()
            .filter(|review| review.statement == statement && self.knows(review.decided_at))
            .max_by_key(|review| (review.decided_at, !review.accepted))
            .map(|review| review.accepted)
    }

    pub(crate) fn knows(&self, moment: Timestamp) -> bool {
        self.known_at.is_none_or(|known_at| moment <= known_at)
    }
}

/// What somebody decided about evidence whose time is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The statement.
    pub statement: Uuid,
    /// Whether it counts.
    pub accepted: bool,
    /// When that was decided.
    pub decided_at: Timestamp,
}
