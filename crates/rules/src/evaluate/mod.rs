//! Evaluation.

use xapi::Timestamp;

use crate::{Curriculum, Evidence, Person, Standing, Status};

/// Where a person stands at a moment.
pub fn evaluate(_curriculum: &Curriculum, _person: &Person, _evidence: &[Evidence], _at: Timestamp) -> Standing {
    Standing {
        status: Status::NotAssigned,
        entitlement: None,
        lapsed: None,
        requirements: Vec::new(),
        next_change_at: None,
    }
}
