//! What a course can say and what a group can, and what neither can.

use super::super::{Course, Level, PassingScore};
use super::{Entry, absent, attempts, counting, held};
use crate::Number;
use crate::source::Problem;

/// A course has activities, a group has parts; each has members of its own.
pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    if !course.is_group()
        && course.activity.is_empty()
        && course.matching.is_none()
        && course.wanted().is_none()
    {
        problems.push(Problem::at(
            entry.path.as_str(),
            "\"activity\" is missing",
            "\"activity\": an activity's IRI, or \"match\": conditions on statements, or \"of\": a list of courses",
        ));
    }
    held::check(entry, problems);
    matching(entry, problems);
    attempts::check(entry, problems);
    counting::check(entry, problems);
    absent::check(entry, problems);
    let only_groups = [
        ("at_least", course.at_least.is_some()),
        ("points", course.points.is_some()),
        ("satisfied", !course.satisfied.is_empty()),
    ];
    let only_courses: Vec<_> = of_statements(course)
        .into_iter()
        .chain([
            ("credential", !course.credential.is_empty()),
            ("certificate", course.certificate.is_some()),
            ("level", course.level != Level::default()),
            ("gates", course.gates),
            ("delivery", course.delivery.is_some()),
            ("assessment", course.assessment.is_some()),
        ])
        .collect();
    let (misplaced, message, expected) = if course.is_group() {
        (
            &only_courses[..],
            "a group has courses (\"of\") and none of this of its own",
            "this at the courses in \"of\"",
        )
    } else {
        (
            &only_groups[..],
            "only a group can say this",
            "a list of courses in \"of\", or no such member",
        )
    };
    for (name, _) in misplaced.iter().filter(|(_, is_there)| *is_there) {
        problems.push(entry.at(name, message, expected));
    }
    if let Some(PassingScore::Scaled(score)) = course.passing_score
        && score > Number::ONE
    {
        problems.push(entry.at(
            "passing_score",
            "the passing score is more than 100 %",
            "at most 1, or \"100 %\"",
        ));
    }

    if course
        .time_limit
        .is_some_and(|limit| limit.as_seconds().is_none())
    {
        problems.push(entry.at(
            "time_limit",
            "months have no fixed length",
            "a time limit in minutes, hours, days or weeks",
        ));
    }
    if course.at_least.is_some() && course.points.is_some() {
        problems.push(entry.at(
            "points",
            "the group counts courses already",
            "either \"at_least\" or \"points\"",
        ));
    }
    if let Some(count) = course
        .at_least
        .filter(|count| course.is_group() && *count > course.of.len())
    {
        let parts = course.of.len();
        problems.push(entry.at(
            "at_least",
            format!("{count} of {parts} can never be met"),
            format!("at most {parts}"),
        ));
    }
    let worth = course
        .of
        .iter()
        .filter_map(|part| part.worth)
        .fold(Number::ZERO, Number::plus);
    if let Some(points) = course
        .points
        .filter(|points| course.is_group() && *points > worth)
    {
        problems.push(entry.at(
            "points",
            format!("the courses are worth {worth} together, so {points} can never be reached"),
            format!("at most {worth}, or more in \"worth\""),
        ));
    }
}

/// What a course can say about statements, and whether it does.
pub(super) fn of_statements(course: &Course) -> [(&'static str, bool); 14] {
    [
        ("activity", !course.activity.is_empty()),
        ("match", course.matching.is_some()),
        ("where", course.says.is_some()),
        ("waived", !course.waived.is_empty()),
        ("passing_score", course.passing_score.is_some()),
        ("attempts", course.attempts.is_some()),
        ("count", course.count.is_some()),
        ("sum", course.sum.is_some()),
        ("absent", course.absent.is_some()),
        ("observed_by", !course.observed_by.is_empty()),
        ("not_before", course.not_before.is_some()),
        ("completion", course.completion),
        ("by", !course.by.is_empty()),
        ("time_limit", course.time_limit.is_some()),
    ]
}

/// Statements that match can be found in the log, and are chosen in one way.
fn matching(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    let Some(matching) = &course.matching else { return };
    if !course.activity.is_empty() {
        problems.push(entry.at(
            "match",
            "the course has an activity already",
            "\"activity\", with what its statements must say besides in \"where\"; or \"match\" alone",
        ));
    }
    if course.says.is_some() && !(course.attempts.is_some() && course.needs_match()) {
        problems.push(entry.at(
            "where",
            "\"match\" says it already",
            "all conditions in \"match\"; or \"attempts\" beside it, which says which of the statements that match \
             decides, and \"where\", what that one must say",
        ));
    }
    if matching.asks().is_none() {
        problems.push(entry.at(
            "match",
            "nothing here leads to the statements: no verb and no activity that they must have",
            "at least one of verb, activity, parent, grouping, category and other with an IRI or a list of IRIs, \
             outside of \"not\"",
        ));
    }
}
