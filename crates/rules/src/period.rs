//! Lengths of time as people write them in a curriculum: calendar months keep their months.

use std::fmt;

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use xapi::Timestamp;

use crate::RulesError;

/// A length of time in calendar units, such as `2 years` or `90 days`. Longer than nothing, at most 200 years.
///
/// Adding one month to 31 January gives the last day of February; a year after 29 February is 28 February.
/// It is reckoned in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    months: u32,
    days: u32,
    seconds: u32,
}

/// What is said of a text that is no period.
pub(crate) const EXPECTED: &str = "a length of time such as \"90 days\", \"6 months\", \"2 years\" or \"1 year 6 months\" (also ISO 8601: \"P2Y\")";

const MAX_MONTHS: u32 = 200 * 12;
const MAX_DAYS: u32 = 200 * 366;
const MAX_SECONDS: u32 = 366 * 86_400;

impl Period {
    /// One hour.
    pub(crate) const HOUR: Self = Self {
        months: 0,
        days: 0,
        seconds: 3_600,
    };
    /// 14 days.
    pub const FORTNIGHT: Self = Self {
        months: 0,
        days: 14,
        seconds: 0,
    };
    /// One year.
    pub(crate) const YEAR: Self = Self {
        months: 12,
        days: 0,
        seconds: 0,
    };

    /// So many days.
    pub const fn days(days: u32) -> Self {
        Self {
            months: 0,
            days,
            seconds: 0,
        }
    }

    /// Reads `2 years`, `1 year 6 months`, `3 weeks`, `36 hours`, or an ISO 8601 duration of whole numbers.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let fail = || RulesError::Period(format!("{:?} is not {EXPECTED}", shortened(text)));
        let parts = words(text).or_else(|| iso(text)).ok_or_else(fail)?;
        let mut period = Self {
            months: 0,
            days: 0,
            seconds: 0,
        };
        for (count, unit) in parts {
            let (field, factor) = match unit {
                Unit::Year => (&mut period.months, 12),
                Unit::Month => (&mut period.months, 1),
                Unit::Week => (&mut period.days, 7),
                Unit::Day => (&mut period.days, 1),
                Unit::Hour => (&mut period.seconds, 3_600),
                Unit::Minute => (&mut period.seconds, 60),
                Unit::Second => (&mut period.seconds, 1),
            };
            *field = count
                .checked_mul(factor)
                .and_then(|more| field.checked_add(more))
                .ok_or_else(fail)?;
        }
        let bounded = period.months <= MAX_MONTHS && period.days <= MAX_DAYS && period.seconds <= MAX_SECONDS;
        let is_nothing = period
            == Self {
                months: 0,
                days: 0,
                seconds: 0,
            };
        if bounded && !is_nothing {
            Ok(period)
        } else {
            Err(fail())
        }
    }

    /// The moment this long after another. At the ends of the calendar it stands still.
    pub fn after(self, start: Timestamp) -> Timestamp {
        let moved = |at: DateTime<Utc>| {
            at.checked_add_months(Months::new(self.months))?
                .checked_add_signed(self.below_months())
        };
        moved(start.to_datetime()).map_or(Timestamp::from_micros(i64::MAX), Timestamp::from)
    }

    /// The moment this long before another.
    pub fn before(self, end: Timestamp) -> Timestamp {
        let moved = |at: DateTime<Utc>| {
            at.checked_sub_signed(self.below_months())?
                .checked_sub_months(Months::new(self.months))
        };
        moved(end.to_datetime()).map_or(Timestamp::from_micros(i64::MIN), Timestamp::from)
    }

    /// The day this long after another, as a calendar counts; `None` at its end. What is less than a day is left out.
    pub(crate) fn after_day(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_add_months(Months::new(self.months))?
            .checked_add_days(Days::new(self.days.into()))
    }

    /// How many years it is, if it is nothing but years.
    pub(crate) fn as_years(self) -> Option<i32> {
        let is_years = self.months.is_multiple_of(12) && self.days == 0 && self.seconds == 0;
        i32::try_from(self.months / 12).ok().filter(|_| is_years)
    }

    /// Whether it is no whole number of days.
    pub(crate) fn has_parts_of_days(self) -> bool {
        self.seconds > 0
    }

    /// Its length in seconds where a month is a twelfth of a mean year: for comparing two periods.
    pub fn nominal_seconds(self) -> u64 {
        u64::from(self.months) * 2_629_746 + u64::from(self.days) * 86_400 + u64::from(self.seconds)
    }

    /// Its length in seconds, if it has no months.
    pub(crate) fn as_seconds(self) -> Option<u64> {
        (self.months == 0).then(|| self.nominal_seconds())
    }

    fn below_months(self) -> TimeDelta {
        TimeDelta::days(i64::from(self.days)) + TimeDelta::seconds(i64::from(self.seconds))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[derive(Clone, Copy)]
enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

/// `1 year 6 months`, `1 year and 6 months`, `90days`.
fn words(text: &str) -> Option<Vec<(u32, Unit)>> {
    let mut rest = text.trim();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start();
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters)?;
        let unit = match unit.to_ascii_lowercase().trim_end_matches('s') {
            "year" => Unit::Year,
            "month" => Unit::Month,
            "week" => Unit::Week,
            "day" => Unit::Day,
            "hour" => Unit::Hour,
            "minute" => Unit::Minute,
            "second" => Unit::Second,
            _ => return None,
        };
        parts.push((number.parse().ok()?, unit));
        let after = after.trim_start_matches([' ', ',']);
        rest = after.strip_prefix("and ").unwrap_or(after).trim_start();
    }
    (!parts.is_empty()).then_some(parts)
}

/// `P2Y`, `P1Y6M`, `P90D`, `PT36H`.
fn iso(text: &str) -> Option<Vec<(u32, Unit)>> {
    let mut rest = text.trim().strip_prefix('P')?;
    let mut in_time = false;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T').filter(|_| !in_time) {
            (rest, in_time) = (after, true);
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits)?;
        let unit = match (after.bytes().next()?, in_time) {
            (b'Y', false) => Unit::Year,
            (b'M', false) => Unit::Month,
            (b'W', false) => Unit::Week,
            (b'D', false) => Unit::Day,
            (b'H', true) => Unit::Hour,
            (b'M', true) => Unit::Minute,
            (b'S', true) => Unit::Second,
            _ => return None,
        };
        parts.push((number.parse().ok()?, unit));
        rest = after.get(1..)?;
    }
    (!parts.is_empty()).then_some(parts)
}

impl fmt::Display for Period {
    /// In words, in the fewest units: `1 year 6 months`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (weeks, days) = if self.days.is_multiple_of(7) {
            (self.days / 7, 0)
        } else {
            (0, self.days)
        };
        let parts = [
            (self.months / 12, "year"),
            (self.months % 12, "month"),
            (weeks, "week"),
            (days, "day"),
            (self.seconds / 3_600, "hour"),
            (self.seconds % 3_600 / 60, "minute"),
            (self.seconds % 60, "second"),
        ];
        let mut first = true;
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            let plural = if count == 1 { "" } else { "s" };
            write!(f, "{}{count} {unit}{plural}", if first { "" } else { " " })?;
            first = false;
        }
        Ok(())
    }
}

impl TryFrom<String> for Period {
    type Error = RulesError;

    fn try_from(text: String) -> Result<Self, RulesError> {
        Self::parse(&text)
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn period(text: &str) -> Period {
        Period::parse(text).unwrap()
    }

    #[test]
    fn the_ways_to_write_one() {
        for (text, shown) in [
            ("2 years", "2 years"),
            ("1 year", "1 year"),
            ("24 months", "2 years"),
            ("18 Months", "1 year 6 months"),
            ("1 year and 6 months", "1 year 6 months"),
            ("P1Y6M", "1 year 6 months"),
            ("90days", "90 days"),
            ("2 weeks", "2 weeks"),
            ("14 days", "2 weeks"),
            ("P90D", "90 days"),
            ("PT36H", "36 hours"),
            ("90 minutes", "1 hour 30 minutes"),
            ("90 seconds", "1 minute 30 seconds"),
            ("P2W", "2 weeks"),
            ("PT1M30S", "1 minute 30 seconds"),
        ] {
            assert_eq!(period(text).to_string(), shown, "{text}");
            assert_eq!(period(shown), period(text), "{shown}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "0 days",
            "two years",
            "2",
            "years",
            "2 jears",
            "-1 day",
            "P",
            "1.5 years",
            "9999 years",
            "99999999999 days",
        ] {
            assert!(Period::parse(text).is_err(), "{text}");
        }
        let said = Period::parse("two years").unwrap_err().to_string();
        assert!(said.starts_with("\"two years\" is not "), "{said}");
        let said = Period::parse(&"x".repeat(61)).unwrap_err().to_string();
        assert!(said.contains(&format!("{:?}", "x".repeat(60))), "{said}");
    }

    #[test]
    fn the_calendar_is_kept() {
        for (start, length, end) in [
            ("2026-03-02T10:00:00Z", "1 year", "2027-03-02T10:00:00Z"),
            ("2024-02-29T10:00:00Z", "1 year", "2025-02-28T10:00:00Z"),
            ("2024-02-29T10:00:00Z", "4 years", "2028-02-29T10:00:00Z"),
            ("2026-01-31T00:00:00Z", "1 month", "2026-02-28T00:00:00Z"),
            ("2026-03-02T10:00:00Z", "90 days", "2026-05-31T10:00:00Z"),
            ("2026-03-02T10:00:00Z", "1 day 2 hours", "2026-03-03T12:00:00Z"),
        ] {
            assert_eq!(period(length).after(at(start)), at(end), "{start} + {length}");
        }
        assert_eq!(
            period("3 months").before(at("2027-05-31T10:00:00Z")),
            at("2027-02-28T10:00:00Z")
        );
    }
}
