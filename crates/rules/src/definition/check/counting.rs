//! Whether what is said of several statements, of who saw it and of when makes sense.

use serde_json::Value;
use xapi::Iri;

use super::{Entry, period_text};
use crate::definition::{Amount, Distinct, NotBefore, Observer, Summed};
use crate::source::Problem;
use crate::{Period, period};

/// What texts must be besides what the schema says.
pub(super) fn texts(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    for name in ["attempts/cool_down", "count/within", "sum/within", "absent"] {
        period_text(value, &format!("{path}/{name}"), problems);
    }
    let mut text = |name: &str, is_right: &dyn Fn(&str) -> bool, expected: &str| {
        let path = format!("{path}/{name}");
        let found = value.pointer(&path).and_then(Value::as_str);
        if let Some(found) = found.filter(|text| !is_right(text)) {
            problems.push(Problem::at(path, format!("found {found:?}"), expected));
        }
    };
    let is_observer = |text: &str| Observer::parse(text).is_some();
    let is_period = |text: &str| Period::parse(text).is_ok();
    let is_wait = |text: &str| NotBefore::parse(text).is_some();
    text("sum/at_least", &is_period, period::EXPECTED);
    text("not_before", &is_wait, NotBefore::EXPECTED);
    text("observed_by", &is_observer, Observer::EXPECTED);
    let observers = value
        .pointer(&format!("{path}/observed_by"))
        .and_then(Value::as_array);
    for index in 0..observers.map_or(0, Vec::len) {
        text(&format!("observed_by/{index}"), &is_observer, Observer::EXPECTED);
    }
}

/// What contradicts itself.
pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    let rules = [
        ("attempts", course.attempts.is_some()),
        ("count", course.count.is_some()),
        ("sum", course.sum.is_some()),
    ];
    let mut rules = rules.iter().filter(|(_, is_there)| *is_there);
    if let (Some((first, _)), Some((second, _))) = (rules.next(), rules.next()) {
        problems.push(entry.at(
            second,
            format!("the statements are counted by {first:?} already"),
            "one of \"attempts\", \"count\" and \"sum\"",
        ));
    }
    if let Some(count) = &course.count
        && count.distinct == Some(Distinct::Activity)
        && course.matching.is_none()
        && course.activity.len() < count.at_least
    {
        problems.push(entry.at(
            "count",
            format!("the activities to differ in are {}", course.activity.len()),
            "more activities, or fewer times, or \"match\" instead of \"activity\"",
        ));
    }
    if let Some(sum) = &course.sum {
        let expected = match (sum.of, sum.at_least) {
            (Summed::Duration, Amount::Number(_)) => Some("a length of time such as \"10 hours\""),
            (Summed::Duration, Amount::Length(length)) if length.as_seconds().is_none() => {
                Some("a length of time without months or years, such as \"10 hours\"")
            }
            (Summed::Raw | Summed::Scaled, Amount::Length(_)) => Some("a number"),
            _ => None,
        };
        if let Some(expected) = expected {
            let message = format!("this is not what {} comes to", sum.of.as_str());
            problems.push(entry.at("sum/at_least", message, expected));
        }
    }
    for (place, activity) in course.satisfied.iter().enumerate() {
        if let Err(error) = Iri::parse(activity) {
            let step = match course.satisfied.len() {
                1 => String::from("satisfied"),
                _ => format!("satisfied/{place}"),
            };
            problems.push(entry.at(&step, format!("found {activity:?}"), error.expected()));
        }
    }
}
