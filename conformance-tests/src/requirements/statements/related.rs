use serde_json::{Value, json};

use super::finds;
use crate::Version;
use crate::requirement::{Case, Requirement, at};
use crate::sample::{activity, agent, anonymous_group, statement, substatement, with};
use crate::tools::edit::{put, set};
use crate::tools::store::store;

/// A place for an agent or an activity, and the statement around it.
type Around = (&'static str, fn(Value) -> Value);

const AGENTS: [Around; 9] = [
    ("actor", |v| with("actor", v)),
    ("object", |v| with("object", v)),
    ("instructor", |v| put(statement(), "/context/instructor", v)),
    ("member of the team", |v| {
        put(statement(), "/context/team", anonymous_group(vec![v]))
    }),
    ("member of the actor", |v| with("actor", anonymous_group(vec![v]))),
    ("actor of a SubStatement", |v| {
        with("object", set(substatement(), "/actor", v))
    }),
    ("object of a SubStatement", |v| {
        with("object", set(substatement(), "/object", v))
    }),
    ("instructor of a SubStatement", |v| {
        with("object", put(substatement(), "/context/instructor", v))
    }),
    ("team of a SubStatement", |v| {
        with(
            "object",
            put(substatement(), "/context/team", anonymous_group(vec![v])),
        )
    }),
];

const CONTEXT_AGENTS: [Around; 2] = [
    ("contextAgents", |v| {
        put(
            statement(),
            "/context/contextAgents",
            json!([{ "objectType": "contextAgent", "agent": v }]),
        )
    }),
    ("contextGroups", |v| {
        let group = anonymous_group(vec![v]);
        put(
            statement(),
            "/context/contextGroups",
            json!([{ "objectType": "contextGroup", "group": group }]),
        )
    }),
];

const ACTIVITIES: [Around; 8] = [
    ("object", |v| with("object", v)),
    ("parent", |v| {
        put(statement(), "/context/contextActivities/parent", json!([v]))
    }),
    ("grouping", |v| {
        put(
            statement(),
            "/context/contextActivities/grouping",
            json!([activity(), v]),
        )
    }),
    ("category", |v| {
        put(statement(), "/context/contextActivities/category", json!([v]))
    }),
    ("other, not in an array", |v| {
        put(statement(), "/context/contextActivities/other", v)
    }),
    ("object of a SubStatement", |v| {
        with("object", set(substatement(), "/object", v))
    }),
    ("parent of a SubStatement", |v| {
        with(
            "object",
            put(substatement(), "/context/contextActivities/parent", json!([v])),
        )
    }),
    ("other of a SubStatement", |v| {
        with(
            "object",
            put(substatement(), "/context/contextActivities/other", json!([v])),
        )
    }),
];

fn agent_case((name, around): Around) -> Case {
    Case::new(name, move |lrs| async move {
        let who = agent();
        let sent = around(who.clone());
        store(&lrs, &sent).await?;
        store(&lrs, &around(agent())).await?;
        let parameters = [("agent", who.to_string()), ("related_agents", "true".to_owned())];
        finds(&lrs, &parameters, &[&sent]).await
    })
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "related.agents",
            section(),
            "With related_agents, agent looks at actor, object, authority, instructor and team, of SubStatements \
             too.",
        )
        .cases(AGENTS.map(agent_case))
        .case("authority", |lrs| async move {
            let sent = statement();
            let back = store(&lrs, &sent).await?;
            let parameters = [
                ("agent", back["authority"].to_string()),
                ("related_agents", "true".to_owned()),
                ("activity", sent["object"]["id"].as_str().unwrap_or_default().to_owned()),
            ];
            finds(&lrs, &parameters, &[&sent]).await
        }),
        Requirement::must(
            "related.context-agents",
            at("", "4.1.6.1"),
            "With related_agents, agent looks at contextAgents and contextGroups.",
        )
        .only(Version::V2_0_0)
        .cases(CONTEXT_AGENTS.map(agent_case)),
        Requirement::must(
            "related.activities",
            section(),
            "With related_activities, activity looks at the object and all context activities, of SubStatements \
             too.",
        )
        .cases(ACTIVITIES.map(|(name, around)| {
            Case::new(name, move |lrs| async move {
                let what = activity();
                let sent = around(what.clone());
                store(&lrs, &sent).await?;
                store(&lrs, &around(activity())).await?;
                let id = what["id"].as_str().unwrap_or_default().to_owned();
                finds(&lrs, &[("activity", id), ("related_activities", "true".to_owned())], &[&sent]).await
            })
        })),
        Requirement::must(
            "related.false-is-narrow",
            section(),
            "related_agents=false and related_activities=false are as if they were not there.",
        )
        .case("agents", |lrs| async move {
            let who = agent();
            store(&lrs, &put(statement(), "/context/instructor", who.clone())).await?;
            let parameters = [("agent", who.to_string()), ("related_agents", "false".to_owned())];
            finds(&lrs, &parameters, &[]).await
        })
        .case("activities", |lrs| async move {
            let what = activity();
            store(&lrs, &put(statement(), "/context/contextActivities/parent", json!([what]))).await?;
            let id = what["id"].as_str().unwrap_or_default().to_owned();
            finds(&lrs, &[("activity", id), ("related_activities", "false".to_owned())], &[]).await
        }),
    ]
}
