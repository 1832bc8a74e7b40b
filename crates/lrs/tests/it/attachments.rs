//! Attachments in and out (1.0.3, Data 2.4.11, Communication 1.5).

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use store::Sha2;

use crate::harness::{Answer, Backing, Lab, Request, on_both_stores, run_with, statement};

on_both_stores!(
    attachments_go_in_and_come_out,
    line_breaks_of_all_kinds,
    every_sha_2_is_known,
    json_alone_needs_urls,
    multipart_needs_no_attachments,
    parts_must_fit_their_statements,
    a_content_is_kept_once,
    one_content_may_be_called_two_things,
    a_large_attachment_streams,
    sub_statements_may_have_attachments,
);

pub(crate) const BOUNDARY: &str = "a-boundary'()+_,-./:=?";

pub(crate) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a statement says of a content.
pub(crate) fn attachment(content: &[u8], kind: &str) -> Value {
    json!({
        "usageType": "http://example.com/usage/test",
        "display": {"en": "A test"},
        "contentType": kind,
        "length": content.len(),
        "sha2": sha256(content),
    })
}

pub(crate) fn with_attachments(attachments: &[Value]) -> Value {
    let mut statement = statement("ann", "did", "it");
    statement["attachments"] = json!(attachments);
    statement
}

/// A part by its header lines and content.
pub(crate) struct Part {
    head: String,
    content: Vec<u8>,
}

impl Part {
    pub(crate) fn json(statements: &Value) -> Self {
        Self {
            head: "Content-Type: application/json\r\n".to_owned(),
            content: statements.to_string().into_bytes(),
        }
    }

    pub(crate) fn attachment(content: &[u8], kind: &str) -> Self {
        let hash = sha256(content);
        let head = format!(
            "Content-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {hash}\r\n"
        );
        Self {
            head,
            content: content.to_vec(),
        }
    }

    pub(crate) fn raw(head: &str, content: &[u8]) -> Self {
        Self {
            head: head.to_owned(),
            content: content.to_vec(),
        }
    }
}

pub(crate) fn multipart(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{}\r\n", part.head).as_bytes());
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

pub(crate) fn post(lab: &Lab, body: impl Into<reqwest::Body>) -> Request {
    lab.post("/statements")
        .header(
            "Content-Type",
            format!("multipart/mixed; boundary=\"{BOUNDARY}\""),
        )
        .body(body)
}

/// The parts of an answer: headers in lower case, and content.
fn parts(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let kind = answer.header("content-type").expect("a type");
    let boundary = kind
        .strip_prefix("multipart/mixed; boundary=")
        .expect("multipart/mixed");
    let body = [b"\r\n", &answer.body[..]].concat();
    let delimiter = format!("\r\n--{boundary}");
    let mut found = Vec::new();
    let mut rest = &body[..];
    while let Some(at) = memchr::memmem::find(rest, delimiter.as_bytes()) {
        found.push(&rest[..at]);
        rest = &rest[at + delimiter.len()..];
    }
    assert_eq!(rest, b"--\r\n", "the closing delimiter");
    assert!(found.first().is_some_and(|preamble| preamble.is_empty()));
    found
        .iter()
        .skip(1)
        .map(|part| {
            let at = memchr::memmem::find(part, b"\r\n\r\n").expect("an empty line");
            (
                String::from_utf8_lossy(&part[..at]).to_ascii_lowercase(),
                part[at + 4..].to_vec(),
            )
        })
        .collect()
}

async fn attachments_go_in_and_come_out(lab: Lab) {
    let (text, binary) = (
        &b"here is a simple attachment"[..],
        &b"\x00\r\n--a-boundary\xff\r\n"[..],
    );
    let sent = json!([
        with_attachments(&[
            attachment(text, "text/plain; charset=ascii"),
            attachment(binary, "image/jpeg")
        ]),
        with_attachments(&[attachment(text, "text/plain; charset=ascii")]),
    ]);
    let body = multipart(&[
        Part::json(&sent),
        Part::attachment(text, "text/plain; charset=ascii"),
        Part::attachment(binary, "image/jpeg"),
    ]);
    let ids = post(&lab, body).send().await.expect(200).json();
    assert_eq!(ids.as_array().map(Vec::len), Some(2));

    let answer = lab.get("/statements?attachments=true").send().await.expect(200);
    let found = parts(&answer);
    assert_eq!(found.len(), 3, "each content once");
    assert!(found[0].0.contains("content-type: application/json"));
    let result: Value = serde_json::from_slice(&found[0].1).expect("JSON");
    assert_eq!(result["statements"].as_array().map(Vec::len), Some(2));
    for (content, kind) in [(text, "text/plain; charset=ascii"), (binary, "image/jpeg")] {
        let hash = format!("x-experience-api-hash: {}", sha256(content));
        let (head, found) = found
            .iter()
            .find(|(head, _)| head.contains(&hash))
            .expect("the attachment");
        assert_eq!(found, content);
        assert!(head.contains("content-transfer-encoding: binary"));
        assert!(head.contains(&format!("content-type: {kind}")));
    }
    let one = lab
        .get(&format!(
            "/statements?statementId={}&attachments=true",
            ids[1].as_str().expect("an id")
        ))
        .send()
        .await
        .expect(200);
    assert!(one.header("last-modified").is_some());
    let found = parts(&one);
    assert_eq!(found.len(), 2);
    assert_eq!(
        serde_json::from_slice::<Value>(&found[0].1).expect("JSON")["id"],
        ids[1]
    );
    // format=ids leaves attachments alone.
    assert_eq!(
        parts(
            &lab.get("/statements?attachments=true&format=ids")
                .send()
                .await
                .expect(200)
        )
        .len(),
        3
    );
    for path in ["/statements", "/statements?attachments=false"] {
        assert_eq!(
            lab.get(path).send().await.expect(200).header("content-type"),
            Some("application/json")
        );
    }
    let put = lab
        .put("/statements?statementId=ec531277-b57b-4c15-8d91-d292c5b2b8f7")
        .header(
            "Content-Type",
            format!("multipart/mixed; boundary=\"{BOUNDARY}\""),
        )
        .body(multipart(&[
            Part::json(&with_attachments(&[attachment(text, "a/b")])),
            Part::attachment(text, "a/b"),
        ]));
    put.send().await.expect(204);
}

async fn line_breaks_of_all_kinds(lab: Lab) {
    let content = b"one\ntwo";
    let body = String::from_utf8(multipart(&[
        Part::json(&with_attachments(&[attachment(content, "text/plain")])),
        Part::attachment(content, "text/plain"),
    ]))
    .expect("text");
    for (name, body) in [
        ("CRLF", body.clone()),
        ("LF", body.replace("\r\n", "\n")),
        ("a line break first", format!("\r\n{body}")),
        ("none at the end", body.trim_end().to_owned()),
        ("more at the end", format!("{body}\r\n\r\n")),
        ("no space after the colon", body.replace(": ", ":")),
        (
            "header names in lower case",
            body.replace("X-Experience-API-Hash", "x-experience-api-hash"),
        ),
        (
            "no transfer encoding",
            body.replace("Content-Transfer-Encoding: binary\r\n", ""),
        ),
        (
            "no type of the attachment",
            body.replace("Content-Type: text/plain\r\n", ""),
        ),
    ] {
        let answer = post(&lab, body).send().await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    }
    let kept = parts(&lab.get("/statements?attachments=true").send().await.expect(200));
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[1].1, content);
    let packed = {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(body.as_bytes()).expect("to compress");
        encoder.finish().expect("to compress")
    };
    post(&lab, packed)
        .header("Content-Encoding", "gzip")
        .send()
        .await
        .expect(200);
}

async fn every_sha_2_is_known(lab: Lab) {
    let content = b"content";
    for hash in [
        hex(&Sha224::digest(content)),
        hex(&Sha256::digest(content)),
        hex(&Sha384::digest(content)),
        hex(&Sha512::digest(content)),
        sha256(content).to_uppercase(),
    ] {
        let mut named = attachment(content, "text/plain");
        named["sha2"] = json!(hash);
        let head = format!("Content-Type: text/plain\r\nX-Experience-API-Hash: {hash}\r\n");
        let ids = post(
            &lab,
            multipart(&[Part::json(&with_attachments(&[named])), Part::raw(&head, content)]),
        )
        .send()
        .await
        .expect(200)
        .json();
        let one = lab
            .get(&format!(
                "/statements?statementId={}&attachments=true",
                ids[0].as_str().expect("an id")
            ))
            .send()
            .await
            .expect(200);
        let found = parts(&one);
        assert_eq!(found[1].1, content);
        assert!(found[1].0.contains(&hash.to_lowercase()));
    }
}

async fn json_alone_needs_urls(lab: Lab) {
    let mut named = attachment(b"x", "text/plain");
    let problem = lab
        .post("/statements")
        .json(&json!([with_attachments(&[named.clone()])]))
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(problem["path"], "$[0].attachments[0]");
    named["fileUrl"] = json!("http://example.com/x.txt");
    lab.write(&with_attachments(&[named])).await;
    // What is known only by its URL can not be sent.
    let answer = lab.get("/statements?attachments=true").send().await.expect(200);
    assert_eq!(parts(&answer).len(), 1);
}

async fn multipart_needs_no_attachments(lab: Lab) {
    post(&lab, multipart(&[Part::json(&statement("ann", "did", "it"))]))
        .send()
        .await
        .expect(200);
    let mut named = attachment(b"x", "text/plain");
    named["fileUrl"] = json!("http://example.com/x.txt");
    post(&lab, multipart(&[Part::json(&with_attachments(&[named]))]))
        .send()
        .await
        .expect(200);
    assert_eq!(lab.ids("").await.len(), 2);
}

async fn parts_must_fit_their_statements(lab: Lab) {
    let (one, two) = (&b"one"[..], &b"two"[..]);
    let named = with_attachments(&[attachment(one, "text/plain")]);
    let hash = sha256(one);
    for (name, body, place) in [
        ("missing", multipart(&[Part::json(&named)]), "$.attachments[0]"),
        (
            "another",
            multipart(&[Part::json(&named), Part::attachment(two, "text/plain")]),
            "part 2",
        ),
        (
            "too many",
            multipart(&[
                Part::json(&named),
                Part::attachment(one, "text/plain"),
                Part::attachment(two, "text/plain"),
            ]),
            "part 3",
        ),
        (
            "other content",
            multipart(&[
                Part::json(&named),
                Part::raw(&format!("X-Experience-API-Hash: {hash}\r\n"), two),
            ]),
            "part 2",
        ),
        (
            "no hash",
            multipart(&[Part::json(&named), Part::raw("Content-Type: text/plain\r\n", one)]),
            "part 2",
        ),
        (
            "base64",
            multipart(&[
                Part::json(&named),
                Part::raw(
                    &format!("X-Experience-API-Hash: {hash}\r\nContent-Transfer-Encoding: base64\r\n"),
                    one,
                ),
            ]),
            "part 2",
        ),
        (
            "another type",
            multipart(&[Part::json(&named), Part::attachment(one, "text/html")]),
            "part 2",
        ),
        (
            "statements twice",
            multipart(&[
                Part::json(&named),
                Part::json(&named),
                Part::attachment(one, "text/plain"),
            ]),
            "part 2",
        ),
        (
            "attachment first",
            multipart(&[Part::attachment(one, "text/plain"), Part::json(&named)]),
            "part 1",
        ),
        (
            "statements as text",
            multipart(&[
                Part::raw("Content-Type: text/plain\r\n", named.to_string().as_bytes()),
                Part::attachment(one, "text/plain"),
            ]),
            "part 1",
        ),
        ("nothing", multipart(&[]), "part 1"),
        ("not multipart", named.to_string().into_bytes(), "part 1"),
    ] {
        let problem = post(&lab, body).send().await.expect(400).json();
        assert_eq!(problem["path"], place, "{name}: {problem}");
    }
    assert!(lab.ids("").await.is_empty());
    assert!(
        lab.store
            .attachment_info(&Sha2(sha256(two)))
            .await
            .expect("an answer")
            .is_none(),
        "a refused content is not kept"
    );
}

async fn a_content_is_kept_once(lab: Lab) {
    let content = b"the same";
    for _ in 0..2 {
        let body = multipart(&[
            Part::json(&with_attachments(&[attachment(content, "a/b")])),
            Part::attachment(content, "a/b"),
            Part::attachment(content, "a/b"),
        ]);
        post(&lab, body).send().await.expect(200);
    }
    let info = lab
        .store
        .attachment_info(&Sha2(sha256(content)))
        .await
        .expect("an answer")
        .expect("kept");
    assert_eq!(info.length, content.len() as u64);
    // Kept before or not: a statement without URL brings its content.
    lab.post("/statements")
        .json(&with_attachments(&[attachment(content, "a/b")]))
        .send()
        .await
        .expect(400);
}

async fn one_content_may_be_called_two_things(lab: Lab) {
    let content = b"<p>text</p>";
    let sent = with_attachments(&[
        attachment(content, "text/html"),
        attachment(content, "text/plain"),
    ]);
    for kind in ["text/html", "text/plain"] {
        let body = multipart(&[Part::json(&sent), Part::attachment(content, kind)]);
        post(&lab, body).send().await.expect(200);
    }
    let body = multipart(&[Part::json(&sent), Part::attachment(content, "image/png")]);
    post(&lab, body).send().await.expect(400);
}

async fn a_large_attachment_streams(lab: Lab) {
    let piece: Vec<u8> = (0..=255).cycle().take(100_003).collect();
    let mut hasher = Sha256::new();
    let count = 200;
    for _ in 0..count {
        hasher.update(&piece);
    }
    let hash = hex(&hasher.finalize());
    let mut named = attachment(b"", "application/x-large");
    named["sha2"] = json!(hash);
    named["length"] = json!(piece.len() * count);
    let head = multipart(&[Part::json(&with_attachments(&[named]))]);
    let head = head[..head.len() - BOUNDARY.len() - 6].to_vec();
    let head = [
        &head[..],
        format!("--{BOUNDARY}\r\nX-Experience-API-Hash: {hash}\r\n\r\n").as_bytes(),
    ]
    .concat();
    let tail = format!("\r\n--{BOUNDARY}--\r\n").into_bytes();
    let pieces = std::iter::once(head)
        .chain(std::iter::repeat_n(piece.clone(), count))
        .chain([tail]);
    let stream = futures_util::stream::iter(pieces.map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece))));
    post(&lab, reqwest::Body::wrap_stream(stream))
        .send()
        .await
        .expect(200);
    let found = parts(&lab.get("/statements?attachments=true").send().await.expect(200));
    assert_eq!(found[1].1.len(), piece.len() * count);
    assert_eq!(sha256(&found[1].1), hash);
}

async fn sub_statements_may_have_attachments(lab: Lab) {
    let content = b"of the inner one";
    let mut inner = with_attachments(&[attachment(content, "text/plain")]);
    inner["objectType"] = json!("SubStatement");
    let mut outer = statement("ann", "planned", "x");
    outer["object"] = inner;
    let problem = lab
        .post("/statements")
        .json(&outer)
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(problem["path"], "$.object.attachments[0]");
    post(
        &lab,
        multipart(&[Part::json(&outer), Part::attachment(content, "text/plain")]),
    )
    .send()
    .await
    .expect(200);
    let found = parts(&lab.get("/statements?attachments=true").send().await.expect(200));
    assert_eq!(found[1].1, content);
}

#[test]
fn attachments_are_limited() {
    let options = lrs::LrsOptions {
        max_attachment_bytes: 1_000,
        ..lrs::LrsOptions::default()
    };
    run_with(Backing::Sqlite, options, |lab| async move {
        for (length, status) in [(1_000, 200), (1_001, 413)] {
            let content = vec![7; length];
            let body = multipart(&[
                Part::json(&with_attachments(&[attachment(&content, "a/b")])),
                Part::attachment(&content, "a/b"),
            ]);
            post(&lab, body).send().await.expect(status);
        }
        assert_eq!(lab.ids("").await.len(), 1);
    });
}
