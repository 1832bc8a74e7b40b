//! What meets leaves for a time by itself, and which of that and of passes comes first.

use xapi::Timestamp;

use super::super::clock::{Clock, NEVER};
use super::super::gather::{Fact, Row};
use super::super::tree;
use super::{Fold, Step};
use crate::plan::{Kind, NodeId, Test};

/// What meets a leaf until a moment. It is rooted in no moment: it holds as long as it holds.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) leaf: NodeId,
    pub(super) position: usize,
    pub(super) until: Timestamp,
}

impl Fold<'_> {
    /// The root of a node for what comes after it: what holds at that moment is rooted in none, even where a pass is
    /// shown in its place. Else that pass, once stale, would take away what the waiver alone allowed.
    pub(super) fn standing_root(&self, node: NodeId, now: Timestamp) -> Option<Timestamp> {
        if self.open.is_empty() {
            return self.root(node);
        }
        match self.plan.nodes.get(node)?.kind {
            Kind::Leaf { .. } => {
                let mut held = self.open.iter().filter_map(|index| self.held.get(*index));
                let is_held = held.any(|held| held.leaf == node && now < held.until);
                if is_held { Some(NEVER) } else { self.root(node) }
            }
            Kind::Group { .. } => {
                tree::group_root(self.plan, node, None, &|child| self.standing_root(child, now))
            }
        }
    }

    /// Where what holds at a row began, of all that is in a node.
    pub(in crate::evaluate) fn holding(
        &self,
        node: NodeId,
        row: usize,
        now: Timestamp,
    ) -> impl Iterator<Item = usize> {
        let is_in = move |held: &&Held| self.plan.way_up(held.leaf).any(|around| around == node);
        let holds = self
            .held
            .iter()
            .filter(move |held| held.position < row && now < held.until);
        holds.filter(is_in).map(|held| held.position)
    }

    /// Looks at the leaves that something holds for a time, as of a moment: a pass that is fresh comes first, then
    /// what holds, then a pass that grew stale.
    pub(super) fn pass_time(&mut self, step: Step, now: Timestamp, rows: &[Row<'_>]) {
        for index in 0..self.open.len() {
            let held = self.open.get(index).and_then(|index| self.held.get(*index));
            let Some(leaf) = held.map(|held| held.leaf) else {
                return;
            };
            let pass = self.last_pass(leaf, rows);
            let held = self.open.iter().filter_map(|index| self.held.get(*index));
            let held = held.filter(|held| held.leaf == leaf && now < held.until);
            let held = held
                .max_by_key(|held| (held.until, std::cmp::Reverse(held.position)))
                .map(|held| (held.position, NEVER));
            let is_fresh = |(_, root): &(usize, Timestamp)| now < self.terms.goes_stale(*root);
            let met = pass.filter(is_fresh).or(held).or(pass);
            let shown = self.last.get(leaf).copied().flatten();
            let shown = shown
                .and_then(|index| self.turns.get(index))
                .and_then(|turn| turn.met);
            if met != shown {
                self.turn(leaf, step, met);
            }
        }
        let (held, open) = (&self.held, &mut self.open);
        open.retain(|index| held.get(*index).is_some_and(|held| now < held.until));
    }

    /// Names the moments at which a pass grows stale and something that holds takes its place.
    pub(in crate::evaluate) fn ask(&self, clock: &Clock, rows: &[Row<'_>]) {
        let open = self.open.iter().filter_map(|index| self.held.get(*index));
        for (_, root) in open.filter_map(|held| self.last_pass(held.leaf, rows)) {
            clock.reached(self.terms.goes_stale(root));
        }
    }

    /// The last statement that met a leaf, if no attempt undid that.
    pub(super) fn last_pass(&self, leaf: NodeId, rows: &[Row<'_>]) -> Option<(usize, Timestamp)> {
        self.passes_of(leaf, Step::LAST, rows).next()
    }

    /// The statements that met a leaf up to a step, since nothing did, the last first.
    pub(super) fn passes_of(
        &self,
        leaf: NodeId,
        up_to: Step,
        rows: &[Row<'_>],
    ) -> impl Iterator<Item = (usize, Timestamp)> {
        let test = match self.plan.nodes.get(leaf).map(|node| &node.kind) {
            Some(Kind::Leaf { test, .. }) => Some(test),
            _ => None,
        };
        // What no statement meets may have had very many turns.
        let may_be = test.is_some_and(|test| !matches!(test, Test::Holds | Test::Absent));
        let mut entry = self.last.get(leaf).copied().flatten().filter(|_| may_be);
        let turns = std::iter::from_fn(move || {
            let turn = self.turns.get(entry?)?;
            entry = turn.previous;
            Some(turn)
        });
        let turns = turns.skip_while(move |turn| up_to < turn.from);
        let turns = turns.map_while(|turn| turn.met);
        turns.filter(|(by, _)| {
            rows.get(*by)
                .is_some_and(|row| matches!(row.fact, Fact::Statement(..)))
        })
    }

    /// Keeps the statement that waives a leaf and counts longest. It is no attempt, so no attempt takes it away.
    pub(super) fn waive(&mut self, leaf: NodeId, waiver: (usize, Timestamp)) {
        match self.waived.iter_mut().find(|(own, _)| *own == leaf) {
            Some((_, best)) if best.1 < waiver.1 => *best = waiver,
            Some(_) => {}
            None => self.waived.push((leaf, waiver)),
        }
    }

    /// The statement that waives a leaf and counts longest, and the moment in which that is rooted.
    pub(super) fn waiver(&self, leaf: NodeId) -> Option<(usize, Timestamp)> {
        let own = self.waived.iter().find(|(own, _)| *own == leaf);
        own.map(|(_, waiver)| *waiver)
    }
}
