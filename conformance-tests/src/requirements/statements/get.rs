use serde_json::Value;

use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::{agent, iri, statement, uuid};
use crate::tools::store::{id_of, store};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "get.statement-result",
            section(),
            "GET without an id answers 200 with a StatementResult, as application/json.",
        )
        .case("no parameters", |lrs| async move {
            store(&lrs, &statement()).await?;
            let answer = lrs.get("statements").send().await?;
            answer.status(200)?.of_type("application/json")?;
            let found = answer.statements()?;
            ensure(!found.is_empty(), "statements: one at least was stored", "none")
        }),
        Requirement::must(
            "get.nothing-found",
            section(),
            "A query that matches nothing answers 200 with no statements.",
        )
        .cases(
            [
                ("agent", (|| agent().to_string()) as fn() -> String),
                ("verb", || iri("verbs")),
                ("activity", || iri("activities")),
                ("registration", uuid),
                ("since", || "2199-01-01T00:00:00Z".to_owned()),
                ("until", || "1969-01-01T00:00:00Z".to_owned()),
            ]
            .map(|(name, value)| {
                Case::new(name, move |lrs| async move {
                    let answer = lrs.get("statements").query(name, value()).send().await?;
                    let found = answer.statements()?.len();
                    ensure(found == 0, "no statements", found.to_string())?;
                    let more = answer.more_link()?;
                    ensure(more.is_none(), "no more link", more.unwrap_or_default())
                })
            }),
        ),
        Requirement::must(
            "get.parameter-formats",
            at("Data 2.2", "4.1.6.1"),
            "The values of parameters are checked as the same values in statements are.",
        )
        .cases(
            [
                ("statementId", "first"),
                ("voidedStatementId", "first"),
                ("agent", "mailto:a@example.org"),
                ("agent", "{\"mbox\":\"nobody\"}"),
                ("agent", "{\"objectType\":\"Agent\"}"),
                ("agent", "{\"mbox\":"),
                ("agent", "[]"),
                ("verb", "tried"),
                ("activity", "a-course"),
                ("registration", "spring"),
                ("since", "yesterday"),
                ("until", "tomorrow"),
                ("limit", "-1"),
                ("limit", "ten"),
                ("limit", "1.5"),
                ("format", "pretty"),
                ("format", "EXACT"),
                ("ascending", "yes"),
                ("ascending", "True"),
                ("related_agents", "1"),
                ("related_activities", "on"),
                ("attachments", "maybe"),
            ]
            .map(|(name, value)| {
                Case::new(format!("{name}={value}"), move |lrs| async move {
                    lrs.get("statements").query(name, value).send().await?.status(400).map(drop)
                })
            }),
        ),
        Requirement::must(
            "get.unknown-parameters",
            at("Communication 3.2", "4.1.6.1"),
            "A parameter that the standard does not know there is refused.",
        )
        .cases(["unheardOf", "profileId", "stateId", "activityId"].map(|name| {
            Case::new(name, move |lrs| async move {
                lrs.get("statements").query(name, "x").send().await?.status(400).map(drop)
            })
        })),
        Requirement::must(
            "get.parameter-case",
            at("Communication 3.2", "4.1.6.1"),
            "A parameter that differs from a known one in case is refused.",
        )
        .cases(
            [
                ("StatementId", (|| uuid()) as fn() -> String),
                ("statementID", uuid),
                ("VoidedStatementId", uuid),
                ("Agent", || agent().to_string()),
                ("VERB", || iri("verbs")),
                ("Activity", || iri("activities")),
                ("Registration", uuid),
                ("Related_Activities", || "true".to_owned()),
                ("related_Agents", || "true".to_owned()),
                ("Since", || "2020-01-01T00:00:00Z".to_owned()),
                ("Until", || "2020-01-01T00:00:00Z".to_owned()),
                ("Limit", || "1".to_owned()),
                ("Format", || "ids".to_owned()),
                ("Attachments", || "false".to_owned()),
                ("Ascending", || "true".to_owned()),
            ]
            .map(|(name, value)| {
                Case::new(name, move |lrs| async move {
                    lrs.get("statements").query(name, value()).send().await?.status(400).map(drop)
                })
            }),
        ),
        Requirement::must(
            "get.head",
            at("Communication 1.1", ""),
            "HEAD answers as GET does, without a body.",
        )
        .case("one statement", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let get = lrs.get("statements").query("statementId", id_of(&sent)).send().await?;
            let head = lrs.head("statements").query("statementId", id_of(&sent)).send().await?;
            head.status(get.status)?;
            ensure(head.body.is_empty(), "no body", format!("{} bytes", head.body.len()))?;
            for name in ["content-type", "x-experience-api-version", "last-modified"] {
                let (expected, found) = (get.optional_header(name), head.optional_header(name));
                ensure(expected == found, format!("{name}: {expected:?}"), format!("{found:?}"))?;
            }
            head.consistent_through().map(drop)
        })
        .case("a query", |lrs| async move {
            lrs.head("statements").query("limit", "1").send().await?.status(200).map(drop)
        })
        .case("no such statement", |lrs| async move {
            lrs.head("statements").query("statementId", uuid()).send().await?.status(404).map(drop)
        })
        .case("a bad parameter", |lrs| async move {
            lrs.head("statements").query("limit", "ten").send().await?.status(400).map(drop)
        }),
        Requirement::must(
            "get.complete-statements",
            at("Data 2.4", ""),
            "Every statement of a result has id, actor, verb, object, timestamp, stored, authority and version.",
        )
        .case("one", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let parameter = sent["actor"].to_string();
            let found = lrs.get("statements").query("agent", parameter).send().await?.statements()?;
            let one = found.first().cloned().unwrap_or(Value::Null);
            for member in ["id", "actor", "verb", "object", "timestamp", "stored", "authority", "version"] {
                ensure(!one[member].is_null(), format!("the member {member}"), one.to_string())?;
            }
            Ok(())
        }),
    ]
}
