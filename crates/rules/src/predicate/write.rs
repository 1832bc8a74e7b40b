//! The one canonical form of a predicate.

use serde_json::{Map, Value, json};

use super::condition::{Check, Compare, Condition, Operand};
use super::path::Path;
use super::{Predicate, Term};
use crate::Number;

pub(super) fn predicate(predicate: &Predicate) -> Value {
    let mut members = Map::new();
    for term in &predicate.terms {
        match term {
            Term::Is(path @ (Path::ResultExtension(iri) | Path::ContextExtension(iri)), own) => {
                let extensions = members.entry(path.name()).or_insert_with(|| json!({}));
                extensions[iri.as_str()] = condition(own);
            }
            Term::Is(path, own) => {
                members.insert(path.name().to_owned(), condition(own));
            }
            Term::AllOf(all) => {
                members.insert("all_of".to_owned(), all.iter().map(self::predicate).collect());
            }
            Term::AnyOf(any) => {
                members.insert("any_of".to_owned(), any.iter().map(self::predicate).collect());
            }
            Term::Not(not) => {
                members.insert("not".to_owned(), self::predicate(not));
            }
            Term::Cel(cel) => {
                members.insert("cel".to_owned(), cel.text().into());
            }
        }
    }
    Value::Object(members)
}

fn condition(condition: &Condition) -> Value {
    // What can only be one of some values is written as these values; a list or mapping must say so.
    if let [Check::OneOf(operands)] = condition.0.as_slice() {
        match operands.as_slice() {
            [Operand::Json(_)] => {}
            [only] => return operand(only),
            several => return several.iter().map(operand).collect(),
        }
    }
    let mut members = Map::new();
    for check in &condition.0 {
        let (name, value) = match check {
            Check::OneOf(operands) => match operands.as_slice() {
                [only] => ("equals", operand(only)),
                several => ("one_of", several.iter().map(operand).collect()),
            },
            Check::Compare(compare, own) => {
                let is_time = matches!(own, Operand::Day(_) | Operand::Moment(_));
                let name = match (compare, is_time) {
                    (Compare::AtLeast, _) => "at_least",
                    (Compare::AtMost, _) => "at_most",
                    (Compare::MoreThan, false) => "more_than",
                    (Compare::MoreThan, true) => "after",
                    (Compare::LessThan, false) => "less_than",
                    (Compare::LessThan, true) => "before",
                };
                (name, operand(own))
            }
            Check::Contains(own) => ("contains", operand(own)),
            Check::StartsWith(prefix) => ("starts_with", prefix.as_str().into()),
            Check::Exists(exists) => ("exists", (*exists).into()),
            Check::Pointer(pointer, inner) => (pointer.as_str(), self::condition(inner)),
            Check::Any(inner) => ("any", self::condition(inner)),
            Check::All(inner) => ("all", self::condition(inner)),
            Check::AnyOf(any) => ("any_of", any.iter().map(self::condition).collect()),
            Check::Not(not) => ("not", self::condition(not)),
        };
        members.insert(name.to_owned(), value);
    }
    Value::Object(members)
}

fn operand(operand: &Operand) -> Value {
    match operand {
        Operand::Text(text) => text.as_str().into(),
        Operand::Number(number) => self::number(*number),
        Operand::Bool(own) => (*own).into(),
        Operand::Length(period) => period.to_string().into(),
        Operand::Moment(moment) => moment.to_string().into(),
        Operand::Day(day) => day.to_string().into(),
        Operand::Agent(agent) => serde_json::to_value(agent).unwrap_or_default(),
        Operand::Json(value) => value.clone(),
    }
}

/// A number as JSON writes it: whole ones without a decimal point.
pub(crate) fn number(number: Number) -> Value {
    let text = number.to_string();
    match text.parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => text.parse::<f64>().map_or(Value::Null, Value::from),
    }
}
