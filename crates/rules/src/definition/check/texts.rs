//! What texts must be besides what the schema says, asked before a value becomes a definition.

use serde_json::Value;
use xapi::Ifi;

use super::super::{Due, due, escalation, upkeep};
use super::{cadence, counting, measures};
use crate::predicate::Predicate;
use crate::source::Problem;
use crate::{Period, period};

/// What texts in the value must be besides what the schema says; asked before the value becomes a [`Definition`].
pub(crate) fn texts(value: &Value) -> Vec<Problem> {
    let periods = [
        "/certification/validity",
        "/certification/within",
        "/certification/renewal_window",
        "/certification/active_at_least",
        "/certification/grace",
        "/certification/recovery",
        "/review/backdated",
        "/review/ahead",
    ];
    let mut problems = Vec::new();
    for path in periods {
        period_text(value, path, &mut problems);
    }
    authorities(value, "/review/trusted", &mut problems);
    due_text(value, "/due", &mut problems);
    course_texts(value, "/courses", &mut problems);
    course_texts(value, "/tiers", &mut problems);
    course_texts(value, "/certification/renewal/courses", &mut problems);
    cadence::texts(value, &mut problems);
    escalation::texts(value, &mut problems);
    upkeep::texts(value, &mut problems);
    measures::texts(value, &mut problems);
    problems
}

fn course_texts(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let count = value.pointer(path).and_then(Value::as_array).map_or(0, Vec::len);
    for index in 0..count {
        period_text(value, &format!("{path}/{index}/time_limit"), problems);
        counting::texts(value, &format!("{path}/{index}"), problems);
        due_text(value, &format!("{path}/{index}/due"), problems);
        authorities(value, &format!("{path}/{index}/by"), problems);
        for name in ["match", "where"] {
            let path = format!("{path}/{index}/{name}");
            if let Some(Err(found)) = value.pointer(&path).map(|value| Predicate::read(value, &path)) {
                problems.extend(found);
            }
        }
        course_texts(value, &format!("{path}/{index}/of"), problems);
        course_texts(value, &format!("{path}/{index}/courses"), problems);
    }
}

fn due_text(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if let Some(text) = value.pointer(path).and_then(Value::as_str)
        && Due::parse(text).is_err()
    {
        problems.push(Problem::at(path, format!("found {text:?}"), due::EXPECTED));
    }
}

pub(super) fn period_text(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if let Some(text) = value.pointer(path).and_then(Value::as_str)
        && Period::parse(text).is_err()
    {
        problems.push(Problem::at(path, format!("found {text:?}"), period::EXPECTED));
    }
}

pub(super) fn authorities(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let authorities = value.pointer(path).and_then(Value::as_array);
    for (index, authority) in authorities.into_iter().flatten().enumerate() {
        if let Err(error) = serde_json::from_value::<Ifi>(authority.clone()) {
            problems.push(Problem::at(
                format!("{path}/{index}"),
                error.to_string(),
                "an authority as statements name it: { account: { homePage: https://..., name: ... } } or { mbox: mailto:... }",
            ));
        }
    }
}
