//! The words in which a standing is explained.

use std::fmt;

use chrono::Datelike;
use chrono_tz::Tz;
use xapi::Timestamp;

use crate::Number;

/// A day as the person's calendar shows it: `2026-03-02`.
pub(super) struct Day(pub(super) Timestamp, pub(super) Tz);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.0.to_datetime();
        let day = match self.1 {
            Tz::UTC => moment.date_naive(),
            zone => moment.with_timezone(&zone).date_naive(),
        };
        write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
    }
}

/// A score with at least two decimals: `0.80`.
pub(super) struct Points(pub(super) Number);

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.write_str(&text)?;
        match text.split_once('.') {
            None => f.write_str(".00"),
            Some((_, decimals)) if decimals.len() < 2 => f.write_str("0"),
            Some(_) => Ok(()),
        }
    }
}
