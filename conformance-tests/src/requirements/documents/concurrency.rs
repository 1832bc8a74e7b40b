use serde_json::json;

use super::resource::{Context, Resource};
use crate::Version;
use crate::lrs::{Call, Lrs};
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::tools::digest::sha1;

const STALE: &str = "\"0000000000000000000000000000000000000000\"";

fn change(method: &str, place: &Context, lrs: &Lrs) -> Call {
    match method {
        "PUT" => place.put(lrs).json(&json!({ "a": 2 })),
        "POST" => place.post(lrs).json(&json!({ "a": 2 })),
        _ => place.delete(lrs),
    }
}

/// A document of `{"a":1}`, and its place.
async fn one(lrs: &Lrs, resource: Resource) -> Check<Context> {
    let place = resource.place();
    place.create(lrs, &json!({ "a": 1 })).await?;
    Ok(place)
}

/// For each method, a case that sends a precondition which does not hold: 412, and nothing changed.
fn fails_with(
    name: &str,
    header: &'static str,
    value: &'static str,
    methods: &'static [&str],
    resource: Resource,
) -> Vec<Case> {
    methods
        .iter()
        .copied()
        .map(|method| {
            Case::new(format!("{method} {name}"), move |lrs| async move {
                let place = one(&lrs, resource).await?;
                change(method, &place, &lrs)
                    .header(header, value)
                    .send()
                    .await?
                    .status(412)?;
                place.holds(&lrs, &json!({ "a": 1 })).await
            })
        })
        .collect()
}

pub(super) fn all(resource: Resource) -> Vec<Requirement> {
    let area = resource.area();
    let section = || at("Communication 3.1", "4.1.4");
    let mut all = vec![
        Requirement::must(
            format!("{area}.etag"),
            section(),
            "GET gives a document's ETag, in quotes; it changes with the document and only then.",
        )
        .case("in quotes", move |lrs| async move {
            let etag = one(&lrs, resource).await?.etag(&lrs).await?;
            let bare = etag.strip_prefix("W/").unwrap_or(&etag);
            ensure(
                bare.len() > 2 && bare.starts_with('"') && bare.ends_with('"'),
                "a value in quotes",
                &etag,
            )
        })
        .case("another document, another ETag", move |lrs| async move {
            let place = one(&lrs, resource).await?;
            let before = place.etag(&lrs).await?;
            let again = place.etag(&lrs).await?;
            ensure(before == again, &before, &again)?;
            place
                .post(&lrs)
                .json(&json!({ "a": 2 }))
                .send()
                .await?
                .status(204)?;
            let after = place.etag(&lrs).await?;
            ensure(before != after, format!("not {before}"), after)
        }),
        Requirement::must(
            format!("{area}.etag-is-sha1"),
            at("Communication 3.1", ""),
            "Without transfer encoding the ETag is the SHA-1 of the content, in hexadecimal digits.",
        )
        .only(Version::V1_0_3)
        .case("JSON", move |lrs| async move {
            let answer = one(&lrs, resource).await?.read(&lrs).await?;
            let (expected, found) = (format!("\"{}\"", sha1(&answer.body)), answer.header("etag")?);
            ensure(expected.eq_ignore_ascii_case(&found), expected, found)
        })
        .case("bytes", move |lrs| async move {
            let place = resource.place();
            let put = place
                .put(&lrs)
                .header("if-none-match", "*")
                .body("application/octet-stream", b"\0\xff\r\n");
            put.send().await?.status(204)?;
            let (expected, found) = (format!("\"{}\"", sha1(b"\0\xff\r\n")), place.etag(&lrs).await?);
            ensure(expected.eq_ignore_ascii_case(&found), expected, found)
        }),
    ];
    // Of State, 1.0.3 asks less: its clients may leave the headers out, and its LRSs handle them all the same.
    let both: &'static [&str] = &["PUT", "POST", "DELETE"];
    all.push(
        Requirement::must(
            format!("{area}.if-match"),
            section(),
            "A change with an If-Match that is not the document's ETag is refused with 412; one that is, is made.",
        )
        .cases(fails_with("with a stale ETag", "if-match", STALE, both, resource))
        .cases(both.iter().copied().map(|method| {
            Case::new(format!("{method} with the ETag"), move |lrs| async move {
                let place = one(&lrs, resource).await?;
                let etag = place.etag(&lrs).await?;
                change(method, &place, &lrs).header("if-match", etag).send().await?.status(204)?;
                if method == "DELETE" {
                    return place.is_absent(&lrs).await;
                }
                place.holds(&lrs, &json!({ "a": 2 })).await
            })
        }))
        .cases(both.iter().copied().map(|method| {
            Case::new(format!("{method} with the ETag before the last change"), move |lrs| async move {
                let place = one(&lrs, resource).await?;
                let etag = place.etag(&lrs).await?;
                place.post(&lrs).json(&json!({ "a": 3 })).send().await?.status(204)?;
                change(method, &place, &lrs).header("if-match", etag).send().await?.status(412)?;
                place.holds(&lrs, &json!({ "a": 3 })).await
            })
        }))
        .case("PUT with one of several ETags", move |lrs| async move {
            let place = one(&lrs, resource).await?;
            let etags = format!("{STALE}, {}", place.etag(&lrs).await?);
            change("PUT", &place, &lrs).header("if-match", etags).send().await?.status(204)?;
            place.holds(&lrs, &json!({ "a": 2 })).await
        })
        .case("PUT with *", move |lrs| async move {
            let place = one(&lrs, resource).await?;
            change("PUT", &place, &lrs).header("if-match", "*").send().await?.status(204)?;
            place.holds(&lrs, &json!({ "a": 2 })).await
        })
        .case("PUT with an ETag where there is no document", move |lrs| async move {
            let place = resource.place();
            change("PUT", &place, &lrs).header("if-match", STALE).send().await?.status(412)?;
            place.is_absent(&lrs).await
        }),
    );
    all.push(
        Requirement::must(
            format!("{area}.if-none-match"),
            at("Communication 3.1", ""),
            "A change with If-None-Match: * is refused with 412 where there is a document, and made where not.",
        )
        .cases(fails_with("with *", "if-none-match", "*", &["PUT", "POST"], resource))
        .cases(["PUT", "POST"].map(|method| {
            Case::new(format!("{method} where there is no document"), move |lrs| async move {
                let place = resource.place();
                change(method, &place, &lrs).header("if-none-match", "*").send().await?.status(204)?;
                place.holds(&lrs, &json!({ "a": 2 })).await
            })
        })),
    );
    let blind = Requirement::must(
        format!("{area}.put-blind"),
        section(),
        "PUT without precondition is refused with 409 where there is a document: it says why, and changes \
         nothing.",
    )
    .case("a document is there", move |lrs| async move {
        let place = one(&lrs, resource).await?;
        let answer = change("PUT", &place, &lrs).send().await?;
        answer.status(409)?;
        ensure(
            !answer.body.is_empty(),
            "a sentence that says what to do",
            "no content",
        )?;
        place.holds(&lrs, &json!({ "a": 1 })).await
    });
    match resource {
        Resource::State => {
            all.push(blind.only(Version::V2_0_0));
            all.push(
                Requirement::must(
                    format!("{area}.put-without-precondition"),
                    at("Communication 3.1", ""),
                    "State is written without preconditions too.",
                )
                .only(Version::V1_0_3)
                .case("over a document", move |lrs| async move {
                    let place = one(&lrs, resource).await?;
                    change("PUT", &place, &lrs).send().await?.status(204)?;
                    place.holds(&lrs, &json!({ "a": 2 })).await
                }),
            );
        }
        Resource::ActivityProfile | Resource::AgentProfile => all.push(blind),
    }
    all.push(
        Requirement::must(
            format!("{area}.put-new"),
            section(),
            "PUT without precondition stores a document that was not there.",
        )
        .only(Version::V2_0_0)
        .case("no document", move |lrs| async move {
            let place = resource.place();
            change("PUT", &place, &lrs).send().await?.status(204)?;
            place.holds(&lrs, &json!({ "a": 2 })).await
        }),
    );
    all
}
