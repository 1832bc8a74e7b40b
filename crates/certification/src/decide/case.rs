//! All that a decision is made from.

use chrono_tz::Tz;
use rules::{Curriculum, Decided, Period};
use uuid::Uuid;
use xapi::Timestamp;

use crate::certificate::{Certificate, Derivation, Proof};

/// What the curriculum says of certificates that are suspended or have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a suspended certificate waits for its proof to come back.
    pub recovery: Period,
    /// How long after its end a certificate can still be renewed.
    pub grace: Option<Period>,
}

impl Policy {
    /// What a curriculum says.
    #[must_use]
    pub fn of(curriculum: &Curriculum) -> Self {
        Self {
            recovery: curriculum.recovery(),
            grace: curriculum.grace(),
        }
    }

    /// When a certificate suspended at `since` is revoked.
    pub(super) fn recovery_ends(&self, since: Timestamp) -> Timestamp {
        self.recovery.after(since)
    }

    /// Until when a certificate that ended can be renewed.
    pub(super) fn grace_ends(&self, end: Timestamp) -> Timestamp {
        self.grace.map_or(end, |grace| grace.after(end))
    }
}

impl Default for Policy {
    /// Where the curriculum says nothing: 14 days, and no grace.
    fn default() -> Self {
        Self {
            recovery: Period::FORTNIGHT,
            grace: None,
        }
    }
}

/// What evidence entitles a person to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// When it was earned.
    pub earned_at: Timestamp,
    /// When it ends; `None` for never. May have passed.
    pub expires_at: Option<Timestamp>,
    /// Which cycle it is, from 1.
    pub cycle: u32,
    /// The statements that earn it.
    pub statements: Vec<Uuid>,
    /// The acts that are part of the proof.
    pub acts: Vec<Uuid>,
    /// The act by which it was awarded, if it was awarded by hand.
    pub awarded: Option<Decided>,
}

/// All that a decision is made from.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Whose.
    pub person: &'a str,
    /// The curriculum.
    pub curriculum: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The title of what it certifies.
    pub certification_title: &'a str,
    /// The revision that was evaluated.
    pub revision: i64,
    /// The first of the earlier revisions that it goes on from, if it does.
    pub since: Option<i64>,
    /// That revision's hash.
    pub hash: &'a str,
    /// The person's certificates of this curriculum, by number.
    pub certificates: &'a [Certificate],
    /// What the evidence entitles to, if to anything.
    pub claim: Option<&'a Claim>,
    /// What every requirement came to.
    pub requirements: &'a Derivation,
    /// Statements that the newest certificate cites and that no longer count.
    pub lost: &'a [Uuid],
    /// Acts that the newest certificate rests on and that were undone.
    pub undone: &'a [Uuid],
    /// What is required and not met, and why, in words.
    pub unmet: &'a [String],
    /// Whether the revision counts for the certified at once.
    pub at_once: bool,
    /// The act that revoked what was earned, if nothing was earned since.
    pub revoked: Option<&'a Decided>,
    /// Why the certificate that was earned does not hold for now, though nothing is lost: it is no claim, and comes
    /// back by itself.
    pub suspended: Option<&'a str>,
    /// What the curriculum says of certificates that are suspended or have ended.
    pub policy: Policy,
    /// The zone of the person's days.
    pub zone: Tz,
    /// Now.
    pub at: Timestamp,
}

impl Case<'_> {
    pub(super) fn proof(&self, statements: &[Uuid], acts: &[Uuid]) -> Proof {
        Proof {
            statements: statements.to_vec(),
            acts: acts.to_vec(),
            revision: self.revision,
            since: self.since,
            hash: self.hash.to_owned(),
            requirements: self.requirements.clone(),
        }
    }
}
