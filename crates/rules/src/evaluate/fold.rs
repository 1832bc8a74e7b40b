//! Goes once through the evidence in its order and keeps what counted, what did not, and each moment at which
//! everything required is met.

use xapi::Timestamp;

use super::Row;
use super::clock::NEVER;
use super::judge::{self, Verdict, Why};
use crate::Evidence;
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
                fold.judge(*leaf, position, row.evidence, &mut met);
            }
            let mut is_progress = false;
            for (leaf, root) in met.drain(..) {
                is_progress |= fold.count(leaf, position, root);
            }
            if is_progress {
                fold.earn(position, row.evidence.timestamp, certification);
            }
        }
        fold
    }

    fn judge(&mut self, leaf: NodeId, position: usize, row: &Evidence, met: &mut Vec<(NodeId, Timestamp)>) {
        let Some(node) = self.plan.nodes.get(leaf) else {
            return;
        };
        let Kind::Leaf { test, after } = &node.kind else {
            return;
        };
        self.started |= node.required;
        let why = match judge::judge(*test, row) {
            Verdict::Silent => return,
            Verdict::Declined(why) => why,
            Verdict::Counts => {
                let first_unmet = after.iter().find(|first| self.root(**first).is_none());
                match first_unmet {
                    Some(first) => Why::Before(*first),
                    None => {
                        let roots = after.iter().filter_map(|first| self.root(*first));
                        met.push((leaf, roots.fold(row.timestamp, Timestamp::min)));
                        return;
                    }
                }
            }
        };
        self.declined.push(Declined { leaf, position, why });
    }

    /// Keeps a pass; answers whether the root depends on it.
    fn count(&mut self, leaf: NodeId, position: usize, root: Timestamp) -> bool {
        let previous = self.last.get(leaf).copied().flatten();
        if let Some(last) = self.last.get_mut(leaf) {
            *last = Some(self.counted.len());
        }
        self.counted.push(Counted { position, previous });

        // The roots of a leaf's passes never go back in time, since those of its prerequisites do not.
        let mut node = Some((leaf, Some(root)));
        while let Some((id, root)) = node {
            if let Some(own) = self.roots.get_mut(id) {
                *own = root;
            }
            if let Some(first) = self.first_met.get_mut(id)
                && root.is_some()
            {
                first.get_or_insert(position);
            }
            let parent = self.plan.nodes.get(id).and_then(|node| node.parent);
            node = parent.map(|parent| (parent, self.group_root(parent)));
        }
        self.plan.nodes.get(leaf).is_some_and(|node| node.required)
    }

    fn group_root(&self, group: NodeId) -> Option<Timestamp> {
        match &self.plan.nodes.get(group)?.kind {
            Kind::Leaf { .. } => self.root(group),
            Kind::All(children) => children
                .iter()
                .try_fold(NEVER, |least, child| Some(least.min(self.root(*child)?))),
        }
    }

    fn earn(&mut self, position: usize, moment: Timestamp, certification: &Certification) {
        let Some(root) = self.root(self.plan.root) else {
            return;
        };
        if moment >= goes_stale(root, certification) {
            return;
        }
        match certification.validity {
            Some(validity) => {
                self.candidates.push(Candidate {
                    position,
                    earned: moment,
                    expires: validity.after(moment),
                });
            }
            // What never expires needs no second earning.
            None if !self.candidates.is_empty() => {}
            None => self.candidates.push(Candidate {
                position,
                earned: moment,
                expires: NEVER,
            }),
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
        let mut entry = self.last.get(leaf).copied().flatten();
        while let Some(counted) = entry.and_then(|index| self.counted.get(index)) {
            if counted.position <= up_to {
                return Some(counted.position);
            }
            entry = counted.previous;
        }
        None
    }

    /// The passes that meet a node at a position, without those of its prerequisites.
    pub(super) fn passes(&self, node: NodeId, up_to: usize, found: &mut Vec<usize>) {
        match self.plan.nodes.get(node).map(|node| &node.kind) {
            None => {}
            Some(Kind::Leaf { .. }) => found.extend(self.pass(node, up_to)),
            Some(Kind::All(children)) => {
                for child in children {
                    self.passes(*child, up_to, found);
                }
            }
        }
    }

    /// The proof that everything required is met at a position.
    pub(super) fn prove_all(&self, position: usize, proof: &mut Vec<usize>) {
        let mut seen: Vec<(NodeId, usize)> = Vec::new();
        let mut open = vec![(self.plan.root, position)];
        while let Some((node, up_to)) = open.pop() {
            match self.plan.nodes.get(node).map(|node| &node.kind) {
                None => {}
                Some(Kind::All(children)) => open.extend(children.iter().map(|child| (*child, up_to))),
                Some(Kind::Leaf { after, .. }) => {
                    let Some(pass) = self
                        .pass(node, up_to)
                        .filter(|pass| !seen.contains(&(node, *pass)))
                    else {
                        continue;
                    };
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
