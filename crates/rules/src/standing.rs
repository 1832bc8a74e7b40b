//! Where a person stands in a curriculum, and why. These are the members the API shows.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::Timestamp;

use crate::{Assessment, Delivery, Level};

/// Where one person stands in one curriculum at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The whole in one word.
    pub status: Status,
    /// The certificate that is in force, with its proof.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entitlement: Option<Entitlement>,
    /// The last certificate, where none is in force because it expired.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lapsed: Option<Entitlement>,
    /// The certificate that would be in force, and why it is suspended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suspended: Option<Suspended>,
    /// The decision that revoked the certificate, if none was earned since.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked: Option<Decided>,
    /// Every course, in the order of the definition.
    pub requirements: Vec<RequirementStanding>,
    /// The earliest due date of what is required and not met; while a certificate is in force, when the last of those
    /// that were earned so far ends. From then on it is overdue: a day by the end of which something is due ends then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_at: Option<Timestamp>,
    /// Whether something that is required is not met and was due by now.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub overdue: bool,
    /// Until then nothing of this changes without new evidence or a change of the person. `None`: ever.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_change_at: Option<Timestamp>,
}

/// The whole in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The curriculum is not for this person, and no certificate from an earlier time is in force.
    NotAssigned,
    /// Nothing that is required was tried yet.
    NotStarted,
    /// Something that is required was tried or done.
    InProgress,
    /// A certificate would be in force, were the evidence accepted that somebody has to review.
    PendingReview,
    /// A credential or another certificate that is needed all the time is not in force.
    Suspended,
    /// A certificate is in force.
    Certified,
    /// The last certificate expired and can still be renewed: its time of grace is not over.
    InGrace,
    /// The last certificate expired, and not all that is required was done again.
    Expired,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::NotAssigned,
        Self::NotStarted,
        Self::InProgress,
        Self::PendingReview,
        Self::Suspended,
        Self::Certified,
        Self::InGrace,
        Self::Expired,
    ];

    /// The word the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAssigned => "not_assigned",
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::PendingReview => "pending_review",
            Self::Suspended => "suspended",
            Self::Certified => "certified",
            Self::InGrace => "in_grace",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A certificate that the evidence earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    /// When the last of what is required was shown.
    pub earned_at: Timestamp,
    /// From when on it is no longer in force; `None`: never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
    /// From when on passing everything again carries it on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub renewal_opens_at: Option<Timestamp>,
    /// 1 for the first certificate, 2 for the next after it, and so on.
    pub cycle: u32,
    /// The proof: evaluating on only these statements gives this entitlement again. In the order of evidence;
    /// those of earlier cycles are among them.
    pub statements: Vec<Uuid>,
    /// The decisions that are part of the proof.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub acts: Vec<Uuid>,
    /// The decision by which it was awarded, if it was awarded by hand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub awarded: Option<Decided>,
}

/// A certificate that was earned and does not hold for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Why, in words.
    pub reason: String,
    /// The certificate.
    pub entitlement: Entitlement,
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The record of it.
    pub act: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Where a person stands in one course or group of courses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementStanding {
    /// Its id in the definition.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the certificate depends on it.
    pub kind: RequirementKind,
    /// Of a course, what it shows, by Kirkpatrick's levels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level: Option<Level>,
    /// Of a course, how it is delivered, if that is said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delivery: Option<Delivery>,
    /// Of a course, how it is assessed, if that is said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assessment: Option<Assessment>,
    /// Whether it is met, for the certificate in force or else for the next one.
    pub outcome: Outcome,
    /// The statements that prove it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub statements: Vec<Uuid>,
    /// The decisions it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub acts: Vec<Uuid>,
    /// Why, in words.
    pub reason: String,
    /// Statements that did not count, and why; the latest few.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub considered: Vec<Considered>,
    /// What is still to do, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing: Option<String>,
    /// From when on it is overdue, if it has a due date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_at: Option<Timestamp>,
    /// Whether it is not met and was due by now.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub overdue: bool,
    /// Of a group, its parts. Of a group that is met, not all of them need to be.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parts: Vec<RequirementStanding>,
}

/// Whether the certificate depends on a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirementKind {
    /// It does.
    Required,
    /// It does not; the course is offered and shown.
    Suggested,
    /// The certificate can be had without it; its renewal depends on it. Shown while there is one to renew.
    Renewal,
}

/// Whether a requirement is met. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing shows it.
    Unmet,
    /// What shows it has to be looked at by somebody first.
    PendingReview,
    /// Somebody decided that it need not be shown.
    Waived,
    /// It is shown.
    Met,
}

impl Outcome {
    /// Whether the certificate can be had by it.
    pub const fn is_met(self) -> bool {
        matches!(self, Self::Met | Self::Waived)
    }
}

/// A statement that did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// The statement.
    pub statement: Uuid,
    /// When it says it happened.
    pub timestamp: Timestamp,
    /// Why it did not count, in words.
    pub reason: String,
}
