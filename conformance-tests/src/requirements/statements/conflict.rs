use serde_json::{Value, json};

use crate::lrs::{Answer, Lrs};
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{agent, anonymous_group, statement, with};
use crate::tools::compare::same_statement;
use crate::tools::edit::set;
use crate::tools::store::{absent, id_of, post, store, stored};

async fn put(lrs: &Lrs, statement: &Value) -> Check<Answer> {
    lrs.put("statements")
        .query("statementId", id_of(statement))
        .json(statement)
        .send()
        .await
}

/// Another statement under the same id.
fn other(first: &Value) -> Value {
    set(statement(), "/id", first["id"].clone())
}

/// Fails unless the statement under this id is still the first, stored when it was.
async fn unchanged(lrs: &Lrs, first: &Value, before: &Value) -> Check {
    let now = stored(lrs, &id_of(first)).await?;
    same_statement(first, &now)?;
    ensure(
        now["stored"] == before["stored"],
        before["stored"].to_string(),
        now["stored"].to_string(),
    )
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.1", "4.1.6.1");
    vec![
        Requirement::must(
            "conflict.nothing-changes",
            section(),
            "A statement under an id that is taken changes nothing, whatever the answer.",
        )
        .case("another statement by POST", |lrs| async move {
            let first = statement();
            let before = store(&lrs, &first).await?;
            post(&lrs, &other(&first)).await?.status_in(&[200, 204, 409])?;
            unchanged(&lrs, &first, &before).await
        })
        .case("another statement by PUT", |lrs| async move {
            let first = statement();
            let before = store(&lrs, &first).await?;
            put(&lrs, &other(&first)).await?.status_in(&[204, 409])?;
            unchanged(&lrs, &first, &before).await
        })
        .case("the same statement by POST", |lrs| async move {
            let first = statement();
            let before = store(&lrs, &first).await?;
            post(&lrs, &first).await?.status_in(&[200, 204, 409])?;
            unchanged(&lrs, &first, &before).await
        })
        .case("the same statement by PUT", |lrs| async move {
            let first = statement();
            let before = store(&lrs, &first).await?;
            put(&lrs, &first).await?.status_in(&[204, 409])?;
            unchanged(&lrs, &first, &before).await
        })
        .case("the same id in capitals", |lrs| async move {
            let first = statement();
            let before = store(&lrs, &first).await?;
            let shouted = set(other(&first), "/id", json!(id_of(&first).to_uppercase()));
            post(&lrs, &shouted).await?.status_in(&[200, 204, 409])?;
            unchanged(&lrs, &first, &before).await
        }),
        Requirement::should(
            "conflict.refused",
            section(),
            "Another statement under an id that is taken is refused with 409.",
        )
        .case("POST", |lrs| async move {
            let first = statement();
            store(&lrs, &first).await?;
            post(&lrs, &other(&first)).await?.status(409).map(drop)
        })
        .case("PUT", |lrs| async move {
            let first = statement();
            store(&lrs, &first).await?;
            put(&lrs, &other(&first)).await?.status(409).map(drop)
        })
        .case("POST, an array by one number off", |lrs| async move {
            let first = set(statement(), "/result", json!({ "score": { "raw": 5 } }));
            store(&lrs, &first).await?;
            let second = set(first, "/result/score/raw", json!(6));
            post(&lrs, &json!([second])).await?.status(409).map(drop)
        }),
        Requirement::must(
            "conflict.nothing-of-the-batch",
            at("Communication 3.2", "4.1.6.1"),
            "A batch refused for a conflict is refused whole.",
        )
        .case("one taken id among three", |lrs| async move {
            let first = statement();
            store(&lrs, &first).await?;
            let (a, b) = (statement(), statement());
            let answer = post(&lrs, &json!([a, other(&first), b])).await?;
            if answer.status == 409 || answer.status == 400 {
                absent(&lrs, &id_of(&a)).await?;
                absent(&lrs, &id_of(&b)).await?;
            }
            answer.status_in(&[200, 204, 400, 409]).map(drop)
        }),
        Requirement::should(
            "conflict.same-is-welcome",
            section(),
            "The same statement again matches the one there is, and is no conflict.",
        )
        .case("POST", |lrs| async move {
            let first = statement();
            store(&lrs, &first).await?;
            post(&lrs, &first).await?.status_in(&[200, 204]).map(drop)
        })
        .case("PUT", |lrs| async move {
            let first = statement();
            store(&lrs, &first).await?;
            put(&lrs, &first).await?.status(204).map(drop)
        })
        .case("members in another order", |lrs| async move {
            let first = statement();
            store(&lrs, &first).await?;
            let again = json!({
                "object": first["object"], "verb": first["verb"], "actor": first["actor"], "id": first["id"]
            });
            post(&lrs, &again).await?.status_in(&[200, 204]).map(drop)
        })
        .case("the same instant in another zone", |lrs| async move {
            let first = set(statement(), "/timestamp", json!("2020-01-01T12:00:00Z"));
            store(&lrs, &first).await?;
            let again = set(first, "/timestamp", json!("2020-01-01T13:00:00.000+01:00"));
            post(&lrs, &again).await?.status_in(&[200, 204]).map(drop)
        })
        .cases(
            [
                (
                    "another definition of the activity",
                    "/object/definition",
                    json!({ "name": { "en": "A course" } }),
                ),
                (
                    "another display of the verb",
                    "/verb/display",
                    json!({ "de": "versuchte" }),
                ),
            ]
            .map(|(name, pointer, value)| {
                Case::new(name, move |lrs| {
                    let value = value.clone();
                    async move {
                        let first = statement();
                        store(&lrs, &first).await?;
                        let again = set(first, pointer, value);
                        post(&lrs, &again).await?.status_in(&[200, 204]).map(drop)
                    }
                })
            }),
        )
        .case("the members of a group in another order", |lrs| async move {
            let (ann, bob) = (agent(), agent());
            let first = with("actor", anonymous_group(vec![ann.clone(), bob.clone()]));
            store(&lrs, &first).await?;
            let again = set(first, "/actor", anonymous_group(vec![bob, ann]));
            post(&lrs, &again).await?.status_in(&[200, 204]).map(drop)
        })
        .case("a duration alike to hundredths of a second", |lrs| async move {
            let first = with("result", json!({ "duration": "PT1.234S" }));
            store(&lrs, &first).await?;
            let again = set(first, "/result/duration", json!("PT1.239S"));
            post(&lrs, &again).await?.status_in(&[200, 204]).map(drop)
        }),
        Requirement::should(
            "conflict.as-it-came-back",
            at("Data 2.3.1", ""),
            "A statement sent as it came back is the same: what the LRS assigned makes no difference.",
        )
        .case("as it came back", |lrs| async move {
            let back = store(&lrs, &statement()).await?;
            post(&lrs, &back).await?.status_in(&[200, 204]).map(drop)
        }),
    ]
}
