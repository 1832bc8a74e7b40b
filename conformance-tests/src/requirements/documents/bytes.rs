use serde_json::json;

use super::resource::Resource;
use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::uuid;

/// Documents of several kinds: a name, the content type, the bytes.
const DOCUMENTS: [(&str, &str, &[u8]); 7] = [
    ("JSON object", "application/json", b"{\"x\": 1.50, \"a\": [ ]}"),
    ("JSON array", "application/json", b"[3, 1, 2]"),
    ("plain text", "text/plain", "größer\r\nals – 漢字\n".as_bytes()),
    (
        "text of another charset",
        "text/plain; charset=iso-8859-1",
        b"gr\xf6\xdfer",
    ),
    (
        "binary",
        "application/octet-stream",
        b"\x00\x01\xff\xfe\r\n--\r\n\x80",
    ),
    ("XML", "application/xml", b"<a b=\"c\">&amp;</a>"),
    ("an image's type", "image/png", b"\x89PNG\r\n\x1a\n\x00"),
];

pub(super) fn all(resource: Resource) -> Vec<Requirement> {
    let area = resource.area();
    vec![
        Requirement::must(
            format!("{area}.keeps-documents"),
            resource.sections(),
            "A document of any content type is stored with 204, and GET gives the same bytes and content type.",
        )
        .cases(DOCUMENTS.map(|(name, content_type, bytes)| {
            Case::new(format!("PUT {name}"), move |lrs| async move {
                let place = resource.place();
                let put = place.put(&lrs).header("if-none-match", "*").body(content_type, bytes);
                put.send().await?.status(204)?;
                let answer = place.read(&lrs).await?;
                ensure(answer.body == bytes, "the bytes that were sent", answer.body.escape_ascii().to_string())?;
                answer.of_type(content_type.split(';').next().unwrap_or_default()).map(drop)
            })
        }))
        .case("a document of 300 kB", move |lrs| async move {
            let place = resource.place();
            let bytes = "0123456789".repeat(30_000);
            let put = place.put(&lrs).header("if-none-match", "*").body("text/plain", bytes.clone());
            put.send().await?.status(204)?;
            let answer = place.read(&lrs).await?;
            ensure(answer.body == bytes.as_bytes(), "300,000 bytes", answer.body.len().to_string())
        }),
        Requirement::must(
            format!("{area}.replaces"),
            resource.sections(),
            "PUT replaces the whole document.",
        )
        .case("with its ETag", move |lrs| async move {
            let place = resource.place();
            place.create(&lrs, &json!({ "a": 1, "b": 2 })).await?;
            let etag = place.etag(&lrs).await?;
            let put = place.put(&lrs).header("if-match", etag).json(&json!({ "c": 3 }));
            put.send().await?.status(204)?;
            place.holds(&lrs, &json!({ "c": 3 })).await
        }),
        Requirement::must(
            format!("{area}.deletes"),
            resource.sections(),
            "DELETE removes the document and answers 204.",
        )
        .case("then it is not found", move |lrs| async move {
            let place = resource.place();
            let other = place.with(resource.id(), uuid());
            place.create(&lrs, &json!({ "a": 1 })).await?;
            other.create(&lrs, &json!({ "b": 2 })).await?;
            let etag = place.etag(&lrs).await?;
            let answer = place.delete(&lrs).header("if-match", etag).send().await?;
            answer.status(204)?;
            ensure(answer.body.is_empty(), "no content", format!("{} bytes", answer.body.len()))?;
            place.is_absent(&lrs).await?;
            other.holds(&lrs, &json!({ "b": 2 })).await
        }),
        Requirement::must(
            format!("{area}.not-found"),
            at("Communication 3.2", resource.sections().v2),
            "A document that is not there is not found: 404.",
        )
        .case("GET", move |lrs| async move { resource.place().is_absent(&lrs).await })
        .case("HEAD", move |lrs| async move {
            resource.place().head(&lrs).send().await?.status(404).map(drop)
        }),
        Requirement::must(
            format!("{area}.contexts-apart"),
            resource.sections(),
            "A document belongs to its context: the same id elsewhere is another document.",
        )
        .case("two contexts", move |lrs| async move {
            let id = uuid();
            let (here, there) = (resource.context(), resource.context());
            let (here, there) = (here.with(resource.id(), &id), there.with(resource.id(), &id));
            here.create(&lrs, &json!({ "here": true })).await?;
            there.is_absent(&lrs).await?;
            there.create(&lrs, &json!({ "there": true })).await?;
            here.holds(&lrs, &json!({ "here": true })).await
        })
        .case("ids of any characters", move |lrs| async move {
            let place = resource.context().with(resource.id(), "https://example.org/a b?c=d&é#漢/%41");
            let other = place.with(resource.id(), "https://example.org/a b?c=d&é#漢/A");
            place.create(&lrs, &json!({ "a": 1 })).await?;
            other.is_absent(&lrs).await?;
            place.holds(&lrs, &json!({ "a": 1 })).await
        }),
        Requirement::must(
            format!("{area}.head"),
            at("Communication 1.1", ""),
            "HEAD answers as GET does, without a body.",
        )
        .case("one document", move |lrs| async move {
            let place = resource.place();
            place.create(&lrs, &json!({ "a": 1 })).await?;
            let (get, head) = (place.read(&lrs).await?, place.head(&lrs).send().await?);
            head.status(200)?;
            ensure(head.body.is_empty(), "no body", format!("{} bytes", head.body.len()))?;
            for name in ["content-type", "etag", "last-modified"] {
                let (expected, found) = (get.optional_header(name), head.optional_header(name));
                ensure(expected == found, format!("{name}: {expected:?}"), format!("{found:?}"))?;
            }
            Ok(())
        })
        .case("the ids", move |lrs| async move {
            let answer = resource.context().head(&lrs).send().await?;
            answer.status(200)?;
            ensure(answer.body.is_empty(), "no body", format!("{} bytes", answer.body.len()))
        }),
    ]
}
