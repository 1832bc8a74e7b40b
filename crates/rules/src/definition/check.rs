//! The second check of a definition: whether it makes sense.

mod absent;
mod attempts;
mod cadence;
mod counting;
mod entry;
mod held;
mod kind;
mod measures;
mod order;
mod place;
mod recognition;
mod texts;
mod warnings;

use std::collections::BTreeMap;

use xapi::Iri;

use super::{Course, Definition, escalation, upkeep};
use crate::source::Problem;
use entry::{Entry, Section, entries};
pub(crate) use texts::texts;
use texts::{authorities, period_text};
pub(crate) use warnings::warnings;

/// Everything in a definition that contradicts itself or refers to nothing.
pub(crate) fn check(definition: &Definition) -> Vec<Problem> {
    let entries = entries(definition);
    let mut problems = Vec::new();
    for entry in &entries {
        kind::check(entry, &mut problems);
        place::check(entry, &mut problems);
        measures::gates(entry, &mut problems);
    }
    ids(&entries, &mut problems);
    held::own_certificate(definition, &entries, &mut problems);
    let (renewing, earning): (Vec<Entry<'_>>, Vec<Entry<'_>>) = entries
        .iter()
        .cloned()
        .partition(|entry| matches!(entry.section, Section::Renewal));
    for own in [&earning, &renewing] {
        activities(own, &mut problems);
        order::check(own, &mut problems);
    }
    tops(definition, &mut problems);
    absent::renewable(definition, &mut problems);
    cadence::check(&definition.certification, &mut problems);
    escalation::check(definition, &mut problems);
    upkeep::check(definition, &mut problems);
    measures::check(definition, &entries, &mut problems);
    recognition::check(definition, &entries, &mut problems);
    problems
}

/// There are either courses or tiers, and something in each is required.
fn tops(definition: &Definition, problems: &mut Vec<Problem>) {
    match (definition.courses.is_empty(), definition.tiers.is_empty()) {
        (true, true) => problems.push(Problem::at(
            "",
            "\"courses\" is missing",
            "\"courses\": a list of courses, or \"tiers\": a list of tiers, each with \"courses\"",
        )),
        (false, false) => problems.push(Problem::at(
            "/tiers",
            "there are courses beside the tiers",
            "\"courses\" in each of the tiers alone, or no \"tiers\"",
        )),
        _ => {}
    }
    let mut only_suggestions = |path: String, courses: &[Course]| {
        if !courses.is_empty() && courses.iter().all(|course| course.suggested) {
            problems.push(Problem::at(
                path,
                "every course is suggested, so there is nothing to be certified for",
                "at least one course without \"suggested: true\"",
            ));
        }
    };
    only_suggestions("/courses".to_owned(), &definition.courses);
    for (index, tier) in definition.tiers.iter().enumerate() {
        only_suggestions(format!("/tiers/{index}/courses"), &tier.of);
    }
}

fn ids(entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for entry in entries {
        if let Some(first) = seen.insert(entry.course.id.as_str(), &entry.path) {
            problems.push(entry.at(
                "id",
                format!("the id {:?} is that of {first} already", entry.course.id),
                "an id of its own for each course",
            ));
        }
    }
}

fn activities(entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for entry in entries {
        for (place, activity) in entry.course.activity.iter().enumerate() {
            let step = match entry.course.activity.len() {
                1 => String::from("activity"),
                _ => format!("activity/{place}"),
            };
            if let Err(error) = Iri::parse(activity) {
                problems.push(entry.at(&step, format!("found {activity:?}"), error.expected()));
            } else if let Some(first) = seen.get(activity.as_str()) {
                problems.push(entry.at(
                    &step,
                    format!("the activity {activity} is that of {first} already"),
                    "each activity once in a curriculum; a course may have several",
                ));
            } else {
                seen.insert(activity, format!("{}/{step}", entry.path));
            }
        }
    }
}
