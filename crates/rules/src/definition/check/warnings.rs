//! What is allowed but perhaps not meant.

use super::super::{Course, Definition, Order, PassingScore, escalation};
use super::cadence;
use super::entry::entries;
use crate::Number;
use crate::source::Problem;

/// More required courses than this are likely not all needed.
const FEW: usize = 6;

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
        if definition.order == Order::Any && !entry.course.after.is_empty() {
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
