//! What curricula gave before.

use uuid::Uuid;
use xapi::Timestamp;

use crate::Decided;

/// A certificate that stands as it is: an earlier revision of the curriculum gave it, whatever a later one asks for, or
/// the curriculum was for the person then. What renews one by the curriculum as it is now renews it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The id of the curriculum.
    pub curriculum: String,
    /// When everything required was met.
    pub earned_at: Timestamp,
    /// From when on it is in force: not before the curriculum was for the person.
    pub from: Timestamp,
    /// When it can be renewed; `None` if it never expires.
    pub renewal_opens_at: Option<Timestamp>,
    /// When it expires; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The statements that prove it and all before it.
    pub statements: Vec<Uuid>,
    /// The decisions that it and all before it rest on.
    pub acts: Vec<Uuid>,
    /// The decision by which it was awarded, if it was awarded by hand.
    pub awarded: Option<Decided>,
    /// When it did not hold, up to the moment it is looked at; the first comes first.
    pub suspensions: Vec<Suspension>,
}

/// A time in which a certificate does not hold, for something that it needs all the time is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None` where it goes on.
    pub until: Option<Timestamp>,
    /// What is not there, in words.
    pub reason: String,
}
