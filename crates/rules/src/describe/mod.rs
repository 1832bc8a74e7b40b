//! A definition in words: what it will do.

mod certificate;
mod counting;
mod measures;
mod obligation;
mod recognition;

use std::fmt::Write as _;

use crate::definition::{Course, Definition, Needed, Order, describe_escalation, describe_upkeep};
use crate::plan::Needs;
use crate::{Curriculum, Leads};

/// Several lines, without an end of line at the end. Writing to a text cannot fail.
pub(crate) fn describe(curriculum: &Curriculum) -> String {
    let definition = &curriculum.definition;
    let mut out = format!("{} ({})\n", definition.title, definition.curriculum);
    if let Some(description) = &definition.description {
        let _ = writeln!(out, "{description}");
    }
    let _ = writeln!(out, "For {}.", audience(definition));
    let (required, suggested): (Vec<&Course>, Vec<&Course>) =
        definition.courses.iter().partition(|course| !course.suggested);
    courses(&mut out, "Required", &required, definition);
    courses(
        &mut out,
        "Suggested (never needed for the certificate)",
        &suggested,
        definition,
    );
    for tier in &definition.tiers {
        let mut heading = tier.shown().to_owned();
        after(&mut heading, tier, definition);
        let of: Vec<&Course> = tier.of.iter().collect();
        courses(&mut out, &heading, &of, definition);
    }
    obligation::obligation(&mut out, definition);
    let required = definition.items().filter(|course| !course.suggested).count();
    certificate::certificate(&mut out, curriculum, required);
    review(&mut out, definition);
    describe_escalation(definition, &mut out);
    describe_upkeep(definition, &mut out);
    measures::measures(&mut out, definition);
    recognition::recognition(&mut out, definition);
    out.truncate(out.trim_end().len());
    out
}

fn review(out: &mut String, definition: &Definition) {
    let Some(review) = &definition.review else { return };
    let _ = write!(
        out,
        "Somebody has to review what is dated more than {} after it became known",
        review.ahead
    );
    if let Some(backdated) = review.backdated {
        let _ = write!(
            out,
            ", and what became known more than {backdated} after it happened"
        );
    }
    if !review.trusted.is_empty() {
        let trusted: Vec<String> = review.trusted.iter().map(ToString::to_string).collect();
        let _ = write!(out, ", unless it comes from {}", trusted.join(" or "));
    }
    out.push_str(". Until then it does not count.\n");
}

fn audience(definition: &Definition) -> String {
    let audience = &definition.audience;
    if audience.everyone {
        return String::from("everyone");
    }
    let mut parts = Vec::new();
    if !audience.roles.is_empty() {
        parts.push(format!("everyone with the role {}", audience.roles.join(" or ")));
    }
    if !audience.groups.is_empty() {
        parts.push(format!("everyone in the group {}", audience.groups.join(" or ")));
    }
    for leads in &audience.management {
        parts.push(String::from(match leads {
            Leads::Nobody => "everyone to whom nobody reports",
            Leads::People => "every manager whose people lead nobody",
            Leads::Managers => "every manager of managers",
        }));
    }
    match audience.people.len() {
        0 => {}
        1..=5 => parts.push(format!("the people {}", audience.people.join(", "))),
        count => parts.push(format!("{count} people by name")),
    }
    parts.join(", and ")
}

fn courses(out: &mut String, heading: &str, courses: &[&Course], definition: &Definition) {
    if courses.is_empty() {
        return;
    }
    let _ = writeln!(out, "{heading}:");
    for course in courses {
        entry(out, course, definition, 1);
    }
}

fn entry(out: &mut String, course: &Course, definition: &Definition, depth: usize) {
    let _ = write!(
        out,
        "{:width$}- {}: {}",
        "",
        course.shown(),
        what(course),
        width = depth * 2
    );
    after(out, course, definition);
    if let Some(says) = &course.says {
        let word = if course.needs_match() {
            "good where"
        } else {
            "where"
        };
        let _ = write!(out, ", {word} {says}");
    }
    if let Some(matching) = course
        .matching
        .as_ref()
        .filter(|_| !course.needs_match() && course.absent.is_none())
    {
        let _ = write!(out, ", by statements where {matching}");
    }
    counting::counting(out, course, definition);
    if !course.waived.is_empty() {
        let reasons: Vec<&str> = course.waived.iter().map(|reason| reason.as_str()).collect();
        let _ = write!(out, ", or waived by the LMS ({})", reasons.join(", "));
    }
    if let Some(limit) = course.time_limit {
        let _ = write!(out, ", in at most {limit}");
    }
    if !course.by.is_empty() {
        let by: Vec<String> = course.by.iter().map(ToString::to_string).collect();
        let _ = write!(out, ", by statements of {} only", by.join(" or "));
    }
    if let Some(worth) = course.worth {
        let _ = write!(out, ", worth {worth}");
    }
    out.push_str(&measures::design(course));
    if course.suggested && !definition.tiers.is_empty() {
        out.push_str(" (suggested: never needed for the certificate)");
    }
    let _ = match &course.reason {
        _ if course.is_group() => writeln!(out, ":"),
        Some(reason) => writeln!(out, ". Why: {reason}"),
        None => writeln!(out, "."),
    };
    for part in &course.of {
        entry(out, part, definition, depth + 1);
    }
    if let Some(reason) = course.reason.as_ref().filter(|_| course.is_group()) {
        let _ = writeln!(out, "{:width$}Why: {reason}", "", width = depth * 2 + 2);
    }
}

/// What it comes after, and by when it is due.
fn after(out: &mut String, course: &Course, definition: &Definition) {
    if !course.after.is_empty() {
        let titles: Vec<&str> = course
            .after
            .iter()
            .map(|id| title(definition.tops(), id).unwrap_or(id))
            .collect();
        let _ = match definition.order {
            Order::Strict => write!(out, ", after {} (earlier does not count)", titles.join(" and ")),
            Order::Any => write!(out, ", best after {}", titles.join(" and ")),
        };
    }
    if let Some(due) = course.due {
        let _ = write!(out, ", due {due}");
    }
}

fn what(course: &Course) -> String {
    if course.is_group() {
        return match course.needs() {
            Needs::All => String::from("all of these"),
            Needs::AtLeast(1) => String::from("any of these"),
            Needs::AtLeast(count) => format!("at least {count} of these {}", course.of.len()),
            Needs::Points(points) => format!("at least {points} points from these"),
        };
    }
    let always = match course.needed {
        Needed::ActiveAtAward => "",
        Needed::ActiveAlways => ", all the time: without it the certificate is suspended",
    };
    if let Some(curriculum) = &course.certificate {
        return format!("hold the certificate of {curriculum}{always}");
    }
    if !course.credential.is_empty() {
        let by = match course.issuer.len() {
            0 => String::new(),
            _ => format!(" of {}", course.issuer.join(" or ")),
        };
        return format!(
            "hold the credential {}{by}{always}",
            course.credential.join(" or ")
        );
    }
    if let Some(period) = course.absent {
        let kind = course.matching.as_ref();
        let kind = kind.map_or_else(
            || String::from("about it"),
            |matching| format!("where {matching}"),
        );
        return format!("no statement {kind} for {period}");
    }
    if let (true, Some(matching)) = (course.needs_match(), &course.matching) {
        return format!("a statement where {matching}");
    }
    let pass = match course.passing_score {
        Some(score) => format!("pass with a score of at least {}", score.shown()),
        None => String::from("pass"),
    };
    match (course.completion, course.needs_pass()) {
        (true, true) => format!("complete and {pass}"),
        (true, false) => String::from("complete"),
        (false, _) => pass,
    }
}

fn title<'d>(courses: &'d [Course], id: &str) -> Option<&'d str> {
    courses.iter().find_map(|course| {
        if course.id == id {
            Some(course.shown())
        } else {
            title(&course.of, id)
        }
    })
}
