//! Which rows prove a certificate.

use xapi::Timestamp;

use super::fold::{Candidate, Fold, Step, waited_for};
use super::gather::{Fact, Row};
use super::tree;
use crate::plan::{Kind, NodeId, Test};

/// A proof that is being put together.
struct Citing<'l> {
    /// Nodes, at which step they must be met, and as of which moment after it, if that is not at once.
    open: Vec<(NodeId, Step, Option<Timestamp>)>,
    seen: Vec<(NodeId, usize)>,
    proof: &'l mut Vec<usize>,
}

impl Fold<'_> {
    /// The proof of a certificate: the row by which it was earned and all that it needs beside it.
    pub(super) fn prove(&self, candidate: &Candidate, rows: &[Row<'_>], proof: &mut Vec<usize>) {
        let position = candidate.position;
        let Some(leaf) = candidate.leaf else {
            proof.push(position);
            return;
        };
        let way: Vec<NodeId> = self.plan.way_up(leaf).collect();
        let earned = Step::at(position);
        let top = way.last().copied().unwrap_or(self.plan.root);
        let mut citing = Citing {
            open: vec![(top, earned, None)],
            seen: Vec::new(),
            proof,
        };
        // Of what resumes, the time is counted from what is not held beside it.
        let resumes = |row: &Row<'_>| matches!(&row.fact, Fact::Holds(holds) if holds.resumes());
        if rows.get(position).is_some_and(resumes) {
            let holding = self.holding(top, position, candidate.earned);
            citing.proof.extend(holding);
        }
        self.unfold(&way, earned, rows, &mut citing);
    }

    /// What meets these nodes: at which step, and as of which moment after it, if that is not at once.
    pub(super) fn prove_met(
        &self,
        open: Vec<(NodeId, Step, Option<Timestamp>)>,
        rows: &[Row<'_>],
        proof: &mut Vec<usize>,
    ) {
        let mut citing = Citing {
            open,
            seen: Vec::new(),
            proof,
        };
        self.unfold(&[], Step::LAST, rows, &mut citing);
    }

    /// Besides, every attempt up to a position at what says which of them count, and all that must not happen: without
    /// those, others would have earned a certificate.
    pub(super) fn prove_attempts(&self, position: usize, rows: &[Row<'_>], proof: &mut Vec<usize>) {
        let mut citing = Citing {
            open: Vec::new(),
            seen: Vec::new(),
            proof,
        };
        let happened = self.absences.up_to(position);
        for (leaf, attempt) in self.tried.up_to(position).chain(happened) {
            let top = self.plan.way_up(leaf).last();
            // What is only suggested earns nothing.
            if top == Some(self.plan.root) || (top.is_some() && top == self.plan.renewal) {
                self.cite(leaf, attempt, rows, &mut citing);
            }
        }
        self.unfold(&[], Step::at(position), rows, &mut citing);
    }

    /// Cites what meets the nodes that are open. On the way to the row by which a certificate was earned, each group
    /// takes the child that leads there.
    fn unfold(&self, way: &[NodeId], earned: Step, rows: &[Row<'_>], citing: &mut Citing<'_>) {
        while let Some((node, up_to, as_of)) = citing.open.pop() {
            match self.plan.nodes.get(node).map(|node| &node.kind) {
                None => {}
                Some(Kind::Group { .. }) => {
                    let taken = tree::taken(way, node).filter(|_| up_to == earned);
                    let root = |child| match as_of {
                        Some(moment) => self.root_as_of(child, up_to, moment, rows),
                        None => self.root_at(child, up_to),
                    };
                    let chosen = tree::chosen(self.plan, node, taken, &root);
                    citing
                        .open
                        .extend(chosen.into_iter().map(|child| (child, up_to, as_of)));
                }
                Some(Kind::Leaf { .. }) => {
                    let pass = match as_of {
                        Some(moment) => self.met_as_of(node, up_to, moment, rows).map(|(by, _)| by),
                        None => self.pass(node, up_to),
                    };
                    if let Some(pass) = pass {
                        self.cite(node, pass, rows, citing);
                        for row in self.together(node, pass) {
                            self.cite(node, *row, rows, citing);
                        }
                    }
                }
            }
        }
    }

    /// Takes a row into a proof, and opens what it comes after.
    fn cite(&self, leaf: NodeId, row: usize, rows: &[Row<'_>], citing: &mut Citing<'_>) {
        if citing.seen.contains(&(leaf, row)) {
            return;
        }
        citing.seen.push((leaf, row));
        citing.proof.push(row);
        // What holds by itself comes after nothing, nor does what must not happen.
        let own = rows
            .get(row)
            .filter(|own| matches!(own.fact, Fact::Statement(..)));
        let Some(own) = own else { return };
        if let Some(Kind::Leaf { after, test }) = self.plan.nodes.get(leaf).map(|node| &node.kind)
            && *test != Test::Absent
        {
            let holding = after.iter().flat_map(|first| self.holding(*first, row, own.when));
            citing.proof.extend(holding);
            citing
                .open
                .extend(after.iter().map(|first| (*first, Step::before(row), None)));
        }
        let waits = self.plan.requirement_of(leaf);
        if let Some((first, wait)) = waits.and_then(|own| own.conditions.not_before) {
            let then = waited_for(wait, own.when, rows);
            let latest = wait.before(own.when);
            let until = rows.partition_point(|row| row.when <= latest);
            let holding = self.holding(first, until, latest);
            citing.proof.extend(holding);
            citing.open.extend(then.map(|then| (first, then, Some(latest))));
        }
    }
}
