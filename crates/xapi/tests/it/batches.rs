//! Bodies of one or many statements (Communication 2.1.2).

use xapi::{Limits, Version, parse_statements};

use crate::support::{BOTH, PLAIN, posted, received, with};

const ID: &str = r#""fd41c918-b88b-4b20-a0a5-a4c32391aaa0""#;

#[test]
fn one_and_many_are_told_apart() {
    for version in BOTH {
        let one = posted(PLAIN, version).unwrap();
        assert!(one.single);
        assert_eq!(one.statements.len(), 1);
        let many = posted(&format!("[{PLAIN},{PLAIN},{PLAIN}]"), version).unwrap();
        assert!(!many.single);
        assert_eq!(many.statements.len(), 3);
        let alone = posted(&format!("[{PLAIN}]"), version).unwrap();
        assert_eq!((alone.single, alone.statements.len()), (false, 1));
        let none = posted("[]", version).unwrap();
        assert_eq!((none.single, none.statements.len()), (false, 0));
    }
}

#[test]
fn a_put_takes_exactly_one_object() {
    for body in [
        format!("[{PLAIN}]"),
        "[]".to_owned(),
        format!("{PLAIN}{PLAIN}"),
        String::new(),
    ] {
        for version in BOTH {
            assert!(received(&body, version).is_err(), "{body}");
        }
    }
}

#[test]
fn an_error_names_its_statement() {
    let body = format!("[{PLAIN},{},{PLAIN}]", with(PLAIN, "actor.mbox", "7"));
    for version in BOTH {
        let error = posted(&body, version).unwrap_err();
        assert_eq!(
            (error.path(), error.statement_index()),
            ("$[1].actor.mbox", Some(1))
        );
    }
    let deep = with(
        PLAIN,
        "context",
        r#"{"contextActivities":{"other":[{"id":"http://a.b"},{"id":"x"}]}}"#,
    );
    let error = posted(&format!("[{PLAIN},{PLAIN},{deep}]"), Version::V1_0).unwrap_err();
    let path = "$[2].context.contextActivities.other[1].id";
    assert_eq!((error.path(), error.statement_index()), (path, Some(2)));
    // In a single statement an index is an index of something else.
    let error = posted(&deep, Version::V1_0).unwrap_err();
    assert_eq!(error.statement_index(), None);
    let error = posted("[[]]", Version::V1_0).unwrap_err();
    assert_eq!((error.path(), error.statement_index()), ("$[0]", Some(0)));
}

#[test]
fn different_statements_with_one_id_are_refused() {
    let one = with(PLAIN, "id", ID);
    let other = with(&one, "verb.id", r#""http://example.com/verbs/undid""#);
    for version in BOTH {
        let error = posted(&format!("[{one},{PLAIN},{other}]"), version).unwrap_err();
        assert_eq!((error.path(), error.statement_index()), ("$[2].id", Some(2)));
        assert!(error.message().contains("index 0"), "{error}");
    }
}

#[test]
fn the_same_statement_twice_is_refused_by_2_0_only() {
    let one = with(PLAIN, "id", ID);
    let again = with(&one, "verb.display", r#"{"fr":"a fait"}"#).replace("fd41c918", "FD41C918");
    let body = format!("[{one},{again}]");
    assert_eq!(posted(&body, Version::V2_0).unwrap_err().path(), "$[1].id");
    let both = posted(&body, Version::V1_0).unwrap().statements;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].fingerprint(), both[1].fingerprint());
    // Without ids, equal statements are two statements.
    assert_eq!(
        posted(&format!("[{PLAIN},{PLAIN}]"), Version::V2_0)
            .unwrap()
            .statements
            .len(),
        2
    );
}

#[test]
fn bodies_are_bounded() {
    let limits = Limits {
        max_statements: 2,
        max_depth: 5,
        max_number_digits: 10,
    };
    let parse = |body: &str| parse_statements(body.as_bytes(), Version::V1_0, &limits);
    assert!(parse(&format!("[{PLAIN},{PLAIN}]")).is_ok());
    assert!(
        parse(&format!("[{PLAIN},{PLAIN},{PLAIN}]"))
            .unwrap_err()
            .message()
            .contains("at most 2")
    );
    let extended = |value: &str| {
        with(
            PLAIN,
            "result",
            &format!(r#"{{"extensions":{{"http://a.b":{value}}}}}"#),
        )
    };
    assert!(parse(&extended("[[1234567890]]")).is_ok());
    assert!(
        parse(&extended("[[[1]]]"))
            .unwrap_err()
            .message()
            .contains("deeper than 5")
    );
    assert!(
        parse(&extended("12345678901"))
            .unwrap_err()
            .message()
            .contains("at most 10")
    );
}
