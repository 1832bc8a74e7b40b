//! What meets a node, now and at any step before.

use xapi::Timestamp;

use super::super::gather::{Fact, Row};
use super::super::tree;
use super::{Fold, Held, NEVER, Step, Turn};
use crate::plan::{Kind, NodeId};

impl Fold<'_> {
    /// The latest moment in which a node can be rooted, if it is met.
    pub(in crate::evaluate) fn root(&self, node: NodeId) -> Option<Timestamp> {
        self.roots.get(node).copied().flatten()
    }

    /// Where a node was first met.
    pub(in crate::evaluate) fn first_met(&self, node: NodeId) -> Option<usize> {
        self.first_met.get(node).copied().flatten()
    }

    /// The statements that met a leaf, the latest first.
    pub(in crate::evaluate) fn statements(&self, leaf: NodeId, rows: &[Row<'_>]) -> Vec<usize> {
        let mut statements = Vec::new();
        let mut entry = self.last.get(leaf).copied().flatten();
        while let Some(turn) = entry.and_then(|index| self.turns.get(index)) {
            // What comes back when something else ends was met before.
            let by = turn.met.map(|(by, _)| by).filter(|by| Step::at(*by) == turn.from);
            let is_statement = |by: &usize| {
                rows.get(*by)
                    .is_some_and(|row| matches!(row.fact, Fact::Statement(..)))
            };
            statements.extend(by.filter(is_statement));
            entry = turn.previous;
        }
        statements
    }

    /// The row that meets a leaf at a step.
    pub(in crate::evaluate) fn pass(&self, leaf: NodeId, up_to: Step) -> Option<usize> {
        self.met_at(leaf, up_to).map(|(by, _)| by)
    }

    /// What meets a leaf at a step, and the moment in which that is rooted.
    fn met_at(&self, leaf: NodeId, up_to: Step) -> Option<(usize, Timestamp)> {
        let mut entry = self.last.get(leaf).copied().flatten();
        while let Some(turn) = entry.and_then(|index| self.turns.get(index)) {
            if turn.from <= up_to {
                return turn.met;
            }
            entry = turn.previous;
        }
        None
    }

    /// The rows at which a leaf came to be met that was not.
    pub(in crate::evaluate) fn begun(&self) -> impl Iterator<Item = usize> {
        let begins = |turn: &&Turn| {
            let before = turn.previous.and_then(|index| self.turns.get(index));
            turn.met.is_some() && before.is_none_or(|before| before.met.is_none())
        };
        self.turns.iter().filter(begins).map(|turn| turn.from.0 / 3)
    }

    /// A step at which a leaf was met at a row, else the first up to another at which it was met since.
    pub(in crate::evaluate) fn met_since(&self, leaf: NodeId, position: usize, up_to: Step) -> Option<Step> {
        let mut met = None;
        let mut entry = self.last.get(leaf).copied().flatten();
        while let Some(turn) = entry.and_then(|index| self.turns.get(index)) {
            if turn.from <= up_to && turn.met.is_some() {
                met = Some(turn.from);
            }
            if turn.from <= Step::at(position) {
                break;
            }
            entry = turn.previous;
        }
        met
    }

    /// The root that a node had at a step, if it was met.
    pub(in crate::evaluate) fn root_at(&self, node: NodeId, up_to: Step) -> Option<Timestamp> {
        if up_to == Step::LAST {
            return self.root(node);
        }
        match self.plan.nodes.get(node)?.kind {
            Kind::Leaf { .. } => self.met_at(node, up_to).map(|(_, root)| root),
            Kind::Group { .. } => {
                tree::group_root(self.plan, node, None, &|child| self.root_at(child, up_to))
            }
        }
    }

    /// The root that a node had at a moment after a step, if it was met. Between the rows, what holds by itself can have
    /// ended.
    pub(in crate::evaluate) fn root_as_of(
        &self,
        node: NodeId,
        step: Step,
        moment: Timestamp,
        rows: &[Row<'_>],
    ) -> Option<Timestamp> {
        match self.plan.nodes.get(node)?.kind {
            Kind::Leaf { .. } => self.met_as_of(node, step, moment, rows).map(|(_, root)| root),
            Kind::Group { .. } => tree::group_root(self.plan, node, None, &|child| {
                self.root_as_of(child, step, moment, rows)
            }),
        }
    }

    /// What meets a leaf at a moment after a step: what holds then, else the last pass.
    pub(in crate::evaluate) fn met_as_of(
        &self,
        leaf: NodeId,
        step: Step,
        moment: Timestamp,
        rows: &[Row<'_>],
    ) -> Option<(usize, Timestamp)> {
        let holds =
            |held: &&Held| held.leaf == leaf && Step::at(held.position) <= step && moment < held.until;
        let held = self.held.iter().find(holds).map(|held| (held.position, NEVER));
        held.or_else(|| self.passes_of(leaf, step, rows).next())
    }

    /// The rows that meet a node at a step, without those of its prerequisites. Groups on the way up from a leaf take
    /// what leads there.
    pub(in crate::evaluate) fn passes(
        &self,
        node: NodeId,
        way: &[NodeId],
        up_to: Step,
        found: &mut Vec<usize>,
    ) {
        match self.plan.nodes.get(node).map(|node| &node.kind) {
            None => {}
            Some(Kind::Leaf { .. }) => {
                if let Some(pass) = self.pass(node, up_to) {
                    found.push(pass);
                    found.extend(self.together(node, pass));
                }
            }
            Some(Kind::Group { .. }) => {
                let taken = tree::taken(way, node);
                for child in tree::chosen(self.plan, node, taken, &|child| self.root_at(child, up_to)) {
                    self.passes(child, way, up_to, found);
                }
            }
        }
    }

    /// The rows that meet a leaf together, where it is met by this one; none if that alone does.
    pub(in crate::evaluate) fn together(&self, leaf: NodeId, position: usize) -> &[usize] {
        let tried = self.tried.together(leaf, position);
        let together = tried.or_else(|| self.tallies.together(leaf, position));
        together.unwrap_or_default()
    }
}
