//! A day of the year on which certificates end.

use std::fmt;

use chrono::{Datelike, Month, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::RulesError;

/// A day of every year, such as 31 December. 29 February is 28 February in years that have no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct FixedDay {
    month: u32,
    day: u32,
}

/// What is said of a text that is none.
pub(crate) const EXPECTED: &str = "a day of the year such as \"31 December\"";

/// A year with a 29 February.
const LEAP: i32 = 2024;

impl FixedDay {
    /// Reads `31 December` or `December 31`.
    pub(crate) fn parse(text: &str) -> Result<Self, RulesError> {
        let fail = || {
            let shortened: String = text.chars().take(60).collect();
            RulesError::FixedDay(format!("{shortened:?} is not {EXPECTED}"))
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let &[first, second] = words.as_slice() else {
            return Err(fail());
        };
        let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        let (day, month) = if is_number(first) {
            (first, second)
        } else {
            (second, first)
        };
        let month = month.parse::<Month>().map_err(|_| fail())?.number_from_month();
        let day = day.parse().map_err(|_| fail())?;
        NaiveDate::from_ymd_opt(LEAP, month, day).ok_or_else(fail)?;
        Ok(Self { month, day })
    }

    /// That day in a year; `None` beyond the calendar.
    pub(crate) fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
            .or_else(|| NaiveDate::from_ymd_opt(year, self.month, 28))
    }

    /// The first such day that is not before another.
    pub(crate) fn first_from(self, day: NaiveDate) -> Option<NaiveDate> {
        self.in_year(day.year())
            .filter(|own| *own >= day)
            .or_else(|| self.in_year(day.year().checked_add(1)?))
    }
}

impl fmt::Display for FixedDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = u8::try_from(self.month)
            .ok()
            .and_then(|month| Month::try_from(month).ok());
        write!(f, "{} {}", self.day, month.map_or("", |month| month.name()))
    }
}

impl TryFrom<String> for FixedDay {
    type Error = RulesError;

    fn try_from(text: String) -> Result<Self, RulesError> {
        Self::parse(&text)
    }
}

impl From<FixedDay> for String {
    fn from(day: FixedDay) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_one() {
        for (text, shown) in [
            ("31 December", "31 December"),
            ("december 31", "31 December"),
            ("29 Feb", "29 February"),
            ("1  may", "1 May"),
        ] {
            assert_eq!(FixedDay::parse(text).unwrap().to_string(), shown);
        }
        for text in [
            "",
            "31",
            "December",
            "31 November",
            "30 February",
            "0 May",
            "2026-12-31",
            "31 Dezember",
        ] {
            assert!(FixedDay::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_not_before_a_day() {
        for (fixed, day, first) in [
            ("31 December", "2026-03-02", "2026-12-31"),
            ("31 December", "2026-12-31", "2026-12-31"),
            ("1 March", "2026-03-02", "2027-03-01"),
            ("29 February", "2023-03-01", "2024-02-29"),
            ("29 February", "2024-03-01", "2025-02-28"),
            ("29 February", "2025-02-28", "2025-02-28"),
        ] {
            let found = FixedDay::parse(fixed).unwrap().first_from(day.parse().unwrap());
            assert_eq!(found, Some(first.parse().unwrap()), "{fixed} from {day}");
        }
    }
}
