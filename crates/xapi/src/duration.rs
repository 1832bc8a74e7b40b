//! ISO 8601 durations (xAPI 1.0.3 Data 4.6).

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::error::FormatError;

const EXPECTED: &str = "an ISO 8601 duration, such as \"PT1H30M\" or \"PT16559.14S\" or \"P4W\"";

/// A duration, kept as it was sent.
///
/// Durations are compared as text, since a month has no fixed length (Data 2.3.1), except that seconds are
/// compared as numbers cut off after hundredths (Data 4.6).
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration {
    text: Box<str>,
    /// Where the number of seconds begins, if there are seconds; it ends before the last character.
    seconds_from: Option<usize>,
}

impl Duration {
    /// Reads a duration of the form of ISO 8601:2004 4.4.3.2; only the last number may have decimals.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let seconds_from = scan(text).map_err(|detail| FormatError::new(EXPECTED, text, Some(detail)))?;
        Ok(Self {
            text: text.into(),
            seconds_from,
        })
    }

    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its length in seconds, taking a day as 24 hours and a week as 7 days; `None` if it has years or months,
    /// whose length depends on when they are.
    pub fn as_seconds(&self) -> Option<f64> {
        let mut in_time = false;
        let mut total = 0.0;
        let mut rest = self.text.get(1..)?;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('T') {
                in_time = true;
                rest = after;
                continue;
            }
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let number: f64 = rest.get(..end)?.replace(',', ".").parse().ok()?;
            let unit = match (rest.as_bytes().get(end)?, in_time) {
                (b'W', _) => 604_800.0,
                (b'D', _) => 86_400.0,
                (b'H', _) => 3_600.0,
                (b'M', true) => 60.0,
                (b'S', _) => 1.0,
                _ => return None,
            };
            total += number * unit;
            rest = rest.get(end + 1..)?;
        }
        Some(total)
    }

    /// The parts that count in a comparison: the text before the seconds, whole seconds without leading zeros,
    /// and exactly two digits of hundredths.
    pub(crate) fn compared(&self) -> (&str, Option<(&str, [u8; 2])>) {
        let Some(from) = self.seconds_from else {
            return (&self.text, None);
        };
        let (before, seconds) = self.text.split_at_checked(from).unwrap_or((&self.text, "S"));
        let seconds = seconds.trim_end_matches('S');
        let (whole, decimals) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
        let digit = |at: usize| decimals.as_bytes().get(at).copied().unwrap_or(b'0');
        (
            before,
            Some((whole.trim_start_matches('0'), [digit(0), digit(1)])),
        )
    }
}

/// Checks the form; answers where the seconds begin.
fn scan(text: &str) -> Result<Option<usize>, &'static str> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'P') {
        return Err("it does not begin with \"P\"");
    }
    let mut at = 1;
    let mut units: &[u8] = b"YMWD";
    let (mut in_time, mut found, mut found_in_time, mut weeks) = (false, false, false, false);
    let mut decimals = false;
    let mut seconds_from = None;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'T' {
            if in_time {
                return Err("it has \"T\" twice");
            }
            (in_time, units) = (true, b"HMS");
            at += 1;
            continue;
        }
        if decimals {
            return Err("only the last number may have decimals");
        }
        let from = at;
        let whole = run_of_digits(bytes, at);
        at += whole;
        if whole == 0 {
            return Err("a number is missing before a unit");
        }
        if matches!(bytes.get(at), Some(b'.' | b',')) {
            let part = run_of_digits(bytes, at + 1);
            if part == 0 {
                return Err("a number ends with a decimal point");
            }
            at += 1 + part;
            decimals = true;
        }
        let unit = *bytes.get(at).ok_or("a number has no unit")?;
        let order = units
            .iter()
            .position(|known| *known == unit)
            .ok_or("a unit is unknown, doubled or out of order")?;
        units = units.get(order + 1..).unwrap_or_default();
        if weeks || (unit == b'W' && found) {
            return Err("weeks cannot be combined with other units");
        }
        weeks = unit == b'W';
        found = true;
        found_in_time |= in_time;
        if unit == b'S' {
            seconds_from = Some(from);
        }
        at += 1;
    }
    if !found || (in_time && !found_in_time) {
        return Err("it has no number with a unit at its end");
    }
    if weeks && in_time {
        return Err("weeks cannot be combined with other units");
    }
    Ok(seconds_from)
}

fn run_of_digits(bytes: &[u8], from: usize) -> usize {
    bytes
        .iter()
        .skip(from)
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.compared() == other.compared()
    }
}

impl Eq for Duration {}

impl Hash for Duration {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.compared().hash(state);
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl TryFrom<String> for Duration {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, FormatError> {
        Self::parse(&text)
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> Self {
        duration.text.into_string()
    }
}
