//! Why, in plain words.

use rules::Decided;
use xapi::Timestamp;

use crate::certificate::Certificate;
use crate::decide::{Case, Claim};

/// The most statement ids that a sentence names.
const NAMED: usize = 5;

pub(super) fn issued(case: &Case<'_>, claim: &Claim) -> String {
    let mut text = match &claim.awarded {
        Some(by) => format!("Awarded by {} on {}{}", by.by, day(case, by.at), because(by)),
        None => format!(
            "Everything that {:?} requires was met on {}, as {}.",
            case.title,
            day(case, claim.earned_at),
            shown_by(claim)
        ),
    };
    match claim.expires_at {
        Some(end) if end <= case.at => {
            text.push_str(&format!(
                " It held until {}; the record of it came after that.",
                day(case, end)
            ));
        }
        Some(end) => text.push_str(&format!(" It holds until {}.", day(case, end))),
        None => text.push_str(" It does not expire."),
    }
    text
}

pub(super) fn superseded(into: &str) -> String {
    format!(
        "Merged into {into:?}: what both have shown counts for that person. It comes back if they are taken apart."
    )
}

pub(super) fn renewed(case: &Case<'_>, was: &Certificate, claim: &Claim) -> String {
    if let Some(by) = &claim.awarded {
        return format!(
            "Awarded by {} on {}{} It now holds {}, before {}.",
            by.by,
            day(case, by.at),
            because(by),
            until(case, claim.expires_at),
            until(case, was.expires_at)
        );
    }
    let late = was
        .expires_at
        .filter(|end| *end < claim.earned_at)
        .map(|end| format!(" It had ended on {} and could still be renewed.", day(case, end)));
    format!(
        "What renews {:?} was met on {}, as {}.{} It now holds {}, before {}.",
        case.title,
        day(case, claim.earned_at),
        shown_by(claim),
        late.unwrap_or_default(),
        until(case, claim.expires_at),
        until(case, was.expires_at)
    )
}

pub(super) fn amended(case: &Case<'_>, was: &Certificate, claim: &Claim) -> String {
    let mut text = if case.lost.is_empty() {
        "What was received since changes what it rests on".to_owned()
    } else {
        format!(
            "It no longer rests on {}, which {} no longer",
            listed("statement", case.lost),
            verb(case.lost.len())
        )
    };
    text.push_str(&format!(
        ": {:?} was met on {}, as {}",
        case.title,
        day(case, claim.earned_at),
        shown_by(claim)
    ));
    if was.expires_at == claim.expires_at {
        text.push('.');
    } else {
        text.push_str(&format!(
            "; it holds {}, before {}.",
            until(case, claim.expires_at),
            until(case, was.expires_at)
        ));
    }
    text
}

pub(super) fn suspended(case: &Case<'_>) -> String {
    if let Some(reason) = case.suspended {
        return format!("It does not hold for now: {reason}. It holds again when that one does.");
    }
    let older = case.certificates.last().map(|own| own.details.proof.revision);
    let is_by_revision = case.at_once && older.is_some_and(|older| older < case.revision);
    let cause = match (case.lost, case.undone) {
        ([], []) if is_by_revision => {
            format!(
                "By revision {}, which counts for the certified at once,",
                case.revision
            )
        }
        ([], []) => "By what is known now,".to_owned(),
        ([], undone) => {
            let verb = if undone.len() == 1 { "was" } else { "were" };
            format!(
                "It rested on {}, which {verb} undone, and without that",
                listed("act", undone)
            )
        }
        (lost, _) => format!(
            "It rested on {}, which {} no longer, and without that",
            listed("statement", lost),
            verb(lost.len())
        ),
    };
    let unmet: Vec<&str> = case.unmet.iter().take(NAMED).map(String::as_str).collect();
    let unmet = if unmet.is_empty() {
        String::new()
    } else {
        format!(": {}", unmet.join("; "))
    };
    let cause = format!("{cause} {:?} is not met{unmet}.", case.title);
    format!(
        "{cause} It is revoked on {} unless the requirements are met by then.",
        day(case, case.policy.recovery_ends(case.at))
    )
}

pub(super) fn reinstated(case: &Case<'_>, claim: &Claim) -> String {
    format!(
        "Everything that {:?} requires is met again, as {}; it was met on {} and holds {}.",
        case.title,
        shown_by(claim),
        day(case, claim.earned_at),
        until(case, claim.expires_at)
    )
}

pub(super) fn expired(case: &Case<'_>, end: Timestamp) -> String {
    format!(
        "It held until {} and {:?} was not met again by then.",
        day(case, end),
        case.title
    )
}

pub(super) fn revoked(case: &Case<'_>, since: Timestamp) -> String {
    format!(
        "It was suspended on {} and what {:?} requires was not met again within {}.",
        day(case, since),
        case.title,
        case.policy.recovery
    )
}

pub(super) fn revoked_by(case: &Case<'_>, by: &Decided) -> String {
    format!("Revoked by {} on {}{}", by.by, day(case, by.at), because(by))
}

/// The end of a sentence: the reason that somebody gave for what they decided.
fn because(by: &Decided) -> String {
    match by.reason.trim_end_matches('.') {
        "" => ".".to_owned(),
        reason => format!(": {reason}."),
    }
}

/// What shows that everything is met.
fn shown_by(claim: &Claim) -> String {
    match (claim.statements.len(), claim.acts.len()) {
        (statements, 0) => counted(statements),
        (0, 1) => "1 act decides".to_owned(),
        (0, acts) => format!("{acts} acts decide"),
        (statements, 1) => format!("{} and 1 act decides", counted(statements)),
        (statements, acts) => format!("{} and {acts} acts decide", counted(statements)),
    }
}

/// The day that it is where the person is.
fn day(case: &Case<'_>, at: Timestamp) -> String {
    at.to_datetime()
        .with_timezone(&case.zone)
        .format("%Y-%m-%d")
        .to_string()
}

fn until(case: &Case<'_>, end: Option<Timestamp>) -> String {
    end.map_or_else(
        || "without end".to_owned(),
        |end| format!("until {}", day(case, end)),
    )
}

fn counted(statements: usize) -> String {
    match statements {
        1 => "1 statement shows".to_owned(),
        many => format!("{many} statements show"),
    }
}

fn verb(statements: usize) -> &'static str {
    if statements == 1 { "counts" } else { "count" }
}

fn listed(noun: &str, ids: &[uuid::Uuid]) -> String {
    let named: Vec<_> = ids.iter().take(NAMED).map(ToString::to_string).collect();
    let plural = if ids.len() == 1 { "" } else { "s" };
    match ids.len().saturating_sub(NAMED) {
        0 => format!("{noun}{plural} {}", named.join(", ")),
        more => format!("{noun}{plural} {} and {more} more", named.join(", ")),
    }
}
