//! Decimal numbers as they were written, compared by exact value.

use std::cmp::Ordering;
use std::fmt;

use crate::error::FormatError;

/// A JSON number with the text it was sent as. `1`, `1.0` and `1e0` are equal.
#[derive(Clone)]
pub struct Decimal {
    text: Box<str>,
    value: f64,
}

impl Decimal {
    /// Reads a number in JSON's notation that a double can hold (perhaps less precisely).
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let fail = |detail| FormatError::new("a number in JSON's notation", text, Some(detail));
        Parts::of(text).ok_or_else(|| fail("it is not written as JSON writes numbers"))?;
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Self {
                text: text.into(),
                value,
            }),
            _ => Err(fail("it is too large to reckon with")),
        }
    }

    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The nearest double.
    pub fn as_f64(&self) -> f64 {
        self.value
    }

    /// Whether the exact value is from -1 to 1.
    pub(crate) fn within_one(&self) -> bool {
        let bound = |text: &str| Parts::of(text).map(|parts| parts.normal());
        let Some(own) = bound(&self.text) else {
            return false;
        };
        bound("-1").is_some_and(|low| low <= own) && bound("1").is_some_and(|high| own <= high)
    }

    fn normal(&self) -> Normal {
        Parts::of(&self.text).map_or_else(Normal::zero, |parts| parts.normal())
    }
}

/// A number's text, taken apart.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    decimals: &'a str,
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            None => (rest, 0),
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        };
        let (whole, decimals) = match mantissa.split_once('.') {
            None => (mantissa, ""),
            Some((whole, decimals)) => (whole, Some(decimals).filter(|text| !text.is_empty())?),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let well_formed = digits(whole)
            && digits(decimals)
            && !whole.is_empty()
            && (whole.len() == 1 || !whole.starts_with('0'));
        well_formed.then_some(Self {
            negative,
            whole,
            decimals,
            exponent,
        })
    }

    fn normal(&self) -> Normal {
        let mut digits: Vec<u8> = self
            .whole
            .bytes()
            .chain(self.decimals.bytes())
            .skip_while(|digit| *digit == b'0')
            .collect();
        let mut exponent = self.exponent.saturating_sub_unsigned(self.decimals.len() as u64);
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent = exponent.saturating_add(1);
        }
        if digits.is_empty() {
            return Normal::zero();
        }
        Normal {
            negative: self.negative,
            digits,
            exponent,
        }
    }
}

/// An exponent beyond 18 digits is as good as infinite: no body within bounds can tell the difference.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX).min(i64::MAX / 4);
    Some(if negative { -magnitude } else { magnitude })
}

/// A value in one notation only: digits without zeros at either end, times a power of ten.
#[derive(Debug, PartialEq, Eq)]
struct Normal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Normal {
    const fn zero() -> Self {
        Self {
            negative: false,
            digits: Vec::new(),
            exponent: 0,
        }
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        let order = |n: &Self| n.exponent.saturating_add_unsigned(n.digits.len() as u64);
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => order(self)
                .cmp(&order(other))
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl PartialOrd for Normal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Normal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

/// Appends the one notation that all texts of the same value share.
pub(crate) fn write_normal(text: &str, out: &mut Vec<u8>) {
    let normal = Parts::of(text).map_or_else(Normal::zero, |parts| parts.normal());
    out.push(if normal.negative { b'-' } else { b'+' });
    out.extend_from_slice(&normal.digits);
    out.push(b'e');
    out.extend_from_slice(&normal.exponent.to_be_bytes());
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    /// By exact value. Reading a double never changes the order of two numbers, so it settles most cases.
    fn cmp(&self, other: &Self) -> Ordering {
        match self.value.partial_cmp(&other.value) {
            Some(order) if order.is_ne() => order,
            _ => self.normal().cmp(&other.normal()),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
