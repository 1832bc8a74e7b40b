use serde_json::{Value, json};

use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{IDENTIFIERS, agent, group, with};
use crate::tools::edit::put;
use crate::tools::store::store;

/// Fails unless this is a Person that holds the agent's identifier.
fn is_person(person: &Value, agent: &Value, identifier: &str) -> Check {
    ensure(
        person["objectType"] == "Person",
        "objectType: Person",
        person.to_string(),
    )?;
    for name in ["name", "mbox", "mbox_sha1sum", "openid", "account"] {
        let fine = person[name].is_null() || person[name].is_array();
        ensure(
            fine,
            format!("{name} is an array where it is given"),
            person[name].to_string(),
        )?;
    }
    let held = person[identifier]
        .as_array()
        .is_some_and(|values| values.contains(&agent[identifier]));
    ensure(
        held,
        format!("{identifier} holds {}", agent[identifier]),
        person.to_string(),
    )
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.4", "4.1.6.3");
    vec![
        Requirement::must(
            "agents.person",
            section(),
            "agents answers 200 with a Person that holds what is known of the Agent, known before or not.",
        )
        .cases(IDENTIFIERS.map(|(name, identified)| {
            Case::new(format!("an unknown {name}"), move |lrs| async move {
                let who = identified();
                let answer = lrs.get("agents").query("agent", who.to_string()).send().await?;
                answer.status(200)?.of_type("application/json")?;
                is_person(&answer.json()?, &who, name)
            })
        }))
        .cases(IDENTIFIERS.map(|(name, identified)| {
            Case::new(format!("a known {name}"), move |lrs| async move {
                let who = identified();
                store(
                    &lrs,
                    &with("actor", put(who.clone(), "/name", json!("Ann Example"))),
                )
                .await?;
                let answer = lrs.get("agents").query("agent", who.to_string()).send().await?;
                is_person(&answer.status(200)?.json()?, &who, name)
            })
        })),
        Requirement::must(
            "agents.members",
            section(),
            "A Person has objectType, name and identifiers, and nothing else.",
        )
        .case("GET", |lrs| async move {
            let who = put(agent(), "/name", json!("Ann Example"));
            let person = lrs
                .get("agents")
                .query("agent", who.to_string())
                .send()
                .await?
                .status(200)?
                .json()?;
            let allowed = ["objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"];
            let members: Vec<String> = person
                .as_object()
                .map(|o| o.keys().cloned().collect())
                .unwrap_or_default();
            let known = members.iter().all(|name| allowed.contains(&name.as_str()));
            ensure(known, allowed.join(", "), members.join(", "))
        }),
        Requirement::must(
            "agents.parameter",
            section(),
            "agent is required, and is an Agent.",
        )
        .cases(
            [
                ("missing", None),
                ("no JSON", Some("mailto:a@example.org".to_owned())),
                ("without identifier", Some("{\"name\":\"Nobody\"}".to_owned())),
                ("a bad mbox", Some("{\"mbox\":\"nobody\"}".to_owned())),
                (
                    "an activity",
                    Some("{\"id\":\"https://example.org/a\"}".to_owned()),
                ),
                ("a group", Some(group().to_string())),
                ("empty", Some(String::new())),
            ]
            .map(|(name, value)| {
                Case::new(name, move |lrs| {
                    let value = value.clone();
                    async move {
                        let call = lrs.get("agents");
                        let call = match value {
                            Some(value) => call.query("agent", value),
                            None => call,
                        };
                        call.send().await?.status(400).map(drop)
                    }
                })
            }),
        ),
        Requirement::must(
            "agents.head",
            at("Communication 1.1", ""),
            "HEAD answers as GET does, without a body.",
        )
        .case("HEAD", |lrs| async move {
            let answer = lrs
                .head("agents")
                .query("agent", agent().to_string())
                .send()
                .await?;
            answer.status(200)?;
            ensure(
                answer.body.is_empty(),
                "no body",
                format!("{} bytes", answer.body.len()),
            )
        }),
    ]
}
