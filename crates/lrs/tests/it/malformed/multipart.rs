//! Bodies in `multipart/mixed` that are not.

use serde_json::json;

use super::Bad;
use crate::attachments::{BOUNDARY, Part, attachment, multipart, sha256, with_attachments};

pub(super) fn bad() -> Vec<Bad> {
    let content = b"content";
    let named = with_attachments(&[attachment(content, "text/plain")]);
    let good = multipart(&[Part::json(&named), Part::attachment(content, "text/plain")]);
    let text = String::from_utf8(good).expect("text");
    let hash = sha256(content);
    let raw = |name: &str, body: Vec<u8>| {
        Bad::new(name, "POST", "/statements")
            .header(
                "Content-Type",
                format!("multipart/mixed; boundary=\"{BOUNDARY}\""),
            )
            .body(body)
    };
    let part = |name: &str, head: &str, content: &[u8]| {
        raw(name, multipart(&[Part::json(&named), Part::raw(head, content)])).path("part 2")
    };
    let hashed = format!("X-Experience-API-Hash: {hash}\r\n");
    let mut all = vec![
        raw("nothing", Vec::new()).path("part 1"),
        raw("only an end", format!("--{BOUNDARY}--\r\n").into_bytes()).path("part 1"),
        raw("another boundary", text.replace(BOUNDARY, "other").into_bytes()).path("part 1"),
        raw(
            "no end",
            text.replace(&format!("--{BOUNDARY}--\r\n"), "").into_bytes(),
        )
        .path("part 2"),
        raw("cut in the JSON", text.as_bytes()[..100].to_vec()).path("part 1"),
        raw(
            "no boundary before the attachment",
            text.replacen(
                &format!("\r\n--{BOUNDARY}\r\nContent-Type: text"),
                "\r\nContent-Type: text",
                1,
            )
            .into_bytes(),
        )
        .path("$"),
        raw(
            "a header without a colon",
            text.replacen(
                "Content-Type: application/json",
                "Content-Type application/json",
                1,
            )
            .into_bytes(),
        )
        .path("part 1"),
        raw(
            "headers without end",
            format!("--{BOUNDARY}\r\nX: {}\r\n\r\n", "x".repeat(20_000)).into_bytes(),
        )
        .path("part 1"),
        raw(
            "JSON as text",
            text.replacen("application/json", "text/plain", 1).into_bytes(),
        )
        .path("part 1"),
        raw(
            "JSON without a type",
            text.replacen("Content-Type: application/json\r\n", "", 1)
                .into_bytes(),
        )
        .path("part 1"),
        raw("JSON that is none", text.replacen('{', "", 1).into_bytes()).path("$"),
        raw(
            "a statement that is none",
            multipart(&[Part::json(&json!({})), Part::attachment(content, "text/plain")]),
        )
        .path("$"),
        raw("no attachment", multipart(&[Part::json(&named)])).path("$.attachments[0]"),
        raw(
            "no attachment in a batch",
            multipart(&[Part::json(&json!([
                crate::harness::statement("a", "b", "c"),
                named
            ]))]),
        )
        .path("$[1].attachments[0]"),
        raw(
            "one too many",
            multipart(&[
                Part::json(&named),
                Part::attachment(content, "text/plain"),
                Part::attachment(b"more", "text/plain"),
            ]),
        )
        .path("part 3"),
        part("no hash", "Content-Type: text/plain\r\n", content),
        part("an empty hash", "X-Experience-API-Hash:\r\n", content),
        part("another hash", &hashed.replace(&hash, &sha256(b"other")), content),
        part("a shorter hash", &hashed.replace(&hash, &hash[..40]), content),
        part("other content", &hashed, b"other content"),
        part("one byte more", &hashed, b"content "),
        part("no content", &hashed, b""),
        part(
            "in base64",
            &format!("{hashed}Content-Transfer-Encoding: base64\r\n"),
            content,
        ),
        part(
            "quoted-printable",
            &format!("{hashed}Content-Transfer-Encoding: quoted-printable\r\n"),
            content,
        ),
        part(
            "of another type",
            &format!("{hashed}Content-Type: image/png\r\n"),
            content,
        ),
    ];
    for kind in [
        "multipart/mixed",
        "multipart/mixed;",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=\"\"",
        "multipart/mixed; border=b",
    ] {
        all.push(
            Bad::new(format!("as {kind:?}"), "POST", "/statements")
                .header("Content-Type", kind)
                .body(text.clone())
                .names("header", "Content-Type"),
        );
    }
    let long = format!("multipart/mixed; boundary={}", "b".repeat(71));
    all.push(
        Bad::new("a boundary without end", "POST", "/statements")
            .header("Content-Type", long)
            .body(text)
            .names("header", "Content-Type"),
    );
    all.push(Bad::post("an attachment that did not come", named.to_string()).path("$.attachments[0]"));
    all
}
