//! Points in time (xAPI 1.0.3 Data 4.5; RFC 3339 since 2.0).

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::FormatError;

const EXPECTED: &str = "an ISO 8601 date and time, such as \"2026-11-23T09:30:00.000Z\"";
const MICROS: i64 = 1_000_000;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
///
/// Text out is RFC 3339 in UTC with `Z`, three decimals for whole milliseconds, else six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads a date and time of ISO 8601's extended format. Without an offset it is UTC (an offset is a SHOULD);
    /// seconds may be left out; decimals beyond microseconds are cut off. An offset of `-00`, `-0000` or `-00:00`,
    /// which ISO 8601 forbids, is refused.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let fail = |detail: &str| FormatError::new(EXPECTED, text, Some(detail));
        let mut scan = Scan(text.as_bytes());

        let (year, month, day) = scan.date().ok_or_else(|| fail("the date is not YYYY-MM-DD"))?;
        if !matches!(scan.next(), Some(b'T' | b't')) {
            return Err(fail("there is no \"T\" between date and time"));
        }
        let date = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| fail("there is no such day"))?;
        let (hour, minute, second, micros) = scan.time().ok_or_else(|| fail("the time is not HH:MM:SS"))?;
        // A leap second is the moment after the 59th second, as POSIX counts.
        if hour > 23 || minute > 59 || second > 60 {
            return Err(fail("there is no such time of day"));
        }
        let offset = scan
            .offset()
            .ok_or_else(|| fail("the offset is not \"Z\" or +HH:MM or -HH:MM, and not -00:00"))?;
        if !scan.0.is_empty() {
            return Err(fail("there is something after the end"));
        }

        let days = i64::from(date.num_days_from_ce()) - UNIX_EPOCH_FROM_CE;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
        Ok(Self(seconds * MICROS + micros))
    }

    /// As chrono's type; a moment outside chrono's years (about ±262,000) becomes the nearest inside.
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }
}

/// 1970-01-01 as chrono counts days.
const UNIX_EPOCH_FROM_CE: i64 = 719_163;

/// What is left of the text.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let mut number = 0;
        for _ in 0..count {
            let digit = self.next().filter(u8::is_ascii_digit)?;
            number = number * 10 + i64::from(digit - b'0');
        }
        Some(number)
    }

    fn date(&mut self) -> Option<(i32, u32, u32)> {
        let year = self.digits(4)?;
        self.eat(b'-')?;
        let month = self.digits(2)?;
        self.eat(b'-')?;
        let day = self.digits(2)?;
        Some((
            i32::try_from(year).ok()?,
            u32::try_from(month).ok()?,
            u32::try_from(day).ok()?,
        ))
    }

    fn time(&mut self) -> Option<(i64, i64, i64, i64)> {
        let hour = self.digits(2)?;
        self.eat(b':')?;
        let minute = self.digits(2)?;
        if self.0.first() != Some(&b':') {
            return Some((hour, minute, 0, 0));
        }
        self.next();
        let second = self.digits(2)?;
        let mut micros = 0;
        if matches!(self.0.first(), Some(b'.' | b',')) {
            self.next();
            let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if count == 0 {
                return None;
            }
            micros = self.digits(count.min(6))?;
            for _ in count..6 {
                micros *= 10;
            }
            self.0 = self.0.get(count.saturating_sub(6)..)?;
        }
        Some((hour, minute, second, micros))
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.0.first() {
            None => return Some(0),
            Some(b'Z' | b'z') => {
                self.next();
                return Some(0);
            }
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return None,
        };
        self.next();
        let hours = self.digits(2)?;
        let minutes = match self.0.first() {
            None => 0,
            Some(b':') => {
                self.next();
                self.digits(2)?
            }
            Some(_) => self.digits(2)?,
        };
        let offset = hours * 60 + minutes;
        (hours <= 23 && minutes <= 59 && !(sign < 0 && offset == 0)).then_some(sign * offset)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(at: Timestamp) -> Self {
        at.to_datetime()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.to_datetime();
        let micros = at.nanosecond() / 1_000 % 1_000_000;
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )?;
        if micros.is_multiple_of(1_000) {
            write!(f, ".{:03}Z", micros / 1_000)
        } else {
            write!(f, ".{micros:06}Z")
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}
