use serde_json::{Value, json};

use crate::lrs::Lrs;
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{activity, agent, anonymous_group, group, iri, statement, uuid, whole, with};
use crate::tools::compare::same_statement;
use crate::tools::edit::{put, set};
use crate::tools::store::{id_of, store};

/// Stores the statement and gets it in this format, by its id or by a query.
async fn formatted(lrs: &Lrs, sent: &Value, format: &str, by_query: bool) -> Check<Value> {
    store(lrs, sent).await?;
    let call = lrs.get("statements").query("format", format);
    if !by_query {
        return call
            .query("statementId", id_of(sent))
            .send()
            .await?
            .status(200)?
            .json();
    }
    let registration = sent["context"]["registration"].as_str().unwrap_or_default();
    let found = call
        .query("registration", registration)
        .send()
        .await?
        .statements()?;
    Ok(found
        .into_iter()
        .find(|one| one["id"] == sent["id"])
        .unwrap_or_default())
}

/// A statement with a registration to find it by, and all that `format=ids` leaves out.
fn rich() -> Value {
    let named = |value: Value| put(value, "/name", json!("Ann Example"));
    let defined = put(activity(), "/definition", json!({ "name": { "en": "A course" } }));
    json!({
        "id": uuid(),
        "actor": named(agent()),
        "verb": { "id": iri("verbs"), "display": { "en": "did" } },
        "object": defined,
        "context": {
            "registration": uuid(),
            "instructor": named(agent()),
            "team": named(anonymous_group(vec![named(agent()), named(agent())])),
            "contextActivities": {
                "parent": [put(activity(), "/definition", json!({ "description": { "en": "A course" } }))]
            }
        }
    })
}

/// Fails if an object at one of the pointers has members beside these.
fn only_members(statement: &Value, pointer: &str, allowed: &[&str]) -> Check {
    let found = statement.pointer(pointer).cloned().unwrap_or_default();
    let Value::Object(members) = &found else {
        return ensure(false, format!("{pointer} is there"), statement.to_string());
    };
    let extra: Vec<_> = members
        .keys()
        .filter(|name| !allowed.contains(&name.as_str()))
        .cloned()
        .collect();
    ensure(
        extra.is_empty(),
        format!("{pointer} has only {}", allowed.join(", ")),
        found.to_string(),
    )
}

/// What `format=ids` leaves of the rich statement.
fn is_minimal(sent: &Value, found: &Value) -> Check {
    let agent = ["objectType", "mbox"];
    let thing = ["objectType", "id"];
    for (pointer, allowed) in [
        ("/actor", agent),
        ("/object", thing),
        ("/context/instructor", agent),
        ("/context/team/member/0", agent),
        ("/context/team/member/1", agent),
        ("/context/contextActivities/parent/0", thing),
    ] {
        only_members(found, pointer, &allowed)?;
    }
    only_members(found, "/context/team", &["objectType", "member"])?;
    for pointer in [
        "/actor/mbox",
        "/verb/id",
        "/object/id",
        "/context/contextActivities/parent/0/id",
    ] {
        ensure(
            found.pointer(pointer) == sent.pointer(pointer),
            format!(
                "{pointer} identifies it: {}",
                sent.pointer(pointer).cloned().unwrap_or_default()
            ),
            found.pointer(pointer).cloned().unwrap_or_default().to_string(),
        )?;
    }
    Ok(())
}

pub(super) fn all() -> Vec<Requirement> {
    [exact(), ids(), canonical()].concat()
}

fn exact() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "format.exact",
            section(),
            "exact, which is the default, gives what was received.",
        )
        .cases([("by id", false), ("by query", true)].map(|(name, by_query)| {
            Case::new(name, move |lrs: Lrs| async move {
                let sent = whole(lrs.version());
                same_statement(&sent, &formatted(&lrs, &sent, "exact", by_query).await?)
            })
        }))
        .case("the default", |lrs| async move {
            let sent = whole(lrs.version());
            same_statement(&sent, &store(&lrs, &sent).await?)
        }),
        Requirement::must(
            "format.exact-despite-others",
            section(),
            "exact is not changed by what other statements say about the same activity or verb.",
        )
        .case("another definition and display", |lrs| async move {
            let sent = set(
                statement(),
                "/object/definition",
                json!({ "name": { "en": "First" } }),
            );
            store(&lrs, &sent).await?;
            let mut other = with(
                "object",
                set(sent["object"].clone(), "/definition/name/en", json!("Second")),
            );
            other = set(other, "/verb/display", json!({ "en": "something else" }));
            store(&lrs, &other).await?;
            let back = lrs
                .get("statements")
                .query("statementId", id_of(&sent))
                .send()
                .await?;
            same_statement(&sent, &back.status(200)?.json()?)
        }),
    ]
}

fn ids() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "format.ids",
            section(),
            "ids gives of Agents, Groups and Activities what identifies them, and no more.",
        )
        .cases([("by id", false), ("by query", true)].map(|(name, by_query)| {
            Case::new(name, move |lrs| async move {
                let sent = rich();
                is_minimal(&sent, &formatted(&lrs, &sent, "ids", by_query).await?)
            })
        }))
        .case("an identified group without its members", |lrs| async move {
            let sent = with("actor", put(group(), "/name", json!("A team")));
            let found = formatted(&lrs, &sent, "ids", false).await?;
            only_members(&found, "/actor", &["objectType", "mbox"])
        })
        .case("an agent as object", |lrs| async move {
            let sent = with("object", put(agent(), "/name", json!("Ann")));
            let found = formatted(&lrs, &sent, "ids", false).await?;
            only_members(&found, "/object", &["objectType", "mbox"])
        }),
        Requirement::should(
            "format.ids-without-display",
            at("Data 2.4.3", "4.1.6.1"),
            "ids leaves out the display of Verbs.",
        )
        .case("a verb with display", |lrs| async move {
            let found = formatted(&lrs, &rich(), "ids", false).await?;
            only_members(&found, "/verb", &["id"])
        }),
    ]
}

fn canonical() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "format.canonical-activity",
            at("Communication 2.1.3", "4.1.6.1"),
            "canonical gives Activities with the LRS's canonical definition.",
        )
        .case("what another statement defined", |lrs| async move {
            let bare = statement();
            store(&lrs, &bare).await?;
            let what = set(
                bare["object"].clone(),
                "/definition",
                json!({ "name": { "en": "A course" } }),
            );
            store(&lrs, &with("object", what)).await?;
            let found = formatted(&lrs, &bare, "canonical", false).await?;
            let name = found["object"]["definition"]["name"]["en"].clone();
            ensure(
                name == "A course",
                "the definition that is known of the activity",
                found["object"].to_string(),
            )
        }),
        Requirement::must(
            "format.canonical-agents",
            at("Communication 2.1.3", "4.1.6.1"),
            "canonical gives Agents and Groups as exact does.",
        )
        .case("actor, instructor, team", |lrs| async move {
            let sent = rich();
            let found = formatted(&lrs, &sent, "canonical", false).await?;
            for pointer in ["/actor", "/context/instructor", "/context/team"] {
                crate::tools::compare::same(
                    pointer,
                    sent.pointer(pointer).unwrap_or(&Value::Null),
                    found.pointer(pointer).unwrap_or(&Value::Null),
                )?;
            }
            Ok(())
        }),
        Requirement::must(
            "format.canonical-same-activity",
            at("Data 2.4.4.1", "4.2.2.3"),
            "The same activity id is the same Activity, whoever sent it.",
        )
        .case("two languages from two statements", |lrs| async move {
            let one = set(
                statement(),
                "/object/definition",
                json!({ "name": { "en": "A course" } }),
            );
            let more = json!({ "name": { "en": "A course", "de": "Ein Kurs" } });
            let two = with("object", set(one["object"].clone(), "/definition", more));
            store(&lrs, &one).await?;
            store(&lrs, &two).await?;
            let id = one["object"]["id"].as_str().unwrap_or_default();
            let answer = lrs.get("activities").query("activityId", id).send().await?;
            let name = answer.status(200)?.json()?["definition"]["name"].clone();
            ensure(
                name["en"] == "A course",
                "the name the activity was given, at least",
                name.to_string(),
            )
        }),
    ]
}
