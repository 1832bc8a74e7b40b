//! How a plan is made of a definition.

use std::collections::BTreeMap;

use foldhash::HashMap;
use xapi::Iri;

use super::{Conditions, Kind, Needs, Node, NodeId, Plan, Requirement, RequirementId, Tallied, Test, Wanted};
use crate::definition::{Course, Definition, Due, Needed, Order};
use crate::predicate::Predicate;
use crate::{Number, Period, RequirementKind};

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
            absences: builder.absences,
            wanted: builder.wanted,
            always: builder.always,
            by_match: builder.by_match,
        }
    }
}

#[derive(Default)]
struct Builder {
    has_tiers: bool,
    nodes: Vec<Node>,
    requirements: Vec<Requirement>,
    by_activity: HashMap<Iri, Vec<NodeId>>,
    absences: Vec<(NodeId, Period)>,
    wanted: Vec<(NodeId, Wanted)>,
    always: Vec<NodeId>,
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
                self.always
                    .extend((course.needed == Needed::ActiveAlways).then_some(leaf));
                leaves.push(leaf);
            } else if let Some(period) = course.absent {
                let leaf = self.leaf(Test::Absent, requirement, required);
                self.absences.push((leaf, period));
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
