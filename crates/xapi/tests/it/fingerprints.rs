//! Which statements are the same (Data 2.3.1), and which are not.

use proptest::prelude::*;
use xapi::testing::{self, Tree};
use xapi::{Fingerprint, SIGNATURE_USAGE_TYPE, Version};

use crate::support::{PLAIN, SUB, received, with, without};

fn print(json: &str) -> Fingerprint {
    received(json, Version::V2_0)
        .unwrap_or_else(|error| panic!("{error}\n{json}"))
        .fingerprint()
}

/// Both values at a path make the same statement.
fn same(base: &str, path: &str, rows: &[(&str, &str)]) {
    for (one, other) in rows {
        assert_eq!(
            print(&with(base, path, one)),
            print(&with(base, path, other)),
            "{path}: {one} {other}"
        );
    }
}

/// All values at a path make statements that differ from each other and from the base.
fn differ(base: &str, path: &str, values: &[&str]) {
    let mut prints: Vec<(String, Fingerprint)> = vec![("base".to_owned(), print(base))];
    for value in values {
        let new = print(&with(base, path, value));
        for (other, old) in &prints {
            assert_ne!(*old, new, "{path}: {value} {other}");
        }
        prints.push(((*value).to_owned(), new));
    }
}

#[test]
fn what_a_server_sets_is_left_out() {
    for (member, value) in [
        ("id", r#""fd41c918-b88b-4b20-a0a5-a4c32391aaa0""#),
        ("stored", r#""2026-11-23T09:30:00Z""#),
        ("authority", r#"{"mbox":"mailto:x@y.z"}"#),
        ("version", r#""1.0.0""#),
        ("verb.display", r#"{"fr":"a fait"}"#),
        (
            "object.definition",
            r#"{"name":{"en":"x"},"interactionType":"other"}"#,
        ),
    ] {
        assert_eq!(print(PLAIN), print(&with(PLAIN, member, value)), "{member}");
    }
    assert_eq!(print(PLAIN), print(&without(PLAIN, "verb.display")));
    assert_eq!(print(PLAIN), print(&without(PLAIN, "actor.objectType")));
    assert_eq!(print(PLAIN), print(&without(PLAIN, "object.objectType")));
}

#[test]
fn a_timestamp_that_the_server_set_from_stored_does_not_count() {
    let at = |statement: &str, member: &str, time: &str| with(statement, member, &format!("\"{time}\""));
    let stored = at(PLAIN, "stored", "2026-11-23T09:30:00.123Z");
    let as_it_came_back = at(&stored, "timestamp", "2026-11-23T09:30:00.123Z");
    let in_another_zone = at(&stored, "timestamp", "2026-11-23T10:30:00.123+01:00");
    let with_its_own = at(&stored, "timestamp", "2026-11-23T09:30:00.122Z");
    assert_eq!(print(PLAIN), print(&as_it_came_back));
    assert_eq!(print(PLAIN), print(&in_another_zone));
    assert_ne!(print(PLAIN), print(&with_its_own));
}

#[test]
fn every_member_counts() {
    differ(
        PLAIN,
        "timestamp",
        &[r#""2026-11-23T09:30:00Z""#, r#""2026-11-23T09:30:00.001Z""#],
    );
    differ(
        PLAIN,
        "actor",
        &[
            r#"{"name":"Ann","mbox":"mailto:Ann@example.com"}"#,
            r#"{"name":"ann","mbox":"mailto:ann@example.com"}"#,
            r#"{"mbox":"mailto:ann@example.com"}"#,
            r#"{"name":"","mbox":"mailto:ann@example.com"}"#,
            r#"{"openid":"mailto:ann@example.com"}"#,
            r#"{"objectType":"Group","mbox":"mailto:ann@example.com"}"#,
            r#"{"objectType":"Group","mbox":"mailto:ann@example.com","member":[{"mbox":"mailto:a@b.c"}]}"#,
            r#"{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}"#,
            r#"{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"},{"mbox":"mailto:a@b.c"}]}"#,
            r#"{"account":{"homePage":"http://a.b","name":"cd"}}"#,
            r#"{"account":{"homePage":"http://a.bc","name":"d"}}"#,
        ],
    );
    differ(
        PLAIN,
        "verb.id",
        &[
            r#""http://example.com/verbs/DID""#,
            r#""http://example.com/verbs/did/""#,
        ],
    );
    differ(
        PLAIN,
        "object",
        &[
            r#"{"id":"http://example.com/activities/2"}"#,
            r#"{"objectType":"Agent","mbox":"mailto:ann@example.com"}"#,
            r#"{"objectType":"Group","mbox":"mailto:ann@example.com"}"#,
            r#"{"objectType":"StatementRef","id":"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"}"#,
            r#"{"objectType":"StatementRef","id":"fd41c918-b88b-4b20-a0a5-a4c32391aaa1"}"#,
            SUB,
            &with(SUB, "verb.id", r#""http://a.b""#),
            &with(SUB, "timestamp", r#""2026-11-23T09:30:00Z""#),
            &with(SUB, "result", r#"{"completion":true}"#),
        ],
    );
    differ(
        PLAIN,
        "result",
        &[
            r#"{"success":true}"#,
            r#"{"success":false}"#,
            r#"{"completion":true}"#,
            r#"{"response":""}"#,
            r#"{"response":"true"}"#,
            r#"{"duration":"PT1M"}"#,
            r#"{"duration":"PT60S"}"#,
            r#"{"duration":"PT1.01S"}"#,
            r#"{"duration":"PT1.02S"}"#,
            r#"{"score":{"raw":1}}"#,
            r#"{"score":{"raw":-1}}"#,
            r#"{"score":{"min":1}}"#,
            r#"{"score":{"max":1}}"#,
            r#"{"score":{"scaled":1}}"#,
            r#"{"score":{"raw":1.0000000000000001}}"#,
            r#"{"score":{"raw":10}}"#,
        ],
    );
    differ(
        PLAIN,
        "context",
        &[
            r#"{"registration":"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"}"#,
            r#"{"statement":{"objectType":"StatementRef","id":"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"}}"#,
            r#"{"instructor":{"objectType":"Group","mbox":"mailto:a@b.c"}}"#,
            r#"{"instructor":{"mbox":"mailto:a@b.c"}}"#,
            r#"{"team":{"objectType":"Group","mbox":"mailto:a@b.c"}}"#,
            r#"{"platform":"x"}"#,
            r#"{"revision":"x"}"#,
            r#"{"language":"en"}"#,
            r#"{"language":"en-GB"}"#,
            r#"{"contextActivities":{"parent":[{"id":"http://a.b"}]}}"#,
            r#"{"contextActivities":{"grouping":[{"id":"http://a.b"}]}}"#,
            r#"{"contextActivities":{"category":[{"id":"http://a.b"}]}}"#,
            r#"{"contextActivities":{"other":[{"id":"http://a.b"}]}}"#,
            r#"{"contextActivities":{"other":[{"id":"http://a.b"},{"id":"http://a.b"}]}}"#,
            r#"{"contextAgents":[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"}}]}"#,
            r#"{"contextAgents":[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"},"relevantTypes":["http://a.b"]}]}"#,
            r#"{"contextGroups":[{"objectType":"contextGroup","group":{"objectType":"Group","mbox":"mailto:a@b.c"}}]}"#,
        ],
    );
}

#[test]
fn extensions_count_by_value() {
    let at = |value: &str| format!(r#"{{"extensions":{{"http://a.b":{value}}}}}"#);
    let rows: Vec<String> = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "\"\"",
        "\"1\"",
        "[]",
        "{}",
        "[[]]",
        "[1,2]",
        "[2,1]",
        "[12]",
        r#"{"a":1}"#,
        r#"{"a":"1"}"#,
        r#"{"a":1,"b":2}"#,
        r#"{"a":2,"b":1}"#,
        r#"{"ab":1}"#,
        r#"{"a":{"b":1}}"#,
        "[null]",
        r#"["a","b"]"#,
        r#"["ab"]"#,
    ]
    .map(at)
    .to_vec();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    differ(PLAIN, "result", &rows);
    differ(PLAIN, "context", &rows);
    assert_ne!(
        print(&with(PLAIN, "result", &at("1"))),
        print(&with(PLAIN, "context", &at("1")))
    );
    same(
        PLAIN,
        "result",
        &[
            (&at(r#"{"a":1,"b":[1,2]}"#), &at(r#"{"b":[1.0,20e-1],"a":1e0}"#)),
            (
                r#"{"extensions":{"http://a.b":1,"http://a.c":2}}"#,
                r#"{"extensions":{"http://a.c":2,"http://a.b":1}}"#,
            ),
            (&at("0"), &at("-0.0")),
            (&at(r#""A""#), &at(r#""A""#)),
        ],
    );
}

#[test]
fn other_wordings_are_the_same() {
    same(
        PLAIN,
        "timestamp",
        &[
            (r#""2023-05-04T12:00:00-05:00""#, r#""2023-05-04T17:00:00.000Z""#),
            (r#""2023-05-04T17:00:00""#, r#""2023-05-04T17:00:00+0000""#),
        ],
    );
    same(
        PLAIN,
        "actor",
        &[
            (
                r#"{"mbox":"mailto:a@EXAMPLE.com"}"#,
                r#"{"objectType":"Agent","mbox":"mailto:a@example.com"}"#,
            ),
            (
                r#"{"mbox_sha1sum":"cd9b00a5611f94eaa7b1661edab976068e364975"}"#,
                r#"{"mbox_sha1sum":"CD9B00A5611F94EAA7B1661EDAB976068E364975"}"#,
            ),
            (
                r#"{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"},{"mbox":"mailto:d@b.c"}]}"#,
                r#"{"member":[{"mbox":"mailto:d@b.c"},{"mbox":"mailto:a@b.c"}],"objectType":"Group"}"#,
            ),
            (
                r#"{"objectType":"Group","mbox":"mailto:a@b.c","member":[]}"#,
                r#"{"objectType":"Group","mbox":"mailto:a@b.c"}"#,
            ),
        ],
    );
    same(
        PLAIN,
        "result",
        &[
            (
                r#"{"duration":"P1DT12H36M0.1237S"}"#,
                r#"{"duration":"P1DT12H36M0.12S"}"#,
            ),
            (
                r#"{"score":{"raw":1,"max":100}}"#,
                r#"{"score":{"max":1e2,"raw":1.0}}"#,
            ),
            (r#"{"score":{}}"#, "{}"),
            (r#"{"extensions":{}}"#, "{}"),
        ],
    );
    assert_eq!(print(PLAIN), print(&with(PLAIN, "result", "{}")));
    assert_eq!(
        print(PLAIN),
        print(&with(PLAIN, "context", r#"{"contextActivities":{"parent":[]}}"#))
    );
    assert_eq!(print(PLAIN), print(&with(PLAIN, "attachments", "[]")));
    same(
        PLAIN,
        "context",
        &[
            (r#"{"language":"en-US"}"#, r#"{"language":"EN-us"}"#),
            (
                r#"{"registration":"fd41c918-b88b-4b20-a0a5-a4c32391aaa0"}"#,
                r#"{"registration":"FD41C918-B88B-4B20-A0A5-A4C32391AAA0"}"#,
            ),
            (
                r#"{"contextActivities":{"parent":{"id":"http://a.b"}}}"#,
                r#"{"contextActivities":{"parent":[{"id":"http://a.b","definition":{"name":{"en":"x"}}}]}}"#,
            ),
            (
                r#"{"contextActivities":{"other":[{"id":"http://a.b"},{"id":"http://a.c"}]}}"#,
                r#"{"contextActivities":{"other":[{"id":"http://a.c"},{"id":"http://a.b"}]}}"#,
            ),
        ],
    );
}

fn attachment(usage: &str, length: u32) -> String {
    let hash = format!("{length:064x}");
    format!(
        r#"{{"usageType":"{usage}","display":{{"en":"A","fr":"B"}},"contentType":"application/octet-stream","length":{length},"sha2":"{hash}"}}"#
    )
}

#[test]
fn attachments_count_in_any_order() {
    let (one, two) = (attachment("http://a.b/1", 171), attachment("http://a.b/2", 2));
    same(
        PLAIN,
        "attachments",
        &[
            (&format!("[{one},{two}]"), &format!("[{two},{one}]")),
            (&format!("[{one}]"), &format!("[{}]", one.replace("0ab", "0AB"))),
            (
                &format!("[{one}]"),
                &format!(
                    "[{}]",
                    one.replace(r#""en":"A","fr":"B""#, r#""FR":"B","en":"A""#)
                ),
            ),
            (
                &format!("[{one}]"),
                &format!("[{}]", one.replace("application/octet", "Application/Octet")),
            ),
        ],
    );
    differ(
        PLAIN,
        "attachments",
        &[
            &format!("[{one}]"),
            &format!("[{two}]"),
            &format!("[{one},{one}]"),
            &format!("[{one},{two}]"),
            &format!("[{}]", one.replace(":171", ":172")),
            &format!("[{}]", one.replace("\"A\"", "\"C\"")),
        ],
    );
}

#[test]
fn a_signed_statement_is_its_payload_without_the_signature() {
    let (signature, other) = (attachment(SIGNATURE_USAGE_TYPE, 1), attachment("http://a.b", 2));
    let payload = received(&with(PLAIN, "attachments", &format!("[{other}]")), Version::V1_0).unwrap();
    let signed = received(
        &with(PLAIN, "attachments", &format!("[{other},{signature}]")),
        Version::V1_0,
    )
    .unwrap();
    assert_ne!(payload.fingerprint(), signed.fingerprint());
    assert_eq!(
        payload.statement().unsigned_fingerprint(),
        signed.statement().unsigned_fingerprint()
    );
    let tampered = received(&with(PLAIN, "actor.name", r#""Eve""#), Version::V1_0).unwrap();
    assert_ne!(
        tampered.statement().unsigned_fingerprint(),
        signed.statement().unsigned_fingerprint()
    );
    assert_eq!(payload.fingerprint(), payload.statement().fingerprint());
}

#[test]
fn a_fingerprint_can_be_kept() {
    let print = print(PLAIN);
    assert_eq!(Fingerprint::from_bytes(*print.as_bytes()), print);
    assert_eq!(print.to_string().len(), 64);
}

/// Changes one leaf that counts: text gets a letter more, a number another digit, a flag its opposite. `pick` says which
/// leaf; answers whether there was one.
fn change_leaf(tree: &mut Tree, name: &str, pick: &mut usize) -> bool {
    if matches!(
        name,
        "definition" | "display" | "stored" | "authority" | "version" | "objectType"
    ) {
        return false;
    }
    match tree {
        Tree::Object(members) => members
            .iter_mut()
            .any(|(name, value)| change_leaf(value, name, pick)),
        Tree::Array(elements) => elements
            .iter_mut()
            .any(|element| change_leaf(element, name, pick)),
        Tree::Text(text) if matches!(name, "name" | "response" | "platform" | "revision") => {
            chosen(pick, || text.push('x'))
        }
        Tree::Raw(text) if matches!(name, "success" | "completion") => chosen(pick, || {
            *text = if text == "true" { "false" } else { "true" }.to_owned()
        }),
        _ => false,
    }
}

fn chosen(pick: &mut usize, change: impl FnOnce()) -> bool {
    let found = *pick == 0;
    if found {
        change();
    } else {
        *pick -= 1;
    }
    found
}

proptest! {
    #[test]
    fn the_same_in_other_words_has_the_same_fingerprint((one, other) in testing::same_statement_json()) {
        prop_assert_eq!(print(&one), print(&other), "{}\n{}", one, other);
    }

    #[test]
    fn a_changed_leaf_changes_the_fingerprint(tree in testing::statement_tree(Version::V2_0), pick in 0..6_usize) {
        let mut changed = tree.clone();
        if !change_leaf(&mut changed, "", &mut pick.clone()) {
            return Ok(());
        }
        prop_assert_ne!(print(&tree.render()), print(&changed.render()));
    }

    #[test]
    fn a_member_taken_away_changes_the_fingerprint(tree in testing::statement_tree(Version::V1_0), which in 0..3_usize) {
        let name = ["timestamp", "result", "context"][which];
        let mut less = tree.clone();
        let Some(taken) = less.remove(name) else { return Ok(()) };
        let says_nothing = matches!(&taken, Tree::Object(members) if members.iter().all(|(name, value)| empty(name, value)));
        prop_assert_eq!(print(&tree.render()) == print(&less.render()), says_nothing, "{}", tree.render());
    }

    #[test]
    fn different_extension_values_have_different_fingerprints(one in testing::any_json(), other in testing::any_json()) {
        let at = |value: &Tree| with(PLAIN, "result", r#"{"extensions":{"http://a.b":"HERE"}}"#).replace("\"HERE\"", &value.render());
        let equal = canonical(&one) == canonical(&other);
        prop_assert_eq!(print(&at(&one)) == print(&at(&other)), equal);
    }
}

/// Whether a member of a result or context says nothing. An extension says something whatever its value is.
fn empty(name: &str, value: &Tree) -> bool {
    match value {
        Tree::Object(members) if name == "contextActivities" => {
            members.iter().all(|(kind, list)| empty(kind, list))
        }
        Tree::Object(members) => members.is_empty(),
        Tree::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

/// A value with its members sorted and its numbers as exact decimals: a slow second opinion.
fn canonical(tree: &Tree) -> String {
    match tree {
        Tree::Raw(text) => match xapi::Decimal::parse(text) {
            Err(_) => text.clone(),
            Ok(_) => exact(text),
        },
        Tree::Text(text) => format!("{text:?}"),
        Tree::Array(elements) => format!(
            "[{}]",
            elements.iter().map(canonical).collect::<Vec<_>>().join(",")
        ),
        Tree::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// Digits and power of ten by moving the point one place at a time.
fn exact(text: &str) -> String {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let mut exponent: i64 = exponent.parse().unwrap();
    let negative = mantissa.starts_with('-');
    let mut digits: Vec<char> = mantissa.trim_start_matches('-').chars().collect();
    if let Some(point) = digits.iter().position(|c| *c == '.') {
        exponent -= i64::try_from(digits.len() - point - 1).unwrap();
        digits.remove(point);
    }
    while digits.len() > 1 && digits[0] == '0' {
        digits.remove(0);
    }
    while digits.len() > 1 && digits.last() == Some(&'0') {
        digits.pop();
        exponent += 1;
    }
    if digits == ['0'] {
        return "0".to_owned();
    }
    format!(
        "{}{}e{exponent}",
        if negative { "-" } else { "" },
        String::from_iter(digits)
    )
}
