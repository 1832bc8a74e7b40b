//! Whether what people get besides the certificate can be got.

use std::collections::BTreeSet;

use super::Entry;
use crate::definition::{Badge, Definition};
use crate::source::Problem;

/// Everything in the recognition that contradicts itself or can never be reached.
pub(super) fn check(definition: &Definition, entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    let Some(recognition) = &definition.recognition else {
        return;
    };
    let points = recognition.points;
    let courses = entries.iter().filter(|entry| !entry.course.is_group()).count() as u64;
    let most = courses * (u64::from(points.met) + u64::from(points.first_try)) + u64::from(points.certified);
    // Weeks and months go on for ever.
    let most = if points.active > 0 { u64::MAX } else { most };
    if most == 0 && (recognition.boards || !recognition.levels.is_empty()) {
        problems.push(Problem::at(
            "/recognition/points",
            "nothing earns points, so nobody gets on a board or to a level",
            "points for something, such as { met: 10 }",
        ));
        return;
    }
    let too_many = |points: u32| {
        (u64::from(points) > most).then(|| {
            (
                format!("there are {most} points at most"),
                format!("at most {most}"),
            )
        })
    };

    let mut seen = BTreeSet::new();
    for (index, badge) in recognition.badges.iter().enumerate() {
        let at = |step: &str, message: String, expected: String| {
            Problem::at(format!("/recognition/badges/{index}{step}"), message, expected)
        };
        if !seen.insert(badge.id.as_str()) {
            problems.push(at(
                "/id",
                format!("there is a badge with the id {:?} already", badge.id),
                "an id of its own for each badge".to_owned(),
            ));
        }
        if asks_nothing(badge) {
            problems.push(at(
                "",
                "it is not said what the badge is for".to_owned(),
                "one or more of \"certified: true\", \"courses\", \"first_tries\", \"streak\" and \"points\""
                    .to_owned(),
            ));
        }
        for (name, count) in [("courses", badge.courses), ("first_tries", badge.first_tries)] {
            if count.is_some_and(|count| u64::from(count) > courses) {
                problems.push(at(
                    &format!("/{name}"),
                    format!("there are only {courses} courses"),
                    format!("at most {courses}"),
                ));
            }
        }
        if let Some((message, expected)) = badge.points.and_then(too_many) {
            problems.push(at("/points", message, expected));
        }
    }
    let mut last = None;
    for (index, level) in recognition.levels.iter().enumerate() {
        let path = format!("/recognition/levels/{index}/points");
        if last.is_some_and(|last| level.points <= last) {
            problems.push(Problem::at(
                path.as_str(),
                "the level before it takes as many points or more",
                "more points than at the level before it",
            ));
        }
        last = Some(level.points);
        if let Some((message, expected)) = too_many(level.points) {
            problems.push(Problem::at(path, message, expected));
        }
    }
}

fn asks_nothing(badge: &Badge) -> bool {
    !badge.certified
        && [badge.courses, badge.first_tries, badge.streak, badge.points]
            .iter()
            .all(Option::is_none)
}
