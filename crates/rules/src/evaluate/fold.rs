//! Goes once through the evidence in its order and keeps what counted, what did not, and each moment at which
//! everything required is met.

use xapi::Timestamp;

use super::clock::NEVER;
use super::gather::Row;
use super::judge::{self, Verdict, Why};
use super::tree;
use crate::definition::Certification;
use crate::plan::{Kind, NodeId, Plan};

/// What one pass over the evidence leaves. Positions are indices into the rows.
pub(super) struct Fold<'p> {
    plan: &'p Plan,
    /// For each node that is met, the latest moment in which it can be rooted.
    roots: Vec<Option<Timestamp>>,
    /// For each node, where it was first met.
    first_met: Vec<Option<usize>>,
    /// For each leaf, its last entry in `counted`.
    last: Vec<Option<usize>>,
    counted: Vec<Counted>,
    /// What did not count, in order.
    pub(super) declined: Vec<Declined>,
    /// Where a certificate is earned, in order.
    pub(super) candidates: Vec<Candidate>,
    /// Whether there is anything about a required course.
    pub(super) started: bool,
}

/// A statement that met a leaf.
#[derive(Clone, Copy)]
struct Counted {
    position: usize,
    root: Timestamp,
    /// The entry before it of the same leaf.
    previous: Option<usize>,
}

/// A statement that did not.
pub(super) struct Declined {
    pub(super) leaf: NodeId,
    pub(super) position: usize,
    pub(super) why: Why,
}

/// A moment at which everything required is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) position: usize,
    /// What was met there.
    pub(super) leaf: NodeId,
    pub(super) earned: Timestamp,
    /// [`NEVER`] without a validity.
    pub(super) expires: Timestamp,
}

impl<'p> Fold<'p> {
    pub(super) fn of(plan: &'p Plan, certification: &Certification, rows: &[Row<'_>]) -> Self {
        let mut fold = Self {
            plan,
            roots: vec![None; plan.nodes.len()],
            first_met: vec![None; plan.nodes.len()],
            last: vec![None; plan.nodes.len()],
            counted: Vec::with_capacity(rows.len()),
            declined: Vec::new(),
            candidates: Vec::new(),
            started: false,
        };
        let mut met = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            // What one statement meets, it meets at once: it is no prerequisite of itself.
            for leaf in row.leaves.iter() {
                fold.judge(*leaf, position, row, &mut met);
            }
            for (leaf, root) in &met {
                fold.count(*leaf, position, *root);
            }
            for (leaf, root) in met.drain(..) {
                fold.earn(leaf, root, position, row.when, certification);
            }
        }
        fold
    }

    fn judge(&mut self, leaf: NodeId, position: usize, row: &Row<'_>, met: &mut Vec<(NodeId, Timestamp)>) {
        let Some(node) = self.plan.nodes.get(leaf) else {
            return;
        };
        let Kind::Leaf { test, after } = &node.kind else {
            return;
        };
        self.started |= node.required;
        let Some(requirement) = self.plan.requirements.get(node.requirement) else {
            return;
        };
        let why = match judge::judge(*test, &requirement.conditions, row.evidence) {
            Verdict::Silent => return,
            Verdict::Declined(why) => why,
            Verdict::Counts => {
                let first_unmet = after.iter().find(|first| self.root(**first).is_none());
                match first_unmet {
                    Some(first) => Why::Before(*first),
                    None => {
                        let roots = after.iter().filter_map(|first| self.root(*first));
                        met.push((leaf, roots.fold(row.when, Timestamp::min)));
                        return;
                    }
                }
            }
        };
        self.declined.push(Declined { leaf, position, why });
    }

    /// Keeps a pass. The roots of a leaf's passes never go back in time, since those of its prerequisites do not.
    fn count(&mut self, leaf: NodeId, position: usize, root: Timestamp) {
        let previous = self.last.get(leaf).copied().flatten();
        if let Some(last) = self.last.get_mut(leaf) {
            *last = Some(self.counted.len());
        }
        self.counted.push(Counted {
            position,
            root,
            previous,
        });
        let plan = self.plan;
        for node in plan.way_up(leaf) {
            let root = if node == leaf {
                Some(root)
            } else {
                tree::group_root(plan, node, None, &|child| self.root(child))
            };
            if let Some(own) = self.roots.get_mut(node) {
                *own = root;
            }
            if let Some(first) = self.first_met.get_mut(node).filter(|_| root.is_some()) {
                first.get_or_insert(position);
            }
        }
    }

    /// A certificate is earned by a pass if everything required is met with this pass among what meets it.
    fn earn(
        &mut self,
        leaf: NodeId,
        root: Timestamp,
        position: usize,
        moment: Timestamp,
        certification: &Certification,
    ) {
        let is_known = self
            .candidates
            .last()
            .is_some_and(|last| last.position == position);
        // What never expires needs no second earning.
        let is_enough = certification.validity.is_none() && !self.candidates.is_empty();
        if is_known || is_enough || !self.plan.nodes.get(leaf).is_some_and(|node| node.required) {
            return;
        }
        let mut taken = (leaf, root);
        for group in self.plan.way_up(leaf).skip(1) {
            let Some(root) = tree::group_root(self.plan, group, Some(taken), &|child| self.root(child))
            else {
                return;
            };
            taken = (group, root);
        }
        if moment < goes_stale(taken.1, certification) {
            let expires = certification
                .validity
                .map_or(NEVER, |validity| validity.after(moment));
            self.candidates.push(Candidate {
                position,
                leaf,
                earned: moment,
                expires,
            });
        }
    }

    /// The latest moment in which a node can be rooted, if it is met.
    pub(super) fn root(&self, node: NodeId) -> Option<Timestamp> {
        self.roots.get(node).copied().flatten()
    }

    /// Where a node was first met.
    pub(super) fn first_met(&self, node: NodeId) -> Option<usize> {
        self.first_met.get(node).copied().flatten()
    }

    /// The last pass of a leaf at or before a position.
    pub(super) fn pass(&self, leaf: NodeId, up_to: usize) -> Option<usize> {
        self.counted_at(leaf, up_to).map(|counted| counted.position)
    }

    fn counted_at(&self, leaf: NodeId, up_to: usize) -> Option<Counted> {
        let mut entry = self.last.get(leaf).copied().flatten();
        while let Some(counted) = entry.and_then(|index| self.counted.get(index)) {
            if counted.position <= up_to {
                return Some(*counted);
            }
            entry = counted.previous;
        }
        None
    }

    /// The root that a node had at a position, if it was met.
    pub(super) fn root_at(&self, node: NodeId, up_to: usize) -> Option<Timestamp> {
        if up_to == usize::MAX {
            return self.root(node);
        }
        match self.plan.nodes.get(node)?.kind {
            Kind::Leaf { .. } => self.counted_at(node, up_to).map(|counted| counted.root),
            Kind::Group { .. } => {
                tree::group_root(self.plan, node, None, &|child| self.root_at(child, up_to))
            }
        }
    }

    /// The passes that meet a node at a position, without those of its prerequisites.
    pub(super) fn passes(&self, node: NodeId, up_to: usize, found: &mut Vec<usize>) {
        match self.plan.nodes.get(node).map(|node| &node.kind) {
            None => {}
            Some(Kind::Leaf { .. }) => found.extend(self.pass(node, up_to)),
            Some(Kind::Group { .. }) => {
                for child in tree::chosen(self.plan, node, None, &|child| self.root_at(child, up_to)) {
                    self.passes(child, up_to, found);
                }
            }
        }
    }

    /// The proof of a certificate: the pass by which it was earned and all that it needs beside it.
    pub(super) fn prove(&self, position: usize, leaf: NodeId, proof: &mut Vec<usize>) {
        let way: Vec<NodeId> = self.plan.way_up(leaf).collect();
        let mut seen: Vec<(NodeId, usize)> = Vec::new();
        let mut open = vec![(self.plan.root, position)];
        while let Some((node, up_to)) = open.pop() {
            match self.plan.nodes.get(node).map(|node| &node.kind) {
                None => {}
                Some(Kind::Group { .. }) => {
                    // On the way to the pass, each group takes the child that leads there.
                    let step = way
                        .iter()
                        .position(|on_way| *on_way == node)
                        .filter(|_| up_to == position);
                    let taken = step.and_then(|step| way.get(step.checked_sub(1)?)).copied();
                    let chosen = tree::chosen(self.plan, node, taken, &|child| self.root_at(child, up_to));
                    open.extend(chosen.into_iter().map(|child| (child, up_to)));
                }
                Some(Kind::Leaf { after, .. }) => {
                    let pass = self
                        .pass(node, up_to)
                        .filter(|pass| !seen.contains(&(node, *pass)));
                    let Some(pass) = pass else { continue };
                    seen.push((node, pass));
                    proof.push(pass);
                    if let Some(before) = pass.checked_sub(1) {
                        open.extend(after.iter().map(|first| (*first, before)));
                    }
                }
            }
        }
    }
}

/// From when on what is rooted in a moment counts for no certificate any more.
pub(super) fn goes_stale(root: Timestamp, certification: &Certification) -> Timestamp {
    certification
        .freshness()
        .map_or(NEVER, |freshness| freshness.after(root))
}
