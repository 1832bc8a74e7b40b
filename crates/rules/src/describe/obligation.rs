//! What somebody must do by when, as a sentence: "An FST-1 hired today must pass Safety with 80 % within 30 days."

use std::fmt::Write as _;

use super::what;
use crate::definition::{Course, Definition, Due, Start};

/// Says it, where anything is due. Writing to a text cannot fail.
pub(super) fn obligation(out: &mut String, definition: &Definition) {
    let mut clauses: Vec<(Due, Vec<String>)> = Vec::new();
    let tiers = definition.tiers.iter().map(|tier| (tier.due, tier.of.as_slice()));
    let all = tiers.chain([(None, definition.courses.as_slice())]);
    for (around, courses) in all {
        for course in courses.iter().filter(|course| !course.suggested) {
            let Some(due) = course.due.or(around).or(definition.due) else {
                continue;
            };
            match clauses.last_mut().filter(|(last, _)| *last == due) {
                Some((_, same)) => same.push(what_to_do(course)),
                None => clauses.push((due, vec![what_to_do(course)])),
            }
        }
    }
    let Some((first, _)) = clauses.first() else { return };
    let anchors: Vec<Start> = clauses.iter().filter_map(|(due, _)| anchor(*due)).collect();
    let counted = if anchors.contains(&Start::Hire) {
        Some(Start::Hire)
    } else {
        anchor(*first)
    };
    let _ = write!(out, "{} must ", subject(definition, counted));
    for (index, (due, what)) in clauses.iter().enumerate() {
        if index > 0 {
            out.push_str("; ");
        }
        out.push_str(&list(what));
        let _ = match due {
            Due::On(day) => write!(out, " by {day}"),
            Due::After(period, own) if Some(*own) == counted => write!(out, " within {period}"),
            Due::After(period, own) => write!(out, " within {period} after {}", own.as_str()),
        };
    }
    out.push_str(". Each is due at the end of that day where they are; days of leave are not counted.\n");
}

const fn anchor(due: Due) -> Option<Start> {
    match due {
        Due::On(_) => None,
        Due::After(_, anchor) => Some(anchor),
    }
}

/// Whose days are counted.
fn subject(definition: &Definition, counted: Option<Start>) -> String {
    let audience = &definition.audience;
    let is_by_role = !audience.roles.is_empty() && !audience.everyone;
    let who = if is_by_role {
        let roles = audience.roles.join(" or ");
        format!("{} {roles}", article(&roles))
    } else if !audience.groups.is_empty() && !audience.everyone {
        format!("Somebody in the group {}", audience.groups.join(" or "))
    } else {
        String::from("Somebody")
    };
    match counted {
        None => who,
        Some(Start::Assignment | Start::Role) if is_by_role => format!("{who} who takes up the role today"),
        Some(_) => format!("{who} hired today"),
    }
}

/// `A` or `An`, by the sound: an FST-1, an operator, a driver.
fn article(word: &str) -> &'static str {
    let mut letters = word.chars();
    let first = letters.next().unwrap_or_default();
    let is_spelled = first.is_uppercase() && !letters.next().is_some_and(char::is_lowercase);
    let vowels = if is_spelled { "AEFHILMNORSX" } else { "AEIOUaeiou" };
    if vowels.contains(first) { "An" } else { "A" }
}

fn what_to_do(course: &Course) -> String {
    if course.is_group() {
        return format!("meet {} ({})", course.shown(), what(course));
    }
    if course.wanted().is_some() {
        return format!("show {}", course.shown());
    }
    if let Some(period) = course.absent {
        return format!("have nothing reported against {} for {period}", course.shown());
    }
    let with = course
        .passing_score
        .map(|score| format!(" with at least {}", score.shown()))
        .unwrap_or_default();
    let verb = match (course.completion, course.needs_pass()) {
        (true, true) => "complete and pass",
        (true, false) => "complete",
        (false, true) => "pass",
        (false, false) => "show",
    };
    format!("{verb} {}{with}", course.shown())
}

/// `a, b and c`.
fn list(what: &[String]) -> String {
    match what.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}
