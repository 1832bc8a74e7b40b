//! Whether what is said of attempts makes sense.

use super::Entry;
use crate::definition::Counting;
use crate::source::Problem;

pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    // Of a group, and of what no statement meets, it is said elsewhere.
    let is_tried = !course.is_group() && course.wanted().is_none();
    let Some(attempts) = course.attempts.as_ref().filter(|_| is_tried) else {
        return;
    };
    if !course.needs_pass() {
        problems.push(entry.at(
            "attempts",
            "no attempt can fail here",
            "\"passing_score\" beside it; or no such member",
        ));
    } else if attempts.count == Counting::Average && course.passing_score.is_none() {
        problems.push(entry.at(
            "attempts",
            "there is no score for the average to reach",
            "\"passing_score\" beside it",
        ));
    }
}
