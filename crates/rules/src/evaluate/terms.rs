//! When certificates end, and when they are renewed, for one person.

use chrono::Datelike;
use chrono_tz::Tz;
use xapi::Timestamp;

use super::clock::NEVER;
use crate::calendar::{day_of, end_of};
use crate::definition::{Certification, FixedDay};

/// The longest that the minimum active time moves a fixed day out, in years.
const MOST_YEARS: i32 = 200;

/// What a certification says of times, where the person is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'c> {
    pub(crate) certification: &'c Certification,
    pub(crate) zone: Tz,
}

impl Terms<'_> {
    /// When a certificate ends whose time is counted from a moment: the one in which it was earned, or in which the
    /// one before it ended. The later that is, the later it ends. [`NEVER`] without a validity.
    pub(crate) fn expires(&self, from: Timestamp) -> Timestamp {
        match (self.certification.expires_on, self.certification.lasts()) {
            _ if from == NEVER => NEVER,
            (_, None) => NEVER,
            (None, Some(validity)) => validity.after(from),
            (Some(fixed), Some(validity)) => {
                let years = validity.as_years().unwrap_or(1).max(1);
                self.fixed_end(fixed, from, years).unwrap_or(NEVER)
            }
        }
    }

    /// The end of the `years`th such day that is not before a moment, or of one in a later year if that is too soon.
    fn fixed_end(&self, fixed: FixedDay, from: Timestamp, years: i32) -> Option<Timestamp> {
        let first = fixed.first_from(day_of(from, self.zone))?.year();
        let soonest = self
            .certification
            .active_at_least
            .map_or(from, |least| least.after(from));
        (years - 1..MOST_YEARS + years)
            .filter_map(|later| fixed.in_year(first.checked_add(later)?))
            .map(|day| end_of(day, self.zone))
            .find(|end| *end >= soonest)
    }

    /// From when on what is rooted in a moment counts for no certificate any more.
    pub(crate) fn goes_stale(&self, root: Timestamp) -> Timestamp {
        if root == NEVER {
            return NEVER;
        }
        let within = self
            .certification
            .within
            .map_or(NEVER, |within| within.after(root));
        within.min(self.expires(root))
    }

    /// When a certificate can be renewed: some time before it ends, and not before it was earned. [`NEVER`] if it does
    /// not end.
    pub(crate) fn renewal_opens(&self, earned: Timestamp, expires: Timestamp) -> Timestamp {
        match self.certification.renewal_window {
            _ if expires == NEVER => NEVER,
            Some(window) => window.before(expires).max(earned),
            None => {
                let lasts = expires.as_micros().saturating_sub(earned.as_micros());
                Timestamp::from_micros(expires.as_micros().saturating_sub(lasts / 4))
            }
        }
    }

    /// Until when a certificate that ended can be renewed.
    pub(crate) fn grace_ends(&self, expires: Timestamp) -> Timestamp {
        if expires == NEVER {
            return NEVER;
        }
        self.certification
            .grace
            .map_or(expires, |grace| grace.after(expires))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Period;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn ends_on_a_fixed_day() {
        for (validity, least, zone, from, end) in [
            (
                None,
                None,
                Tz::UTC,
                "2026-03-02T10:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
            // On the day itself; at its end.
            (
                None,
                None,
                Tz::UTC,
                "2026-12-31T23:59:59Z",
                "2027-01-01T00:00:00Z",
            ),
            (
                None,
                None,
                Tz::UTC,
                "2027-01-01T00:00:00Z",
                "2028-01-01T00:00:00Z",
            ),
            // Three years: the third such day.
            (
                Some("3 years"),
                None,
                Tz::UTC,
                "2026-03-02T10:00:00Z",
                "2029-01-01T00:00:00Z",
            ),
            // Three months at least: from October on, the next year's.
            (
                None,
                Some("3 months"),
                Tz::UTC,
                "2026-10-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
            (
                None,
                Some("3 months"),
                Tz::UTC,
                "2026-10-01T00:00:01Z",
                "2028-01-01T00:00:00Z",
            ),
            // Where the person is: New Year comes earlier in Berlin and later in New York.
            (
                None,
                None,
                Tz::Europe__Berlin,
                "2026-12-31T22:59:59Z",
                "2026-12-31T23:00:00Z",
            ),
            (
                None,
                None,
                Tz::Europe__Berlin,
                "2026-12-31T23:00:00Z",
                "2027-12-31T23:00:00Z",
            ),
            (
                None,
                None,
                Tz::America__New_York,
                "2027-01-01T04:00:00Z",
                "2027-01-01T05:00:00Z",
            ),
        ] {
            let period = |text: Option<&str>| text.map(|text| Period::parse(text).unwrap());
            let certification = Certification {
                validity: period(validity),
                active_at_least: period(least),
                expires_on: Some(FixedDay::parse("31 December").unwrap()),
                ..Certification::default()
            };
            let terms = Terms {
                certification: &certification,
                zone,
            };
            assert_eq!(
                terms.expires(at(from)),
                at(end),
                "{validity:?} {least:?} {zone} {from}"
            );
        }
    }
}
