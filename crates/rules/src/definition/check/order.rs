//! Whether the order in which courses come makes sense.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Section};
use crate::schema::closest;
use crate::source::Problem;

/// What `after` names must exist, and nothing may wait for itself.
pub(super) fn check(entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    let by_id: BTreeMap<&str, &Entry<'_>> = entries
        .iter()
        .map(|entry| (entry.course.id.as_str(), entry))
        .collect();
    for entry in entries {
        for (place, prerequisite) in entry.course.after.iter().enumerate() {
            let step = format!("after/{place}");
            match by_id.get(prerequisite.as_str()) {
                _ if *prerequisite == entry.course.id => problems.push(entry.at(
                    &step,
                    format!("the course {prerequisite:?} comes after itself"),
                    "the id of another course",
                )),
                None => problems.push(entry.at(
                    &step,
                    format!("there is no {} with the id {prerequisite:?}", noun(entry)),
                    known(prerequisite, &by_id),
                )),
                Some(first) if first.is_suggested() && !entry.is_suggested() => problems.push(entry.at(
                    &step,
                    format!(
                        "the course {prerequisite:?} is only suggested and cannot stand before a required one"
                    ),
                    "the id of a required course, or no \"suggested\" there",
                )),
                Some(_) => {}
            }
        }
    }
    for entry in entries {
        let Some(not_before) = &entry.course.not_before else {
            continue;
        };
        match by_id.get(not_before.after.as_str()) {
            None => problems.push(entry.at(
                "not_before",
                format!("there is no course with the id {:?}", not_before.after),
                known(&not_before.after, &by_id),
            )),
            Some(first) if first.is_suggested() && !entry.is_suggested() => problems.push(entry.at(
                "not_before",
                format!(
                    "the course {:?} is only suggested, and a required one cannot wait for it",
                    not_before.after
                ),
                "the id of a required course, or no \"suggested\" there",
            )),
            Some(_) => {}
        }
    }
    if let Some(circle) = first_circle(entries, &by_id) {
        // What makes the circle is an `after` of one in it or of a group around it.
        let on_it = circle.iter().filter_map(|id| by_id.get(id));
        let ids = on_it.flat_map(|entry| entry.around.iter().copied().chain([entry.course]));
        let begin = ids
            .filter(|course| !course.after.is_empty() || course.not_before.is_some())
            .find_map(|course| by_id.get(course.id.as_str()));
        if let Some(entry) = begin {
            let step = if entry.course.after.is_empty() {
                "not_before"
            } else {
                "after"
            };
            problems.push(entry.at(
                step,
                format!("the courses wait for each other: {}", circle.join(" waits for ")),
                "an order that begins somewhere",
            ));
        }
    }
}

fn noun(entry: &Entry<'_>) -> &'static str {
    if entry.section == Section::Tiers {
        "tier or course"
    } else {
        "course"
    }
}

fn known(found: &str, by_id: &BTreeMap<&str, &Entry<'_>>) -> String {
    match closest(found, by_id.keys().copied()) {
        Some(id) => format!("the id of a course; did you mean \"{id}\"?"),
        None => {
            let known: Vec<&str> = by_id.keys().copied().take(20).collect();
            format!("the id of a course: {}", known.join(", "))
        }
    }
}

/// What must be met before an entry can be: what it and the groups around it come after, and its own parts.
fn waits_for<'d>(entry: &Entry<'d>) -> Vec<&'d str> {
    let after = entry
        .around
        .iter()
        .copied()
        .chain([entry.course])
        .flat_map(|course| &course.after);
    after
        .chain(entry.course.of.iter().map(|part| &part.id))
        .chain(entry.course.not_before.as_ref().map(|own| &own.after))
        .map(String::as_str)
        .collect()
}

/// A circle, the first id again at the end; but not what names itself, which was said already.
fn first_circle<'d>(entries: &[Entry<'d>], by_id: &BTreeMap<&str, &Entry<'d>>) -> Option<Vec<&'d str>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in entries {
        // The way down from the start: an entry, and what it waits for that is still to be looked at.
        let mut way: Vec<(&'d str, Vec<&'d str>)> = vec![(&start.course.id, waits_for(start))];
        while let Some((id, open)) = way.last_mut() {
            let Some(next) = open.pop() else {
                done.insert(id);
                way.pop();
                continue;
            };
            if let Some(begin) = way.iter().position(|(on_way, _)| *on_way == next) {
                let circle: Vec<&str> = way.iter().skip(begin).map(|(id, _)| *id).chain([next]).collect();
                let names_itself = |id| {
                    by_id
                        .get(id)
                        .is_some_and(|own| own.course.after.iter().any(|after| after == id))
                };
                if circle.len() > 2 || !names_itself(next) {
                    return Some(circle);
                }
            } else if let Some(entry) = by_id.get(next).filter(|_| !done.contains(next)) {
                way.push((&entry.course.id, waits_for(entry)));
            }
        }
    }
    None
}
