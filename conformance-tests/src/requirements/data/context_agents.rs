use serde_json::{Value, json};

use crate::Version;
use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, at as statement_at, in_substatement, place};
use crate::sample::{agent, anonymous_group, group, iri};

const AGENTS: &[Place] = &[
    place("context", |v| statement_at("/context/contextAgents", v)),
    place("context of a SubStatement", |v| {
        in_substatement("/context/contextAgents", v)
    }),
];
const GROUPS: &[Place] = &[
    place("context", |v| statement_at("/context/contextGroups", v)),
    place("context of a SubStatement", |v| {
        in_substatement("/context/contextGroups", v)
    }),
];

fn context_agent(agent: Value) -> Value {
    json!({ "objectType": "contextAgent", "agent": agent })
}

fn context_group(group: Value) -> Value {
    json!({ "objectType": "contextGroup", "group": group })
}

fn with(mut value: Value, member: &str, new: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.insert(member.to_owned(), new);
    }
    json!([value])
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("", "4.2.2.5");
    [
        Requirement::must(
            "context-agents.accepted",
            section(),
            "contextAgents is an array of objects with objectType \"contextAgent\", an Agent, and, if they like, \
             relevant types.",
        )
        .accepts(
            AGENTS,
            &[
                ("one", || json!([context_agent(agent())])),
                ("two, with types", || {
                    json!([
                        context_agent(agent()),
                        with(context_agent(agent()), "relevantTypes", json!([iri("t"), iri("t")]))[0]
                    ])
                }),
            ],
        ),
        Requirement::must(
            "context-agents.members",
            section(),
            "A contextAgent has its objectType, a valid Agent, and a non-empty array of IRIs if any types.",
        )
        .rejects(
            AGENTS,
            &[
                ("another objectType", || with(context_agent(agent()), "objectType", json!("Agent"))),
                ("objectType in another case", || {
                    with(context_agent(agent()), "objectType", json!("ContextAgent"))
                }),
                ("without agent", || json!([{ "objectType": "contextAgent" }])),
                ("an agent without identifier", || json!([context_agent(json!({ "name": "Nobody" }))])),
                ("no types", || with(context_agent(agent()), "relevantTypes", json!([]))),
                ("types no IRIs", || with(context_agent(agent()), "relevantTypes", json!(["mentor"]))),
                ("types a string", || with(context_agent(agent()), "relevantTypes", json!(iri("t")))),
                ("another member", || with(context_agent(agent()), "role", json!("mentor"))),
                ("no array", || context_agent(agent())),
            ],
        ),
        Requirement::must(
            "context-groups.accepted",
            section(),
            "contextGroups is an array of objects with objectType \"contextGroup\", a Group, and, if they like, \
             relevant types.",
        )
        .accepts(
            GROUPS,
            &[
                ("an identified group", || json!([context_group(group())])),
                ("an anonymous group, with types", || {
                    with(context_group(anonymous_group(vec![agent()])), "relevantTypes", json!([iri("t")]))
                }),
            ],
        ),
        Requirement::must(
            "context-groups.members",
            section(),
            "A contextGroup has its objectType, a valid Group, and a non-empty array of IRIs if any types.",
        )
        .rejects(
            GROUPS,
            &[
                ("another objectType", || with(context_group(group()), "objectType", json!("Group"))),
                ("without group", || json!([{ "objectType": "contextGroup" }])),
                ("an agent as group", || json!([context_group(agent())])),
                ("a group without members", || json!([context_group(json!({ "objectType": "Group" }))])),
                ("no types", || with(context_group(group()), "relevantTypes", json!([]))),
                ("types no IRIs", || with(context_group(group()), "relevantTypes", json!(["class"]))),
                ("another member", || with(context_group(group()), "role", json!("class"))),
                ("no array", || context_group(group())),
            ],
        ),
    ]
    .map(|requirement| requirement.only(Version::V2_0_0))
    .to_vec()
}
