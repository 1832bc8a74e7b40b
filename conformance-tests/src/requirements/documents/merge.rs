use serde_json::{Value, json};

use super::resource::Resource;
use crate::lrs::Lrs;
use crate::requirement::{Case, Check, Requirement, at};

/// Two documents and what the second makes of the first.
fn merges() -> [(&'static str, Value, Value, Value); 6] {
    [
        (
            "one member changed, one added",
            json!({ "x": "foo", "y": "bar" }),
            json!({ "x": "bash", "z": "faz" }),
            json!({ "x": "bash", "y": "bar", "z": "faz" }),
        ),
        (
            "only top-level members merge",
            json!({ "a": { "b": 1, "c": 2 }, "d": 3 }),
            json!({ "a": { "b": 9 } }),
            json!({ "a": { "b": 9 }, "d": 3 }),
        ),
        (
            "arrays are replaced",
            json!({ "a": [1, 2, 3] }),
            json!({ "a": [4] }),
            json!({ "a": [4] }),
        ),
        (
            "null is a value",
            json!({ "a": 1, "b": 2 }),
            json!({ "a": null }),
            json!({ "a": null, "b": 2 }),
        ),
        ("nothing new", json!({ "a": 1 }), json!({}), json!({ "a": 1 })),
        (
            "another type",
            json!({ "a": "1", "b": {} }),
            json!({ "b": 2.5 }),
            json!({ "a": "1", "b": 2.5 }),
        ),
    ]
}

/// Stores the first document, POSTs the second, which must be refused and change nothing.
async fn refused(lrs: &Lrs, resource: Resource, first: (&str, &str), second: (&str, &str)) -> Check {
    let place = resource.place();
    let put = place.put(lrs).header("if-none-match", "*").body(first.0, first.1);
    put.send().await?.status(204)?;
    place
        .post(lrs)
        .body(second.0, second.1)
        .send()
        .await?
        .status(400)?;
    let answer = place.read(lrs).await?;
    let found = String::from_utf8_lossy(&answer.body).into_owned();
    crate::requirement::ensure(
        found == first.1,
        format!("the document is still {}", first.1),
        found,
    )
}

pub(super) fn all(resource: Resource) -> Vec<Requirement> {
    let area = resource.area();
    let section = || at("Communication 2.2", resource.sections().v2);
    const JSON: &str = "application/json";
    vec![
        Requirement::must(
            format!("{area}.merges"),
            section(),
            "POST of JSON to a document of JSON sets its top-level members and leaves the others; 204.",
        )
        .cases(merges().map(|(name, first, second, merged)| {
            Case::new(name, move |lrs| {
                let (first, second, merged) = (first.clone(), second.clone(), merged.clone());
                async move {
                    let place = resource.place();
                    place.create(&lrs, &first).await?;
                    place.post(&lrs).json(&second).send().await?.status(204)?;
                    place.holds(&lrs, &merged).await?;
                    place.read(&lrs).await?.of_type(JSON).map(drop)
                }
            })
        }))
        .case("the content type has parameters", move |lrs| async move {
            let place = resource.place();
            place.create(&lrs, &json!({ "a": 1 })).await?;
            let post = place
                .post(&lrs)
                .body("application/json; charset=UTF-8", "{\"b\":2}");
            post.send().await?.status(204)?;
            place.holds(&lrs, &json!({ "a": 1, "b": 2 })).await
        }),
        Requirement::must(
            format!("{area}.post-creates"),
            section(),
            "POST to a document that is not there stores it.",
        )
        .case("JSON", move |lrs| async move {
            let place = resource.place();
            place
                .post(&lrs)
                .json(&json!({ "a": { "b": 1 } }))
                .send()
                .await?
                .status(204)?;
            place.holds(&lrs, &json!({ "a": { "b": 1 } })).await
        }),
        Requirement::must(
            format!("{area}.merge-needs-json"),
            section(),
            "POST is refused with 400 and changes nothing where either document is not a JSON object.",
        )
        .case("text to JSON", move |lrs| async move {
            refused(&lrs, resource, (JSON, "{\"a\":1}"), ("text/plain", "{\"b\":2}")).await
        })
        .case("JSON to text", move |lrs| async move {
            refused(&lrs, resource, ("text/plain", "{\"a\":1}"), (JSON, "{\"b\":2}")).await
        })
        .case("text to text", move |lrs| async move {
            refused(&lrs, resource, ("text/plain", "a"), ("text/plain", "b")).await
        })
        .case("an array to an object", move |lrs| async move {
            refused(&lrs, resource, (JSON, "{\"a\":1}"), (JSON, "[1]")).await
        })
        .case("an object to an array", move |lrs| async move {
            refused(&lrs, resource, (JSON, "[1]"), (JSON, "{\"a\":1}")).await
        })
        .case("a string to an object", move |lrs| async move {
            refused(&lrs, resource, (JSON, "{\"a\":1}"), (JSON, "\"b\"")).await
        })
        .case("broken JSON to an object", move |lrs| async move {
            refused(&lrs, resource, (JSON, "{\"a\":1}"), (JSON, "{\"b\":")).await
        }),
        Requirement::must(
            format!("{area}.post-of-broken-json"),
            section(),
            "POST of what calls itself JSON and is none is refused, also where there was no document.",
        )
        .case("half an object", move |lrs| async move {
            let place = resource.place();
            place.post(&lrs).body(JSON, "{\"a\":").send().await?.status(400)?;
            place.is_absent(&lrs).await
        }),
        Requirement::must(
            format!("{area}.unknown-context"),
            section(),
            "A document is not refused because its activity or agent is not known.",
        )
        .case("a new context", move |lrs| async move {
            resource.place().create(&lrs, &json!({ "a": 1 })).await
        }),
    ]
}
