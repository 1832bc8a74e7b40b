//! The words in which a standing is explained. They are made for every person again and again, so they are made fast.

use std::fmt;

use chrono::Datelike;
use chrono_tz::Tz;
use xapi::Timestamp;

use crate::Number;
use crate::definition::PassingScore;

/// A day as the person's calendar shows it: `2026-03-02`.
pub(super) struct Day(pub(super) Timestamp, pub(super) Tz);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.0.to_datetime();
        let day = match self.1 {
            Tz::UTC => moment.date_naive(),
            zone => moment.with_timezone(&zone).date_naive(),
        };
        let (year, month, number) = (day.year(), day.month(), day.day());
        let Ok(year) = u32::try_from(year) else {
            return write!(f, "{year:04}-{month:02}-{number:02}");
        };
        if year > 9_999 {
            return write!(f, "{year}-{month:02}-{number:02}");
        }
        let text = [
            digit(year / 1_000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(number / 10),
            digit(number),
        ];
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// A minute as the person's clock shows it: `2026-03-02 09:30`.
pub(super) struct Minute(pub(super) Timestamp, pub(super) Tz);

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.0.to_datetime().with_timezone(&self.1);
        write!(f, "{} {}", Day(self.0, self.1), moment.format("%H:%M"))
    }
}

/// The last digit of a number.
fn digit(number: u32) -> u8 {
    // Less than ten.
    b'0' + (number % 10) as u8
}

/// A score with at least two decimals: `0.80`.
pub(super) struct Points(pub(super) Number);

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hundredths) = self.0.as_hundredths().filter(|hundredths| *hundredths < 1_000) {
            let text = [
                digit(hundredths / 100),
                b'.',
                digit(hundredths / 10),
                digit(hundredths),
            ];
            return f.write_str(std::str::from_utf8(&text).unwrap_or_default());
        }
        let text = self.0.to_string();
        f.write_str(&text)?;
        match text.split_once('.') {
            None => f.write_str(".00"),
            Some((_, decimals)) if decimals.len() < 2 => f.write_str("0"),
            Some(_) => Ok(()),
        }
    }
}

/// A score as it is held against a passing score: scaled ones with two decimals, raw ones in points.
pub(super) struct Score(pub(super) Option<PassingScore>, pub(super) Number);

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(PassingScore::Raw(_)) => f.write_str(&PassingScore::Raw(self.1).shown()),
            Some(PassingScore::Scaled(_)) | None => Points(self.1).fmt(f),
        }
    }
}

/// A title in quotes.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        f.write_str(self.0)?;
        f.write_str("'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_every_length() {
        let day = |text: &str, zone| Day(Timestamp::parse(text).unwrap(), zone).to_string();
        assert_eq!(day("2026-03-02T23:30:00Z", Tz::UTC), "2026-03-02");
        assert_eq!(day("2026-12-31T23:30:00Z", Tz::Europe__Berlin), "2027-01-01");
        assert_eq!(day("0099-12-31T23:30:00Z", Tz::UTC), "0099-12-31");
        assert_eq!(day("2026-10-09T23:30:00Z", Tz::UTC), "2026-10-09");
        assert_eq!(
            Day(Timestamp::from_micros(i64::MAX), Tz::UTC).to_string().len(),
            "+262142-12-31".len() - 1
        );
    }

    #[test]
    fn minutes_are_those_of_the_place() {
        let moment = Timestamp::parse("2026-12-31T23:30:59Z").unwrap();
        assert_eq!(Minute(moment, Tz::UTC).to_string(), "2026-12-31 23:30");
        assert_eq!(Minute(moment, Tz::Asia__Kolkata).to_string(), "2027-01-01 05:00");
    }

    #[test]
    fn scores_have_two_decimals_or_more() {
        for (text, shown) in [
            ("0.8", "0.80"),
            ("1", "1.00"),
            ("0", "0.00"),
            ("0.05", "0.05"),
            ("0.725", "0.725"),
            ("-0.5", "-0.50"),
            ("42.5", "42.50"),
            ("9.99", "9.99"),
            ("10", "10.00"),
            ("42.25", "42.25"),
            ("100", "100.00"),
        ] {
            assert_eq!(Points(Number::parse(text).unwrap()).to_string(), shown);
        }
    }
}
