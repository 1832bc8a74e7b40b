//! What a server adds, and that it changes nothing else.

use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use xapi::{Actor, Limits, Statement, Timestamp, Version, parse_statement, testing};

use crate::support::{PLAIN, received, with};

const ID: Uuid = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
const STORED: Timestamp = Timestamp::from_micros(1_700_000_000_123_456);

fn authority() -> Actor {
    Actor::parse(
        br#"{"name":"Key \"1\"","account":{"homePage":"https://lrs.example.com","name":"key-1"}}"#,
        Version::V1_0,
    )
    .unwrap()
}

fn sealed(json: &str, version: Version) -> String {
    received(json, version)
        .unwrap()
        .seal(ID, &authority())
        .text(STORED)
}

#[test]
fn what_is_absent_is_added() {
    let compact =
        r#"{"verb":{"id":"http://a.b"},"actor":{"mbox":"mailto:a@b.c"},"object":{"id":"http://a.b"}}"#;
    let authority = r#"{"objectType":"Agent","name":"Key \"1\"","account":{"homePage":"https://lrs.example.com","name":"key-1"}}"#;
    for (version, stated) in [(Version::V1_0, "1.0.0"), (Version::V2_0, "2.0.0")] {
        let expected = format!(
            r#"{},"id":"01234567-89ab-4def-8123-456789abcdef","authority":{authority},"version":"{stated}","stored":"2023-11-14T22:13:20.123456Z","timestamp":"2023-11-14T22:13:20.123456Z"}}"#,
            &compact[..compact.len() - 1]
        );
        assert_eq!(sealed(compact, version), expected);
    }
}

#[test]
fn what_is_there_stays_but_stored_and_authority() {
    let json = r#"{"stored":"2001-01-01T00:00:00Z","id":"FD41C918-B88B-4B20-A0A5-A4C32391AAA0","authority":{"mbox":"mailto:me@b.c"},"actor":{"mbox":"mailto:a@b.c"},"timestamp":"2013-05-18T05:32:34.8040+02:00","version":"1.0.2","verb":{"id":"http://a.b","display":{"en":"\u0064id\/"}},"object":{"id":"http://a.b"},"result":{"score":{"raw":1.50e1}}}"#;
    let text = sealed(json, Version::V1_0);
    let kept = r#"{"id":"FD41C918-B88B-4B20-A0A5-A4C32391AAA0","actor":{"mbox":"mailto:a@b.c"},"timestamp":"2013-05-18T05:32:34.8040+02:00","version":"1.0.2","verb":{"id":"http://a.b","display":{"en":"\u0064id\/"}},"object":{"id":"http://a.b"},"result":{"score":{"raw":1.50e1}},"authority":"#;
    assert!(text.starts_with(kept), "{text}");
    assert!(!text.contains("me@b.c") && !text.contains("2001"), "{text}");
    let statement = received(json, Version::V1_0).unwrap().seal(ID, &authority());
    assert_eq!(statement.id().to_string(), "fd41c918-b88b-4b20-a0a5-a4c32391aaa0");
    assert_eq!(statement.statement().authority, Some(authority()));
    assert_eq!(
        (
            statement.statement().stored,
            statement.statement().version.as_deref()
        ),
        (None, Some("1.0.2"))
    );
}

#[test]
fn members_only_the_server_sets_are_cut_wherever_they_are() {
    let core = r#""actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"http://a.b"},"object":{"id":"http://a.b"}"#;
    let (stored, claim) = (
        r#""stored":"2001-01-01T00:00:00Z""#,
        r#""authority":{"mbox":"mailto:me@b.c"}"#,
    );
    let plain = sealed(&format!("{{{core}}}"), Version::V1_0);
    for json in [
        format!("{{{stored},{core}}}"),
        format!("{{{core},{stored}}}"),
        format!("{{{stored},{claim},{core}}}"),
        format!("{{{core},{claim},{stored}}}"),
        format!("{{{claim},{core},{stored}}}"),
        format!("{{ {claim} , {core} , {stored} }}"),
        format!("{{{},{core}}}", stored.replace("stored", "\\u0073tored")),
    ] {
        assert_eq!(sealed(&json, Version::V1_0), plain, "{json}");
    }
}

#[test]
fn a_single_context_activity_comes_out_as_an_array() {
    let single = r#"{"contextActivities":{"parent":{"id":"http://a.b/1"},"other":[{"id":"http://a.b/2"}],"category":{"id":"http://a.b/3"}}}"#;
    let array = r#"{"contextActivities":{"parent":[{"id":"http://a.b/1"}],"other":[{"id":"http://a.b/2"}],"category":[{"id":"http://a.b/3"}]}}"#;
    for version in Version::ALL {
        assert_eq!(
            sealed(&with(PLAIN, "context", single), version),
            sealed(&with(PLAIN, "context", array), version)
        );
        let inner = |context: &str| with(PLAIN, "object", &with(crate::support::SUB, "context", context));
        assert_eq!(sealed(&inner(single), version), sealed(&inner(array), version));
        let both = |context: &str| with(&inner(context), "context", context);
        assert_eq!(sealed(&both(single), version), sealed(&both(array), version));
    }
    // Only there: an extension of the same name is left alone.
    let extension =
        r#"{"extensions":{"http://a.b":{"context":{"contextActivities":{"parent":{"id":"x"}}}}}}"#;
    assert!(sealed(&with(PLAIN, "context", extension), Version::V1_0).contains(extension));
}

#[test]
fn a_text_laid_out_for_reading_becomes_one_line() {
    let json = "{\r\n\t\"actor\" : {\n \"mbox\": \"mailto:a@b.c\", \"name\": \"a  \\\" b\\\\\" },\n \"verb\":{\"id\":\"http://a.b\"},\"object\":{\"id\":\"http://a.b\"}\n}\n";
    let text = sealed(json, Version::V1_0);
    let start = r#"{"actor":{"mbox":"mailto:a@b.c","name":"a  \" b\\"},"verb":{"id":"http://a.b"},"object":{"id":"http://a.b"},"id":"#;
    assert!(text.starts_with(start), "{text}");
}

proptest! {
    #[test]
    fn what_went_in_comes_out(json in testing::statement_json_2_0(), spaced in any::<bool>()) {
        let body = if spaced { format!(" {json}\n") } else { json.clone() };
        let text = parse_statement(body.as_bytes(), Version::V2_0, &Limits::default()).unwrap().seal(ID, &authority()).text(STORED);
        let mut expected: Value = serde_json::from_str(&json).unwrap();
        expected["authority"] = serde_json::from_str(&authority().to_json()).unwrap();
        expected["stored"] = json!(STORED.to_string());
        for (name, value) in [("id", json!(ID.to_string())), ("version", json!("2.0.0")), ("timestamp", json!(STORED.to_string()))] {
            expected.as_object_mut().unwrap().entry(name).or_insert(value);
        }
        as_arrays(&mut expected);
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    }

    #[test]
    fn what_is_kept_is_read_as_the_same_statement(json in testing::statement_json_2_0()) {
        let sealed = parse_statement(json.as_bytes(), Version::V2_0, &Limits::default()).unwrap().seal(ID, &authority());
        let mut kept = Statement::from_stored(&sealed.text(STORED)).unwrap();
        prop_assert_eq!(kept.stored.take(), Some(STORED));
        if sealed.statement().timestamp.is_none() {
            prop_assert_eq!(kept.timestamp.take(), Some(STORED));
        }
        prop_assert_eq!(kept.fingerprint(), sealed.fingerprint());
        prop_assert_eq!(&kept, sealed.statement());
    }
}

fn as_arrays(statement: &mut Value) {
    for context in ["/context/contextActivities", "/object/context/contextActivities"] {
        for (_, kind) in statement
            .pointer_mut(context)
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            if kind.is_object() {
                *kind = json!([kind.take()]);
            }
        }
    }
}
