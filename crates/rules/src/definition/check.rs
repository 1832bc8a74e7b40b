//! The second check of a definition: whether it makes sense.

mod absent;
mod attempts;
mod cadence;
mod counting;
mod held;
mod measures;
mod order;
mod recognition;

use std::collections::BTreeMap;

use serde_json::Value;
use xapi::{Ifi, Iri};

use super::{Course, Definition, Due, Level, PassingScore, due, escalation, upkeep};
use crate::period;
use crate::predicate::Predicate;
use crate::source::Problem;
use crate::{Number, Period};

/// More required courses than this are likely not all needed.
const FEW: usize = 6;

/// What texts in the value must be besides what the schema says; asked before the value becomes a [`Definition`].
pub(crate) fn texts(value: &Value) -> Vec<Problem> {
    let periods = [
        "/certification/validity",
        "/certification/within",
        "/certification/renewal_window",
        "/certification/active_at_least",
        "/certification/grace",
        "/certification/recovery",
        "/review/backdated",
        "/review/ahead",
    ];
    let mut problems = Vec::new();
    for path in periods {
        period_text(value, path, &mut problems);
    }
    authorities(value, "/review/trusted", &mut problems);
    due_text(value, "/due", &mut problems);
    course_texts(value, "/courses", &mut problems);
    course_texts(value, "/tiers", &mut problems);
    course_texts(value, "/certification/renewal/courses", &mut problems);
    cadence::texts(value, &mut problems);
    escalation::texts(value, &mut problems);
    upkeep::texts(value, &mut problems);
    measures::texts(value, &mut problems);
    problems
}

fn course_texts(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let count = value.pointer(path).and_then(Value::as_array).map_or(0, Vec::len);
    for index in 0..count {
        period_text(value, &format!("{path}/{index}/time_limit"), problems);
        counting::texts(value, &format!("{path}/{index}"), problems);
        due_text(value, &format!("{path}/{index}/due"), problems);
        authorities(value, &format!("{path}/{index}/by"), problems);
        for name in ["match", "where"] {
            let path = format!("{path}/{index}/{name}");
            if let Some(Err(found)) = value.pointer(&path).map(|value| Predicate::read(value, &path)) {
                problems.extend(found);
            }
        }
        course_texts(value, &format!("{path}/{index}/of"), problems);
        course_texts(value, &format!("{path}/{index}/courses"), problems);
    }
}

fn due_text(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if let Some(text) = value.pointer(path).and_then(Value::as_str)
        && Due::parse(text).is_err()
    {
        problems.push(Problem::at(path, format!("found {text:?}"), due::EXPECTED));
    }
}

fn period_text(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    if let Some(text) = value.pointer(path).and_then(Value::as_str)
        && Period::parse(text).is_err()
    {
        problems.push(Problem::at(path, format!("found {text:?}"), period::EXPECTED));
    }
}

fn authorities(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let authorities = value.pointer(path).and_then(Value::as_array);
    for (index, authority) in authorities.into_iter().flatten().enumerate() {
        if let Err(error) = serde_json::from_value::<Ifi>(authority.clone()) {
            problems.push(Problem::at(
                format!("{path}/{index}"),
                error.to_string(),
                "an authority as statements name it: { account: { homePage: https://..., name: ... } } or { mbox: mailto:... }",
            ));
        }
    }
}

/// A course or group, where it is, and the groups around it, the outermost first.
#[derive(Clone)]
struct Entry<'d> {
    path: String,
    course: &'d Course,
    around: Vec<&'d Course>,
    section: Section,
}

/// Where in a definition something stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// In `courses`.
    Courses,
    /// In `tiers`: the outermost is a tier.
    Tiers,
    /// In what renews the certificate.
    Renewal,
}

impl<'d> Entry<'d> {
    /// Whether the certificate does not depend on it.
    fn is_suggested(&self) -> bool {
        self.course.suggested || self.around.iter().any(|group| group.suggested)
    }

    /// The group it is part of, if that is not a tier.
    fn group(&self) -> Option<&'d Course> {
        let is_in_tier = self.section == Section::Tiers && self.around.len() == 1;
        self.around.last().copied().filter(|_| !is_in_tier)
    }

    fn at(&self, step: &str, message: impl Into<String>, expected: impl Into<String>) -> Problem {
        Problem::at(format!("{}/{step}", self.path), message, expected)
    }
}

/// Every tier, course and group, each before its parts.
fn entries(definition: &Definition) -> Vec<Entry<'_>> {
    fn add<'d>(
        path: &str,
        courses: &'d [Course],
        around: &[&'d Course],
        section: Section,
        entries: &mut Vec<Entry<'d>>,
    ) {
        for (index, course) in courses.iter().enumerate() {
            let path = format!("{path}/{index}");
            let is_tier = section == Section::Tiers && around.is_empty();
            let inner = format!("{path}/{}", if is_tier { "courses" } else { "of" });
            entries.push(Entry {
                path,
                course,
                around: around.to_vec(),
                section,
            });
            let around: Vec<&Course> = around.iter().copied().chain([course]).collect();
            add(&inner, &course.of, &around, section, entries);
        }
    }
    let mut entries = Vec::new();
    add(
        "/courses",
        &definition.courses,
        &[],
        Section::Courses,
        &mut entries,
    );
    add("/tiers", &definition.tiers, &[], Section::Tiers, &mut entries);
    add(
        "/certification/renewal/courses",
        definition.certification.renewal_courses(),
        &[],
        Section::Renewal,
        &mut entries,
    );
    entries
}

/// Everything in a definition that contradicts itself or refers to nothing.
pub(crate) fn check(definition: &Definition) -> Vec<Problem> {
    let entries = entries(definition);
    let mut problems = Vec::new();
    for entry in &entries {
        kind(entry, &mut problems);
        in_group(entry, &mut problems);
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

/// A course has activities, a group has parts; each has members of its own.
fn kind(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
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
    let only_courses = [
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
        ("credential", !course.credential.is_empty()),
        ("certificate", course.certificate.is_some()),
        ("level", course.level != Level::default()),
        ("gates", course.gates),
        ("delivery", course.delivery.is_some()),
        ("assessment", course.assessment.is_some()),
    ];
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

/// What is part of a group is neither suggested nor, without points, worth anything.
fn in_group(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
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

/// What is allowed but perhaps not meant.
pub(crate) fn warnings(definition: &Definition) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let path = if definition.tiers.is_empty() {
        "/courses"
    } else {
        "/tiers"
    };
    let required: Vec<&Course> = definition.items().filter(|course| !course.suggested).collect();
    if required.len() > FEW {
        warnings.push(Problem::at(
            path,
            format!("{} courses are required", required.len()),
            format!("few hard rules: at most {FEW}, the others suggested"),
        ));
    }
    let unexplained = required.iter().filter(|course| course.reason.is_none());
    let unexplained: Vec<&str> = unexplained.map(|course| course.shown()).collect();
    if !unexplained.is_empty() {
        warnings.push(Problem::at(
            path,
            format!("no reason is given for requiring {}", unexplained.join(", ")),
            "\"reason\" at each required course, or the course suggested",
        ));
    }
    cadence::warnings(&definition.certification, &mut warnings);
    for entry in entries(definition) {
        if definition.order == super::Order::Any && !entry.course.after.is_empty() {
            warnings.push(entry.at(
                "after",
                "with \"order: any\" this is shown but not enforced",
                "\"order: strict\" where it must be enforced",
            ));
        }
        if entry.course.passing_score.map(PassingScore::least) == Some(Number::ZERO) {
            warnings.push(entry.at(
                "passing_score",
                "every score from 0 on passes",
                "a score above 0, or \"completion: true\" alone",
            ));
        }
    }
    escalation::warnings(definition, &mut warnings);
    warnings
}
