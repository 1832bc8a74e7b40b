use serde_json::{Value, json};

use crate::lrs::{Answer, Lrs};
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{Data, statement};
use crate::tools::compare::same_statement;
use crate::tools::edit::set;
use crate::tools::jws::{Chain, forged, sign};
use crate::tools::multipart::{self, Part};
use crate::tools::store::{absent, id_of, stored};

const SIGNATURE: &str = "http://adlnet.gov/expapi/attachments/signature";
const CONTENT_TYPE: &str = "application/octet-stream";

/// The statement with the signature attached, and the signature.
fn signed_with(unsigned: &Value, jws: &str, content_type: &str) -> (Value, Data) {
    let data = Data::new(content_type, jws.as_bytes().to_vec());
    let attachment = data.described_with("usageType", json!(SIGNATURE));
    (set(unsigned.clone(), "/attachments", json!([attachment])), data)
}

async fn send(lrs: &Lrs, signed: &Value, jws: &Data) -> Check<Answer> {
    let body = multipart::write(&[Part::statements(signed), jws.part()]);
    lrs.post("statements")
        .body(&multipart::content_type(), body)
        .send()
        .await
}

async fn taken(lrs: &Lrs, unsigned: &Value, jws: &str) -> Check {
    let (signed, data) = signed_with(unsigned, jws, CONTENT_TYPE);
    send(lrs, &signed, &data).await?.status(200)?;
    same_statement(&signed, &stored(lrs, &id_of(&signed)).await?)?;
    let call = lrs
        .get("statements")
        .query("statementId", id_of(&signed))
        .query("attachments", "true");
    let parts = multipart::read(call.send().await?.status(200)?)?;
    let found = parts.iter().any(|part| part.body == data.bytes);
    ensure(
        found,
        "the signature comes back with the statement",
        "it does not",
    )
}

async fn refused(lrs: &Lrs, unsigned: &Value, jws: &str) -> Check {
    let (signed, data) = signed_with(unsigned, jws, CONTENT_TYPE);
    send(lrs, &signed, &data).await?.status(400)?;
    absent(lrs, &id_of(&signed)).await
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.6", "");
    vec![
        Requirement::must(
            "signed.taken",
            section(),
            "A statement signed with RS256, RS384 or RS512 is taken, and its signature comes back.",
        )
        .cases(["RS256", "RS384", "RS512"].into_iter().flat_map(|algorithm| {
            [(Chain::Signer, "with x5c"), (Chain::None, "without x5c")].map(|(chain, name)| {
                Case::new(format!("{algorithm} {name}"), move |lrs| async move {
                    let unsigned = statement();
                    taken(&lrs, &unsigned, &sign(algorithm, chain, &unsigned)?).await
                })
            })
        }))
        .case("members in another order", |lrs| async move {
            let unsigned = statement();
            let other = json!({
                "object": unsigned["object"], "verb": unsigned["verb"],
                "id": unsigned["id"], "actor": unsigned["actor"]
            });
            taken(&lrs, &unsigned, &sign("RS256", Chain::Signer, &other)?).await
        }),
        Requirement::must(
            "signed.algorithm",
            section(),
            "A signature of another algorithm is refused.",
        )
        .cases(["HS256", "ES256", "PS256", "none", "rs256"].map(|algorithm| {
            Case::new(algorithm, move |lrs| async move {
                let unsigned = statement();
                refused(&lrs, &unsigned, &sign(algorithm, Chain::Signer, &unsigned)?).await
            })
        })),
        Requirement::must(
            "signed.equivalent",
            section(),
            "The signed statement is the one that was sent; otherwise it is refused.",
        )
        .case("another statement", |lrs| async move {
            refused(&lrs, &statement(), &sign("RS256", Chain::Signer, &statement())?).await
        })
        .case("another score", |lrs| async move {
            let unsigned = set(statement(), "/result", json!({ "score": { "raw": 5 } }));
            let other = set(unsigned.clone(), "/result/score/raw", json!(6));
            refused(&lrs, &unsigned, &sign("RS256", Chain::Signer, &other)?).await
        })
        .case("a member less", |lrs| async move {
            let unsigned = set(statement(), "/result", json!({ "success": true }));
            let other = crate::tools::edit::remove(unsigned.clone(), "/result");
            refused(&lrs, &unsigned, &sign("RS256", Chain::Signer, &other)?).await
        })
        .case("another duration", |lrs| async move {
            let unsigned = set(statement(), "/result", json!({ "duration": "PT60S" }));
            let other = set(unsigned.clone(), "/result/duration", json!("PT1M"));
            refused(&lrs, &unsigned, &sign("RS256", Chain::Signer, &other)?).await
        }),
        Requirement::must(
            "signed.verified",
            section(),
            "Where the header carries a certificate, the signature is checked against it.",
        )
        .case("a forged signature", |lrs| async move {
            let unsigned = statement();
            refused(
                &lrs,
                &unsigned,
                &forged(&sign("RS256", Chain::Signer, &unsigned)?),
            )
            .await
        })
        .case("the certificate of another key", |lrs| async move {
            let unsigned = statement();
            refused(&lrs, &unsigned, &sign("RS256", Chain::Stranger, &unsigned)?).await
        }),
        Requirement::must(
            "signed.well-formed",
            section(),
            "A malformed signature is refused.",
        )
        .case("no JWS", |lrs| async move {
            refused(&lrs, &statement(), "signed, Ann").await
        })
        .case("two parts", |lrs| async move {
            let unsigned = statement();
            let jws = sign("RS256", Chain::Signer, &unsigned)?;
            let two = jws
                .rsplit_once('.')
                .map(|(two, _)| two.to_owned())
                .unwrap_or_default();
            refused(&lrs, &unsigned, &two).await
        })
        .case("a payload that is no statement", |lrs| async move {
            refused(
                &lrs,
                &statement(),
                &sign("RS256", Chain::Signer, &json!("a statement"))?,
            )
            .await
        })
        .case("a header that is no JSON", |lrs| async move {
            let unsigned = statement();
            let jws = sign("RS256", Chain::Signer, &unsigned)?;
            let rest = jws
                .split_once('.')
                .map(|(_, rest)| rest.to_owned())
                .unwrap_or_default();
            refused(&lrs, &unsigned, &format!("bm8ganNvbg.{rest}")).await
        }),
        Requirement::must(
            "signed.content-type",
            section(),
            "A signature has the contentType application/octet-stream.",
        )
        .case("text/plain", |lrs| async move {
            let unsigned = statement();
            let jws = sign("RS256", Chain::Signer, &unsigned)?;
            let (signed, data) = signed_with(&unsigned, &jws, "text/plain");
            send(&lrs, &signed, &data).await?.status(400)?;
            absent(&lrs, &id_of(&signed)).await
        }),
        Requirement::should(
            "signed.durations-to-hundredths",
            at("Data 4.6", "4.2.7"),
            "What a duration has beyond hundredths of a second does not count when a signature is compared.",
        )
        .case("PT0.1237S signed as PT0.12S", |lrs| async move {
            let signed = set(statement(), "/result", json!({ "duration": "PT0.12S" }));
            let sent = set(signed.clone(), "/result/duration", json!("PT0.1237S"));
            let jws = sign("RS256", Chain::Signer, &signed)?;
            let (sent, data) = signed_with(&sent, &jws, CONTENT_TYPE);
            send(&lrs, &sent, &data).await?.status(200).map(drop)
        }),
    ]
}
