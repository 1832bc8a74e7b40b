//! Where the agents, groups, verbs and activities of a statement are.

use crate::json::{Node, Value};

/// What is at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An agent or group.
    Actor,
    /// An agent or group as the object of a statement, where `objectType` must be said.
    ActorAsObject,
    Verb,
    Activity,
}

/// Calls `visit` for each part of the statement and of its SubStatement.
pub(super) fn each<'n, 'a>(statement: &'n Node<'a>, visit: &mut impl FnMut(Part, &'n Node<'a>)) {
    for member in statement.members().unwrap_or_default() {
        match &*member.name {
            "actor" | "authority" => visit(Part::Actor, &member.value),
            "verb" => visit(Part::Verb, &member.value),
            "object" => object(&member.value, visit),
            "context" => context(&member.value, visit),
            _ => {}
        }
    }
}

fn object<'n, 'a>(node: &'n Node<'a>, visit: &mut impl FnMut(Part, &'n Node<'a>)) {
    match node.get("objectType").and_then(Node::as_str) {
        None | Some("Activity") => visit(Part::Activity, node),
        Some("Agent" | "Group") => visit(Part::ActorAsObject, node),
        Some("SubStatement") => each(node, visit),
        Some(_) => {}
    }
}

fn context<'n, 'a>(node: &'n Node<'a>, visit: &mut impl FnMut(Part, &'n Node<'a>)) {
    for member in node.members().unwrap_or_default() {
        match &*member.name {
            "instructor" | "team" => visit(Part::Actor, &member.value),
            "contextActivities" => {
                for kind in member.value.members().unwrap_or_default() {
                    match &kind.value.value {
                        Value::Array(activities) => {
                            activities
                                .iter()
                                .for_each(|activity| visit(Part::Activity, activity));
                        }
                        _ => visit(Part::Activity, &kind.value),
                    }
                }
            }
            "contextAgents" | "contextGroups" => {
                for element in member.value.elements().unwrap_or_default() {
                    for who in ["agent", "group"]
                        .into_iter()
                        .filter_map(|name| element.get(name))
                    {
                        visit(Part::Actor, who);
                    }
                }
            }
            _ => {}
        }
    }
}
