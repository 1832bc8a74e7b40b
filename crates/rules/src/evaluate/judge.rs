//! What one statement says about one course: the meaning of verbs, success, completion and score.

use std::borrow::Cow;

use xapi::{Duration, Ifi, Timestamp};

use crate::definition::{Observer, PassingScore, WaivedFor, agents};
use crate::plan::{Conditions, NodeId, Plan, Test};
use crate::predicate;
use crate::verbs::{COMPLETED, FAILED, MASTERED, PASSED, REASON, SATISFIED, SCORED, WAIVED};
use crate::{Evidence, Number};

/// What a statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// What the test asks for.
    Counts,
    /// An attempt that is not what the test asks for.
    Declined(Why),
    /// Nothing to the point, such as `initialized`.
    Silent,
}

/// Why a statement did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The verb is `failed`, or `success` is false.
    Failed(Option<Number>),
    /// The score is under the threshold.
    Below(Number),
    /// A score is asked for and there is none.
    NoScore,
    /// Completed, which says nothing about passing.
    OnlyCompleted,
    /// Not completed, or it does not say so.
    NotCompleted,
    /// By an authority that is not one of those asked for.
    NotBy,
    /// A time limit is set and how long it took is not said, or not in units of a fixed length.
    NoDuration,
    /// It took longer than the time limit.
    TooLong,
    /// It does not say what the course asks for besides.
    NotSo,
    /// It names nobody other than the learner who saw it.
    NotOther,
    /// It does not say what is counted or added up.
    NotTold,
    /// What it has to wait for was not met long enough before it.
    TooEarly(NodeId),
    /// Waived, for a reason that does not count here.
    NotWaived,
    /// An attempt sooner after a failed one than allowed: when it would have counted.
    TooSoon(Timestamp),
    /// An attempt after as many as count: its number, and how many count.
    TooMany(usize, usize),
    /// Another attempt decides.
    NotDeciding,
    /// With this attempt, the mean of all scores is under the threshold.
    Mean(Number),
    /// It is what must not happen.
    Happened,
    /// What it comes after was not met before it.
    Before(NodeId),
}

/// The leaves a statement may speak to, each once: those that it matches, those of its activity and, where cmi5
/// defines the statement, those of the activities in `grouping`: there is the publisher's id of the assignable unit
/// (cmi5 9.6.2.3), while the object has an id that the LMS made.
pub(super) fn leaves<'p>(plan: &'p Plan, row: &Evidence) -> Cow<'p, [NodeId]> {
    let mut list = Cow::Borrowed(plan.leaves_for(&row.activity));
    if !row.grouping.is_empty() && predicate::is_cmi5(row) {
        for activity in &row.grouping {
            let more = plan.leaves_for(activity);
            if list.is_empty() {
                list = Cow::Borrowed(more);
            } else if more.iter().any(|leaf| !list.contains(leaf)) {
                list.to_mut().extend(more);
            }
        }
    }
    if plan.has_matches() {
        let matched: Vec<NodeId> = plan.matched_by(row).collect();
        if !matched.is_empty() {
            list.to_mut().extend(matched);
        }
    }
    if let Cow::Owned(list) = &mut list {
        // Hardly ever more than two.
        list.sort_unstable();
        list.dedup();
    }
    list
}

/// What a statement about the activity says. `learner` is under which identifiers the learner is known.
pub(super) fn judge(test: Test, conditions: &Conditions, learner: &[Ifi], row: &Evidence) -> Verdict {
    if is_waived(test, row) {
        return waived(conditions, row);
    }
    let verdict = match test {
        Test::Completed => completed(row),
        Test::Passed { threshold } => passed(threshold, row),
        Test::Holds => Verdict::Silent,
        Test::Matched | Test::Absent => Verdict::Counts,
        Test::Satisfied if row.verb.as_str() == SATISFIED => Verdict::Counts,
        Test::Satisfied => Verdict::Silent,
    };
    match unfit(conditions, learner, row) {
        Some(why) if verdict == Verdict::Counts => Verdict::Declined(why),
        _ => verdict,
    }
}

/// Whether a statement says that an LMS waives what it asks for.
pub(super) fn is_waived(test: Test, row: &Evidence) -> bool {
    row.verb.as_str() == WAIVED && matches!(test, Test::Completed | Test::Passed { .. })
}

/// Why an LMS waived it.
pub(super) fn waived_for(row: &Evidence) -> Option<WaivedFor> {
    let mut extensions = row.result_extensions.iter();
    let (_, reason) = extensions.find(|(iri, _)| iri.as_str() == REASON)?;
    let reason = reason.as_str()?;
    WaivedFor::ALL.into_iter().find(|own| own.as_str() == reason)
}

/// Only the authority and the reason matter: what was waived was not done.
fn waived(conditions: &Conditions, row: &Evidence) -> Verdict {
    if !is_by(conditions, row) {
        return Verdict::Declined(Why::NotBy);
    }
    match waived_for(row) {
        Some(reason) if conditions.waived.contains(&reason) => Verdict::Counts,
        _ => Verdict::Declined(Why::NotWaived),
    }
}

/// Whether a statement that was declined is an attempt all the same: one that failed, not one that is none.
pub(super) fn is_attempt(
    test: Test,
    conditions: &Conditions,
    learner: &[Ifi],
    why: Why,
    row: &Evidence,
) -> bool {
    let is_meant = is_by(conditions, row) && is_observed(conditions, learner, row);
    if test == Test::Matched {
        // What it must say is what it fails by.
        return matches!(why, Why::NotSo | Why::NoDuration | Why::TooLong) && is_meant;
    }
    let is_failed = matches!(
        why,
        Why::Failed(_) | Why::Below(_) | Why::NoScore | Why::NoDuration | Why::TooLong
    );
    let says = conditions.says.as_ref();
    is_failed && is_meant && says.is_none_or(|says| says.meets(row))
}

fn is_by(conditions: &Conditions, row: &Evidence) -> bool {
    let authority = row.authority.as_ref();
    conditions.by.is_empty() || authority.is_some_and(|authority| conditions.by.contains(authority))
}

/// Whether a statement names somebody other than the learner who saw it, where that is asked for.
fn is_observed(conditions: &Conditions, learner: &[Ifi], row: &Evidence) -> bool {
    let is_other = |agent: &Ifi| !learner.contains(agent);
    let sees = |observer: &Observer| {
        let agent = match observer {
            Observer::Instructor | Observer::Other => row.instructor.as_ref(),
            Observer::Authority => row.authority.as_ref(),
            Observer::Extension(_) => None,
        };
        let mut extensions = row.context_extensions.iter();
        agent.is_some_and(is_other)
            || extensions.any(|(iri, value)| observer.is_extension(iri) && agents(value).iter().any(is_other))
    };
    conditions.observers.is_empty() || conditions.observers.iter().any(sees)
}

fn unfit(conditions: &Conditions, learner: &[Ifi], row: &Evidence) -> Option<Why> {
    if !is_by(conditions, row) {
        return Some(Why::NotBy);
    }
    if !is_observed(conditions, learner, row) {
        return Some(Why::NotOther);
    }
    if let Some(limit) = conditions.time_limit {
        match row.duration.as_ref().and_then(Duration::as_seconds) {
            None => return Some(Why::NoDuration),
            // Limits are small whole numbers, which a double holds exactly.
            Some(seconds) if seconds > limit as f64 => return Some(Why::TooLong),
            Some(_) => {}
        }
    }
    let says = conditions.says.as_ref()?;
    (!says.meets(row)).then_some(Why::NotSo)
}

fn completed(row: &Evidence) -> Verdict {
    match (row.verb.as_str(), row.completion) {
        (COMPLETED, Some(false)) => Verdict::Declined(Why::NotCompleted),
        (COMPLETED, _) | (_, Some(true)) => Verdict::Counts,
        (PASSED | MASTERED | FAILED | SCORED, _) => Verdict::Declined(Why::NotCompleted),
        _ => Verdict::Silent,
    }
}

fn passed(threshold: Option<PassingScore>, row: &Evidence) -> Verdict {
    let score = row.score.and_then(|score| match threshold {
        Some(threshold) => threshold.of(&score),
        None => score.as_scaled(),
    });
    let verb = row.verb.as_str();
    let is_result = match verb {
        FAILED => return Verdict::Declined(Why::Failed(score)),
        PASSED | MASTERED => true,
        COMPLETED | SCORED => row.success == Some(true),
        _ => return Verdict::Silent,
    };
    if row.success == Some(false) {
        return Verdict::Declined(Why::Failed(score));
    }
    match (threshold, score) {
        (Some(threshold), Some(score)) if score < threshold.least() => Verdict::Declined(Why::Below(score)),
        (Some(_), Some(_)) => Verdict::Counts,
        (Some(_), None) if is_result || verb == SCORED => Verdict::Declined(Why::NoScore),
        (None, _) if is_result => Verdict::Counts,
        _ => Verdict::Declined(Why::OnlyCompleted),
    }
}
