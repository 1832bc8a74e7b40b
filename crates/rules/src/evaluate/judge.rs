//! What one statement says about one course: the meaning of verbs, success, completion and score.

use std::borrow::Cow;

use xapi::{Duration, Ifi};

use crate::plan::{Conditions, NodeId, Plan, Test};
use crate::verbs::{CMI5_CATEGORY, COMPLETED, FAILED, MASTERED, PASSED, SCORED};
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
    /// What it comes after was not met before it.
    Before(NodeId),
}

/// The leaves a statement may speak to, each once: those of its activity and, where cmi5 defines the statement, those
/// of the activities in `grouping`: there is the publisher's id of the assignable unit (cmi5 9.6.2.3), while the
/// object has an id that the LMS made.
pub(super) fn leaves<'p>(plan: &'p Plan, row: &Evidence) -> Cow<'p, [NodeId]> {
    let mut list = Cow::Borrowed(plan.leaves_for(&row.activity));
    if row.grouping.is_empty()
        || !row
            .category
            .iter()
            .any(|category| category.as_str() == CMI5_CATEGORY)
    {
        return list;
    }
    for activity in &row.grouping {
        let more = plan.leaves_for(activity);
        if list.is_empty() {
            list = Cow::Borrowed(more);
        } else if let Some(new) = Some(more).filter(|more| more.iter().any(|leaf| !list.contains(leaf))) {
            list.to_mut().extend(new);
            // Hardly ever more than two.
            list.to_mut().sort_unstable();
            list.to_mut().dedup();
        }
    }
    list
}

/// What a statement about the activity says.
pub(super) fn judge(test: Test, conditions: &Conditions, row: &Evidence) -> Verdict {
    let verdict = match test {
        Test::Completed => completed(row),
        Test::Passed { threshold } => passed(threshold, row),
        Test::Holds => Verdict::Silent,
    };
    match unfit(conditions, row) {
        Some(why) if verdict == Verdict::Counts => Verdict::Declined(why),
        _ => verdict,
    }
}

fn unfit(conditions: &Conditions, row: &Evidence) -> Option<Why> {
    let is_by = |by: &Vec<Ifi>| {
        row.authority
            .as_ref()
            .is_some_and(|authority| by.contains(authority))
    };
    if !conditions.by.is_empty() && !is_by(&conditions.by) {
        return Some(Why::NotBy);
    }
    let limit = conditions.time_limit?;
    match row.duration.as_ref().and_then(Duration::as_seconds) {
        None => Some(Why::NoDuration),
        // Limits are small whole numbers, which a double holds exactly.
        Some(seconds) => (seconds > limit as f64).then_some(Why::TooLong),
    }
}

fn completed(row: &Evidence) -> Verdict {
    match (row.verb.as_str(), row.completion) {
        (COMPLETED, Some(false)) => Verdict::Declined(Why::NotCompleted),
        (COMPLETED, _) | (_, Some(true)) => Verdict::Counts,
        (PASSED | MASTERED | FAILED | SCORED, _) => Verdict::Declined(Why::NotCompleted),
        _ => Verdict::Silent,
    }
}

fn passed(threshold: Option<Number>, row: &Evidence) -> Verdict {
    let score = row.score.and_then(|score| score.as_scaled());
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
        (Some(threshold), Some(score)) if score < threshold => Verdict::Declined(Why::Below(score)),
        (Some(_), Some(_)) => Verdict::Counts,
        (Some(_), None) if is_result || verb == SCORED => Verdict::Declined(Why::NoScore),
        (None, _) if is_result => Verdict::Counts,
        _ => Verdict::Declined(Why::OnlyCompleted),
    }
}
