use serde_json::json;

use crate::requirement::{Requirement, at, ensure};
use crate::sample::{statement, uuid};
use crate::tools::compare::same_statement;
use crate::tools::edit::{remove, set};
use crate::tools::store::{absent, id_of, stored};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.1", "4.1.6.1");
    vec![
        Requirement::must(
            "put.stores",
            section(),
            "PUT with statementId stores the statement under that id and answers 204 without content.",
        )
        .case("id in both places", |lrs| async move {
            let sent = statement();
            let answer = lrs
                .put("statements")
                .query("statementId", id_of(&sent))
                .json(&sent)
                .send()
                .await?;
            answer.status(204)?;
            ensure(
                answer.body.is_empty(),
                "no content",
                format!("{} bytes", answer.body.len()),
            )?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("id as parameter alone", |lrs| async move {
            let (id, sent) = (uuid(), remove(statement(), "/id"));
            lrs.put("statements")
                .query("statementId", &id)
                .json(&sent)
                .send()
                .await?
                .status(204)?;
            let back = stored(&lrs, &id).await?;
            ensure(back["id"] == json!(id), id, back["id"].to_string())?;
            same_statement(&sent, &back)
        }),
        Requirement::must(
            "put.needs-statement-id",
            section(),
            "PUT without statementId is refused.",
        )
        .case("no parameter", |lrs| async move {
            let sent = statement();
            lrs.put("statements").json(&sent).send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("parameter empty", |lrs| async move {
            let sent = statement();
            lrs.put("statements")
                .query("statementId", "")
                .json(&sent)
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("parameter no UUID", |lrs| async move {
            let sent = remove(statement(), "/id");
            let answer = lrs
                .put("statements")
                .query("statementId", "first")
                .json(&sent)
                .send()
                .await?;
            answer.status(400).map(drop)
        }),
        Requirement::must(
            "put.ids-match",
            section(),
            "The id of the statement and the statementId are the same.",
        )
        .case("two ids", |lrs| async move {
            let (other, sent) = (uuid(), statement());
            let answer = lrs
                .put("statements")
                .query("statementId", &other)
                .json(&sent)
                .send()
                .await?;
            answer.status(400)?;
            absent(&lrs, &other).await?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "put.one-statement",
            section(),
            "PUT stores one statement: anything else is refused.",
        )
        .case("an array", |lrs| async move {
            let sent = statement();
            let answer = lrs
                .put("statements")
                .query("statementId", id_of(&sent))
                .json(&json!([sent]))
                .send()
                .await?;
            answer.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("an invalid statement", |lrs| async move {
            let sent = set(statement(), "/actor/mbox", json!("nobody"));
            let answer = lrs
                .put("statements")
                .query("statementId", id_of(&sent))
                .json(&sent)
                .send()
                .await?;
            answer.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("half a statement", |lrs| async move {
            let sent = statement().to_string();
            let half = sent.get(..sent.len() / 2).unwrap_or_default().to_owned();
            let answer = lrs
                .put("statements")
                .query("statementId", uuid())
                .body("application/json", half)
                .send()
                .await?;
            answer.status(400).map(drop)
        }),
    ]
}
