//! Courses that are met while nothing of a kind happens.

use super::Entry;
use crate::definition::{Course, Definition};
use crate::number::Sum;
use crate::plan::Needs;
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

/// A certificate that ends is earned again by something that people do: nothing happening must not be enough for it, in
/// whichever way it is met.
pub(super) fn renewable(definition: &Definition, problems: &mut Vec<Problem>) {
    if definition.certification.lasts().is_none() {
        return;
    }
    let earning = if definition.tiers.is_empty() {
        "/courses"
    } else {
        "/tiers"
    };
    let renewing = definition.certification.renewal_courses();
    for (courses, path, alternative) in [
        (definition.tops(), earning, ", or no \"validity\""),
        (renewing, "/certification/renewal/courses", ""),
    ] {
        if are_met_by_nothing(courses) {
            problems.push(Problem::at(
                path,
                "the certificate ends, and nothing anybody does would renew it",
                format!(
                    "a course that is passed, completed or shown beside it, not only as one of several that would \
                     do{alternative}"
                ),
            ));
        }
    }
}

/// Whether there is anything required, and all of it is met while nothing happens.
fn are_met_by_nothing(courses: &[Course]) -> bool {
    let mut required = courses.iter().filter(|course| !course.suggested).peekable();
    required.peek().is_some() && required.all(is_met_by_nothing)
}

fn is_met_by_nothing(course: &Course) -> bool {
    if !course.is_group() {
        return course.absent.is_some();
    }
    let met = course.of.iter().filter(|part| is_met_by_nothing(part));
    let is_enough = match course.needs() {
        Needs::All => are_met_by_nothing(&course.of),
        Needs::AtLeast(count) => met.count() >= count,
        Needs::Points(points) => {
            let mut sum = Sum::default();
            met.filter_map(|part| part.worth).for_each(|worth| sum.add(worth));
            sum.total() >= points
        }
    };
    // A claim that it is satisfied is something that happens.
    is_enough && course.satisfied.is_empty()
}
