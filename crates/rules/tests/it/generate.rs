//! Generated curricula, people and histories for the laws.

mod curricula;
mod histories;

use proptest::prelude::*;
use xapi::Timestamp;

pub(crate) use curricula::{CREDENTIAL, ISSUERS, curriculum, licensed, monotone};
pub(crate) use histories::{history, perfect, person, row};

use crate::support::at;

pub(crate) const DAY: i64 = 86_400_000_000;

pub(crate) fn day(day: i64) -> Timestamp {
    Timestamp::from_micros(at("2024-01-01T00:00:00Z").as_micros() + day * DAY / 4)
}

/// Quarters of days over about three years, with a leap day in them.
pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    (0i64..4_400).prop_map(day)
}
