//! A definition made ready for evaluation: requirements as a tree of nodes, looked up by activity.

mod builder;

use foldhash::HashMap;
use xapi::{Ifi, Iri};

use crate::definition::{Attempts, Count, Due, Observer, PassingScore, Sum, WaivedFor};
use crate::predicate::{Asked, Predicate};
use crate::{Evidence, Number, Period, RequirementKind};

/// An index into [`Plan::nodes`].
pub(crate) type NodeId = usize;
/// An index into [`Plan::requirements`].
pub(crate) type RequirementId = usize;

/// Every node of the tree, children before their parent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    /// What is shown to people, in the order of the definition, a group before its parts.
    pub(crate) requirements: Vec<Requirement>,
    /// Everything that is required together.
    pub(crate) root: NodeId,
    /// Everything that renews a certificate together, if that is something else.
    pub(crate) renewal: Option<NodeId>,
    by_activity: HashMap<Iri, Vec<NodeId>>,
    /// The leaves that statements can meet which are so.
    by_match: Vec<(Predicate, Vec<NodeId>)>,
    /// The leaves that are met while no statement speaks to them, and for how long there must have been none.
    pub(crate) absences: Vec<(NodeId, Period)>,
    /// The leaves that no statement meets, and what meets them.
    wanted: Vec<(NodeId, Wanted)>,
    /// Those of them that must be met for as long as the certificate is in force.
    pub(crate) always: Vec<NodeId>,
}

/// What meets a course that statements do not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    /// A credential of an outside issuer.
    Credential {
        /// Any of these.
        credentials: Vec<Iri>,
        /// By one of these issuers; by any if there are none.
        issuers: Vec<Iri>,
    },
    /// A certificate of another curriculum, by its id.
    Certificate(String),
}

/// A course or a group of them as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Requirement {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: RequirementKind,
    pub(crate) node: NodeId,
    /// The group it is part of.
    pub(crate) group: Option<RequirementId>,
    /// Of a group, the node that its parts meet; of a course, the same as `node`.
    pub(crate) inner: NodeId,
    /// Of a group, its parts; of a course, none.
    pub(crate) parts: Vec<RequirementId>,
    /// Of a course, its tests; of a group, that it is reported as satisfied, if it must be.
    pub(crate) leaves: Vec<NodeId>,
    /// Of a course, what its statements must be besides.
    pub(crate) conditions: Conditions,
    /// Whether it is part of a group that is no tier: such parts are not due by themselves.
    pub(crate) is_part: bool,
    /// By when it must be shown: by the earliest of these.
    pub(crate) due: Vec<Due>,
}

/// What every statement that counts for a course must be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Conditions {
    /// By one of these authorities; by any if there are none.
    pub(crate) by: Vec<Ifi>,
    /// About an attempt of at most this many seconds.
    pub(crate) time_limit: Option<u64>,
    /// So.
    pub(crate) says: Option<Predicate>,
    /// Or waived by an LMS for one of these reasons.
    pub(crate) waived: Vec<WaivedFor>,
    /// Which of the attempts at passing it decides, where not any that passed will do.
    pub(crate) attempts: Option<Attempts>,
    /// How many of them, or how much, where one is not enough.
    pub(crate) tallied: Option<Tallied>,
    /// Seen by somebody other than the learner, whom they name in one of these places; by anybody if there are none.
    pub(crate) observers: Vec<Observer>,
    /// So long after this node was met.
    pub(crate) not_before: Option<(NodeId, Period)>,
}

/// What several statements about one course must come to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tallied {
    Count(Count),
    Sum(Sum),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The group that waits for it; none for the root and what is only suggested.
    pub(crate) parent: Option<NodeId>,
    /// The requirement it belongs to. The root's is never asked for.
    pub(crate) requirement: RequirementId,
    /// Whether the root depends on it.
    pub(crate) required: bool,
    /// What it is worth to a group that counts points.
    pub(crate) worth: Number,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Met by one statement that passes the test, once the nodes it comes after are met.
    Leaf { test: Test, after: Vec<NodeId> },
    /// Met when as many of its children are as it needs.
    Group { children: Vec<NodeId>, needs: Needs },
}

/// What a statement about the activity must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// That it was completed.
    Completed,
    /// That it was passed, with at least this score.
    Passed { threshold: Option<PassingScore> },
    /// Nothing but what it says to match.
    Matched,
    /// That an LMS takes the block or course as satisfied (cmi5 9.3.9).
    Satisfied,
    /// Nothing of the kind must have been said for a while.
    Absent,
    /// Nothing: what is wanted holds by itself.
    Holds,
}

/// How many of its children a group needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    All,
    AtLeast(usize),
    /// As many as are worth this together.
    Points(Number),
}

impl Plan {
    /// The requirement with an id.
    pub(crate) fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// Every leaf of a course or group.
    pub(crate) fn leaves_within(&self, id: &str) -> Vec<NodeId> {
        let mut open: Vec<&Requirement> = self.requirement(id).into_iter().collect();
        let mut leaves = Vec::new();
        while let Some(requirement) = open.pop() {
            leaves.extend(&requirement.leaves);
            open.extend(
                requirement
                    .parts
                    .iter()
                    .filter_map(|part| self.requirements.get(*part)),
            );
        }
        leaves.sort_unstable();
        leaves
    }

    /// The leaves that want what is asked for.
    pub(crate) fn wanting(&self, is_it: impl Fn(&Wanted) -> bool) -> Vec<NodeId> {
        self.wanted
            .iter()
            .filter(|(_, wanted)| is_it(wanted))
            .map(|(leaf, _)| *leaf)
            .collect()
    }

    /// The curricula whose certificates are asked for.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().filter_map(|(_, wanted)| match wanted {
            Wanted::Certificate(curriculum) => Some(curriculum.as_str()),
            Wanted::Credential { .. } => None,
        })
    }

    /// What meets a leaf that no statement meets.
    pub(crate) fn wanted(&self, leaf: NodeId) -> Option<&Wanted> {
        self.wanted
            .iter()
            .find(|(own, _)| *own == leaf)
            .map(|(_, wanted)| wanted)
    }

    /// For how long there must have been no statement that speaks to a leaf.
    pub(crate) fn absence(&self, leaf: NodeId) -> Option<Period> {
        let own = self.absences.iter().find(|(own, _)| *own == leaf);
        own.map(|(_, period)| *period)
    }

    /// The leaves that statements about this activity can meet.
    pub(crate) fn leaves_for(&self, activity: &Iri) -> &[NodeId] {
        self.by_activity.get(activity).map_or(&[], Vec::as_slice)
    }

    /// Every activity that matters.
    pub(crate) fn activities(&self) -> impl Iterator<Item = &Iri> {
        self.by_activity.keys()
    }

    /// The leaves that a statement can meet by what it says, whatever it is about.
    pub(crate) fn matched_by(&self, evidence: &Evidence) -> impl Iterator<Item = NodeId> {
        let matching = self
            .by_match
            .iter()
            .filter(|(predicate, _)| predicate.meets(evidence));
        matching.flat_map(|(_, leaves)| leaves.iter().copied())
    }

    /// Whether what statements say matters, whatever they are about.
    pub(crate) fn has_matches(&self) -> bool {
        !self.by_match.is_empty()
    }

    /// What to ask the log for besides activities.
    pub(crate) fn asks(&self) -> impl Iterator<Item = Asked> {
        self.by_match.iter().filter_map(|(predicate, _)| predicate.asks())
    }

    /// The requirement a node belongs to.
    pub(crate) fn requirement_of(&self, node: NodeId) -> Option<&Requirement> {
        self.requirements.get(self.nodes.get(node)?.requirement)
    }

    /// Which of the attempts at a leaf decides, where not any that passed will do.
    pub(crate) fn attempts(&self, leaf: NodeId) -> Option<&Attempts> {
        let own = self.nodes.get(leaf)?;
        let is_tried = matches!(
            &own.kind,
            Kind::Leaf {
                test: Test::Passed { .. } | Test::Matched,
                ..
            }
        );
        let conditions = &self.requirements.get(own.requirement)?.conditions;
        conditions.attempts.as_ref().filter(|_| is_tried)
    }

    /// The node and the groups around it, up to the root or the end of what is suggested.
    pub(crate) fn way_up(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(node), |node| self.nodes.get(*node)?.parent)
    }
}
