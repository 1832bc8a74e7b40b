//! Bodies that are not the JSON they should be.

use super::{Bad, profiles};

pub(super) fn bad() -> Vec<Bad> {
    let good = r#"{"actor":{"mbox":"mailto:a@example.com"},"verb":{"id":"http://e.com/v"},"object":{"id":"http://e.com/a"}}"#;
    let mut all: Vec<Bad> = [
        ("nothing", Vec::new()),
        ("white space", b" \r\n\t ".to_vec()),
        ("a word", b"statement".to_vec()),
        ("cut short", good.as_bytes()[..good.len() - 1].to_vec()),
        ("cut in a string", good.as_bytes()[..20].to_vec()),
        ("something after the end", format!("{good}x").into_bytes()),
        ("two values", format!("{good}{good}").into_bytes()),
        ("lines of JSON", format!("{good}\n{good}").into_bytes()),
        ("a comment", format!("/* x */{good}").into_bytes()),
        ("a trailing comma", good.replace("}}", "},}").into_bytes()),
        (
            "a missing comma",
            good.replace(",\"verb\"", "\"verb\"").into_bytes(),
        ),
        (
            "a missing colon",
            good.replace("\"verb\":", "\"verb\"").into_bytes(),
        ),
        ("single quotes", good.replace('"', "'").into_bytes()),
        (
            "names without quotes",
            good.replace("\"verb\"", "verb").into_bytes(),
        ),
        ("NaN", good.replace("\"http://e.com/a\"", "NaN").into_bytes()),
        (
            "Infinity",
            good.replace("\"http://e.com/a\"", "-Infinity").into_bytes(),
        ),
        (
            "a leading zero",
            good.replace("\"http://e.com/a\"", "01").into_bytes(),
        ),
        (
            "a plus sign",
            good.replace("\"http://e.com/a\"", "+1").into_bytes(),
        ),
        (
            "a number that ends in a dot",
            good.replace("\"http://e.com/a\"", "1.").into_bytes(),
        ),
        (
            "a raw control character",
            good.replace("e.com/a", "e.com/\u{1}").into_bytes(),
        ),
        (
            "a raw line break in a string",
            good.replace("e.com/a", "e.com/\n").into_bytes(),
        ),
        (
            "an unknown escape",
            good.replace("e.com/a", "e.com/\\x").into_bytes(),
        ),
        (
            "half an escape",
            good.replace("e.com/a", "e.com/\\u12").into_bytes(),
        ),
        (
            "half a surrogate pair",
            good.replace("e.com/a", "e.com/\\ud800").into_bytes(),
        ),
        (
            "bytes that are not UTF-8",
            [b"\xff\xfe", good.as_bytes()].concat(),
        ),
        (
            "Latin-1 in a string",
            good.replace("e.com/a", "e.com/#")
                .bytes()
                .map(|b| if b == b'#' { 0xe4 } else { b })
                .collect(),
        ),
        (
            "an overlong encoding",
            [&good.as_bytes()[..good.len() - 3], b"\xc0\xaf\"}}"].concat(),
        ),
        ("UTF-16", good.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a NUL", [good.as_bytes(), b"\0"].concat()),
        (
            "a member twice",
            good.replace("\"verb\":", "\"actor\":1,\"verb\":").into_bytes(),
        ),
        (
            "a member twice, escaped",
            good.replace("\"verb\":", "\"\\u0061ctor\":1,\"verb\":")
                .into_bytes(),
        ),
        ("nested without end", b"[".repeat(100_000)),
        ("nested too deep", [b"[".repeat(200), b"]".repeat(200)].concat()),
        (
            "objects nested too deep",
            [b"{\"a\":".repeat(200), b"1".to_vec(), b"}".repeat(200)].concat(),
        ),
        (
            "a number without end",
            [b"[".to_vec(), b"9".repeat(10_000), b"]".to_vec()].concat(),
        ),
    ]
    .into_iter()
    .map(|(name, body)| Bad::post(name, body))
    .collect();

    for (name, body) in [
        ("null", "null"),
        ("a number", "1"),
        ("a string", "\"x\""),
        ("true", "true"),
    ] {
        all.push(Bad::post(format!("{name} for a statement"), body));
        all.push(Bad::post(format!("{name} in a batch"), format!("[{good},{body}]")).path("$[1]"));
        all.push(
            Bad::new(
                format!("PUT of {name}"),
                "PUT",
                "/statements?statementId=ec531277-b57b-4c15-8d91-d292c5b2b8f7",
            )
            .header("Content-Type", "application/json")
            .body(body),
        );
    }
    all.push(
        Bad::new(
            "PUT of a batch",
            "PUT",
            "/statements?statementId=ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        )
        .header("Content-Type", "application/json")
        .body(format!("[{good}]")),
    );
    all.push(Bad::post("a batch in a batch", format!("[[{good}]]")).path("$[0]"));

    let state = format!(
        "/activities/state?{}",
        crate::harness::query(&[
            ("activityId", super::ACTIVITY),
            ("agent", super::AGENT),
            ("stateId", "s")
        ])
    );
    for path in profiles().into_iter().chain([state]) {
        for (name, body) in [
            ("an array", "[]"),
            ("a string", "\"x\""),
            ("null", "null"),
            ("nothing", ""),
            ("half an object", "{\"a\":"),
            ("a member twice", r#"{"a":1,"a":2}"#),
        ] {
            all.push(
                Bad::new(format!("POST of {name}"), "POST", &path)
                    .header("Content-Type", "application/json")
                    .body(body),
            );
        }
        for (name, body) in [("half an object", "{\"a\":"), ("a word", "word"), ("nothing", "")] {
            all.push(
                Bad::new(format!("PUT of {name} as JSON"), "PUT", &path)
                    .header("Content-Type", "application/json")
                    .header("If-Match", "*")
                    .body(body),
            );
        }
    }
    all
}
