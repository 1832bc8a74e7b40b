//! Goes once through the evidence in its order and keeps what counted, what did not, and each moment at which
//! everything required is met.

mod earn;
mod held;
mod met;

use xapi::{Ifi, Timestamp};

pub(super) use earn::{Candidate, Renewal};
use held::Held;

use super::absences::Absences;
use super::attempts::{Effect, Tried, Try};
use super::clock::NEVER;
use super::gather::{Fact, Row};
use super::judge::{self, Verdict, Why};
use super::tally::Tallies;
use super::terms::Terms;
use super::tree;
use crate::definition::Counting;
use crate::plan::{Kind, NodeId, Plan, Test};
use crate::{Evidence, Period};

/// What one pass over the evidence leaves. Positions are indices into the rows.
pub(super) struct Fold<'p> {
    pub(super) plan: &'p Plan,
    terms: Terms<'p>,
    /// Under which identifiers the learner is known.
    learner: &'p [Ifi],
    /// For each node that is met, the latest moment in which it can be rooted.
    roots: Vec<Option<Timestamp>>,
    /// For each node, where it was first met.
    first_met: Vec<Option<usize>>,
    /// For each leaf, its last entry in `turns`.
    last: Vec<Option<usize>>,
    turns: Vec<Turn>,
    /// What meets leaves by itself, as far as it was come across.
    held: Vec<Held>,
    /// Which of that is not over yet.
    open: Vec<usize>,
    /// The statements that waive leaves: of each leaf the one that counts longest.
    waived: Vec<(NodeId, (usize, Timestamp))>,
    /// What is met while nothing of a kind happens.
    pub(super) absences: Absences,
    /// The attempts where not any that passed will do.
    pub(super) tried: Tried,
    /// What there is where one statement is not enough.
    pub(super) tallies: Tallies,
    /// What did not count, in order.
    pub(super) declined: Vec<Declined>,
    /// Where a certificate is earned by itself, in order.
    pub(super) candidates: Vec<Candidate>,
    /// Where everything that renews one is met, in order; nothing if that is what earns one.
    pub(super) renewals: Vec<Renewal>,
    /// Whether there is anything about a required course.
    pub(super) started: bool,
}

/// A step of the fold: the time up to a row, the row, or what is left after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step(usize);

impl Step {
    /// After all rows.
    pub(super) const LAST: Self = Self(usize::MAX);

    /// When the time of the row at a position has come, before what it says.
    pub(super) const fn before(position: usize) -> Self {
        Self(position * 3)
    }

    /// The row at a step.
    pub(super) const fn at(position: usize) -> Self {
        Self(position * 3 + 1)
    }

    /// After what the row at a position earned.
    pub(super) const fn after(position: usize) -> Self {
        Self(position * 3 + 2)
    }
}

/// From a step on, what meets a leaf.
#[derive(Clone, Copy)]
struct Turn {
    /// Where it begins.
    from: Step,
    /// What meets the leaf from there on: the row, and the moment in which it is rooted; nothing if it was met
    /// before and is not any more.
    met: Option<(usize, Timestamp)>,
    /// The entry before it of the same leaf.
    previous: Option<usize>,
}

/// A statement that did not count.
pub(super) struct Declined {
    pub(super) leaf: NodeId,
    pub(super) position: usize,
    pub(super) why: Why,
}

impl<'p> Fold<'p> {
    /// Folds rows up to the moment `at`. Nothing is earned at `void_until` or before.
    pub(super) fn of(
        plan: &'p Plan,
        terms: Terms<'p>,
        learner: &'p [Ifi],
        absences: Absences,
        rows: &[Row<'_>],
        void_until: Option<Timestamp>,
        at: Timestamp,
    ) -> Self {
        let mut fold = Self {
            plan,
            terms,
            learner,
            roots: vec![None; plan.nodes.len()],
            first_met: vec![None; plan.nodes.len()],
            last: vec![None; plan.nodes.len()],
            turns: Vec::with_capacity(rows.len()),
            held: Vec::new(),
            open: Vec::new(),
            waived: Vec::new(),
            absences,
            tried: Tried::default(),
            tallies: Tallies::default(),
            declined: Vec::new(),
            candidates: Vec::new(),
            renewals: Vec::new(),
            started: false,
        };
        let mut met = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            fold.pass_time(Step::before(position), row.when, rows);
            match &row.fact {
                // What one statement meets, it meets at once: it is no prerequisite of itself.
                Fact::Statement(evidence, _) => {
                    for leaf in row.leaves.iter() {
                        fold.judge(*leaf, (position, row.when), evidence, rows, &mut met);
                    }
                    for (leaf, root) in &met {
                        let by_this = root.map(|root| (position, root));
                        let met = by_this.or_else(|| fold.waiver(*leaf));
                        fold.turn(*leaf, Step::at(position), met);
                    }
                    fold.pass_time(Step::at(position), row.when, rows);
                }
                Fact::Holds(holds) => {
                    for leaf in row.leaves.iter() {
                        fold.open.push(fold.held.len());
                        fold.held.push(Held {
                            leaf: *leaf,
                            position,
                            until: holds.until,
                        });
                        // Nobody has begun by doing nothing.
                        fold.started |= !holds.is_absence()
                            && fold.plan.nodes.get(*leaf).is_some_and(|node| node.required);
                        // Where it begins it counts, whatever else is there: beginning to hold can earn a certificate.
                        fold.turn(*leaf, Step::at(position), Some((position, NEVER)));
                        met.push((*leaf, Some(NEVER)));
                    }
                }
                Fact::Award(act) => fold.award(position, row.when, &act.kind),
                Fact::Given(given) => fold.give(position, given),
            }
            if void_until.is_none_or(|void_until| row.when > void_until) {
                let resumes = matches!(&row.fact, Fact::Holds(holds) if holds.resumes());
                for (leaf, root) in &met {
                    if let Some(root) = root {
                        fold.earn((*leaf, *root), (position, row.when), resumes);
                    }
                }
            }
            for (leaf, root) in met.drain(..) {
                fold.settle(leaf, root, position, rows);
            }
        }
        fold.pass_time(Step::before(rows.len()), at, rows);
        fold
    }

    fn judge(
        &mut self,
        leaf: NodeId,
        (position, when): (usize, Timestamp),
        evidence: &Evidence,
        rows: &[Row<'_>],
        met: &mut Vec<(NodeId, Option<Timestamp>)>,
    ) {
        let Some(node) = self.plan.nodes.get(leaf) else {
            return;
        };
        let Kind::Leaf { test, after } = &node.kind else {
            return;
        };
        let Some(requirement) = self.plan.requirements.get(node.requirement) else {
            return;
        };
        let conditions = &requirement.conditions;
        if *test == Test::Absent {
            let why = match judge::judge(*test, conditions, self.learner, evidence) {
                Verdict::Declined(why) => why,
                Verdict::Counts | Verdict::Silent => Why::Happened,
            };
            self.declined.push(Declined { leaf, position, why });
            return;
        }
        self.started |= node.required;
        let failed = match judge::judge(*test, conditions, self.learner, evidence) {
            Verdict::Silent => return,
            Verdict::Declined(why) => Some(why),
            Verdict::Counts => None,
        };
        let rule = match test {
            Test::Passed { threshold } if !judge::is_waived(*test, evidence) => {
                conditions.attempts.as_ref().map(|rule| (rule, *threshold))
            }
            Test::Matched => conditions.attempts.as_ref().map(|rule| (rule, None)),
            _ => None,
        };
        let is_attempt =
            |why| rule.is_some() && judge::is_attempt(*test, conditions, self.learner, why, evidence);
        let rooted = match failed {
            Some(why) if !is_attempt(why) => Err(why),
            _ => self.rooted(after, conditions.not_before, when, rows),
        };
        let (effect, why) = match (rooted, rule) {
            (Err(why), _) => (Effect::Nothing, Some(why)),
            (Ok(root), None) => match &conditions.tallied {
                Some(rule) if !judge::is_waived(*test, evidence) => {
                    match self.tallies.count(rule, leaf, position, (when, root), evidence) {
                        Ok(Some(root)) => (Effect::Met(root), None),
                        Ok(None) => (Effect::Nothing, None),
                        Err(why) => (Effect::Nothing, Some(why)),
                    }
                }
                _ => (Effect::Met(root), None),
            },
            (Ok(root), Some((rule, threshold))) => {
                let own = Try {
                    leaf,
                    position,
                    when,
                    root,
                    failed,
                    threshold,
                    evidence,
                };
                self.tried.attempt(rule, self.terms, &own)
            }
        };
        match effect {
            Effect::Met(root) => {
                if judge::is_waived(*test, evidence) {
                    self.waive(leaf, (position, root));
                }
                met.push((leaf, Some(root)));
            }
            Effect::Unmet => met.push((leaf, None)),
            Effect::Nothing => {}
        }
        self.declined
            .extend(why.map(|why| Declined { leaf, position, why }));
    }

    /// The moment in which what happened at a moment is rooted, or why it is too early.
    fn rooted(
        &self,
        after: &[NodeId],
        not_before: Option<(NodeId, Period)>,
        when: Timestamp,
        rows: &[Row<'_>],
    ) -> Result<Timestamp, Why> {
        let mut root = when;
        for first in after {
            root = root.min(self.standing_root(*first, when).ok_or(Why::Before(*first))?);
        }
        if let Some((first, wait)) = not_before {
            let latest = wait.before(when);
            let then =
                waited_for(wait, when, rows).and_then(|then| self.root_as_of(first, then, latest, rows));
            root = root.min(then.ok_or(Why::TooEarly(first))?);
        }
        Ok(root)
    }

    /// After a row, the pass that counts longest meets a leaf. That may be one before it: what a pass comes after can be
    /// met by something older than before. Where the attempts decide, it is the one that does.
    fn settle(&mut self, leaf: NodeId, root: Option<Timestamp>, position: usize, rows: &[Row<'_>]) {
        let Some(root) = root else { return };
        let rule = self.plan.attempts(leaf);
        let before = if rule.is_none_or(|rule| rule.count == Counting::Best) {
            self.passes_of(leaf, Step::LAST, rows)
                .find(|(by, _)| *by != position)
        } else {
            self.waiver(leaf)
        };
        if let Some(better) = before.filter(|(_, better)| *better > root) {
            self.turn(leaf, Step::after(position), Some(better));
        }
    }

    /// From a step on, a leaf is met by something else, or by nothing.
    fn turn(&mut self, leaf: NodeId, from: Step, met: Option<(usize, Timestamp)>) {
        let previous = self.last.get(leaf).copied().flatten();
        if let Some(last) = self.last.get_mut(leaf) {
            *last = Some(self.turns.len());
        }
        self.turns.push(Turn { from, met, previous });
        let plan = self.plan;
        for node in plan.way_up(leaf) {
            let root = if node == leaf {
                met.map(|(_, root)| root)
            } else {
                tree::group_root(plan, node, None, &|child| self.root(child))
            };
            if let Some(own) = self.roots.get_mut(node) {
                *own = root;
            }
            if let Some(first) = self.first_met.get_mut(node).filter(|_| root.is_some()) {
                first.get_or_insert(from.0 / 3);
            }
        }
    }
}

/// The last step that is at least so long before a moment, after its row.
pub(super) fn waited_for(wait: Period, when: Timestamp, rows: &[Row<'_>]) -> Option<Step> {
    let latest = wait.before(when);
    let count = rows.partition_point(|row| row.when <= latest);
    count.checked_sub(1).map(Step::after)
}
