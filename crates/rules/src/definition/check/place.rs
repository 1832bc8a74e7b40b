//! What can be said at a place: in a group, at what is suggested, in what renews.

use super::{Entry, Section};
use crate::source::Problem;

/// What is part of a group is neither suggested nor, without points, worth anything.
pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let group = entry.group();
    let is_renewal = entry.section == Section::Renewal;
    let undue = if entry.is_suggested() {
        Some("what is only suggested is never due")
    } else if is_renewal {
        Some("a certificate is renewed by its end, not by another day")
    } else {
        group.map(|_| "a part of a group is not due by itself")
    };
    if let Some(message) = undue.filter(|_| entry.course.due.is_some()) {
        problems.push(entry.at(
            "due",
            message,
            "\"due\" at a required course, at the outermost group, at a tier or at the curriculum",
        ));
    }
    if entry.course.suggested && is_renewal && group.is_none() {
        problems.push(entry.at(
            "suggested",
            "nothing renews a certificate by being suggested",
            "no \"suggested\" here; or the course under \"courses\"",
        ));
    }
    if entry.course.suggested && group.is_some() {
        problems.push(entry.at(
            "suggested",
            "a part of a group cannot be suggested on its own",
            "no \"suggested\" here; or the course outside of the group; or \"at_least\" at the group",
        ));
    }
    let counts_points = group.is_some_and(|group| group.points.is_some());
    match entry.course.worth {
        Some(_) if !counts_points => problems.push(entry.at(
            "worth",
            "nothing around it counts points",
            "no \"worth\", or \"points\" at the group it is part of",
        )),
        None if counts_points => problems.push(Problem::at(
            entry.path.as_str(),
            "\"worth\" is missing",
            "\"worth\": how many points it is worth to the group around it",
        )),
        _ => {}
    }
}
