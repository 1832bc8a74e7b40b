//! Reading JSON: what is accepted, what is refused, and that it means what serde_json says it means.

use proptest::prelude::*;
use xapi::json::{self, Node, Value};
use xapi::{Limits, testing};

fn parses(text: &str) -> bool {
    json::parse(text.as_bytes(), &Limits::default()).is_ok()
}

#[test]
fn json_is_accepted() {
    for text in [
        "null",
        " true ",
        "\n\t\r false",
        "0",
        "-0",
        "1",
        "-1.5e+10",
        "1E2",
        "0.0",
        "1e-5",
        "\"\"",
        r#""a\"\\\/\b\f\n\r\tA""#,
        r#""\ud83d\ude00""#,
        "\"\u{1f600}\u{7f}\"",
        "[]",
        "[1,[2,[3]]]",
        "{}",
        r#"{"a":1,"A":2,"":3}"#,
        "[ 1 , 2 ]",
        "\u{feff}{}",
        "12345678901234567890123456789012345678901234567890",
    ] {
        assert!(parses(text), "{text}");
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "tru",
        "NaN",
        "Infinity",
        "-Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "1 2",
        "{} {}",
        "[1]]",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "\"",
        "\"a",
        "'a'",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\ud83d""#,
        r#""\ude00""#,
        r#""\ud83dA""#,
        r#""\ud83d\""#,
        "\"\n\"",
        "\"\t\"",
        "\"\u{0}\"",
        "\"\u{1f}\"",
        "// x\n1",
        "/* x */1",
        "1\u{a0}",
        "\u{feff}\u{feff}1",
        "[1\u{feff}]",
        "undefined",
        "\u{2028}1",
        "{\"a\":NaN}",
        "[-NaN]",
        "[Infinity]",
    ] {
        assert!(!parses(text), "{text:?}");
    }
    for bytes in [
        b"\"\xff\"".as_slice(),
        b"\"\xc3\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xc0\x80\"",
        b"\xff\xfe{\0}\0",
        b"{}\x80",
    ] {
        assert!(json::parse(bytes, &Limits::default()).is_err(), "{bytes:?}");
    }
}

#[test]
fn no_member_is_there_twice() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"\u0061":3}"#,
        r#"[{"x":{"a":1,"a":2}}]"#,
        r#"{"":1,"":2}"#,
        r#"{"ü":1,"\u00fc":2}"#,
    ] {
        let error = json::parse(text.as_bytes(), &Limits::default()).unwrap_err();
        assert!(error.message().contains("twice"), "{error}");
    }
    let many: Vec<String> = (0..40).map(|n| format!("\"m{n}\":{n}")).collect();
    assert!(parses(&format!("{{{}}}", many.join(","))));
    for again in ["m0", "m16", "m17", "m39"] {
        assert!(
            !parses(&format!("{{{},\"{again}\":0}}", many.join(","))),
            "{again}"
        );
    }
}

#[test]
fn nesting_and_numbers_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parses(&nested(64)));
    assert!(!parses(&nested(65)));
    assert!(!parses(&format!("{}1{}", "{\"a\":".repeat(65), "}".repeat(65))));
    let generous = Limits {
        max_depth: usize::MAX,
        ..Limits::default()
    };
    assert!(json::parse(nested(128).as_bytes(), &generous).is_ok());
    assert!(json::parse(nested(129).as_bytes(), &generous).is_err());
    assert!(json::parse(nested(1_000_000).as_bytes(), &generous).is_err());
    assert!(json::parse("[".repeat(1_000_000).as_bytes(), &generous).is_err());
    assert!(parses(&"1".repeat(400)));
    assert!(!parses(&"1".repeat(401)));
    assert!(!parses(&format!("0.{}", "1".repeat(400))));
    assert!(!parses(&format!("1e{}", "1".repeat(400))));
}

#[test]
fn errors_name_line_and_column() {
    for (text, line, column) in [
        ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3),
        ("{\"ü\": nope}", 1, 8),
        ("[1,\n2", 2, 2),
        ("{}\n\n x", 3, 2),
        ("", 1, 1),
        ("[\"ab\u{e9}\", \u{1}]", 1, 9),
    ] {
        let error = json::parse(text.as_bytes(), &Limits::default()).unwrap_err();
        let (found_line, found_column) = error.line_and_column().unwrap();
        assert_eq!(found_line, line, "{text:?}: {error}");
        assert!(found_column.abs_diff(column) <= 1, "{text:?}: {error}");
        assert_eq!((error.path(), error.rule()), ("$", "RFC 8259"));
        assert!(error.to_string().contains("line"), "{error}");
    }
}

#[test]
fn values_keep_order_text_and_place() {
    let text = " {\"b\" : 1.50, \"\\u0061\":[\"x\\ny\", true ,null],\"c\":{} } ";
    let document = json::parse(text.as_bytes(), &Limits::default()).unwrap();
    let members = document.root().members().unwrap();
    let names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
    assert_eq!(names, ["b", "a", "c"]);
    assert!(members.iter().all(|member| text[member.start..].starts_with('"')));
    assert!(matches!(members[0].value.value, Value::Number("1.50")));
    assert_eq!(document.raw(&members[1].value), "[\"x\\ny\", true ,null]");
    assert_eq!(members[1].value.elements().unwrap()[0].as_str(), Some("x\ny"));
    assert_eq!(document.raw(document.root().get("c").unwrap()), "{}");
    assert!(document.root().get("d").is_none());
}

/// Whether both mean the same; numbers to the last few bits, since serde_json does not round exactly.
fn agrees(node: &Node<'_>, theirs: &serde_json::Value) -> bool {
    match (&node.value, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(flag), serde_json::Value::Bool(other)) => flag == other,
        (Value::Number(text), serde_json::Value::Number(other)) => {
            let (ours, theirs) = (text.parse::<f64>().unwrap(), other.as_f64().unwrap());
            (ours - theirs).abs() <= ours.abs() * 1e-14
        }
        (Value::String(text), serde_json::Value::String(other)) => text == other,
        (Value::Array(elements), serde_json::Value::Array(others)) => {
            elements.len() == others.len()
                && elements
                    .iter()
                    .zip(others)
                    .all(|(node, other)| agrees(node, other))
        }
        (Value::Object(members), serde_json::Value::Object(others)) => {
            let same = |(member, (name, other)): (&json::Member<'_>, (&String, _))| {
                member.name == **name && agrees(&member.value, other)
            };
            members.len() == others.len() && members.iter().zip(others).all(same)
        }
        _ => false,
    }
}

#[test]
fn strings_that_look_like_their_escapes() {
    for (text, decoded) in [
        (r#""\"\"\"00""#, "\"\"\"00"),
        (r#""\\\\""#, "\\\\"),
        (r#""\\\"\\""#, "\\\"\\"),
        (r#""\"""#, "\""),
        (r#""\u0022\u005c""#, "\"\\"),
    ] {
        let document = json::parse(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(document.root().as_str(), Some(decoded), "{text}");
        let object = format!("{{{text}:{text}}}");
        let document = json::parse(object.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(
            document.root().get(decoded).unwrap().as_str(),
            Some(decoded),
            "{object}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn json_means_what_serde_json_says(tree in testing::any_json(), spaced in any::<bool>()) {
        let text = if spaced { tree.render_spaced() } else { tree.render() };
        let document = json::parse(text.as_bytes(), &Limits::default()).unwrap();
        prop_assert!(agrees(document.root(), &serde_json::from_str(&text).unwrap()), "{}", text);
        prop_assert_eq!(document.raw(document.root()), text.trim());
    }

    #[test]
    fn soup_is_refused_where_serde_json_refuses_it(soup in r#"[\[\]{},:"\\ntfu0-9a.eE+\- ]{0,14}"#) {
        let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&soup).is_ok();
        match json::parse(soup.as_bytes(), &Limits::default()) {
            Ok(_) => prop_assert!(theirs, "{}", soup),
            // Stricter only about members there twice.
            Err(error) => prop_assert!(!theirs || error.message().contains("twice"), "{}: {}", soup, error),
        }
    }

    #[test]
    fn a_changed_byte_is_judged_as_serde_json_judges_it(
        tree in testing::any_json(), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = tree.render().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let theirs = std::str::from_utf8(&bytes).is_ok_and(|text| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok());
        match json::parse(&bytes, &Limits::default()) {
            Ok(_) => prop_assert!(theirs),
            Err(error) => prop_assert!(!theirs || error.message().contains("twice") || has_lone_surrogate(&bytes), "{}", error),
        }
    }

    #[test]
    fn strings_are_written_so_that_they_are_read_back(text in any::<String>()) {
        let mut out = String::new();
        json::write_string(&text, &mut out);
        prop_assert_eq!(&serde_json::from_str::<String>(&out).unwrap(), &text);
        let document = json::parse(out.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(document.root().as_str(), Some(&*text));
    }
}

/// serde_json checks escapes of surrogates only when it decodes them.
fn has_lone_surrogate(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).to_lowercase().contains("\\ud")
}
