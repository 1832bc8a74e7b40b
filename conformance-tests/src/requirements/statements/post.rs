use serde_json::{Value, json};

use crate::requirement::{Requirement, at, ensure};
use crate::sample::{statement, uuid};
use crate::tools::compare::same_statement;
use crate::tools::edit::{remove, set};
use crate::tools::store::{absent, id_of, post, stored};

pub(super) fn all() -> Vec<Requirement> {
    [storing(), refusing()].concat()
}

fn storing() -> Vec<Requirement> {
    let section = || at("Communication 2.1.2", "4.1.6.1");
    vec![
        Requirement::must(
            "post.stores",
            section(),
            "POST stores one statement or several and answers 200 with their ids, in the order sent.",
        )
        .case("one", |lrs| async move {
            let sent = statement();
            let answer = post(&lrs, &sent).await?;
            answer.status(200)?.of_type("application/json")?;
            let ids = answer.json()?;
            ensure(
                ids == json!([sent["id"]]),
                json!([sent["id"]]).to_string(),
                ids.to_string(),
            )?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("an array of one", |lrs| async move {
            let sent = statement();
            let ids = post(&lrs, &json!([sent])).await?.status(200)?.json()?;
            ensure(
                ids == json!([sent["id"]]),
                json!([sent["id"]]).to_string(),
                ids.to_string(),
            )?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("twenty", |lrs| async move {
            let sent: Vec<Value> = (0..20).map(|_| statement()).collect();
            let expected = json!(sent.iter().map(id_of).collect::<Vec<_>>());
            let ids = post(&lrs, &json!(sent)).await?.status(200)?.json()?;
            ensure(ids == expected, expected.to_string(), ids.to_string())?;
            for one in &sent {
                same_statement(one, &stored(&lrs, &id_of(one)).await?)?;
            }
            Ok(())
        })
        .case("with and without ids", |lrs| async move {
            let sent = [statement(), remove(statement(), "/id"), statement()];
            let ids = post(&lrs, &json!(sent)).await?.status(200)?.json()?;
            ensure(
                ids[0] == sent[0]["id"] && ids[2] == sent[2]["id"] && ids[1].is_string(),
                "three ids, the given ones in their places",
                ids.to_string(),
            )?;
            same_statement(
                &sent[1],
                &stored(&lrs, ids[1].as_str().unwrap_or_default()).await?,
            )
        }),
        Requirement::must(
            "post.body-utf-8",
            at("Communication 1.4", ""),
            "Text is read and written as UTF-8.",
        )
        .case("beyond the basic plane", |lrs| async move {
            let sent = set(
                statement(),
                "/verb/display",
                json!({ "en": "ħéłłø \u{1f980} 漢字 عربي" }),
            );
            post(&lrs, &sent).await?.status(200)?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("escaped", |lrs| async move {
            let sent = statement();
            let text = sent
                .to_string()
                .replacen("\"tried\"", "\"\\u00fc\\ud83e\\udd80\"", 1);
            let answer = lrs
                .post("statements")
                .body("application/json", text)
                .send()
                .await?;
            answer.status(200)?;
            let back = stored(&lrs, &id_of(&sent)).await?;
            let found = back["verb"]["display"]["en"].clone();
            ensure(found == "ü\u{1f980}", "ü\u{1f980}", found.to_string())
        }),
    ]
}

fn refusing() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "post.all-or-nothing",
            at("Communication 3.2", "4.1.6.1"),
            "A batch is refused whole if one of its statements is.",
        )
        .case("the last is invalid", |lrs| async move {
            let good = [statement(), statement(), statement()];
            let mut sent = good.to_vec();
            sent.push(remove(statement(), "/verb"));
            post(&lrs, &json!(sent)).await?.status(400)?;
            for one in &good {
                absent(&lrs, &id_of(one)).await?;
            }
            Ok(())
        })
        .case("the first is invalid", |lrs| async move {
            let good = statement();
            let bad = set(statement(), "/actor/mbox", json!("nobody"));
            post(&lrs, &json!([bad, good])).await?.status(400)?;
            absent(&lrs, &id_of(&good)).await
        })
        .case("one is no statement", |lrs| async move {
            let good = statement();
            post(&lrs, &json!([good, "statement"])).await?.status(400)?;
            absent(&lrs, &id_of(&good)).await
        }),
        Requirement::should(
            "post.ids-differ-within-batch",
            at("Communication 2.1.2", "4.1.6.1"),
            "A batch with the same id twice is refused.",
        )
        .case("two statements of one id", |lrs| async move {
            let (first, other) = (statement(), statement());
            let second = set(statement(), "/id", first["id"].clone());
            post(&lrs, &json!([first, other, second])).await?.status(400)?;
            absent(&lrs, &id_of(&first)).await?;
            absent(&lrs, &id_of(&other)).await
        }),
        Requirement::must(
            "post.body-is-statements",
            at("Communication 3.2", "4.1.6.1"),
            "A body that is no statement and no array of statements is refused.",
        )
        .cases(
            [
                ("half an object", "{\"actor\":"),
                ("no JSON", "actor=mailto:a@example.org"),
                ("a string", "\"statement\""),
                ("a number", "5"),
                ("null", "null"),
                ("nested arrays", "[[]]"),
                ("two values", "{} {}"),
            ]
            .map(|(name, body)| {
                crate::requirement::Case::new(name, move |lrs| async move {
                    let answer = lrs
                        .post("statements")
                        .body("application/json", body)
                        .send()
                        .await?;
                    answer.status(400).map(drop)
                })
            }),
        )
        .case("no body", |lrs| async move {
            let answer = lrs
                .post("statements")
                .header("content-type", "application/json")
                .send()
                .await?;
            answer.status(400).map(drop)
        }),
        Requirement::must(
            "post.no-parameters",
            at("Communication 3.2", "4.1.6.1"),
            "POST takes no parameters: with one it is refused.",
        )
        .case("statementId", |lrs| async move {
            let sent = statement();
            let answer = lrs
                .post("statements")
                .query("statementId", id_of(&sent))
                .json(&sent)
                .send()
                .await?;
            answer.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("unknown", |lrs| async move {
            let sent = statement();
            let answer = lrs
                .post("statements")
                .query("unheardOf", uuid())
                .json(&sent)
                .send()
                .await?;
            answer.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::should(
            "post.content-type",
            at("Communication 3.2", "4.1.3"),
            "A body whose content type does not match its content is refused.",
        )
        .cases(
            [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
            ]
            .map(|content_type| {
                crate::requirement::Case::new(content_type, move |lrs| async move {
                    let sent = statement();
                    let answer = lrs
                        .post("statements")
                        .body(content_type, sent.to_string())
                        .send()
                        .await?;
                    answer.status_in(&[400, 415])?;
                    absent(&lrs, &id_of(&sent)).await
                })
            }),
        )
        .case("application/json with parameters is fine", |lrs| async move {
            let sent = statement();
            let answer = lrs
                .post("statements")
                .body("application/json; charset=UTF-8", sent.to_string())
                .send()
                .await?;
            answer.status(200).map(drop)
        }),
    ]
}
