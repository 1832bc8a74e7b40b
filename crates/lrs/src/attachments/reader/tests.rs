use futures_util::{FutureExt as _, stream};
use proptest::prelude::*;

use super::*;

type Read = Result<Vec<(Head, Vec<u8>)>, Fault>;

/// All parts of a body that arrives in pieces of `piece` bytes.
fn read(body: &[u8], boundary: &str, piece: usize) -> Read {
    let pieces: Vec<Result<Bytes, &str>> = body
        .chunks(piece.max(1))
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let mut reader = Reader::new(stream::iter(pieces), boundary);
    async {
        let mut parts = Vec::new();
        while let Some(head) = reader.next_part().await? {
            let mut content = Vec::new();
            while let Some(chunk) = reader.chunk().await? {
                content.extend_from_slice(&chunk);
            }
            parts.push((head, content));
        }
        Ok(parts)
    }
    .now_or_never()
    .expect("nothing to wait for")
}

/// The same, in whatever pieces it arrives.
fn read_any(body: &[u8], boundary: &str) -> Read {
    let whole = read(body, boundary, body.len());
    for piece in 1..=body.len().min(40) {
        assert_eq!(read(body, boundary, piece), whole, "in pieces of {piece}");
    }
    whole
}

fn contents(body: &str, boundary: &str) -> Vec<String> {
    read_any(body.as_bytes(), boundary)
        .expect("multipart")
        .into_iter()
        .map(|(_, content)| String::from_utf8(content).expect("text"))
        .collect()
}

#[test]
fn bodies_as_they_come() {
    for (name, body, parts) in [
        (
            "by the book",
            "--b\r\nA: 1\r\n\r\none\r\n--b\r\nB:2\r\n\r\ntwo\r\n--b--\r\n",
            vec!["one", "two"],
        ),
        ("nothing after the end", "--b\r\n\r\none\r\n--b--", vec!["one"]),
        (
            "preamble and epilogue",
            "hello\r\n--b\r\n\r\none\r\n--b--\r\nbye\r\n--b\r\n\r\nx",
            vec!["one"],
        ),
        (
            "a line break first",
            "\r\n--b\r\n\r\none\r\n--b--\r\n",
            vec!["one"],
        ),
        (
            "LF alone",
            "--b\nA: 1\n\none\n--b\n\ntwo\r\n--b--\n",
            vec!["one", "two\r"],
        ),
        (
            "LF within, CRLF at delimiters",
            "--b\r\nA: 1\n\none\n--b--\r\n",
            vec!["one"],
        ),
        (
            "empty parts",
            "--b\r\n\r\n\r\n--b\r\nA: 1\r\n\r\n--b--",
            vec!["", ""],
        ),
        ("padding", "--b  \t\r\n\r\none\r\n--b--", vec!["one"]),
        (
            "content like the boundary",
            "--b\r\n\r\n--bc\r\n--\r\n-b\r\n--b--",
            vec!["--bc\r\n--\r\n-b"],
        ),
        (
            "line breaks in the content",
            "--b\r\n\r\n\r\none\r\n\r\n--b--",
            vec!["\r\none\r\n"],
        ),
        ("no parts", "--b--", vec![]),
    ] {
        assert_eq!(contents(body, "b"), parts, "{name}");
    }
}

#[test]
fn headers_are_read_in_any_case_and_folded() {
    let parts = read_any(
        b"--b\r\nContent-Type:a/b\r\nX-Long: one\r\n  two\r\n\r\nc\r\n--b--",
        "b",
    )
    .expect("multipart");
    let [(head, _)] = parts.as_slice() else {
        panic!("one part")
    };
    assert_eq!(head.get("content-type"), Some("a/b"));
    assert_eq!(head.get("X-LONG"), Some("one two"));
    assert_eq!(head.get("other"), None);
}

#[test]
fn faults_are_told_apart() {
    let long = format!("--b\r\nA: {}\r\n\r\n", "x".repeat(MAX_HEAD + 1));
    for (body, fault) in [
        ("", Fault::NoBoundary),
        ("no boundary at all", Fault::NoBoundary),
        ("--b", Fault::NoBoundary),
        ("--b\r\n", Fault::Unterminated),
        ("--b\r\nA: 1\r\n", Fault::Unterminated),
        ("--b\r\n\r\none", Fault::Unterminated),
        ("--b\r\n\r\none\r\n--", Fault::Unterminated),
        ("--b\r\n\r\none\r\n--b", Fault::Unterminated),
        (
            "--b\r\nno colon\r\n\r\none\r\n--b--",
            Fault::BadHeader("no colon".to_owned()),
        ),
        (" --b\r\n\r\n--b--", Fault::NoBoundary),
        (long.as_str(), Fault::LongHead),
    ] {
        match (read(body.as_bytes(), "b", 7), fault) {
            // The closing delimiter alone makes an empty multipart of this one.
            (Ok(parts), Fault::NoBoundary) if body.starts_with(' ') => assert!(parts.is_empty()),
            (found, fault) => assert_eq!(found, Err(fault), "{body:?}"),
        }
    }
}

proptest! {
    #[test]
    fn what_was_put_in_comes_out(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..5),
        piece in 1..100_usize,
    ) {
        let boundary = "a-boundary-that-is-not-in-it";
        let mut body = Vec::new();
        for content in &contents {
            body.extend_from_slice(format!("--{boundary}\r\nX: y\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let read: Vec<_> = read(&body, boundary, piece).expect("multipart").into_iter().map(|(_, content)| content).collect();
        prop_assert_eq!(read, contents);
    }

    #[test]
    fn anything_is_read_without_harm(body in prop::collection::vec(prop::sample::select(b"-b\r\n: a".to_vec()), 0..120), piece in 1..20_usize) {
        let whole = read(&body, "b", body.len());
        prop_assert_eq!(read(&body, "b", piece), whole);
    }
}
