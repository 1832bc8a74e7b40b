use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::{agent, iri, statement, uuid, voiding};
use crate::tools::compare::same_statement;
use crate::tools::store::{id_of, instant_of, store, stored_voided};

/// A parameter, and a value that would be in order.
type Parameter = (&'static str, fn() -> String);

const WITH_IDS: [Parameter; 10] = [
    ("agent", || agent().to_string()),
    ("verb", || iri("verbs")),
    ("activity", || iri("activities")),
    ("registration", uuid),
    ("related_activities", || "true".to_owned()),
    ("related_agents", || "true".to_owned()),
    ("since", || "2020-01-01T00:00:00Z".to_owned()),
    ("until", || "2020-01-01T00:00:00Z".to_owned()),
    ("limit", || "1".to_owned()),
    ("ascending", || "true".to_owned()),
];

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "get-one.by-id",
            section(),
            "GET with statementId answers 200 with that statement, as application/json.",
        )
        .case("stored", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let answer = lrs
                .get("statements")
                .query("statementId", id_of(&sent))
                .send()
                .await?;
            answer.status(200)?.of_type("application/json")?;
            let back = answer.json()?;
            ensure(
                back["id"] == sent["id"],
                sent["id"].to_string(),
                back["id"].to_string(),
            )?;
            same_statement(&sent, &back)
        })
        .case("in capitals", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let id = id_of(&sent).to_uppercase();
            let answer = lrs.get("statements").query("statementId", id).send().await?;
            same_statement(&sent, &answer.status(200)?.json()?)
        }),
        Requirement::must(
            "get-one.unknown",
            at("Communication 3.2", "4.1.6.1"),
            "An id that names no statement is not found: 404.",
        )
        .case("statementId", |lrs| async move {
            lrs.get("statements")
                .query("statementId", uuid())
                .send()
                .await?
                .status(404)
                .map(drop)
        })
        .case("voidedStatementId", |lrs| async move {
            lrs.get("statements")
                .query("voidedStatementId", uuid())
                .send()
                .await?
                .status(404)
                .map(drop)
        }),
        Requirement::must(
            "get-one.not-both-ids",
            section(),
            "statementId and voidedStatementId together are refused.",
        )
        .case("two ids", |lrs| async move {
            let call = lrs
                .get("statements")
                .query("statementId", uuid())
                .query("voidedStatementId", uuid());
            call.send().await?.status(400).map(drop)
        }),
        Requirement::must(
            "get-one.no-other-parameters",
            section(),
            "With statementId or voidedStatementId only attachments and format are taken.",
        )
        .cases(["statementId", "voidedStatementId"].into_iter().flat_map(|id| {
            WITH_IDS.map(|(name, value)| {
                Case::new(format!("{id} with {name}"), move |lrs| async move {
                    let sent = statement();
                    store(&lrs, &sent).await?;
                    let call = lrs.get("statements").query(id, id_of(&sent)).query(name, value());
                    call.send().await?.status(400).map(drop)
                })
            })
        })),
        Requirement::must(
            "get-one.format-and-attachments",
            section(),
            "attachments and format go with statementId and voidedStatementId.",
        )
        .cases(["exact", "ids", "canonical"].map(|format| {
            Case::new(
                format!("statementId with format={format}"),
                move |lrs| async move {
                    let sent = statement();
                    store(&lrs, &sent).await?;
                    let call = lrs
                        .get("statements")
                        .query("statementId", id_of(&sent))
                        .query("format", format);
                    let back = call.send().await?.status(200)?.json()?;
                    ensure(
                        back["id"] == sent["id"],
                        sent["id"].to_string(),
                        back["id"].to_string(),
                    )
                },
            )
        }))
        .case("statementId with attachments=false", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let call = lrs
                .get("statements")
                .query("statementId", id_of(&sent))
                .query("attachments", "false");
            call.send()
                .await?
                .status(200)?
                .of_type("application/json")
                .map(drop)
        })
        .case("voidedStatementId with both", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            store(&lrs, &voiding(&id_of(&sent))).await?;
            stored_voided(&lrs, &id_of(&sent)).await?;
            let call = lrs
                .get("statements")
                .query("voidedStatementId", id_of(&sent))
                .query("format", "exact")
                .query("attachments", "false");
            same_statement(&sent, &call.send().await?.status(200)?.json()?)
        }),
        last_modified(),
    ]
}

fn last_modified() -> Requirement {
    Requirement::should(
        "get-one.last-modified",
        at("Communication 2.1.3", "4.1.6.1"),
        "One statement comes with Last-Modified, which is when it was stored, to the second.",
    )
    .case("one statement", |lrs| async move {
        let sent = statement();
        let back = store(&lrs, &sent).await?;
        let answer = lrs
            .get("statements")
            .query("statementId", id_of(&sent))
            .send()
            .await?;
        let (found, stored) = (answer.last_modified()?, instant_of(&back, "stored")?);
        ensure(
            found.timestamp() == stored.timestamp(),
            stored.to_rfc2822(),
            found.to_rfc2822(),
        )
    })
}
