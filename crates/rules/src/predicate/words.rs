//! Predicates in words.

use std::fmt;

use super::condition::{Check, Compare, Condition, Operand};
use super::{Predicate, Term, verb_names};

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.terms, " and ")
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(path, condition) => write!(f, "{path} {condition}"),
            Self::AllOf(all) => {
                f.write_str("(")?;
                joined(f, all, " and ")?;
                f.write_str(")")
            }
            Self::AnyOf(any) => {
                f.write_str("(")?;
                joined(f, any, " or ")?;
                f.write_str(")")
            }
            Self::Not(not) => write!(f, "not ({not})"),
            Self::Cel(cel) => write!(f, "\"{}\" is true", cel.text()),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.0, " and ")
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(operands) => {
                f.write_str("is ")?;
                joined(f, operands, " or ")
            }
            Self::Compare(compare, operand) => {
                let is_time = matches!(operand, Operand::Day(_) | Operand::Moment(_));
                let words = match (compare, is_time) {
                    (Compare::AtLeast, false) => "is at least",
                    (Compare::AtMost, false) => "is at most",
                    (Compare::MoreThan, false) => "is more than",
                    (Compare::LessThan, false) => "is less than",
                    (Compare::AtLeast, true) => "is not before",
                    (Compare::AtMost, true) => "is not after",
                    (Compare::MoreThan, true) => "is after",
                    (Compare::LessThan, true) => "is before",
                };
                write!(f, "{words} {operand}")
            }
            Self::Contains(operand) => write!(f, "contains {operand}"),
            Self::StartsWith(prefix) => write!(f, "starts with {prefix:?}"),
            Self::Exists(true) => f.write_str("is there"),
            Self::Exists(false) => f.write_str("is not there"),
            Self::Pointer(pointer, inner) => write!(f, "at {pointer} {inner}"),
            Self::Any(inner) => write!(f, "has an item that {inner}"),
            Self::All(inner) => write!(f, "has only items each of which {inner}"),
            Self::AnyOf(any) => joined(f, any, " or "),
            Self::Not(not) => write!(f, "is not such that it {not}"),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(verb_names::shown(text)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(own) => write!(f, "{own}"),
            Self::Length(period) => write!(f, "{period}"),
            Self::Moment(moment) => write!(f, "{moment}"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Agent(agent) => write!(f, "{agent}"),
            Self::Json(value) => write!(f, "{value}"),
        }
    }
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], by: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(by)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
