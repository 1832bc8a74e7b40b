use serde_json::{Value, json};

use super::finds;
use crate::lrs::Lrs;
use crate::requirement::{Check, Requirement, at};
use crate::sample::{agent, referring_to, statement, uuid, voiding, with};
use crate::tools::compare::same_statement;
use crate::tools::edit::set;
use crate::tools::store::{id_of, post, store, stored, stored_voided};

/// A statement, and another that voids it, both stored.
async fn voided(lrs: &Lrs) -> Check<(Value, Value)> {
    let target = statement();
    let by = voiding(&id_of(&target));
    store(lrs, &target).await?;
    store(lrs, &by).await?;
    Ok((target, by))
}

async fn status_of(lrs: &Lrs, parameter: &str, statement: &Value, expected: u16) -> Check {
    let answer = lrs
        .get("statements")
        .query(parameter, id_of(statement))
        .send()
        .await?;
    answer.status(expected).map(drop)
}

pub(super) fn all() -> Vec<Requirement> {
    [life(), queries(), limits()].concat()
}

fn life() -> Vec<Requirement> {
    let section = || at("Communication 2.1.4", "4.2.5");
    vec![
        Requirement::must(
            "voiding.hidden",
            section(),
            "A voided statement is not found by statementId: 404.",
        )
        .case("voided", |lrs| async move {
            let (target, _) = voided(&lrs).await?;
            status_of(&lrs, "statementId", &target, 404).await
        })
        .case("the voiding id in capitals", |lrs| async move {
            let target = statement();
            store(&lrs, &target).await?;
            store(&lrs, &voiding(&id_of(&target).to_uppercase())).await?;
            status_of(&lrs, "statementId", &target, 404).await
        }),
        Requirement::must(
            "voiding.by-voided-id",
            section(),
            "A voided statement is found by voidedStatementId, as it was.",
        )
        .case("voided", |lrs| async move {
            let (target, _) = voided(&lrs).await?;
            same_statement(&target, &stored_voided(&lrs, &id_of(&target)).await?)
        }),
        Requirement::must(
            "voiding.only-voided-by-voided-id",
            section(),
            "A statement that is not voided is not found by voidedStatementId: 404.",
        )
        .case("not voided", |lrs| async move {
            let target = statement();
            store(&lrs, &target).await?;
            status_of(&lrs, "voidedStatementId", &target, 404).await
        }),
        Requirement::must(
            "voiding.voider-stays",
            section(),
            "The statement that voids stays, and is found.",
        )
        .case("by its id", |lrs| async move {
            let (_, by) = voided(&lrs).await?;
            same_statement(&by, &stored(&lrs, &id_of(&by)).await?)
        }),
    ]
}

fn queries() -> Vec<Requirement> {
    let section = || at("Communication 2.1.4", "4.2.5");
    vec![
        Requirement::must(
            "voiding.not-in-queries",
            section(),
            "No query gives a voided statement.",
        )
        .case("by its actor, only the voider comes", |lrs| async move {
            let (target, by) = voided(&lrs).await?;
            finds(&lrs, &[("agent", target["actor"].to_string())], &[&by]).await
        })
        .case("by its activity, only the voider comes", |lrs| async move {
            let (target, by) = voided(&lrs).await?;
            let id = target["object"]["id"].as_str().unwrap_or_default().to_owned();
            finds(&lrs, &[("activity", id)], &[&by]).await
        }),
        Requirement::must(
            "voiding.references-still-found",
            section(),
            "Statements that refer to a voided statement are still found by what it was about.",
        )
        .case("a comment and the voider", |lrs| async move {
            let target = statement();
            let comment = referring_to(&id_of(&target));
            let by = voiding(&id_of(&target));
            store(&lrs, &target).await?;
            store(&lrs, &comment).await?;
            store(&lrs, &by).await?;
            finds(&lrs, &[("agent", target["actor"].to_string())], &[&comment, &by]).await
        })
        .case("a chain through a voided statement", |lrs| async move {
            let first = statement();
            let second = referring_to(&id_of(&first));
            let third = referring_to(&id_of(&second));
            let by = voiding(&id_of(&second));
            for one in [&first, &second, &third, &by] {
                store(&lrs, one).await?;
            }
            finds(
                &lrs,
                &[("agent", first["actor"].to_string())],
                &[&first, &third, &by],
            )
            .await
        }),
    ]
}

fn limits() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "voiding.not-of-voiders",
            at("Data 2.3.2", "4.2.5"),
            "A statement that voids can not be voided.",
        )
        .case("voiding the voider", |lrs| async move {
            let (target, by) = voided(&lrs).await?;
            // Whether it is refused or stored without effect is the LRS's choice.
            post(&lrs, &voiding(&id_of(&by)))
                .await?
                .status_in(&[200, 204, 400, 403])?;
            same_statement(&by, &stored(&lrs, &id_of(&by)).await?)?;
            status_of(&lrs, "statementId", &target, 404).await?;
            status_of(&lrs, "voidedStatementId", &target, 200).await
        }),
        Requirement::should(
            "voiding.of-the-unknown",
            at("Data 2.3.2", "4.2.5"),
            "A statement that voids is not refused because its target is not there.",
        )
        .case("an unknown id", |lrs| async move {
            let by = voiding(&uuid());
            same_statement(&by, &store(&lrs, &by).await?)
        }),
        Requirement::must(
            "voiding.before-its-target",
            at("Data 2.3.2", "4.2.5"),
            "A statement is voided if the LRS contains one that voids it, whichever came first.",
        )
        .case("the target comes later", |lrs| async move {
            let target = statement();
            store(&lrs, &voiding(&id_of(&target))).await?;
            post(&lrs, &target).await?.status(200)?;
            same_statement(&target, &stored_voided(&lrs, &id_of(&target)).await?)?;
            status_of(&lrs, "statementId", &target, 404).await
        })
        .case("both in one request", |lrs| async move {
            let target = statement();
            let by = voiding(&id_of(&target));
            post(&lrs, &json!([target, by])).await?.status(200)?;
            stored(&lrs, &id_of(&by)).await?;
            status_of(&lrs, "statementId", &target, 404).await?;
            status_of(&lrs, "voidedStatementId", &target, 200).await
        }),
        Requirement::must(
            "voiding.only-by-the-verb",
            at("Data 2.3.2", "4.2.5"),
            "Only the reserved verb voids: a reference with another leaves its target as it is.",
        )
        .case("a comment", |lrs| async move {
            let target = statement();
            store(&lrs, &target).await?;
            store(&lrs, &referring_to(&id_of(&target))).await?;
            same_statement(&target, &stored(&lrs, &id_of(&target)).await?)?;
            status_of(&lrs, "voidedStatementId", &target, 404).await
        })
        .case("the verb in capitals", |lrs| async move {
            let target = statement();
            store(&lrs, &target).await?;
            let verb = json!("http://adlnet.gov/expapi/verbs/VOIDED");
            store(&lrs, &set(referring_to(&id_of(&target)), "/verb/id", verb)).await?;
            status_of(&lrs, "statementId", &target, 200).await
        }),
        Requirement::must(
            "voiding.only-one",
            at("Data 2.3.2", "4.2.5"),
            "Voiding a statement voids no other.",
        )
        .case("of two by one actor", |lrs| async move {
            let who = agent();
            let (one, two) = (with("actor", who.clone()), with("actor", who.clone()));
            store(&lrs, &one).await?;
            store(&lrs, &two).await?;
            let by = voiding(&id_of(&one));
            store(&lrs, &by).await?;
            finds(&lrs, &[("agent", who.to_string())], &[&two, &by]).await
        }),
    ]
}
