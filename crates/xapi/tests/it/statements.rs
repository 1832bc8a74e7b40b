//! Whole statements (Data 2.2, 2.4): members, ids, times, versions.

use xapi::{Statement, Timestamp, Version};

use crate::support::{
    BOTH, PLAIN, accepted, accepts, received, refused, refuses, refuses_but_strings, with, without,
};

#[test]
fn actor_verb_and_object_must_be_there() {
    accepted(PLAIN, &BOTH);
    for member in ["actor", "verb", "object"] {
        refused(&without(PLAIN, member), &BOTH, "$");
    }
    for body in ["{}", "null", "7", r#""statement""#, "true"] {
        refused(body, &BOTH, "$");
    }
}

#[test]
fn unknown_members_are_refused_case_and_all() {
    for member in [
        "Actor",
        "ACTOR",
        "Id",
        "iD",
        "Verb",
        "Object",
        "Result",
        "Context",
        "Timestamp",
        "Stored",
    ] {
        refuses(PLAIN, member, &[("{}", &format!("$.{member}"))]);
    }
    for member in [
        "Authority",
        "Version",
        "attachmentS",
        "objectType",
        "extensions",
        "voided",
        "actor2",
    ] {
        refuses(PLAIN, member, &[(r#""x""#, &format!("$.{member}"))]);
    }
    refuses(PLAIN, "", &[("1", r#"$[""]"#)]);
    refuses(PLAIN, "a b", &[("1", r#"$["a b"]"#)]);
}

#[test]
fn null_is_refused_everywhere_but_in_extensions() {
    for path in [
        "id",
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "stored",
        "authority",
        "version",
    ] {
        let error = received(&with(PLAIN, path, "null"), Version::V1_0).unwrap_err();
        assert_eq!(error.path(), format!("$.{path}"));
        assert!(error.message().contains("null"), "{error}");
    }
    accepts(
        PLAIN,
        "result",
        &[r#"{"extensions":{"http://a.b":{"deep":[null,{"er":null}]}}}"#],
    );
}

#[test]
fn an_id_is_a_uuid_in_standard_form() {
    accepts(
        PLAIN,
        "id",
        &[
            r#""fd41c918-b88b-4b20-a0a5-a4c32391aaa0""#,
            r#""FD41C918-B88B-4B20-A0A5-A4C32391AAA0""#,
            r#""fd41c918-b88b-1b20-a0a5-a4c32391aaa0""#,
            r#""018f4b6e-7a2b-7c3d-9e4f-a4c32391aaa0""#,
            r#""00000000-0000-0000-0000-000000000000""#,
        ],
    );
    refuses_but_strings(PLAIN, "id");
    for text in [
        "",
        "x",
        "AA97B177-9383-4934-8543-0F91A7A028368",
        "MA97B177-9383-4934-8543-0F91A7A02836",
        "fd41c918b88b4b20a0a5a4c32391aaa0",
        "{fd41c918-b88b-4b20-a0a5-a4c32391aaa0}",
        "urn:uuid:fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
        "fd41c918-b88b4-b20-a0a5-a4c32391aaa0",
        " fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
        "fd41c918-b88b-4b20-a0a5-a4c32391aaa",
    ] {
        refuses(PLAIN, "id", &[(&format!("{text:?}"), "$.id")]);
    }
}

#[test]
fn times_are_timestamps() {
    for member in ["timestamp", "stored"] {
        refuses_but_strings(PLAIN, member);
        accepts(
            PLAIN,
            member,
            &[r#""2013-05-18T05:32:34.804Z""#, r#""2999-01-01T00:00:00+02:00""#],
        );
        for text in [
            "",
            "should fail",
            "01/011/2015",
            "2013-05-18",
            "2008-09-15T15:53:00.601-00:00",
        ] {
            refuses(PLAIN, member, &[(&format!("{text:?}"), &format!("$.{member}"))]);
        }
    }
}

#[test]
fn a_statements_version_fits_the_requests() {
    let at = |text: &str| with(PLAIN, "version", &format!("{text:?}"));
    for text in ["1.0", "1.0.0", "1.0.1", "1.0.3", "1.0.9", "1.0.32"] {
        accepted(&at(text), &BOTH);
    }
    for text in ["2.0", "2.0.0", "2.0.1"] {
        accepted(&at(text), &[Version::V2_0]);
        refused(&at(text), &[Version::V1_0], "$.version");
    }
    for text in [
        "",
        "should fail",
        "0.9.9",
        "0.95",
        "1",
        "1.1.0",
        "2.1.0",
        "3.0.0",
        "1.0.",
        "1.0.x",
        "v1.0.0",
        "1.0.0 ",
        "11.0.0",
    ] {
        refused(&at(text), &BOTH, "$.version");
    }
    refuses_but_strings(PLAIN, "version");
}

#[test]
fn errors_say_where_by_which_rule_what_was_found_and_what_is_expected() {
    let rows = [
        (
            "actor.mbox",
            r#""ann@example.com""#,
            "xAPI 1.0.3 Data 2.4.2.3",
            r#"found "ann@example.com"; expected "mailto:" and a mail address, such as "mailto:ann@example.com" (it does not begin with "mailto:")"#,
        ),
        (
            "result",
            r#"{"score":{"scaled":2}}"#,
            "xAPI 1.0.3 Data 2.4.5.1",
            "found 2; expected a number from -1 to 1",
        ),
        (
            "context",
            r#"{"registration":null}"#,
            "xAPI 1.0.3 Data 2.2",
            "found null; expected a UUID such as \"12345678-1234-4678-8234-567812345678\" (null is allowed only inside extensions)",
        ),
        (
            "verb",
            "{}",
            "xAPI 1.0.3 Data 2.4.3",
            "the member \"id\" is missing; a Verb must have it",
        ),
    ];
    for (path, value, rule, message) in rows {
        let error = received(&with(PLAIN, path, value), Version::V1_0).unwrap_err();
        assert_eq!((error.rule(), error.message()), (rule, message));
        assert_eq!(error.to_string(), format!("{}: {message} ({rule})", error.path()));
        assert_eq!((error.statement_index(), error.line_and_column()), (None, None));
    }
    let long = format!("{:?}", "x".repeat(5_000));
    let error = received(&with(PLAIN, "verb.id", &long), Version::V1_0).unwrap_err();
    assert!(
        error.to_string().len() < 400,
        "an error does not repeat a long text"
    );
}

#[test]
fn what_was_kept_is_read_whatever_its_version() {
    let kept = with(
        PLAIN,
        "context",
        r#"{"contextAgents":[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"}}]}"#,
    );
    let kept = with(&kept, "stored", r#""2026-11-23T09:30:00.000Z""#);
    for version in ["1.0.0", "1.0.3", "2.0.0"] {
        let statement = Statement::from_stored(&with(&kept, "version", &format!("{version:?}"))).unwrap();
        assert_eq!(statement.version.as_deref(), Some(version));
        assert_eq!(
            statement.stored,
            Some(Timestamp::parse("2026-11-23T09:30:00Z").unwrap())
        );
        assert_eq!(statement.context.unwrap().context_agents.len(), 1);
    }
    assert!(Statement::from_stored("[]").is_err());
}
