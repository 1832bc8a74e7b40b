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
    // Of statements that match, "where" says which are good.
    let may_fail = course.needs_pass() || (course.needs_match() && course.says.is_some());
    if !may_fail {
        let expected = if course.needs_match() {
            "\"where\" beside it: what the statement that decides must say; or no such member"
        } else {
            "\"passing_score\" beside it; or no such member"
        };
        problems.push(entry.at("attempts", "no attempt can fail here", expected));
    } else if attempts.count == Counting::Average && course.passing_score.is_none() {
        problems.push(entry.at(
            "attempts",
            "there is no score for the average to reach",
            "\"passing_score\" beside it",
        ));
    }
}
