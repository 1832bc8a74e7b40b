//! Weeks or months in a row, as they are where the person is.

use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;
use xapi::Timestamp;

use crate::{Person, Streak};

/// Follows moments in their order.
pub(super) struct Streaks {
    unit: Streak,
    zone: Tz,
    /// The last week or month, and how many in a row there are with it.
    last: Option<(i64, u32)>,
}

impl Streaks {
    pub(super) fn new(unit: Streak, person: &Person) -> Self {
        Self {
            unit,
            zone: person.zone(),
            last: None,
        }
    }

    /// Takes a moment, not before the last one; answers how many weeks or months in a row there are with it, if it is
    /// the first in its own.
    pub(super) fn take(&mut self, at: Timestamp) -> Option<u32> {
        let period = self.period(at);
        let length = match self.last {
            Some((last, _)) if last == period => return None,
            Some((last, length)) if last + 1 == period => length + 1,
            _ => 1,
        };
        self.last = Some((period, length));
        Some(length)
    }

    /// How many in a row there are up to a moment. The week or month that is under way breaks none.
    pub(super) fn current(&self, at: Timestamp) -> u32 {
        match self.last {
            Some((last, length)) if self.period(at) - last <= 1 => length,
            _ => 0,
        }
    }

    /// The number of a week or month; those side by side have numbers side by side.
    fn period(&self, at: Timestamp) -> i64 {
        let day = at.to_datetime().with_timezone(&self.zone).date_naive();
        match self.unit {
            Streak::Months => i64::from(day.year()) * 12 + i64::from(day.month0()),
            Streak::Weeks => {
                let monday = i64::from(day.weekday().num_days_from_monday());
                (days(day) - monday).div_euclid(7)
            }
        }
    }
}

fn days(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(unit: Streak, zone: Option<&str>, moments: &[&str]) -> (Vec<Option<u32>>, Streaks) {
        let person = Person {
            time_zone: zone.map(str::to_owned),
            ..Person::default()
        };
        let mut streaks = Streaks::new(unit, &person);
        let lengths = moments
            .iter()
            .map(|moment| streaks.take(Timestamp::parse(moment).unwrap()))
            .collect();
        (lengths, streaks)
    }

    #[test]
    fn weeks_begin_on_monday_and_go_on_over_the_year() {
        // 2024-12-29 is a Sunday.
        let (lengths, streaks) = follow(
            Streak::Weeks,
            None,
            &[
                "2024-12-29T12:00:00Z",
                "2024-12-30T00:00:00Z",
                "2025-01-05T23:59:59Z",
                "2025-01-06T00:00:00Z",
                "2025-01-20T00:00:00Z",
            ],
        );
        assert_eq!(lengths, [Some(1), Some(2), None, Some(3), Some(1)]);
        for (at, current) in [
            ("2025-01-26T00:00:00Z", 1),
            ("2025-02-02T23:59:59Z", 1),
            ("2025-02-03T00:00:00Z", 0),
        ] {
            assert_eq!(streaks.current(Timestamp::parse(at).unwrap()), current, "{at}");
        }
    }

    #[test]
    fn months_are_those_of_the_person() {
        let moments = ["2024-12-31T23:30:00Z", "2025-01-31T23:30:00Z"];
        assert_eq!(follow(Streak::Months, None, &moments).0, [Some(1), Some(2)]);
        let berlin = ["2024-12-31T22:30:00Z", "2025-01-31T23:30:00Z"];
        assert_eq!(
            follow(Streak::Months, Some("Europe/Berlin"), &berlin).0,
            [Some(1), Some(1)],
            "December and February"
        );
    }
}
