//! Days as a person's clocks show them.

use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use xapi::Timestamp;

/// The first moment of a day. Where clocks were put forward over midnight, or over the whole day, the first moment
/// after the gap.
pub(crate) fn start_of(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&midnight).earliest().or_else(|| {
        (1..=52).find_map(|half_hours| {
            zone.from_local_datetime(&(midnight + chrono::TimeDelta::minutes(30 * half_hours)))
                .earliest()
        })
    });
    match local {
        Some(moment) => Timestamp::from(moment.with_timezone(&Utc)),
        None => Timestamp::from(midnight.and_utc()),
    }
}

/// The first moment after a day; at the end of the calendar, its last.
pub(crate) fn end_of(day: NaiveDate, zone: Tz) -> Timestamp {
    day.succ_opt()
        .map_or(Timestamp::from_micros(i64::MAX), |next| start_of(next, zone))
}

/// The day a moment is in.
pub(crate) fn day_of(moment: Timestamp, zone: Tz) -> NaiveDate {
    moment.to_datetime().with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn days_where_the_person_is() {
        for (day, zone, start, end) in [
            (
                "2026-03-01",
                Tz::UTC,
                "2026-03-01T00:00:00Z",
                "2026-03-02T00:00:00Z",
            ),
            // A day of 23 hours and one of 25.
            (
                "2026-03-29",
                Tz::Europe__Berlin,
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
            ),
            (
                "2026-10-25",
                Tz::Europe__Berlin,
                "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
            // Clocks in Beirut went from 00:00 to 01:00 on 2024-03-31: a day without a midnight.
            (
                "2024-03-31",
                Tz::Asia__Beirut,
                "2024-03-30T22:00:00Z",
                "2024-03-31T21:00:00Z",
            ),
            // Samoa left 2011-12-30 out.
            (
                "2011-12-30",
                Tz::Pacific__Apia,
                "2011-12-30T10:00:00Z",
                "2011-12-30T10:00:00Z",
            ),
        ] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(start_of(day, zone), at(start), "{day} {zone}");
            assert_eq!(end_of(day, zone), at(end), "{day} {zone}");
        }
        assert_eq!(
            day_of(at("2026-12-31T23:30:00Z"), Tz::Europe__Berlin).to_string(),
            "2027-01-01"
        );
    }
}
