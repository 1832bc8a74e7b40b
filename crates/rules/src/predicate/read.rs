//! Reading predicates, with what is wrong, where, and what to write instead.

use chrono::NaiveDate;
use serde_json::{Map, Value};
use uuid::Uuid;
use xapi::{Ifi, Iri, Timestamp};

use super::cel::Cel;
use super::condition::{Check, Compare, Condition, Operand};
use super::path::{CONTEXT_EXTENSIONS, Kind, NAMED, Path, RESULT_EXTENSIONS};
use super::{Predicate, Term, verb_names};
use crate::schema::closest;
use crate::source::{Problem, join};
use crate::{Number, Period};

/// Words that join conditions.
const JOINING: [&str; 4] = ["all_of", "any_of", "not", "cel"];

/// What a condition on one value may say, in canonical order.
const CHECKS: [&str; 16] = [
    "equals",
    "one_of",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "between",
    "before",
    "after",
    "contains",
    "starts_with",
    "exists",
    "any",
    "all",
    "any_of",
    "not",
];

pub(super) fn predicate(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Predicate {
    let mut terms = Vec::new();
    let Some(members) = value.as_object().filter(|members| !members.is_empty()) else {
        problems.push(Problem::at(
            at,
            "this says nothing about a statement",
            "a mapping of conditions, such as { verb: passed, result.score.raw: { at_least: 40 } }",
        ));
        return Predicate { terms };
    };
    for (name, value) in members {
        let at = join(at, name);
        match name.as_str() {
            "all_of" => terms.push(Term::AllOf(several(value, &at, problems))),
            "any_of" => terms.push(Term::AnyOf(several(value, &at, problems))),
            "not" => terms.push(Term::Not(predicate(value, &at, problems))),
            "cel" => match value.as_str().map(Cel::compile) {
                Some(Ok(cel)) => terms.push(Term::Cel(cel)),
                Some(Err(error)) => problems.push(Problem::at(at, error.message, error.expected)),
                None => problems.push(wrong(
                    &at,
                    value,
                    "a CEL expression in quotes, such as 'result.score.raw > 40'",
                )),
            },
            RESULT_EXTENSIONS | CONTEXT_EXTENSIONS => extensions(name, value, &at, &mut terms, problems),
            _ => match NAMED.iter().find(|(known, ..)| known == name) {
                Some((_, path, kind)) => {
                    terms.push(Term::Is(path.clone(), condition(*kind, value, &at, problems)));
                }
                None => problems.push(unknown(&at, name)),
            },
        }
    }
    terms.sort_by_key(rank);
    Predicate { terms }
}

fn rank(term: &Term) -> (u8, Option<Path>) {
    match term {
        Term::Is(path, _) => (0, Some(path.clone())),
        Term::AllOf(_) => (1, None),
        Term::AnyOf(_) => (2, None),
        Term::Not(_) => (3, None),
        Term::Cel(_) => (4, None),
    }
}

fn unknown(at: &str, name: &str) -> Problem {
    let known = || {
        let paths = NAMED.iter().map(|(known, ..)| *known);
        paths
            .chain([RESULT_EXTENSIONS, CONTEXT_EXTENSIONS])
            .chain(JOINING)
    };
    // Where xAPI has them, the members of `context` and `object` have a word before them.
    let tail = name.rsplit('.').next().unwrap_or(name);
    let near = known()
        .find(|known| *known == tail || known.rsplit('.').next() == Some(tail))
        .or_else(|| closest(name, known()));
    let expected = match near {
        Some(near) => format!("a path in a statement; did you mean {near:?}?"),
        None => format!("one of {}", known().collect::<Vec<_>>().join(", ")),
    };
    Problem::at(at, format!("a statement has no {name:?} to look at"), expected)
}

fn wrong(at: &str, found: &Value, expected: impl Into<String>) -> Problem {
    let message = match found {
        Value::Null => String::from("there is no value"),
        Value::Object(_) => String::from("this is a mapping"),
        Value::Array(_) => String::from("this is a list"),
        other => format!("found {}", other.to_string().chars().take(80).collect::<String>()),
    };
    Problem::at(at, message, expected)
}

fn several(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Vec<Predicate> {
    let Some(items) = value.as_array().filter(|items| !items.is_empty()) else {
        problems.push(wrong(at, value, "a list of mappings of conditions"));
        return Vec::new();
    };
    let each = items.iter().enumerate();
    each.map(|(index, item)| predicate(item, &format!("{at}/{index}"), problems))
        .collect()
}

fn extensions(name: &str, value: &Value, at: &str, terms: &mut Vec<Term>, problems: &mut Vec<Problem>) {
    let Some(members) = value.as_object().filter(|members| !members.is_empty()) else {
        problems.push(wrong(
            at,
            value,
            "a mapping from the IRI of an extension to what it must be, such as { https://example.com/proctored: true }",
        ));
        return;
    };
    for (iri, value) in members {
        let at = join(at, iri);
        match Iri::parse(iri) {
            Err(error) => problems.push(Problem::at(at, format!("found {iri:?}"), error.expected())),
            Ok(iri) => {
                let condition = condition(Kind::Json, value, &at, problems);
                let path = if name == RESULT_EXTENSIONS {
                    Path::ResultExtension(iri)
                } else {
                    Path::ContextExtension(iri)
                };
                terms.push(Term::Is(path, condition));
            }
        }
    }
}

pub(super) fn condition(kind: Kind, value: &Value, at: &str, problems: &mut Vec<Problem>) -> Condition {
    let mut checks = Vec::new();
    match value {
        Value::Object(members) if kind != Kind::Agent || !is_agent(members) => {
            if members.is_empty() {
                problems.push(Problem::at(at, "the mapping is empty", allowed(kind)));
            }
            for (name, value) in members {
                check(kind, name, value, &join(at, name), &mut checks, problems);
            }
        }
        Value::Array(items) => {
            if items.is_empty() {
                problems.push(Problem::at(at, "the list is empty", "one value or more"));
            }
            checks.push(Check::OneOf(operands(kind, items, at, problems)));
        }
        value => checks.extend(equals(kind, value, at, problems).map(|own| Check::OneOf(vec![own]))),
    }
    checks.sort_by_cached_key(Check::rank);
    if let Some(twice) = checks
        .windows(2)
        .find(|pair| pair.first().map(Check::rank) == pair.last().map(Check::rank))
    {
        let said: Vec<String> = twice.iter().map(ToString::to_string).collect();
        problems.push(Problem::at(
            at,
            format!("one thing is said twice: {}", said.join(", and ")),
            "each bound once",
        ));
    }
    Condition(checks)
}

fn check(
    kind: Kind,
    name: &str,
    value: &Value,
    at: &str,
    checks: &mut Vec<Check>,
    problems: &mut Vec<Problem>,
) {
    let inner = match kind {
        Kind::Iris => Kind::Iri,
        kind => kind,
    };
    if name.starts_with('/') && kind == Kind::Json {
        let condition = condition(kind, value, at, problems);
        checks.push(Check::Pointer(name.to_owned(), condition));
        return;
    }
    if !CHECKS.contains(&name) {
        let near = closest(name, CHECKS.into_iter());
        let expected = near.map_or_else(
            || allowed(kind),
            |near| format!("a check; did you mean {near:?}?"),
        );
        problems.push(Problem::at(at, format!("there is no check {name:?}"), expected));
        return;
    }
    if !takes(kind, name) {
        problems.push(Problem::at(
            at,
            format!("{name:?} says nothing about {}", kind.noun()),
            allowed(kind),
        ));
        return;
    }
    let mut compare = |compare, value: &Value, at: &str, problems: &mut Vec<Problem>| {
        let operand = ordered(kind, value, at, problems);
        checks.extend(operand.map(|operand| Check::Compare(compare, operand)));
    };
    match name {
        "at_least" => compare(Compare::AtLeast, value, at, problems),
        "at_most" => compare(Compare::AtMost, value, at, problems),
        "more_than" | "after" => compare(Compare::MoreThan, value, at, problems),
        "less_than" | "before" => compare(Compare::LessThan, value, at, problems),
        "between" => match value.as_array().map(Vec::as_slice) {
            Some([from, to]) => {
                compare(Compare::AtLeast, from, &format!("{at}/0"), problems);
                compare(Compare::AtMost, to, &format!("{at}/1"), problems);
            }
            _ => problems.push(wrong(at, value, "a list of two values: the least and the most")),
        },
        "equals" => checks.extend(equals(kind, value, at, problems).map(|own| Check::OneOf(vec![own]))),
        "one_of" => match value.as_array().filter(|items| !items.is_empty()) {
            Some(items) => checks.push(Check::OneOf(operands(kind, items, at, problems))),
            None => problems.push(wrong(at, value, "a list of values")),
        },
        "contains" => {
            checks.extend(equals(inner, value, at, problems).map(Check::Contains));
        }
        "starts_with" => match value.as_str() {
            Some(text) => checks.push(Check::StartsWith(text.to_owned())),
            None => problems.push(wrong(at, value, "a text")),
        },
        "exists" => match value.as_bool() {
            Some(exists) => checks.push(Check::Exists(exists)),
            None => problems.push(wrong(at, value, "true or false")),
        },
        "any" => checks.push(Check::Any(condition(inner, value, at, problems))),
        "all" => checks.push(Check::All(condition(inner, value, at, problems))),
        "not" => checks.push(Check::Not(condition(kind, value, at, problems))),
        _ => match value.as_array().filter(|items| !items.is_empty()) {
            Some(items) => {
                let each = items.iter().enumerate();
                checks.push(Check::AnyOf(
                    each.map(|(index, item)| condition(kind, item, &format!("{at}/{index}"), problems))
                        .collect(),
                ));
            }
            None => problems.push(wrong(at, value, "a list of conditions on this value")),
        },
    }
}

/// Whether a check says anything about values of a kind.
fn takes(kind: Kind, check: &str) -> bool {
    match check {
        "at_least" | "more_than" | "at_most" | "less_than" | "between" => {
            matches!(kind, Kind::Number | Kind::Duration | Kind::Moment | Kind::Json)
        }
        "before" | "after" => matches!(kind, Kind::Moment | Kind::Json),
        "contains" => matches!(kind, Kind::Text | Kind::Iris | Kind::Json),
        "starts_with" => matches!(kind, Kind::Text | Kind::Iri | Kind::Iris | Kind::Json),
        "any" | "all" => matches!(kind, Kind::Iris | Kind::Json),
        _ => true,
    }
}

fn allowed(kind: Kind) -> String {
    let checks: Vec<&str> = CHECKS.into_iter().filter(|check| takes(kind, check)).collect();
    let pointer = if kind == Kind::Json {
        ", or a JSON pointer such as /items/0"
    } else {
        ""
    };
    format!("one of {}{pointer}", checks.join(", "))
}

fn operands(kind: Kind, items: &[Value], at: &str, problems: &mut Vec<Problem>) -> Vec<Operand> {
    let each = items.iter().enumerate();
    each.filter_map(|(index, item)| equals(kind, item, &format!("{at}/{index}"), problems))
        .collect()
}

fn is_agent(members: &Map<String, Value>) -> bool {
    ["account", "mbox", "mbox_sha1sum", "openid"]
        .iter()
        .any(|name| members.contains_key(*name))
}

/// What a value of this kind may equal.
fn equals(kind: Kind, value: &Value, at: &str, problems: &mut Vec<Problem>) -> Option<Operand> {
    let text = value.as_str();
    let operand = match kind {
        Kind::Verb => text.and_then(|text| {
            verb_names::iri(text)
                .or_else(|| Some(Iri::parse(text).ok()?.to_string()))
                .map(Operand::Text)
        }),
        Kind::Iri | Kind::Iris => {
            text.and_then(|text| Some(Operand::Text(Iri::parse(text).ok()?.to_string())))
        }
        Kind::Uuid => text.and_then(|text| Some(Operand::Text(Uuid::parse_str(text).ok()?.to_string()))),
        Kind::Text => text.map(|text| Operand::Text(text.to_owned())),
        Kind::Bool => value.as_bool().map(Operand::Bool),
        Kind::Agent => serde_json::from_value::<Ifi>(value.clone())
            .ok()
            .map(Operand::Agent),
        Kind::Number | Kind::Duration | Kind::Moment => size(kind, value),
        Kind::Json => match value {
            Value::Null => None,
            Value::Bool(own) => Some(Operand::Bool(*own)),
            Value::Number(own) => Number::parse(&own.to_string()).ok().map(Operand::Number),
            Value::String(own) => Some(Operand::Text(own.clone())),
            other => Some(Operand::Json(other.clone())),
        },
    };
    if operand.is_none() {
        let near = text
            .filter(|_| kind == Kind::Verb)
            .and_then(|text| closest(text, verb_names::all()));
        let expected = match near {
            Some(near) => format!("{}; did you mean {near:?}?", kind.expected()),
            None => kind.expected().to_owned(),
        };
        problems.push(wrong(at, value, expected));
    }
    operand
}

/// What a value of this kind may be more or less than.
fn ordered(kind: Kind, value: &Value, at: &str, problems: &mut Vec<Problem>) -> Option<Operand> {
    let operand = size(kind, value);
    if operand.is_none() {
        let expected = match kind {
            Kind::Json => "a number, a date such as 2026-03-02, or a length of time such as \"90 minutes\"",
            kind => kind.expected(),
        };
        problems.push(wrong(at, value, expected));
    }
    operand
}

fn size(kind: Kind, value: &Value) -> Option<Operand> {
    let is = |one: Kind| kind == one || kind == Kind::Json;
    match value {
        Value::Number(number) if is(Kind::Number) => {
            Number::parse(&number.to_string()).ok().map(Operand::Number)
        }
        Value::String(text) => {
            let day = || text.parse::<NaiveDate>().ok().map(Operand::Day);
            let moment = || Timestamp::parse(text).ok().map(Operand::Moment);
            let length = || {
                let period = Period::parse(text).ok()?;
                period.as_seconds().map(|_| Operand::Length(period))
            };
            let time = is(Kind::Moment).then(|| day().or_else(moment)).flatten();
            time.or_else(|| is(Kind::Duration).then(length).flatten())
        }
        _ => None,
    }
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Self::Verb => "a verb",
            Self::Iri => "an IRI",
            Self::Iris => "a list of activities",
            Self::Uuid => "a UUID",
            Self::Text => "a text",
            Self::Agent => "an agent",
            Self::Moment => "a moment",
            Self::Bool => "true or false",
            Self::Duration => "a length of time",
            Self::Number => "a number",
            Self::Json => "an extension",
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Verb => "a verb's IRI, or the short name of one of ADL or cmi5, such as passed",
            Self::Iri | Self::Iris => "an absolute IRI, such as https://courses.example.com/forklift/basics",
            Self::Uuid => "a UUID, such as 39e24cc4-69af-4b01-a824-1fdc6ea8a3af",
            Self::Text => "a text",
            Self::Agent => {
                "an agent as statements name it: { account: { homePage: https://..., name: ... } } or { mbox: mailto:... }"
            }
            Self::Moment => "a date such as 2026-03-02, or a moment such as 2026-03-02T10:00:00Z",
            Self::Bool => "true or false",
            Self::Duration => "a length of time without months or years, such as \"90 minutes\"",
            Self::Number => "a number",
            Self::Json => "a value",
        }
    }
}
