//! Decimal numbers with nine decimals, for scores: comparisons with a threshold are exact, sums do not drift.

use std::fmt;

use serde::{Deserialize, Serialize};
use xapi::Decimal;

use crate::RulesError;

const UNIT: i128 = 1_000_000_000;
const DIGITS: usize = 9;
/// Far above any score, far below what an overflow of sums and products could reach.
const BOUND: i128 = 1_000_000_000_000_000_000 * UNIT;

/// A number in steps of a billionth, from -10^18 to 10^18; what lies beyond becomes the bound.
///
/// What is finer is cut off downwards, so that a score is at least a threshold exactly if it was before the cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(i128);

impl Number {
    /// One: a scaled score of 100 %.
    pub const ONE: Self = Self(UNIT);
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// Reads JSON's notation: `0.8`, `-1`, `1e2`.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let fail = || RulesError::Number(text.chars().take(40).collect());
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            None => (rest, 0),
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| fail())?),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
            return Err(fail());
        }

        // The digits after which the nine decimals end; what follows is only asked whether it is zero.
        let last = (whole.len() as i64) + i64::from(exponent) + DIGITS as i64;
        let mut value: i128 = 0;
        let mut cut = false;
        for (place, digit) in whole.bytes().chain(decimals.bytes()).enumerate() {
            if (place as i64) < last {
                value = (value * 10 + i128::from(digit - b'0')).min(BOUND);
            } else {
                cut |= digit != b'0';
            }
        }
        // Zeros that the exponent adds; beyond so many of them, whatever is not zero is at the bound.
        let missing = last - (whole.len() + decimals.len()) as i64;
        let zeros = missing.clamp(0, 38) as u32;
        let value = value.saturating_mul(10_i128.pow(zeros)).min(BOUND);
        Ok(Self(match (negative, cut) {
            (false, _) => value,
            (true, false) => -value,
            (true, true) => -value - 1,
        }))
    }

    /// The nearest number not above.
    pub fn from_decimal(decimal: &Decimal) -> Self {
        // Whatever a `Decimal` is, `parse` reads, except an exponent beyond all bounds: what a double holds is zero then,
        // or next to it.
        Self::parse(decimal.as_str()).unwrap_or(Self::ZERO)
    }

    /// A whole number.
    pub fn from_int(value: i64) -> Self {
        Self((i128::from(value) * UNIT).clamp(-BOUND, BOUND))
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).clamp(-BOUND, BOUND))
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Self {
        Self((self.0 - other.0).clamp(-BOUND, BOUND))
    }

    /// So many of so many; `None` of nothing.
    pub(crate) fn ratio(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then(|| Self((i128::from(part) * UNIT / i128::from(whole)).min(BOUND)))
    }

    /// A part of it in hundredths, cut off downwards.
    pub(crate) fn over(self, divisor: u32) -> Self {
        let hundredths = (self.0 * 100).div_euclid(i128::from(divisor.max(1)) * UNIT);
        Self(hundredths * UNIT / 100)
    }

    /// Where a number lies between two bounds, from 0 to 1; `None` where the bounds are not in order.
    pub fn position_between(self, min: Self, max: Self) -> Option<Self> {
        (min < max).then(|| Self(((self.0 - min.0) * UNIT).div_euclid(max.0 - min.0)))
    }

    /// The number in hundredths, if it is one and neither negative nor huge.
    pub(crate) fn as_hundredths(self) -> Option<u32> {
        let billionths = u64::try_from(self.0).ok()?;
        let (hundredths, rest) = (billionths / 10_000_000, billionths % 10_000_000);
        u32::try_from(hundredths).ok().filter(|_| rest == 0)
    }

    /// The number as a percentage for people: `80 %`, `87.5 %`.
    pub fn percent(self) -> String {
        format!("{} %", Self((self.0 * 100).clamp(-BOUND, BOUND)))
    }
}

/// A sum of numbers. It has room for more of them than anybody will ever send, so that the order in which they are
/// added, or added up in parts, does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum(i128);

impl Sum {
    /// Adds a number.
    pub(crate) fn add(&mut self, number: Number) {
        self.0 = self.0.saturating_add(number.0);
    }

    /// Adds what was added up elsewhere.
    pub(crate) fn merge(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }

    /// The sum as a number.
    pub(crate) fn total(self) -> Number {
        Number(self.0.clamp(-BOUND, BOUND))
    }

    /// Shared by so many, cut off downwards like all that is finer; `None` by nobody.
    pub(crate) fn over(self, count: u64) -> Option<Number> {
        (count > 0).then(|| Number(self.0.div_euclid(i128::from(count)).clamp(-BOUND, BOUND)))
    }
}

impl fmt::Display for Number {
    /// Without zeros at the end: `0.8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let (whole, decimals) = (
            self.0.unsigned_abs() / UNIT as u128,
            self.0.unsigned_abs() % UNIT as u128,
        );
        write!(f, "{whole}")?;
        if decimals > 0 {
            let text = format!("{decimals:09}");
            write!(f, ".{}", text.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Number {
    type Error = RulesError;

    fn try_from(text: String) -> Result<Self, RulesError> {
        Self::parse(&text)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn one_value_in_every_notation() {
        for text in ["0.8", "0.80", "8e-1", "80E-2", "0.08e1", "0.8000000000000"] {
            assert_eq!(number(text), number("0.8"), "{text}");
        }
        assert_eq!(number("1e2").to_string(), "100");
        assert_eq!(number("-12.5").to_string(), "-12.5");
        assert_eq!(number("0").to_string(), "0");
        assert_eq!(number("0e2147483647"), Number::ZERO);
        assert_eq!(number("0.875").percent(), "87.5 %");
    }

    #[test]
    fn hundredths_are_whole_and_not_negative() {
        for (text, hundredths) in [
            ("0", Some(0)),
            ("0.8", Some(80)),
            ("12.34", Some(1_234)),
            ("0.005", None),
            ("0.801", None),
            ("-0.8", None),
            ("1e9", None),
        ] {
            assert_eq!(number(text).as_hundredths(), hundredths, "{text}");
        }
    }

    #[test]
    fn what_is_finer_is_cut_downwards() {
        assert!(number("0.79999999999999") < number("0.8"));
        assert!(number("-0.80000000000001") < number("-0.8"));
        assert_eq!(number("-0.8000000000000"), number("-0.8"));
        assert_eq!(number("1e-30"), Number::ZERO);
    }

    #[test]
    fn what_is_huge_stays_within_bounds() {
        assert_eq!(number("123456789012345678").to_string(), "123456789012345678");
        assert_eq!(number("1e300").to_string(), "1000000000000000000");
        assert_eq!(number("1e300"), number("9e999"));
        assert!(number("-1e300") < number("-5"));
        assert_eq!(
            number("1e300").position_between(number("-1e300"), number("1e300")),
            Some(Number::ONE)
        );
    }

    #[test]
    fn a_decimal_whose_exponent_is_beyond_all_bounds() {
        for (text, value) in [
            ("1e-99999999999", "0"),
            ("0e99999999999", "0"),
            ("-0.5", "-0.5"),
            ("1e300", "1e18"),
        ] {
            let decimal = Decimal::parse(text).unwrap();
            assert_eq!(Number::from_decimal(&decimal), number(value), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_number() {
        for text in ["", "-", ".5", "1e", "1e99999999999", "0x1", "one", "1,5"] {
            assert!(Number::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_raw_score_between_its_bounds() {
        let position = |raw, min, max| number(raw).position_between(number(min), number(max));
        assert_eq!(position("15", "0", "20"), Some(number("0.75")));
        assert_eq!(position("1", "1", "1"), None);
    }
}
