use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Version;
use crate::lrs::{Answer, Lrs};
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{agent, iri, statement, uuid};
use crate::tools::compare::same_statement;
use crate::tools::form::form;
use crate::tools::store::{absent, id_of, store, stored};

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a form with the method in the query, headers as form parameters, none of them as headers.
async fn send(lrs: &Lrs, resource: &str, method: &str, pairs: &[(&str, String)]) -> Check<Answer> {
    let target = lrs.target();
    let basic = STANDARD.encode(format!("{}:{}", target.key, target.secret));
    let headers = [
        ("Authorization", format!("Basic {basic}")),
        ("X-Experience-API-Version", target.version.as_str().to_owned()),
    ];
    let body = form(headers.into_iter().chain(pairs.iter().cloned()));
    let call = lrs.post(resource).query("method", method).without_credentials();
    call.without("x-experience-api-version")
        .body(FORM, body)
        .send()
        .await
}

fn content(value: &Value) -> Vec<(&'static str, String)> {
    vec![
        ("Content-Type", "application/json".to_owned()),
        ("content", value.to_string()),
    ]
}

fn with<'a>(mut pairs: Vec<(&'a str, String)>, name: &'a str, value: &str) -> Vec<(&'a str, String)> {
    pairs.push((name, value.to_owned()));
    pairs
}

fn state() -> Vec<(&'static str, String)> {
    vec![
        ("activityId", iri("activities")),
        ("agent", agent().to_string()),
        ("stateId", uuid()),
    ]
}

pub(super) fn all() -> Vec<Requirement> {
    [supported(), refused_in_2_0()].concat()
}

fn supported() -> Vec<Requirement> {
    let section = || at("Communication 1.3", "");
    [
        Requirement::must(
            "alternate.methods",
            section(),
            "A POST with the method in its query and all else in a form is treated as that request.",
        )
        .case("PUT statements", |lrs| async move {
            let sent = statement();
            let pairs = with(content(&sent), "statementId", &id_of(&sent));
            send(&lrs, "statements", "PUT", &pairs).await?.status(204)?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("POST statements", |lrs| async move {
            let sent = statement();
            let answer = send(&lrs, "statements", "POST", &content(&json!([sent]))).await?;
            let ids = answer.status(200)?.json()?;
            ensure(
                ids == json!([sent["id"]]),
                json!([sent["id"]]).to_string(),
                ids.to_string(),
            )?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("GET statements", |lrs| async move {
            let sent = statement();
            store(&lrs, &sent).await?;
            let pairs = [("agent", sent["actor"].to_string()), ("limit", "1".to_owned())];
            let found = send(&lrs, "statements", "GET", &pairs).await?.statements()?;
            ensure(
                found.len() == 1,
                "the statement",
                format!("{} statements", found.len()),
            )?;
            same_statement(&sent, &found[0])
        })
        .case("PUT, GET and DELETE of a state", |lrs| async move {
            let place = state();
            let mut put = place.clone();
            put.extend(content(&json!({ "a": "ü+&=%" })));
            send(&lrs, "activities/state", "PUT", &put).await?.status(204)?;
            let found = send(&lrs, "activities/state", "GET", &place)
                .await?
                .status(200)?
                .json()?;
            ensure(
                found == json!({ "a": "ü+&=%" }),
                "{\"a\":\"ü+&=%\"}",
                found.to_string(),
            )?;
            send(&lrs, "activities/state", "DELETE", &place)
                .await?
                .status(204)?;
            send(&lrs, "activities/state", "GET", &place)
                .await?
                .status(404)
                .map(drop)
        }),
        Requirement::must(
            "alternate.preconditions",
            section(),
            "If-Match and If-None-Match among the form parameters are headers.",
        )
        .case("PUT with If-None-Match: * twice", |lrs| async move {
            let mut put: Vec<(&str, String)> = vec![("activityId", iri("activities")), ("profileId", uuid())];
            put.extend(content(&json!({ "a": 1 })));
            put.push(("If-None-Match", "*".to_owned()));
            send(&lrs, "activities/profile", "PUT", &put).await?.status(204)?;
            send(&lrs, "activities/profile", "PUT", &put)
                .await?
                .status(412)
                .map(drop)
        }),
        Requirement::must(
            "alternate.no-other-query",
            section(),
            "Another parameter in the query beside method is refused.",
        )
        .case("statementId in the query", |lrs| async move {
            let sent = statement();
            let body = form(with(content(&sent), "x", "y").into_iter().take(2));
            let call = lrs
                .post("statements")
                .query("method", "PUT")
                .query("statementId", id_of(&sent));
            call.body(FORM, body).send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "alternate.content",
            section(),
            "What is sent is in the form parameter content; without it nothing is stored.",
        )
        .case("PUT without content", |lrs| async move {
            let id = uuid();
            let pairs = [
                ("statementId", id.clone()),
                ("Content-Type", "application/json".to_owned()),
            ];
            send(&lrs, "statements", "PUT", &pairs).await?.status(400)?;
            absent(&lrs, &id).await
        })
        .case("a statement as the body itself", |lrs| async move {
            let sent = statement();
            let call = lrs.post("statements").query("method", "PUT").json(&sent);
            call.send().await?.refused()?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "alternate.unknown-parameters",
            section(),
            "Form parameters that are no headers are query parameters: an unknown one is refused.",
        )
        .case("PUT with an unknown parameter", |lrs| async move {
            let sent = statement();
            let pairs = with(
                with(content(&sent), "statementId", &id_of(&sent)),
                "unheardOf",
                "x",
            );
            send(&lrs, "statements", "PUT", &pairs).await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "alternate.only-by-post",
            section(),
            "The alternate syntax is a POST: method in the query of another request is refused.",
        )
        .cases(["PUT", "GET"].map(|method| {
            Case::new(method, move |lrs: Lrs| async move {
                let sent = statement();
                let call = match method {
                    "PUT" => lrs
                        .put("statements")
                        .query("statementId", id_of(&sent))
                        .json(&sent),
                    _ => lrs.get("statements").query("limit", "1"),
                };
                call.query("method", method).send().await?.status(400)?;
                absent(&lrs, &id_of(&sent)).await
            })
        })),
    ]
    .map(|requirement| requirement.only(Version::V1_0_3))
    .to_vec()
}

fn refused_in_2_0() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "alternate.gone",
            at("Communication 1.3", ""),
            "2.0 has no alternate request syntax: it is refused.",
        )
        .only(Version::V2_0_0)
        .case("PUT statements", |lrs| async move {
            let sent = statement();
            let pairs = with(content(&sent), "statementId", &id_of(&sent));
            send(&lrs, "statements", "PUT", &pairs).await?.refused()?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("GET statements", |lrs| async move {
            let pairs = [("limit", "1".to_owned())];
            send(&lrs, "statements", "GET", &pairs).await?.refused().map(drop)
        })
        .case("with the headers where they belong", |lrs| async move {
            let sent = statement();
            let body = form(with(content(&sent), "statementId", &id_of(&sent)));
            let call = lrs.post("statements").query("method", "PUT").body(FORM, body);
            call.send().await?.refused()?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("DELETE of a state", |lrs| async move {
            send(&lrs, "activities/state", "DELETE", &state())
                .await?
                .refused()
                .map(drop)
        }),
    ]
}
