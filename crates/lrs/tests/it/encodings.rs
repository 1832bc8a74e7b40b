//! Compressed bodies, both ways.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::harness::{Backing, Lab, on_both_stores, query, run_with, statement};

on_both_stores!(
    requests_may_be_compressed,
    answers_are_compressed_when_asked,
    what_nobody_can_send_is_refused_as_all_else,
    a_compressed_document_has_another_tag,
);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("to compress");
    encoder.finish().expect("to compress")
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip");
    plain
}

async fn requests_may_be_compressed(lab: Lab) {
    let sent = statement("ann", "did", "it").to_string();
    let post = |encoding: &str, body: Vec<u8>| {
        lab.post("/statements")
            .header("Content-Type", "application/json")
            .header("Content-Encoding", encoding)
            .body(body)
            .send()
    };
    post("gzip", gzip(sent.as_bytes())).await.expect(200);
    post("identity", sent.clone().into_bytes()).await.expect(200);
    // A mistake that real clients make, and that harms nobody.
    post("utf-8", sent.clone().into_bytes()).await.expect(200);
    post("gzip", sent.clone().into_bytes()).await.expect(400);
    let problem = post("compress", sent.clone().into_bytes())
        .await
        .expect(400)
        .json();
    assert_eq!(problem["header"], "Content-Encoding");
    let mut cut = gzip(sent.as_bytes());
    cut.truncate(cut.len() / 2);
    post("gzip", cut).await.expect(400);
    assert_eq!(lab.ids("").await.len(), 3);
}

#[test]
fn a_small_body_that_unpacks_to_a_large_one_is_refused() {
    let options = lrs::LrsOptions {
        max_body_bytes: 100_000,
        ..lrs::LrsOptions::default()
    };
    run_with(Backing::Sqlite, options, |lab| async move {
        let bomb = gzip(&vec![b' '; 10_000_000]);
        assert!(bomb.len() < 100_000);
        lab.post("/statements")
            .header("Content-Type", "application/json")
            .header("Content-Encoding", "gzip")
            .body(bomb)
            .send()
            .await
            .expect(413);
    });
}

async fn answers_are_compressed_when_asked(lab: Lab) {
    let batch: Vec<_> = (0..20)
        .map(|at| statement("ann", "did", &at.to_string()))
        .collect();
    lab.write(&json!(batch)).await;
    let plain = lab.get("/statements").send().await.expect(200);
    assert!(plain.header("content-encoding").is_none());
    for encoding in ["gzip", "br", "zstd"] {
        let answer = lab
            .get("/statements")
            .header("Accept-Encoding", encoding)
            .send()
            .await
            .expect(200);
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(
            answer
                .header("vary")
                .is_some_and(|vary| vary.to_ascii_lowercase().contains("accept-encoding"))
        );
        assert!(answer.body.len() < plain.body.len() / 2);
        if encoding == "gzip" {
            let read: Value = serde_json::from_slice(&gunzip(&answer.body)).expect("JSON");
            assert_eq!(read, plain.json());
        }
    }
    let small = lab
        .get("/about")
        .header("Accept-Encoding", "gzip")
        .send()
        .await
        .expect(200);
    assert!(
        small.header("content-encoding").is_none(),
        "too small to gain by it"
    );
}

async fn what_nobody_can_send_is_refused_as_all_else(lab: Lab) {
    for path in ["/statements", "/about"] {
        let answer = lab
            .get(path)
            .header("Accept-Encoding", "identity;q=0, compress")
            .send()
            .await
            .expect(406);
        assert_eq!(answer.json()["header"], "Accept-Encoding");
        assert!(answer.header("x-experience-api-version").is_some());
    }
}

async fn a_compressed_document_has_another_tag(lab: Lab) {
    let path = format!(
        "/activities/profile?{}",
        query(&[("activityId", "http://example.com/a"), ("profileId", "p")])
    );
    let content = "long ".repeat(1_000);
    lab.put(&path)
        .header("If-None-Match", "*")
        .header("Content-Type", "text/plain")
        .body(content.clone())
        .send()
        .await
        .expect(204);
    let plain = lab.get(&path).send().await.expect(200);
    let packed = lab
        .get(&path)
        .header("Accept-Encoding", "gzip")
        .send()
        .await
        .expect(200);
    assert_eq!(gunzip(&packed.body), content.as_bytes());
    let etag = packed.header("etag").expect("a tag");
    assert_ne!(Some(etag), plain.header("etag"));
    // It still says which document was seen.
    lab.get(&path)
        .header("If-None-Match", etag)
        .send()
        .await
        .expect(304);
    lab.put(&path)
        .header("If-Match", etag)
        .body("new")
        .send()
        .await
        .expect(204);
    lab.put(&path)
        .header("If-Match", etag)
        .body("newer")
        .send()
        .await
        .expect(412);
}
