use chrono::Utc;
use serde_json::json;

use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::{agent, iri, statement, uuid};
use crate::tools::store::{id_of, instant_of, post, store, stored, until};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "consistent-through.always",
            section(),
            "Every answer of the statements resource has X-Experience-API-Consistent-Through, a timestamp.",
        )
        .cases(
            [
                ("agent", (|| agent().to_string()) as fn() -> String),
                ("verb", || iri("verbs")),
                ("activity", || iri("activities")),
                ("registration", uuid),
                ("related_activities", || "true".to_owned()),
                ("related_agents", || "true".to_owned()),
                ("since", || "2020-01-01T00:00:00Z".to_owned()),
                ("until", || "2020-01-01T00:00:00Z".to_owned()),
                ("limit", || "1".to_owned()),
                ("ascending", || "true".to_owned()),
                ("format", || "ids".to_owned()),
                ("attachments", || "true".to_owned()),
            ]
            .map(|(name, value)| {
                Case::new(format!("GET with {name}"), move |lrs| async move {
                    let answer = lrs.get("statements").query(name, value()).send().await?;
                    answer.status(200)?.consistent_through().map(drop)
                })
            }),
        )
        .case("GET", |lrs| async move {
            lrs.get("statements").send().await?.consistent_through().map(drop)
        })
        .case("GET of one", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let answer = lrs
                .get("statements")
                .query("statementId", id_of(&sent))
                .send()
                .await?;
            answer.consistent_through().map(drop)
        })
        .case("GET, not found", |lrs| async move {
            let answer = lrs.get("statements").query("statementId", uuid()).send().await?;
            answer.status(404)?.consistent_through().map(drop)
        })
        .case("GET, refused", |lrs| async move {
            let answer = lrs.get("statements").query("limit", "ten").send().await?;
            answer.status(400)?.consistent_through().map(drop)
        })
        .case("POST", |lrs| async move {
            post(&lrs, &statement())
                .await?
                .status(200)?
                .consistent_through()
                .map(drop)
        })
        .case("PUT", |lrs| async move {
            let sent = statement();
            let call = lrs
                .put("statements")
                .query("statementId", id_of(&sent))
                .json(&sent);
            call.send().await?.status(204)?.consistent_through().map(drop)
        })
        .case("HEAD", |lrs| async move {
            lrs.head("statements")
                .query("limit", "1")
                .send()
                .await?
                .consistent_through()
                .map(drop)
        }),
        Requirement::must(
            "consistent-through.keeps-its-word",
            section(),
            "What was stored before it is found, and nothing appears later with an earlier stored.",
        )
        .case("a statement stored after it was said", |lrs| async move {
            let said = lrs
                .get("statements")
                .query("limit", "1")
                .send()
                .await?
                .consistent_through()?;
            let back = store(&lrs, &statement()).await?;
            let stored = instant_of(&back, "stored")?;
            ensure(
                stored >= said,
                format!("stored at or after {said}, through which all was said to be known"),
                stored.to_rfc3339(),
            )
        })
        .case("while others are storing", |lrs| async move {
            let registration = uuid();
            for _ in 0..8 {
                let sent = |_: u8| {
                    crate::tools::edit::put(statement(), "/context/registration", json!(registration))
                };
                let batch: Vec<_> = (0..5).map(sent).collect();
                let before = lrs
                    .get("statements")
                    .query("limit", "1")
                    .send()
                    .await?
                    .consistent_through()?;
                post(&lrs, &json!(batch)).await?.status(200)?;
                for one in &batch {
                    let stored = instant_of(&stored(&lrs, &id_of(one)).await?, "stored")?;
                    ensure(
                        stored >= before,
                        format!("stored at or after {before}"),
                        stored.to_rfc3339(),
                    )?;
                }
            }
            Ok(())
        }),
        Requirement::must(
            "consistent-through.recent",
            section(),
            "It soon passes what was stored, and is recent even when nothing was.",
        )
        .case("after a statement", |lrs| async move {
            let sent = statement();
            post(&lrs, &sent).await?.status(200)?;
            let back = stored(&lrs, &id_of(&sent)).await?;
            let when = instant_of(&back, "stored")?;
            let ask = || lrs.get("statements").query("limit", "1").send();
            let answer = until(&lrs, ask, |answer| {
                answer.consistent_through().is_ok_and(|at| at >= when)
            })
            .await?;
            let through = answer.consistent_through()?;
            ensure(through >= when, format!("{when} or later"), through.to_rfc3339())
        })
        .case("not ahead of time", |lrs| async move {
            let through = lrs
                .get("statements")
                .query("limit", "1")
                .send()
                .await?
                .consistent_through()?;
            // Clocks differ, days do not.
            let limit = Utc::now() + chrono::Duration::hours(26);
            ensure(
                through.to_utc() <= limit,
                "a time that has come",
                through.to_rfc3339(),
            )
        }),
    ]
}
