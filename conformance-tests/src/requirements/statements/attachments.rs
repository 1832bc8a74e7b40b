use aws_lc_rs::digest::{SHA384, SHA512};
use serde_json::{Value, json};

use crate::lrs::{Answer, Lrs};
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{Data, linked_attachment, statement, with};
use crate::tools::compare::same_statement;
use crate::tools::digest::sha256;
use crate::tools::multipart::{self, BOUNDARY, Part};
use crate::tools::store::{absent, id_of, stored};

async fn send(lrs: &Lrs, parts: &[Part]) -> Check<Answer> {
    let body = multipart::write(parts);
    lrs.post("statements")
        .body(&multipart::content_type(), body)
        .send()
        .await
}

/// A statement with this data attached.
fn holding(data: &[&Data]) -> Value {
    with("attachments", data.iter().map(|data| data.described()).collect())
}

/// Stores a statement with its data.
async fn attach(lrs: &Lrs, data: &[&Data]) -> Check<Value> {
    let sent = holding(data);
    let mut parts = vec![Part::statements(&sent)];
    parts.extend(data.iter().map(|data| data.part()));
    send(lrs, &parts).await?.status(200)?;
    same_statement(&sent, &stored(lrs, &id_of(&sent)).await?)?;
    Ok(sent)
}

async fn with_attachments(lrs: &Lrs, sent: &Value) -> Check<Vec<Part>> {
    let call = lrs
        .get("statements")
        .query("statementId", id_of(sent))
        .query("attachments", "true");
    multipart::read(call.send().await?.status(200)?)
}

/// Fails unless one of the parts is this data, with the headers the standard asks for.
fn holds(parts: &[Part], data: &Data) -> Check {
    let found = parts
        .iter()
        .skip(1)
        .find(|part| part.header("x-experience-api-hash") == Some(&data.sha2));
    let Some(part) = found else {
        let hashes: Vec<_> = parts
            .iter()
            .map(|part| part.header("x-experience-api-hash"))
            .collect();
        return ensure(
            false,
            format!("a part with X-Experience-API-Hash: {}", data.sha2),
            format!("{hashes:?}"),
        );
    };
    ensure(
        part.body == data.bytes,
        "the bytes that were sent",
        format!("{} other bytes", part.body.len()),
    )?;
    let encoding = part.header("content-transfer-encoding");
    ensure(
        encoding == Some("binary"),
        "Content-Transfer-Encoding: binary",
        format!("{encoding:?}"),
    )
}

async fn refused(lrs: &Lrs, sent: &Value, parts: &[Part]) -> Check {
    send(lrs, parts).await?.status(400)?;
    absent(lrs, &id_of(sent)).await
}

pub(super) fn all() -> Vec<Requirement> {
    [taking(), giving(), refusing(), forms()].concat()
}

fn taking() -> Vec<Requirement> {
    let section = || at("Communication 1.5.2", "4.1.3");
    vec![
        Requirement::must(
            "attachments.taken",
            section(),
            "A statement with attached data is taken as multipart/mixed, and the data comes back byte for byte.",
        )
        .cases([("text", Data::text as fn() -> Data), ("binary", Data::binary)].map(|(name, data)| {
            Case::new(name, move |lrs| async move {
                let data = data();
                let sent = attach(&lrs, &[&data]).await?;
                holds(&with_attachments(&lrs, &sent).await?, &data)
            })
        }))
        .case("SHA-384 and SHA-512", |lrs| async move {
            let (one, two) = (Data::text().hashed_with(&SHA384), Data::text().hashed_with(&SHA512));
            let sent = attach(&lrs, &[&one, &two]).await?;
            let parts = with_attachments(&lrs, &sent).await?;
            holds(&parts, &one)?;
            holds(&parts, &two)
        })
        .case("nothing but headers: an empty file", |lrs| async move {
            let data = Data::new("text/plain", Vec::new());
            let sent = attach(&lrs, &[&data]).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        })
        .case("a mebibyte", |lrs| async move {
            let mut bytes = crate::sample::uuid().into_bytes();
            bytes.resize(1024 * 1024, b'\n');
            let data = Data::new("application/octet-stream", bytes);
            let sent = attach(&lrs, &[&data]).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        })
        .case("by PUT", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            let call = lrs.put("statements").query("statementId", id_of(&sent));
            call.body(&multipart::content_type(), body).send().await?.status(204)?;
            stored(&lrs, &id_of(&sent)).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        }),
        Requirement::must(
            "attachments.batch",
            section(),
            "Several statements may bring attachments in one request, a shared one once.",
        )
        .case("two statements share one, one has another", |lrs| async move {
            let (shared, own) = (Data::text(), Data::binary());
            let (one, two) = (holding(&[&shared]), holding(&[&own, &shared]));
            let parts = [Part::statements(&json!([one, two])), shared.part(), own.part()];
            send(&lrs, &parts).await?.status(200)?;
            stored(&lrs, &id_of(&two)).await?;
            holds(&with_attachments(&lrs, &one).await?, &shared)?;
            let parts = with_attachments(&lrs, &two).await?;
            holds(&parts, &own)?;
            holds(&parts, &shared)
        }),
        Requirement::should(
            "attachments.multipart-without-data",
            section(),
            "multipart/mixed is taken for statements without attachments, or with linked ones alone.",
        )
        .case("no attachments", |lrs| async move {
            let sent = statement();
            send(&lrs, &[Part::statements(&sent)]).await?.status(200)?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("a linked attachment", |lrs| async move {
            let sent = with("attachments", json!([linked_attachment()]));
            send(&lrs, &[Part::statements(&sent)]).await?.status(200)?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        }),
    ]
}

fn giving() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "attachments.returned",
            section(),
            "attachments=true answers multipart/mixed: the statements first, as application/json, then the data.",
        )
        .case("one statement", |lrs| async move {
            let data = Data::text();
            let sent = attach(&lrs, &[&data]).await?;
            let parts = with_attachments(&lrs, &sent).await?;
            let first = parts.first().cloned().unwrap_or_else(|| Part { headers: Vec::new(), body: Vec::new() });
            let kind = first.header("content-type").unwrap_or("none");
            ensure(kind.starts_with("application/json"), "first part: application/json", kind)?;
            let back: Value = serde_json::from_slice(&first.body).unwrap_or_default();
            same_statement(&sent, &back)?;
            holds(&parts, &data)
        })
        .case("a query", |lrs| async move {
            let (one, two) = (Data::text(), Data::binary());
            let (first, second) = (attach(&lrs, &[&one]).await?, attach(&lrs, &[&two]).await?);
            for (sent, data) in [(&first, &one), (&second, &two)] {
                let agent = sent["actor"].to_string();
                let call = lrs.get("statements").query("agent", agent).query("attachments", "true");
                let answer = call.send().await?;
                let parts = multipart::read(answer.status(200)?)?;
                let bytes = parts.first().map(|part| part.body.clone()).unwrap_or_default();
                let result: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                same_statement(sent, &result["statements"][0])?;
                holds(&parts, data)?;
            }
            Ok(())
        })
        .case("a statement without attachments", |lrs| async move {
            let sent = statement();
            crate::tools::store::store(&lrs, &sent).await?;
            let parts = with_attachments(&lrs, &sent).await?;
            ensure(parts.len() == 1, "one part: the statement", parts.len().to_string())
        }),
        Requirement::must(
            "attachments.not-returned",
            section(),
            "Without attachments=true the answer is application/json, without data.",
        )
        .cases(["", "false"].map(|value| {
            let name = if value.is_empty() { "no parameter" } else { "attachments=false" };
            Case::new(name, move |lrs| async move {
                let sent = attach(&lrs, &[&Data::text()]).await?;
                let call = lrs.get("statements").query("statementId", id_of(&sent));
                let call = if value.is_empty() { call } else { call.query("attachments", value) };
                let answer = call.send().await?;
                answer.status(200)?.of_type("application/json")?;
                same_statement(&sent, &answer.json()?)
            })
        })),
    ]
}

fn refusing() -> Vec<Requirement> {
    let section = || at("Communication 1.5.2", "4.1.3");
    vec![
        Requirement::must(
            "attachments.data-or-link",
            section(),
            "An attachment whose data neither comes with the request nor is linked is refused.",
        )
        .case("application/json", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            lrs.post("statements").json(&sent).send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("multipart/mixed without the part", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            refused(&lrs, &sent, &[Part::statements(&sent)]).await
        })
        .case("multipart/mixed with another part", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            refused(&lrs, &sent, &[Part::statements(&sent), Data::text().part()]).await
        })
        .case("one of two is missing", |lrs| async move {
            let (one, two) = (Data::text(), Data::text());
            let sent = holding(&[&one, &two]);
            refused(&lrs, &sent, &[Part::statements(&sent), one.part()]).await
        }),
        Requirement::must(
            "attachments.no-excess-parts",
            section(),
            "A part that belongs to no attachment of the statements is refused.",
        )
        .case("a part too many", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            refused(
                &lrs,
                &sent,
                &[Part::statements(&sent), data.part(), Data::text().part()],
            )
            .await
        }),
        Requirement::must(
            "attachments.hash",
            section(),
            "Each part after the first names its SHA-2 in X-Experience-API-Hash, and it is that of its data.",
        )
        .case("without X-Experience-API-Hash", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let part = data.part().without("x-experience-api-hash");
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        })
        .case("the hash of other data", |lrs| async move {
            let (data, other) = (Data::text(), Data::text());
            let sent = holding(&[&data]);
            let part = Part::attachment("text/plain", &other.sha2, &data.bytes);
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        })
        .case("data that was changed on its way", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let part = Part::attachment("text/plain", &data.sha2, b"something else");
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        }),
        Requirement::must(
            "attachments.transfer-encoding",
            section(),
            "Each part after the first has Content-Transfer-Encoding: binary.",
        )
        .case("another encoding", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let mut part = data.part().without("content-transfer-encoding");
            part.headers
                .push(("content-transfer-encoding".to_owned(), "base64".to_owned()));
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        }),
        Requirement::must(
            "attachments.first-part",
            section(),
            "The first part holds all statements, as application/json.",
        )
        .case("another content type", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let mut first = Part::statements(&sent).without("content-type");
            first
                .headers
                .push(("content-type".to_owned(), "text/plain".to_owned()));
            refused(&lrs, &sent, &[first, data.part()]).await
        })
        .case("statements in two parts", |lrs| async move {
            let (one, two) = (statement(), statement());
            refused(&lrs, &one, &[Part::statements(&one), Part::statements(&two)]).await
        })
        .case("the data first", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            refused(&lrs, &sent, &[data.part(), Part::statements(&sent)]).await
        }),
        Requirement::must(
            "attachments.nothing-of-a-refused-request",
            at("Communication 3.2", "4.1.3"),
            "A batch with one bad attachment is refused whole.",
        )
        .case("the second of two", |lrs| async move {
            let (good, bad) = (Data::text(), Data::text());
            let (one, two) = (holding(&[&good]), holding(&[&bad]));
            let parts = [Part::statements(&json!([one, two])), good.part()];
            refused(&lrs, &one, &parts).await?;
            absent(&lrs, &id_of(&two)).await
        }),
    ]
}

fn forms() -> Vec<Requirement> {
    let section = || at("Communication 1.5.2", "4.1.3");
    vec![
        Requirement::must(
            "attachments.boundary",
            section(),
            "multipart/mixed is as RFC 2046 says: delimited by the boundary that Content-Type names.",
        )
        .case("no boundary in the header", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            lrs.post("statements")
                .body("multipart/mixed", body)
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("another boundary in the header", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            let header = "multipart/mixed; boundary=another";
            lrs.post("statements")
                .body(header, body)
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("no boundary in the body", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            let call = lrs
                .post("statements")
                .body(&multipart::content_type(), sent.to_string());
            call.send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("a preamble and an epilogue are passed over", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let mut body = b"This is a message in several parts.\r\n".to_vec();
            body.extend(multipart::write(&[Part::statements(&sent), data.part()]));
            body.extend_from_slice(b"That was all.\r\n");
            lrs.post("statements")
                .body(&multipart::content_type(), body)
                .send()
                .await?
                .status(200)?;
            stored(&lrs, &id_of(&sent)).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        })
        .case(
            "data that holds the boundary without its line end",
            |lrs| async move {
                let data = Data::new(
                    "text/plain",
                    format!("a --{BOUNDARY} b {}", crate::sample::uuid()).into_bytes(),
                );
                let sent = attach(&lrs, &[&data]).await?;
                holds(&with_attachments(&lrs, &sent).await?, &data)
            },
        ),
        Requirement::must(
            "attachments.content-type",
            section(),
            "Attached data comes as multipart/mixed, in no other multipart.",
        )
        .case("multipart/form-data", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            let header = multipart::content_type().replace("mixed", "form-data");
            lrs.post("statements")
                .body(&header, body)
                .send()
                .await?
                .status_in(&[400, 415])?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "attachments.known-data",
            at("Data 2.4.11", "4.2.2.6"),
            "The same data may be attached again, described in another way.",
        )
        .case("two statements, two titles", |lrs| async move {
            let data = Data::text();
            attach(&lrs, &[&data]).await?;
            let again = with(
                "attachments",
                json!([data.described_with("display", json!({ "en": "Again" }))]),
            );
            send(&lrs, &[Part::statements(&again), data.part()])
                .await?
                .status(200)?;
            same_statement(&again, &stored(&lrs, &id_of(&again)).await?)?;
            holds(&with_attachments(&lrs, &again).await?, &data)?;
            ensure(data.sha2 == sha256(&data.bytes), "its SHA-256", data.sha2)
        }),
    ]
}
