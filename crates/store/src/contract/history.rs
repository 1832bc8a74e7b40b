//! Histories to test with: statements of every kind over a handful of names, so that they have much in common.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use uuid::Uuid;
use xapi::Ifi;

use super::model::Entry;
use super::sample::{activity, agent, agent_json, verb};
use crate::StatementQuery;

const AGENTS: usize = 5;
const GROUPS: usize = 2;
const VERBS: usize = 3;
const ACTIVITIES: usize = 4;
const REGISTRATIONS: u128 = 3;
const AUTHORITIES: usize = 2;

/// Batches of statements; some are sent again, some refer to others before or after them, or to nothing.
pub fn history() -> impl Strategy<Value = Vec<Vec<Entry>>> {
    (
        vec(statement(), 1..60),
        vec(1..9usize, 60),
        vec(any::<Index>(), 0..6),
    )
        .prop_map(|(statements, sizes, repeated)| {
            let ids: Vec<_> = statements.iter().map(|_| Uuid::new_v4()).collect();
            let mut entries: Vec<_> = statements
                .into_iter()
                .zip(&ids)
                .map(|(sketch, id)| sketch.entry(*id, &ids))
                .collect();
            for again in repeated {
                entries.push(again.get(&entries).clone());
            }
            let mut sizes = sizes.into_iter();
            let mut rest = entries.as_slice();
            let mut batches = Vec::new();
            while !rest.is_empty() {
                let (batch, later) = rest.split_at(sizes.next().unwrap_or(1).min(rest.len()));
                batches.push(batch.to_vec());
                rest = later;
            }
            batches
        })
}

/// Filters of every kind and combination. Times and pages are left to the test.
pub fn query() -> impl Strategy<Value = StatementQuery> {
    (
        option::of(ifi()),
        any::<bool>(),
        option::weighted(0.3, 0..VERBS),
        option::weighted(0.4, 0..ACTIVITIES),
        any::<bool>(),
        option::weighted(0.2, 0..REGISTRATIONS),
        option::weighted(0.2, 0..AUTHORITIES),
        any::<bool>(),
        1..20usize,
    )
        .prop_map(
            |(
                agent,
                related_agents,
                verb_,
                activity_,
                related_activities,
                registration,
                written_by,
                ascending,
                limit,
            )| {
                StatementQuery {
                    agent,
                    related_agents,
                    verb: verb_.map(verb),
                    activity: activity_.map(activity),
                    related_activities,
                    registration: registration.map(Uuid::from_u128),
                    authority: written_by.map(authority),
                    ascending,
                    limit,
                    ..StatementQuery::default()
                }
            },
        )
}

fn authority(number: usize) -> Ifi {
    // One of them is an agent that statements are about, too.
    if number == 0 {
        agent(0)
    } else {
        super::sample::authority()
    }
}

fn group_ifi(number: usize) -> Ifi {
    Ifi::account("https://example.com/groups", &number.to_string()).expect("an account")
}

fn ifi() -> impl Strategy<Value = Ifi> {
    prop_oneof![
        4 => (0..AGENTS).prop_map(agent),
        1 => (0..GROUPS).prop_map(group_ifi),
        1 => (0..AUTHORITIES).prop_map(authority),
    ]
}

/// A statement whose references are not known yet.
#[derive(Debug, Clone)]
struct Sketch {
    statement: Value,
    refers_to: Option<Reference>,
    voids: bool,
    authority: Ifi,
}

#[derive(Debug, Clone)]
enum Reference {
    Known(Index),
    Unknown,
}

impl Sketch {
    fn entry(self, id: Uuid, ids: &[Uuid]) -> Entry {
        let mut statement = self.statement;
        statement["id"] = json!(id);
        if let Some(reference) = self.refers_to {
            let target = match reference {
                Reference::Known(index) => *index.get(ids),
                Reference::Unknown => Uuid::new_v4(),
            };
            statement["object"] = json!({"objectType": "StatementRef", "id": target});
            if self.voids {
                statement["verb"]["id"] = json!(xapi::VOIDED);
            }
        }
        Entry {
            id,
            statement,
            authority: self.authority,
        }
    }
}

fn statement() -> impl Strategy<Value = Sketch> {
    let reference =
        prop_oneof![9 => any::<Index>().prop_map(Reference::Known), 1 => Just(Reference::Unknown)];
    (
        content(true),
        option::weighted(0.35, reference),
        any::<bool>(),
        (0..AUTHORITIES).prop_map(authority),
    )
        .prop_map(|(statement, refers_to, voids, authority)| Sketch {
            statement,
            refers_to,
            voids,
            authority,
        })
}

/// What statements and SubStatements have in common.
fn content(outer: bool) -> BoxedStrategy<Value> {
    let object = if outer {
        prop_oneof![
            5 => activity_object(),
            1 => actor(),
            1 => content(false).prop_map(|mut sub| { sub["objectType"] = json!("SubStatement"); sub }),
        ]
        .boxed()
    } else {
        prop_oneof![3 => activity_object(), 1 => actor()].boxed()
    };
    (actor(), 0..VERBS, object, option::weighted(0.6, context()))
        .prop_map(|(actor, verb_, object, context)| {
            let mut statement = json!({"actor": actor, "verb": {"id": verb(verb_)}, "object": object});
            if let Some(mut context) = context {
                // Revision and platform, and with them nothing here, depend on the object being an activity.
                if context.as_object().is_some_and(serde_json::Map::is_empty) {
                    context["language"] = json!("en");
                }
                statement["context"] = context;
            }
            statement
        })
        .boxed()
}

fn activity_object() -> BoxedStrategy<Value> {
    (0..ACTIVITIES)
        .prop_map(|number| json!({"id": activity(number)}))
        .boxed()
}

fn actor() -> BoxedStrategy<Value> {
    prop_oneof![5 => one_agent(), 1 => group(), 1 => anonymous_group()].boxed()
}

fn one_agent() -> BoxedStrategy<Value> {
    (0..AGENTS)
        .prop_map(|number| {
            let mut json = agent_json(&agent(number));
            json["objectType"] = json!("Agent");
            json
        })
        .boxed()
}

fn group() -> BoxedStrategy<Value> {
    (0..GROUPS, vec(one_agent(), 0..3))
        .prop_map(|(number, members)| {
            let mut json = agent_json(&group_ifi(number));
            json["objectType"] = json!("Group");
            if !members.is_empty() {
                json["member"] = json!(members);
            }
            json
        })
        .boxed()
}

fn anonymous_group() -> BoxedStrategy<Value> {
    vec(one_agent(), 1..3)
        .prop_map(|members| json!({"objectType": "Group", "member": members}))
        .boxed()
}

fn context() -> impl Strategy<Value = Value> {
    let listed = || option::weighted(0.3, vec(activity_object(), 1..3));
    (
        option::weighted(0.5, 0..REGISTRATIONS),
        option::weighted(0.3, actor()),
        option::weighted(0.2, group()),
        option::weighted(0.2, one_agent()),
        option::weighted(0.2, group()),
        (listed(), listed(), listed(), listed()),
    )
        .prop_map(
            |(registration, instructor, team, context_agent, context_group, listed)| {
                let mut context = json!({});
                let mut set = |member: &str, value: Option<Value>| {
                    if let Some(value) = value {
                        context[member] = value;
                    }
                };
                set(
                    "registration",
                    registration.map(|number| json!(Uuid::from_u128(number))),
                );
                set("instructor", instructor);
                set("team", team);
                set(
                    "contextAgents",
                    context_agent.map(|agent| json!([{"objectType": "contextAgent", "agent": agent}])),
                );
                set(
                    "contextGroups",
                    context_group.map(|group| json!([{"objectType": "contextGroup", "group": group}])),
                );
                let (parent, grouping, category, other) = listed;
                let mut activities = json!({});
                for (list, listed) in [
                    ("parent", parent),
                    ("grouping", grouping),
                    ("category", category),
                    ("other", other),
                ] {
                    if let Some(listed) = listed {
                        activities[list] = json!(listed);
                    }
                }
                if activities.as_object().is_some_and(|lists| !lists.is_empty()) {
                    context["contextActivities"] = activities;
                }
                context
            },
        )
}
