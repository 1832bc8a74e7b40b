//! Conditions on one value, and how values of each kind compare.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;
use xapi::{Duration, Ifi, Iri, Timestamp};

use super::path::Found;
use crate::{Number, Period};

/// What a value must be: all of these checks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition(pub(super) Vec<Check>);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Check {
    /// It equals one of these.
    OneOf(Vec<Operand>),
    /// It compares so with this.
    Compare(Compare, Operand),
    /// A text has this in it, a list has it as an item.
    Contains(Operand),
    /// A text begins so.
    StartsWith(String),
    /// It is there, or it is not.
    Exists(bool),
    /// What is at this JSON pointer in it is so.
    Pointer(String, Condition),
    /// An item of the list is so.
    Any(Condition),
    /// It is a list with at least one item, and every item is so.
    All(Condition),
    AnyOf(Vec<Condition>),
    Not(Condition),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    AtLeast,
    AtMost,
    MoreThan,
    LessThan,
}

/// What is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    /// A text, an IRI or a UUID.
    Text(String),
    Number(Number),
    Bool(bool),
    /// A length of time without months, which have no length of their own.
    Length(Period),
    Moment(Timestamp),
    /// A day in UTC, from its first moment to its last.
    Day(NaiveDate),
    Agent(Ifi),
    /// A list or mapping, as it is.
    Json(Value),
}

impl Condition {
    pub(super) fn meets(&self, found: Found<'_>) -> bool {
        self.0.iter().all(|check| check.meets(found))
    }

    /// The IRIs one of which the value must be.
    pub(super) fn iris(&self) -> Option<BTreeSet<Iri>> {
        self.0.iter().find_map(|check| match check {
            Check::OneOf(operands) => Some(
                operands
                    .iter()
                    .filter_map(|operand| match operand {
                        Operand::Text(text) => Iri::parse(text).ok(),
                        _ => None,
                    })
                    .collect(),
            ),
            Check::Any(inner) | Check::All(inner) => inner.iris(),
            Check::AnyOf(any) => any.iter().try_fold(BTreeSet::new(), |mut all, own| {
                all.extend(own.iris()?);
                Some(all)
            }),
            _ => None,
        })
    }
}

impl Check {
    /// Its place in the canonical order.
    pub(super) fn rank(&self) -> (u8, Option<String>) {
        match self {
            Self::OneOf(_) => (0, None),
            Self::Compare(compare, _) => (1 + *compare as u8, None),
            Self::Contains(_) => (5, None),
            Self::StartsWith(_) => (6, None),
            Self::Exists(_) => (7, None),
            Self::Any(_) => (8, None),
            Self::All(_) => (9, None),
            Self::AnyOf(_) => (10, None),
            Self::Not(_) => (11, None),
            Self::Pointer(pointer, _) => (12, Some(pointer.clone())),
        }
    }

    fn meets(&self, found: Found<'_>) -> bool {
        match self {
            Self::Exists(wanted) => *wanted != matches!(found, Found::Nothing),
            Self::Not(not) => !not.meets(found),
            Self::AnyOf(any) => any.iter().any(|own| own.meets(found)),
            Self::Pointer(pointer, inner) => inner.meets(match found {
                Found::Json(value) => value.pointer(pointer).map_or(Found::Nothing, Found::Json),
                _ => Found::Nothing,
            }),
            Self::Any(inner) => items(found).into_iter().any(|item| inner.meets(item)),
            Self::All(inner) => {
                let items = items(found);
                !items.is_empty() && items.into_iter().all(|item| inner.meets(item))
            }
            Self::OneOf(operands) => each(found, |value| operands.iter().any(|own| own.equals(value))),
            Self::Compare(compare, operand) => each(found, |value| operand.compares(*compare, value)),
            Self::StartsWith(prefix) => each(found, |value| {
                text(value).is_some_and(|text| text.starts_with(prefix))
            }),
            Self::Contains(operand) => match (found, operand) {
                (Found::Iris(iris), operand) => {
                    iris.iter().any(|iri| operand.equals(Found::Text(iri.as_str())))
                }
                (Found::Json(Value::Array(items)), operand) => {
                    items.iter().any(|item| operand.equals(Found::Json(item)))
                }
                (found, Operand::Text(part)) => text(found).is_some_and(|text| text.contains(part)),
                _ => false,
            },
        }
    }
}

/// Of several IRIs, any will do.
fn each(found: Found<'_>, is: impl Fn(Found<'_>) -> bool) -> bool {
    match found {
        Found::Iris(iris) => iris.iter().any(|iri| is(Found::Text(iri.as_str()))),
        found => is(found),
    }
}

fn items(found: Found<'_>) -> Vec<Found<'_>> {
    match found {
        Found::Iris(iris) => iris.iter().map(|iri| Found::Text(iri.as_str())).collect(),
        Found::Json(Value::Array(items)) => items.iter().map(Found::Json).collect(),
        _ => Vec::new(),
    }
}

fn text(found: Found<'_>) -> Option<&str> {
    match found {
        Found::Text(text) => Some(text),
        Found::Json(value) => value.as_str(),
        _ => None,
    }
}

impl Operand {
    fn equals(&self, found: Found<'_>) -> bool {
        match (self, found) {
            (Self::Text(own), Found::Uuid(found)) => found.to_string() == *own,
            (Self::Text(own), found) => text(found).is_some_and(|text| text == own),
            (Self::Number(own), Found::Number(found)) => *own == found,
            (Self::Number(own), Found::Json(Value::Number(found))) => Some(*own) == number(found),
            (Self::Bool(own), Found::Bool(found)) => *own == found,
            (Self::Bool(own), Found::Json(found)) => found.as_bool() == Some(*own),
            (Self::Agent(own), Found::Agent(found)) => own == found,
            (Self::Json(own), Found::Json(found)) => same(own, found),
            (Self::Moment(_) | Self::Day(_) | Self::Length(_), found) => {
                self.order(found) == Some(Ordering::Equal)
            }
            _ => false,
        }
    }

    fn compares(&self, compare: Compare, found: Found<'_>) -> bool {
        self.order(found).is_some_and(|order| match compare {
            Compare::AtLeast => order.is_ge(),
            Compare::AtMost => order.is_le(),
            Compare::MoreThan => order.is_gt(),
            Compare::LessThan => order.is_lt(),
        })
    }

    /// How what was found lies to this. All of a day is equal to the day.
    fn order(&self, found: Found<'_>) -> Option<Ordering> {
        match (self, found) {
            (Self::Number(own), Found::Number(found)) => Some(found.cmp(own)),
            (Self::Number(own), Found::Json(Value::Number(found))) => Some(number(found)?.cmp(own)),
            (Self::Length(own), Found::Duration(found)) => seconds(found, own),
            (Self::Length(own), Found::Json(Value::String(found))) => {
                seconds(&Duration::parse(found).ok()?, own)
            }
            (Self::Moment(own), found) => Some(moment(found)?.cmp(own)),
            (Self::Day(own), Found::Json(Value::String(text))) if text.len() == DAY_CHARACTERS => {
                Some(text.parse::<NaiveDate>().ok()?.cmp(own))
            }
            (Self::Day(own), found) => Some(moment(found)?.to_datetime().date_naive().cmp(own)),
            _ => None,
        }
    }
}

/// How long a day is as a text: `2026-03-02`.
const DAY_CHARACTERS: usize = 10;

fn seconds(found: &Duration, own: &Period) -> Option<Ordering> {
    // Whole seconds that fit in a double.
    found.as_seconds()?.partial_cmp(&(own.as_seconds()? as f64))
}

fn moment(found: Found<'_>) -> Option<Timestamp> {
    match found {
        Found::Moment(moment) => Some(moment),
        Found::Json(Value::String(text)) => Timestamp::parse(text).ok(),
        _ => None,
    }
}

fn number(number: &serde_json::Number) -> Option<Number> {
    Number::parse(&number.to_string()).ok()
}

/// Whether two JSON values are the same, numbers by their value.
fn same(own: &Value, found: &Value) -> bool {
    match (own, found) {
        (Value::Number(own), Value::Number(found)) => number(own) == number(found),
        (Value::Array(own), Value::Array(found)) => {
            own.len() == found.len() && own.iter().zip(found).all(|(own, found)| same(own, found))
        }
        (Value::Object(own), Value::Object(found)) => {
            own.len() == found.len()
                && own
                    .iter()
                    .all(|(name, own)| found.get(name).is_some_and(|found| same(own, found)))
        }
        (own, found) => own == found,
    }
}
