//! Courses that are met while nothing of a kind happens.

use super::{Entry, Section};
use crate::definition::Definition;
use crate::source::Problem;

/// What must not happen is neither passed nor done, and comes after nothing.
pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    // Of a group, and of what no statement meets, it is said elsewhere.
    let is_own = !course.is_group() && course.wanted().is_none();
    let Some(period) = course.absent.filter(|_| is_own) else {
        return;
    };
    let of_what_is_done = [
        ("waived", !course.waived.is_empty()),
        ("passing_score", course.passing_score.is_some()),
        ("attempts", course.attempts.is_some()),
        ("count", course.count.is_some()),
        ("sum", course.sum.is_some()),
        ("observed_by", !course.observed_by.is_empty()),
        ("not_before", course.not_before.is_some()),
        ("completion", course.completion),
        ("time_limit", course.time_limit.is_some()),
        ("after", !course.after.is_empty()),
    ];
    for (name, _) in of_what_is_done.iter().filter(|(_, is_there)| *is_there) {
        problems.push(entry.at(
            name,
            format!("it is met by nothing happening for {period}, which nobody can pass, do or do later"),
            "no such member; \"where\" and \"by\" say which statements must not come",
        ));
    }
}

/// A certificate that ends is earned again by something that people do.
pub(super) fn renewable(
    definition: &Definition,
    earning: &[Entry<'_>],
    renewing: &[Entry<'_>],
    problems: &mut Vec<Problem>,
) {
    if definition.certification.lasts().is_none() {
        return;
    }
    let only_absences = |entries: &[Entry<'_>]| {
        let mut courses = entries
            .iter()
            .filter(|entry| !entry.course.is_group() && !entry.is_suggested())
            .peekable();
        courses.peek().is_some() && courses.all(|entry| entry.course.absent.is_some())
    };
    let expected = "a course that is passed, completed or shown beside it";
    for (entries, path) in [
        (
            earning,
            if definition.tiers.is_empty() {
                "/courses"
            } else {
                "/tiers"
            },
        ),
        (renewing, "/certification/renewal/courses"),
    ] {
        if only_absences(entries) {
            let alternative = match entries.first().map(|entry| entry.section) {
                Some(Section::Renewal) => "",
                _ => ", or no \"validity\"",
            };
            problems.push(Problem::at(
                path,
                "the certificate ends, and nothing anybody does would renew it",
                format!("{expected}{alternative}"),
            ));
        }
    }
}
