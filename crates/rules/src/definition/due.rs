//! By when something must be shown, as people write it.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Period, RulesError};

/// By when something must be shown: a day, at the end of which it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Due {
    /// That day.
    On(NaiveDate),
    /// So many days, weeks, months or years after the day of something.
    After(Period, Start),
}

/// From when on days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// The curriculum became theirs.
    Assignment,
    /// Their first day in the organisation.
    Hire,
    /// Their first day in the role that makes the curriculum theirs.
    Role,
}

/// What is said of a text that is none.
pub(crate) const EXPECTED: &str = "\"30 days after hire\", \"30 days after role start\", \"30 days after assignment\" (or short \"30 days\"), in days, weeks, months or years, or a date such as \"2026-12-31\"";

impl Start {
    const ALL: [Self; 3] = [Self::Assignment, Self::Hire, Self::Role];

    /// As it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::Hire => "hire",
            Self::Role => "role start",
        }
    }
}

impl Due {
    /// Reads `30 days after hire` or `2026-12-31`.
    pub(crate) fn parse(text: &str) -> Result<Self, RulesError> {
        let fail = || {
            let shortened: String = text.chars().take(60).collect();
            RulesError::Due(format!("{shortened:?} is not {EXPECTED}"))
        };
        let text = text.trim();
        if let Ok(day) = text.parse::<NaiveDate>() {
            return Ok(Self::On(day));
        }
        let (period, anchor) = match text.split_once(" after ") {
            None => (text, Start::Assignment),
            Some((period, anchor)) => {
                let anchor = anchor.split_whitespace().collect::<Vec<_>>().join(" ");
                let named = Start::ALL.into_iter().find(|own| own.as_str() == anchor);
                (period, named.ok_or_else(fail)?)
            }
        };
        let period = Period::parse(period).map_err(|_| fail())?;
        if period.has_parts_of_days() {
            return Err(fail());
        }
        Ok(Self::After(period, anchor))
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(day) => write!(f, "{day}"),
            Self::After(period, anchor) => write!(f, "{period} after {}", anchor.as_str()),
        }
    }
}

impl TryFrom<String> for Due {
    type Error = RulesError;

    fn try_from(text: String) -> Result<Self, RulesError> {
        Self::parse(&text)
    }
}

impl From<Due> for String {
    fn from(due: Due) -> Self {
        due.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_one() {
        for (text, shown) in [
            ("30 days after hire", "30 days after hire"),
            ("P30D after hire", "30 days after hire"),
            ("6 months after role  start", "6 months after role start"),
            ("30 days", "30 days after assignment"),
            ("2026-12-31", "2026-12-31"),
        ] {
            let due = Due::parse(text).unwrap();
            assert_eq!(due.to_string(), shown, "{text}");
            assert_eq!(Due::parse(shown).unwrap(), due);
        }
        for text in [
            "",
            "soon",
            "30 days after lunch",
            "36 hours",
            "after hire",
            "2026-02-30",
            "31.12.2026",
        ] {
            assert!(Due::parse(text).is_err(), "{text}");
        }
    }
}
