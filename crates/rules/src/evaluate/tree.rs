//! When a node of the tree is met, and by which of its children.
//!
//! A node that is met has a *root*: the latest moment such that nothing before it is needed for meeting the node. Of a
//! group that needs only some of its children, those with the latest roots are taken.

use xapi::Timestamp;

use super::clock::NEVER;
use crate::Number;
use crate::plan::{Kind, Needs, NodeId, Plan, Wanted};

/// The root of a group, from the roots of its children. `taken` is a child that must be among those taken.
pub(super) fn group_root(
    plan: &Plan,
    group: NodeId,
    taken: Option<(NodeId, Timestamp)>,
    root_of: &impl Fn(NodeId) -> Option<Timestamp>,
) -> Option<Timestamp> {
    let Kind::Group { children, needs } = &plan.nodes.get(group)?.kind else {
        return None;
    };
    let root_of = |child: NodeId| match taken {
        Some((taken, root)) if taken == child => Some(root),
        _ => root_of(child),
    };
    if *needs == Needs::All {
        return children
            .iter()
            .try_fold(NEVER, |least, child| Some(least.min(root_of(*child)?)));
    }
    let chosen = select(plan, children, *needs, taken.map(|(taken, _)| taken), &root_of)?;
    chosen.into_iter().map(|(root, _)| root).min()
}

/// Whether a node is met where these leaves are.
pub(super) fn is_met(plan: &Plan, node: NodeId, leaf: &impl Fn(NodeId) -> bool) -> bool {
    match plan.nodes.get(node).map(|node| &node.kind) {
        None => false,
        Some(Kind::Leaf { .. }) => leaf(node),
        Some(Kind::Group { .. }) => {
            let root = |child| is_met(plan, child, leaf).then_some(NEVER);
            group_root(plan, node, None, &root).is_some()
        }
    }
}

/// Whether everything that is required can be met by somebody without any certificate of a curriculum.
pub(crate) fn can_be_met_without(plan: &Plan, curriculum: &str) -> bool {
    let is_other = |leaf| !matches!(plan.wanted(leaf), Some(Wanted::Certificate(own)) if own == curriculum);
    is_met(plan, plan.root, &is_other)
}

/// The child of a group through which a way from below leads.
pub(super) fn taken(way: &[NodeId], group: NodeId) -> Option<NodeId> {
    let step = way.iter().position(|on_way| *on_way == group)?;
    way.get(step.checked_sub(1)?).copied()
}

/// The children of a group that meet it, if it is met.
pub(super) fn chosen(
    plan: &Plan,
    group: NodeId,
    taken: Option<NodeId>,
    root_of: &impl Fn(NodeId) -> Option<Timestamp>,
) -> Vec<NodeId> {
    let Some(Kind::Group { children, needs }) = plan.nodes.get(group).map(|node| &node.kind) else {
        return Vec::new();
    };
    if *needs == Needs::All {
        return children.clone();
    }
    let chosen = select(plan, children, *needs, taken, root_of).unwrap_or_default();
    chosen.into_iter().map(|(_, child)| child).collect()
}

/// As many as are needed: the one that must be taken, then those with the latest roots; of equals, the first.
fn select(
    plan: &Plan,
    children: &[NodeId],
    needs: Needs,
    taken: Option<NodeId>,
    root_of: &impl Fn(NodeId) -> Option<Timestamp>,
) -> Option<Vec<(Timestamp, NodeId)>> {
    let mut met: Vec<(Timestamp, NodeId)> = children
        .iter()
        .filter_map(|child| Some((root_of(*child)?, *child)))
        .collect();
    met.sort_by_key(|(root, child)| (Some(*child) != taken, std::cmp::Reverse(*root), *child));
    let count = match needs {
        Needs::All => Some(children.len()).filter(|count| *count == met.len()),
        Needs::AtLeast(count) => Some(count).filter(|count| *count <= met.len()),
        Needs::Points(points) => {
            let mut sum = Number::ZERO;
            met.iter()
                .position(|(_, child)| {
                    sum = sum.plus(plan.nodes.get(*child).map_or(Number::ZERO, |node| node.worth));
                    sum >= points
                })
                .map(|last| last + 1)
        }
    }?;
    met.truncate(count);
    Some(met)
}
