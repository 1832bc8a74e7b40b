//! A definition made ready for evaluation: requirements as a tree of nodes, looked up by activity.

use std::collections::{BTreeMap, HashMap};

use xapi::Iri;

use crate::Number;
use crate::definition::{Definition, Order};

/// An index into [`Plan::nodes`].
pub(crate) type NodeId = usize;

/// Every node of the tree, children before their parent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    /// What is shown to people, in the order of the definition.
    pub(crate) requirements: Vec<Requirement>,
    /// Everything that is required together.
    pub(crate) root: NodeId,
    /// Every node's own index, so that a part of it can be lent as a list.
    pub(crate) ids: Vec<NodeId>,
    by_activity: HashMap<Iri, Vec<NodeId>>,
}

/// A course as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Requirement {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) required: bool,
    pub(crate) node: NodeId,
    /// What it should come after, whether or not that is enforced.
    pub(crate) after: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The group that waits for it; none for the root and what is only suggested.
    pub(crate) parent: Option<NodeId>,
    /// The index of the requirement it belongs to. The root's is never asked for.
    pub(crate) requirement: usize,
    /// Whether the root depends on it.
    pub(crate) required: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Met by one statement that passes the test, once the nodes it comes after are met.
    Leaf { test: Test, after: Vec<NodeId> },
    /// Met when all children are.
    All(Vec<NodeId>),
}

/// What a statement about the activity must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// That it was completed.
    Completed,
    /// That it was passed, with at least this score.
    Passed { threshold: Option<Number> },
}

impl Plan {
    /// Of a definition that was checked.
    pub(crate) fn of(definition: &Definition) -> Self {
        let index: BTreeMap<&str, usize> = definition
            .courses
            .iter()
            .enumerate()
            .map(|(index, course)| (course.id.as_str(), index))
            .collect();
        let mut nodes: Vec<Node> = Vec::new();
        let mut requirements = Vec::new();
        let mut by_activity: HashMap<Iri, Vec<NodeId>> = HashMap::new();

        for (requirement, course) in definition.courses.iter().enumerate() {
            let mut tests = Vec::new();
            if course.completion {
                tests.push(Test::Completed);
            }
            if course.needs_pass() {
                tests.push(Test::Passed {
                    threshold: course.passing_score,
                });
            }
            let required = !course.suggested;
            let node = |kind| Node {
                kind,
                parent: None,
                requirement,
                required,
            };
            let leaves: Vec<NodeId> = (nodes.len()..).take(tests.len()).collect();
            nodes.extend(tests.into_iter().map(|test| {
                node(Kind::Leaf {
                    test,
                    after: Vec::new(),
                })
            }));
            for activity in course.iris() {
                by_activity.entry(activity).or_default().extend(&leaves);
            }
            let top = match leaves.as_slice() {
                [only] => *only,
                _ => {
                    let group = nodes.len();
                    for leaf in &leaves {
                        if let Some(leaf) = nodes.get_mut(*leaf) {
                            leaf.parent = Some(group);
                        }
                    }
                    nodes.push(node(Kind::All(leaves)));
                    group
                }
            };
            requirements.push(Requirement {
                id: course.id.clone(),
                title: course.shown().to_owned(),
                required,
                node: top,
                after: course
                    .after
                    .iter()
                    .filter_map(|id| index.get(id.as_str()).copied())
                    .collect(),
            });
        }

        if definition.order == Order::Strict {
            for node in &mut nodes {
                let Kind::Leaf { after, .. } = &mut node.kind else {
                    continue;
                };
                let prerequisites = requirements
                    .get(node.requirement)
                    .into_iter()
                    .flat_map(|own| &own.after);
                *after = prerequisites
                    .filter_map(|requirement| requirements.get(*requirement).map(|first| first.node))
                    .collect();
            }
        }

        let root = nodes.len();
        let tops: Vec<NodeId> = requirements
            .iter()
            .filter(|requirement| requirement.required)
            .map(|own| own.node)
            .collect();
        for top in &tops {
            if let Some(node) = nodes.get_mut(*top) {
                node.parent = Some(root);
            }
        }
        nodes.push(Node {
            kind: Kind::All(tops),
            parent: None,
            requirement: usize::MAX,
            required: true,
        });
        let ids = (0..nodes.len()).collect();
        Self {
            nodes,
            requirements,
            root,
            ids,
            by_activity,
        }
    }

    /// The leaves that statements about this activity can meet.
    pub(crate) fn leaves_for(&self, activity: &Iri) -> &[NodeId] {
        self.by_activity.get(activity).map_or(&[], Vec::as_slice)
    }

    /// Every activity that matters.
    pub(crate) fn activities(&self) -> impl Iterator<Item = &Iri> {
        self.by_activity.keys()
    }

    /// The requirement a node belongs to.
    pub(crate) fn requirement_of(&self, node: NodeId) -> Option<&Requirement> {
        self.requirements.get(self.nodes.get(node)?.requirement)
    }
}
