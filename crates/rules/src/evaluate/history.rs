//! What somebody did over time, for what is reckoned beside the standing: measures and recognition.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use xapi::{Ifi, Timestamp};

use super::acts::Acts;
use super::clock::Clock;
use super::gather;
use super::judge::{self, Verdict, Why};
use super::{Appraisal, Context};
use crate::plan::{Kind, NodeId, Plan, Requirement, Test};
use crate::{Curriculum, Evidence, Person, View};

/// Evidence of any activity that is known, has happened and needs no review.
#[derive(Debug, Clone)]
pub(crate) struct Accepted<'a> {
    pub(crate) evidence: &'a Evidence,
    /// When it happened, as far as it is believed.
    pub(crate) when: Timestamp,
    /// What it may speak to.
    leaves: Cow<'a, [NodeId]>,
}

/// All evidence that counts if it is to the point, each statement once, in the order of evidence.
pub(crate) fn accepted<'a>(
    curriculum: &'a Curriculum,
    evidence: &'a [Evidence],
    view: &View<'_>,
) -> Vec<Accepted<'a>> {
    let clock = Clock::new(view.at);
    let acts = Acts::of(curriculum.id(), view, &clock);
    let reviewing = curriculum.definition.review.as_ref();
    let mut accepted: Vec<Accepted<'a>> = evidence
        .iter()
        .filter_map(|evidence| {
            let (when, doubt) = gather::when(reviewing, evidence, &acts, view, &clock)?;
            let mut leaves = judge::leaves(&curriculum.plan, evidence);
            acts.equivalences(&curriculum.plan, evidence, &mut leaves);
            doubt.is_none().then_some(Accepted {
                evidence,
                when,
                leaves,
            })
        })
        .collect();
    accepted.sort_by_key(|own| (own.when, own.evidence.stored, own.evidence.statement));
    accepted.dedup_by_key(|own| own.evidence.statement);
    accepted
}

/// The courses at which a statement is an attempt, and whether it passed. What only says that it was completed, or
/// comes from an authority that does not count, is none; where completion is enough, completing is passing.
pub(crate) fn attempts<'p>(
    plan: &'p Plan,
    learner: &[Ifi],
    own: &Accepted<'_>,
) -> Vec<(&'p Requirement, bool)> {
    let mut attempts: Vec<(&Requirement, bool)> = Vec::new();
    for leaf in own.leaves.iter() {
        let Some(requirement) = plan.requirement_of(*leaf) else {
            continue;
        };
        let Some(Kind::Leaf { test, .. }) = plan.nodes.get(*leaf).map(|node| &node.kind) else {
            continue;
        };
        // With both, it is passing that is tried.
        if *test == Test::Completed && requirement.leaves.len() > 1 {
            continue;
        }
        // That an LMS waives it or takes it as satisfied was not done by the learner.
        if *test == Test::Satisfied || judge::is_waived(*test, own.evidence) {
            continue;
        }
        let passed = match judge::judge(*test, &requirement.conditions, learner, own.evidence) {
            Verdict::Counts => true,
            Verdict::Declined(
                Why::Failed(_) | Why::Below(_) | Why::NoScore | Why::NoDuration | Why::TooLong,
            ) => false,
            Verdict::Declined(_) | Verdict::Silent => continue,
        };
        attempts.push((requirement, passed));
    }
    attempts
}

/// What somebody reached in a curriculum, and when.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// When each course was first met by statements, by its id; groups are not among them, and what was waived is
    /// not.
    pub(crate) met: BTreeMap<String, Timestamp>,
    /// When a statement counted.
    pub(crate) passes: Vec<Timestamp>,
    /// When the first certificate came into force.
    pub(crate) certified: Option<Timestamp>,
}

/// By what is firm; nothing for people whom the curriculum is not and never was for.
pub(crate) fn history(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
) -> History {
    let clock = Clock::new(view.at);
    let known = RefCell::new(BTreeMap::from([(curriculum.id(), Vec::new())]));
    let context = Context {
        curriculum,
        person,
        evidence,
        view,
        clock: &clock,
        known: &known,
    };
    let assignment = context.assignment();
    if assignment.is_never() {
        return History::default();
    }
    let acts = Acts::of(curriculum.id(), view, &clock);
    let mut rows = context.rows(&acts, &context.other_certificates());
    rows.retain(|row| row.doubt.is_none());
    let own = Appraisal::of(&context, &assignment, &acts, rows);
    let when = |position: &usize| own.rows.get(*position).map(|row| row.when);
    // What an LMS waives was not done.
    let is_done = |leaf: NodeId, position: &usize| {
        let test = match curriculum.plan.nodes.get(leaf).map(|node| &node.kind) {
            Some(Kind::Leaf { test, .. }) => *test,
            _ => return false,
        };
        let statement = own.rows.get(*position).and_then(gather::Row::evidence);
        statement.is_some_and(|evidence| !judge::is_waived(test, evidence))
    };

    let mut history = History::default();
    for course in curriculum
        .plan
        .requirements
        .iter()
        .filter(|own| own.parts.is_empty())
    {
        let mut met = Some(Timestamp::from_micros(i64::MIN));
        for leaf in &course.leaves {
            let mut statements = own.fold.statements(*leaf, &own.rows);
            statements.retain(|position| is_done(*leaf, position));
            history.passes.extend(statements.iter().filter_map(when));
            // Both must be there where both are asked for.
            met = met
                .zip(statements.last().and_then(when))
                .map(|(own, other)| own.max(other));
        }
        if let Some(met) = met.filter(|_| !course.leaves.is_empty()) {
            history.met.insert(course.id.clone(), met);
        }
    }
    history.passes.sort_unstable();
    let candidates = own.fold.candidates.iter().filter_map(|candidate| {
        let from = assignment.first_from(candidate.earned)?;
        (from < candidate.expires && clock.reached(from)).then_some(from)
    });
    history.certified = candidates.min();
    history
}
