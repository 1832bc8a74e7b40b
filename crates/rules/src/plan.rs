//! A definition made ready for evaluation: requirements as a tree of nodes, looked up by activity.

use std::collections::{BTreeMap, HashMap};

use xapi::{Ifi, Iri};

use crate::definition::{
    Attempts, Count, Course, Definition, Due, Observer, Order, PassingScore, Sum, WaivedFor,
};
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
    /// The leaves that no statement meets, and what meets them.
    wanted: Vec<(NodeId, Wanted)>,
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
    /// A certificate of another curriculum.
    Certificate {
        curriculum: String,
        /// Whether it is needed for as long as the own certificate is in force.
        always: bool,
    },
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
    /// Of a definition that was checked.
    pub(crate) fn of(definition: &Definition) -> Self {
        let mut builder = Builder {
            has_tiers: !definition.tiers.is_empty(),
            ..Builder::default()
        };
        let tops: Vec<RequirementId> = definition
            .tops()
            .iter()
            .map(|course| builder.add(course, None, RequirementKind::Required, definition.due.as_slice()))
            .collect();
        let renewing = definition.certification.renewal_courses();
        let renewals: Vec<RequirementId> = renewing
            .iter()
            .map(|course| builder.add(course, None, RequirementKind::Renewal, &[]))
            .collect();
        builder.enforce_waits(definition.tops());
        builder.enforce_waits(renewing);
        if definition.order == Order::Strict {
            builder.enforce_order(definition.tops(), &[]);
            builder.enforce_order(renewing, &[]);
        }
        let root = builder.all_of(&tops, RequirementKind::Required);
        let renewal = (!renewing.is_empty()).then(|| builder.all_of(&renewals, RequirementKind::Renewal));
        Self {
            nodes: builder.nodes,
            requirements: builder.requirements,
            root,
            renewal,
            by_activity: builder.by_activity,
            wanted: builder.wanted,
            by_match: builder.by_match,
        }
    }

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

    /// The curricula whose certificates are asked for, and whether they are needed all the time.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = (NodeId, &str, bool)> {
        self.wanted.iter().filter_map(|(leaf, wanted)| match wanted {
            Wanted::Certificate { curriculum, always } => Some((*leaf, curriculum.as_str(), *always)),
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
        let is_passed = matches!(
            &own.kind,
            Kind::Leaf {
                test: Test::Passed { .. },
                ..
            }
        );
        let conditions = &self.requirements.get(own.requirement)?.conditions;
        conditions.attempts.as_ref().filter(|_| is_passed)
    }

    /// The node and the groups around it, up to the root or the end of what is suggested.
    pub(crate) fn way_up(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(node), |node| self.nodes.get(*node)?.parent)
    }
}

#[derive(Default)]
struct Builder {
    has_tiers: bool,
    nodes: Vec<Node>,
    requirements: Vec<Requirement>,
    by_activity: HashMap<Iri, Vec<NodeId>>,
    wanted: Vec<(NodeId, Wanted)>,
    by_match: Vec<(Predicate, Vec<NodeId>)>,
    by_id: BTreeMap<String, RequirementId>,
}

impl Builder {
    /// `kind` and `due` are what holds around it.
    fn add(
        &mut self,
        course: &Course,
        group: Option<RequirementId>,
        kind: RequirementKind,
        due: &[Due],
    ) -> RequirementId {
        let requirement = self.requirements.len();
        let is_part = group.is_some_and(|group| !self.is_tier(group));
        let kind = if course.suggested {
            RequirementKind::Suggested
        } else {
            kind
        };
        let required = kind == RequirementKind::Required;
        let due: Vec<Due> = if required && !is_part {
            due.iter().copied().chain(course.due).collect()
        } else {
            Vec::new()
        };
        self.by_id.insert(course.id.clone(), requirement);
        self.requirements.push(Requirement {
            id: course.id.clone(),
            title: course.shown().to_owned(),
            kind,
            node: 0,
            inner: 0,
            group,
            parts: Vec::new(),
            leaves: Vec::new(),
            conditions: Conditions {
                by: course.by.clone(),
                time_limit: course.time_limit.and_then(Period::as_seconds),
                says: course.says.clone(),
                waived: course.waived.clone(),
                attempts: course.attempts.clone(),
                tallied: course
                    .count
                    .clone()
                    .map(Tallied::Count)
                    .or_else(|| course.sum.clone().map(Tallied::Sum)),
                observers: course.observed_by.clone(),
                not_before: None,
            },
            is_part,
            due: due.clone(),
        });
        let parts: Vec<RequirementId> = course
            .of
            .iter()
            .map(|part| self.add(part, Some(requirement), kind, &due))
            .collect();
        let (mut leaves, mut inner) = (Vec::new(), None);
        let node = if course.is_group() {
            let children = self.nodes_of(&parts, kind);
            let parts = self.group(children, course.needs(), requirement, required);
            inner = Some(parts);
            if course.satisfied.is_empty() {
                parts
            } else {
                let leaf = self.leaf(Test::Satisfied, requirement, required);
                self.come_after(leaf, &[parts]);
                leaves.push(leaf);
                for activity in course.satisfied.iter().filter_map(|text| Iri::parse(text).ok()) {
                    self.by_activity.entry(activity).or_default().push(leaf);
                }
                self.group(vec![parts, leaf], Needs::All, requirement, required)
            }
        } else {
            if let Some(wanted) = course.wanted() {
                let leaf = self.leaf(Test::Holds, requirement, required);
                self.wanted.push((leaf, wanted));
                leaves.push(leaf);
            } else if course.completion {
                leaves.push(self.leaf(Test::Completed, requirement, required));
            }
            if course.needs_pass() {
                leaves.push(self.leaf(
                    Test::Passed {
                        threshold: course.passing_score,
                    },
                    requirement,
                    required,
                ));
            }
            if course.needs_match() {
                leaves.push(self.leaf(Test::Matched, requirement, required));
            }
            if let Some(matching) = &course.matching {
                self.by_match.push((matching.clone(), leaves.clone()));
            }
            for activity in course.iris() {
                self.by_activity.entry(activity).or_default().extend(&leaves);
            }
            match leaves.as_slice() {
                [only] => *only,
                _ => self.group(leaves.clone(), Needs::All, requirement, required),
            }
        };
        if let (Some(own), Some(worth)) = (self.nodes.get_mut(node), course.worth) {
            own.worth = worth;
        }
        if let Some(own) = self.requirements.get_mut(requirement) {
            (own.node, own.parts, own.leaves) = (node, parts, leaves);
            own.inner = inner.unwrap_or(node);
        }
        requirement
    }

    /// A tier is a group that nothing is around.
    fn is_tier(&self, group: RequirementId) -> bool {
        self.has_tiers
            && self
                .requirements
                .get(group)
                .is_some_and(|group| group.group.is_none())
    }

    /// The nodes of those of a kind: what is only suggested in a tier is none of its parts to be met.
    fn nodes_of(&self, requirements: &[RequirementId], kind: RequirementKind) -> Vec<NodeId> {
        requirements
            .iter()
            .filter_map(|own| self.requirements.get(*own))
            .filter(|own| own.kind == kind)
            .map(|own| own.node)
            .collect()
    }

    fn all_of(&mut self, tops: &[RequirementId], kind: RequirementKind) -> NodeId {
        let required = kind == RequirementKind::Required;
        self.group(
            self.nodes_of(tops, kind),
            Needs::All,
            RequirementId::MAX,
            required,
        )
    }

    fn leaf(&mut self, test: Test, requirement: RequirementId, required: bool) -> NodeId {
        self.push(
            Kind::Leaf {
                test,
                after: Vec::new(),
            },
            requirement,
            required,
        )
    }

    fn group(
        &mut self,
        children: Vec<NodeId>,
        needs: Needs,
        requirement: RequirementId,
        required: bool,
    ) -> NodeId {
        let group = self.nodes.len();
        for child in &children {
            if let Some(child) = self.nodes.get_mut(*child) {
                child.parent = Some(group);
            }
        }
        self.push(Kind::Group { children, needs }, requirement, required)
    }

    fn push(&mut self, kind: Kind, requirement: RequirementId, required: bool) -> NodeId {
        self.nodes.push(Node {
            kind,
            parent: None,
            requirement,
            required,
            worth: Number::ZERO,
        });
        self.nodes.len() - 1
    }

    /// Gives every leaf what its course, and the groups around it, come after.
    fn enforce_order(&mut self, courses: &[Course], around: &[NodeId]) {
        for course in courses {
            let mut first = around.to_vec();
            for id in &course.after {
                let node = self
                    .by_id
                    .get(id)
                    .and_then(|own| self.requirements.get(*own))
                    .map(|own| own.node);
                if let Some(node) = node.filter(|node| !first.contains(node)) {
                    first.push(node);
                }
            }
            self.enforce_order(&course.of, &first);
            let own = self
                .by_id
                .get(&course.id)
                .and_then(|own| self.requirements.get(*own));
            for leaf in own.map(|own| own.leaves.clone()).unwrap_or_default() {
                self.come_after(leaf, &first);
            }
        }
    }

    fn come_after(&mut self, leaf: NodeId, first: &[NodeId]) {
        let own = self.nodes.get_mut(leaf).map(|node| &mut node.kind);
        if let Some(Kind::Leaf { after, .. }) = own {
            after.extend(first);
        }
    }

    /// Gives every course the node that it has to wait for.
    fn enforce_waits(&mut self, courses: &[Course]) {
        for course in courses {
            self.enforce_waits(&course.of);
            let Some(not_before) = &course.not_before else {
                continue;
            };
            let id = self.by_id.get(&not_before.after).copied();
            let first = id
                .and_then(|first| self.requirements.get(first))
                .map(|first| first.node);
            let own = self.by_id.get(&course.id).copied();
            if let Some(own) = own.and_then(|own| self.requirements.get_mut(own)) {
                own.conditions.not_before = first.map(|first| (first, not_before.wait));
            }
        }
    }
}
