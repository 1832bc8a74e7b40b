//! The second check of a definition: whether it makes sense.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use xapi::Iri;

use super::{Course, Definition};
use crate::period;
use crate::schema::closest;
use crate::source::Problem;
use crate::{Number, Period};

/// More required courses than this are likely not all needed.
const FEW: usize = 6;

/// What texts in the value must be besides what the schema says; asked before the value becomes a [`Definition`].
pub(crate) fn texts(value: &Value) -> Vec<Problem> {
    let certification = value.get("certification");
    ["validity", "within", "renewal_window"]
        .into_iter()
        .filter_map(|name| {
            let text = certification?.get(name)?.as_str()?;
            Period::parse(text).err()?;
            Some(Problem::at(
                format!("/certification/{name}"),
                format!("found {text:?}"),
                period::EXPECTED,
            ))
        })
        .collect()
}

/// Everything in a definition that contradicts itself or refers to nothing.
pub(crate) fn check(definition: &Definition) -> Vec<Problem> {
    let mut problems = Vec::new();
    ids(definition, &mut problems);
    activities(definition, &mut problems);
    scores(definition, &mut problems);
    after(definition, &mut problems);
    if definition.courses.iter().all(|course| course.suggested) {
        problems.push(Problem::at(
            "/courses",
            "every course is suggested, so there is nothing to be certified for",
            "at least one course without \"suggested: true\"",
        ));
    }
    certification(definition, &mut problems);
    problems
}

fn ids(definition: &Definition, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for (index, course) in definition.courses.iter().enumerate() {
        if let Some(first) = seen.insert(course.id.as_str(), index) {
            problems.push(Problem::at(
                format!("/courses/{index}/id"),
                format!("the id {:?} is that of /courses/{first} already", course.id),
                "an id of its own for each course",
            ));
        }
    }
}

fn activities(definition: &Definition, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for (index, course) in definition.courses.iter().enumerate() {
        for (place, activity) in course.activity.iter().enumerate() {
            let path = match course.activity.len() {
                1 => format!("/courses/{index}/activity"),
                _ => format!("/courses/{index}/activity/{place}"),
            };
            if let Err(error) = Iri::parse(activity) {
                problems.push(Problem::at(path, format!("found {activity:?}"), error.expected()));
            } else if let Some(first) = seen.get(activity.as_str()) {
                problems.push(Problem::at(
                    path,
                    format!("the activity {activity} is that of {first} already"),
                    "each activity once in a curriculum; a course may have several",
                ));
            } else {
                seen.insert(activity, path);
            }
        }
    }
}

fn scores(definition: &Definition, problems: &mut Vec<Problem>) {
    for (index, course) in definition.courses.iter().enumerate() {
        if course.passing_score.is_some_and(|score| score > Number::ONE) {
            problems.push(Problem::at(
                format!("/courses/{index}/passing_score"),
                "the passing score is more than 100 %",
                "at most 1, or \"100 %\"",
            ));
        }
    }
}

fn after(definition: &Definition, problems: &mut Vec<Problem>) {
    let by_id: BTreeMap<&str, &Course> = definition
        .courses
        .iter()
        .map(|course| (course.id.as_str(), course))
        .collect();
    for (index, course) in definition.courses.iter().enumerate() {
        for (place, prerequisite) in course.after.iter().enumerate() {
            let path = format!("/courses/{index}/after/{place}");
            match by_id.get(prerequisite.as_str()) {
                _ if *prerequisite == course.id => problems.push(Problem::at(
                    path,
                    format!("the course {prerequisite:?} comes after itself"),
                    "the id of another course",
                )),
                None => problems.push(Problem::at(
                    path,
                    format!("there is no course with the id {prerequisite:?}"),
                    match closest(prerequisite, by_id.keys().copied()) {
                        Some(id) => format!("the id of a course; did you mean \"{id}\"?"),
                        None => {
                            let known: Vec<&str> = by_id.keys().copied().take(20).collect();
                            format!("the id of a course: {}", known.join(", "))
                        }
                    },
                )),
                Some(first) if first.suggested && !course.suggested => problems.push(Problem::at(
                    path,
                    format!(
                        "the course {prerequisite:?} is only suggested and cannot stand before a required one"
                    ),
                    "the id of a required course, or no \"suggested\" there",
                )),
                Some(_) => {}
            }
        }
    }
    if let Some(cycle) = first_cycle(definition, &by_id) {
        let index = definition
            .courses
            .iter()
            .position(|course| Some(course.id.as_str()) == cycle.first().copied());
        problems.push(Problem::at(
            format!("/courses/{}/after", index.unwrap_or(0)),
            format!("the courses wait for each other: {}", cycle.join(" after ")),
            "an order that begins somewhere",
        ));
    }
}

/// A circle of at least two courses, its first id again at the end.
fn first_cycle<'d>(definition: &'d Definition, by_id: &BTreeMap<&str, &'d Course>) -> Option<Vec<&'d str>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in &definition.courses {
        // The way down from the start: a course, and which of its prerequisites is next.
        let mut way: Vec<(&Course, usize)> = vec![(start, 0)];
        while let Some((course, next)) = way.last_mut() {
            let course: &Course = course;
            let Some(prerequisite) = course.after.get(*next) else {
                done.insert(&course.id);
                way.pop();
                continue;
            };
            *next += 1;
            let Some(first) = by_id.get(prerequisite.as_str()) else {
                continue;
            };
            if let Some(begin) = way.iter().position(|(on_way, _)| on_way.id == first.id) {
                let mut cycle: Vec<&str> = way
                    .iter()
                    .skip(begin)
                    .map(|(course, _)| course.id.as_str())
                    .collect();
                cycle.push(&first.id);
                if cycle.len() > 2 {
                    return Some(cycle);
                }
            } else if !done.contains(first.id.as_str()) {
                way.push((first, 0));
            }
        }
    }
    None
}

fn certification(definition: &Definition, problems: &mut Vec<Problem>) {
    let certification = &definition.certification;
    let longer = |period: Option<Period>| {
        let (period, validity) = (period?, certification.validity?);
        (period.nominal_seconds() > validity.nominal_seconds()).then_some(validity)
    };
    if let Some(validity) = longer(certification.within) {
        problems.push(Problem::at(
            "/certification/within",
            "passes may be older than the certificate is valid",
            format!("at most the validity, {validity}"),
        ));
    }
    if let Some(validity) = longer(certification.renewal_window) {
        problems.push(Problem::at(
            "/certification/renewal_window",
            "the window is longer than the validity",
            format!("at most the validity, {validity}"),
        ));
    }
    if certification.renewal_window.is_some() && certification.validity.is_none() {
        problems.push(Problem::at(
            "/certification/renewal_window",
            "a certificate without a validity never expires and is never renewed",
            "\"validity\" beside it, or no \"renewal_window\"",
        ));
    }
}

/// What is allowed but perhaps not meant.
pub(crate) fn warnings(definition: &Definition) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let required = definition
        .courses
        .iter()
        .filter(|course| !course.suggested)
        .count();
    if required > FEW {
        warnings.push(Problem::at(
            "/courses",
            format!("{required} courses are required"),
            format!("few hard rules: at most {FEW}, the others suggested"),
        ));
    }
    for (index, course) in definition.courses.iter().enumerate() {
        if definition.order == super::Order::Any && !course.after.is_empty() {
            warnings.push(Problem::at(
                format!("/courses/{index}/after"),
                "with \"order: any\" this is shown but not enforced",
                "\"order: strict\" where it must be enforced",
            ));
        }
        if course.passing_score == Some(Number::ZERO) {
            warnings.push(Problem::at(
                format!("/courses/{index}/passing_score"),
                "every score from 0 on passes",
                "a score above 0, or \"completion: true\" alone",
            ));
        }
    }
    warnings
}
