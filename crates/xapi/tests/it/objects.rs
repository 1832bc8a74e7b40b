//! Verbs, objects, StatementRefs, SubStatements and voiding (Data 2.3.2, 2.4.3, 2.4.4).

use xapi::{Object, VOIDED, Version};

use crate::support::{PLAIN, SUB, accepts, received, refuses, refuses_but_strings, with, without};

const REF: &str = r#"{"objectType":"StatementRef","id":"8f87ccde-bb56-4c2e-ab83-44982ef22df0"}"#;

#[test]
fn a_verb_has_an_iri_and_perhaps_a_display() {
    accepts(
        PLAIN,
        "verb",
        &[
            r#"{"id":"http://example.com/verbs#did"}"#,
            r#"{"id":"http://example.com/فعل/خواندن","display":{}}"#,
            r#"{"id":"urn:x:y","display":{"en-US":"did","es":"hizo","zh-Hant":"做","sr-Cyrl":"радио"}}"#,
        ],
    );
    refuses_but_strings(PLAIN, "verb.id");
    refuses(
        PLAIN,
        "verb",
        &[
            ("null", "$.verb"),
            (r#""did""#, "$.verb"),
            ("{}", "$.verb"),
            (r#"{"display":{"en":"did"}}"#, "$.verb"),
            (r#"{"id":""}"#, "$.verb.id"),
            (r#"{"id":"example.com/did"}"#, "$.verb.id"),
            (r#"{"id":"did"}"#, "$.verb.id"),
            (r#"{"id":"ab=c://should.fail.com"}"#, "$.verb.id"),
            (r#"{"id":"http://example.com/a b"}"#, "$.verb.id"),
            (r#"{"id":"http://example.com/<x>"}"#, "$.verb.id"),
            (r#"{"id":"http://example.com/%zz"}"#, "$.verb.id"),
            (r#"{"ID":"http://example.com/did"}"#, "$.verb.ID"),
            (r#"{"id":"http://a.b","name":"did"}"#, "$.verb.name"),
            (r#"{"id":"http://a.b","display":"did"}"#, "$.verb.display"),
            (r#"{"id":"http://a.b","display":["did"]}"#, "$.verb.display"),
            (r#"{"id":"http://a.b","display":null}"#, "$.verb.display"),
            (
                r#"{"id":"http://a.b","display":{"en":null}}"#,
                "$.verb.display.en",
            ),
            (r#"{"id":"http://a.b","display":{"en":7}}"#, "$.verb.display.en"),
            (
                r#"{"id":"http://a.b","display":{"en":{"x":"y"}}}"#,
                "$.verb.display.en",
            ),
            (
                r#"{"id":"http://a.b","display":{"something":"did"}}"#,
                "$.verb.display.something",
            ),
            (
                r#"{"id":"http://a.b","display":{"":"did"}}"#,
                r#"$.verb.display[""]"#,
            ),
            (
                r#"{"id":"http://a.b","display":{"en_US":"did"}}"#,
                "$.verb.display.en_US",
            ),
            (
                r#"{"id":"http://a.b","display":{"a12345678":"did"}}"#,
                "$.verb.display.a12345678",
            ),
            (
                r#"{"id":"http://a.b","display":{"zh-z-aaa-z-bbb-c-ccc":"did"}}"#,
                r#"$.verb.display["zh-z-aaa-z-bbb-c-ccc"]"#,
            ),
        ],
    );
}

#[test]
fn an_object_is_one_of_five_kinds() {
    refuses(
        PLAIN,
        "object",
        &[
            ("null", "$.object"),
            (r#""http://a.b""#, "$.object"),
            ("[]", "$.object"),
            (
                r#"{"objectType":"activity","id":"http://a.b"}"#,
                "$.object.objectType",
            ),
            (
                r#"{"objectType":"Thing","id":"http://a.b"}"#,
                "$.object.objectType",
            ),
            (r#"{"objectType":null,"id":"http://a.b"}"#, "$.object.objectType"),
            (r#"{"objectType":7,"id":"http://a.b"}"#, "$.object.objectType"),
            (
                r#"{"objectType":"substatement","id":"http://a.b"}"#,
                "$.object.objectType",
            ),
        ],
    );
}

#[test]
fn a_statement_ref_has_its_type_and_a_uuid() {
    accepts(
        PLAIN,
        "object",
        &[
            REF,
            r#"{"id":"8F87CCDE-BB56-4C2E-AB83-44982EF22DF0","objectType":"StatementRef"}"#,
        ],
    );
    refuses(
        PLAIN,
        "object",
        &[
            (r#"{"objectType":"StatementRef"}"#, "$.object"),
            (r#"{"objectType":"StatementRef","id":"x"}"#, "$.object.id"),
            (r#"{"objectType":"StatementRef","id":12345}"#, "$.object.id"),
            (
                r#"{"objectType":"StatementRef","id":"http://a.b"}"#,
                "$.object.id",
            ),
            (
                r#"{"objectType":"StatementRef","id":"AA97B177-9383-4934-8543-0F91A7A028368"}"#,
                "$.object.id",
            ),
            (
                r#"{"objectType":"StatementRef","id":"8f87ccdebb564c2eab8344982ef22df0"}"#,
                "$.object.id",
            ),
            (
                r#"{"objectType":"StatementRef","id":"8f87ccde-bb56-4c2e-ab83-44982ef22df0","definition":{}}"#,
                "$.object.definition",
            ),
            (
                r#"{"objectType":"statementRef","id":"8f87ccde-bb56-4c2e-ab83-44982ef22df0"}"#,
                "$.object.objectType",
            ),
        ],
    );
}

#[test]
fn a_voiding_statement_refers_to_the_one_it_voids() {
    let voiding = with(
        &with(PLAIN, "verb", &format!(r#"{{"id":"{VOIDED}"}}"#)),
        "object",
        REF,
    );
    let statement = received(&voiding, Version::V1_0).unwrap();
    assert_eq!(
        statement.statement().voids().unwrap().to_string(),
        "8f87ccde-bb56-4c2e-ab83-44982ef22df0"
    );
    assert!(statement.statement().is_voiding());
    let plain_ref = received(&with(PLAIN, "object", REF), Version::V1_0).unwrap();
    assert_eq!(plain_ref.statement().voids(), None);

    let voided = with(PLAIN, "verb.id", &format!("{VOIDED:?}"));
    refuses(
        &voided,
        "object",
        &[
            (r#"{"id":"http://a.b"}"#, "$.object"),
            (r#"{"objectType":"Agent","mbox":"mailto:a@b.c"}"#, "$.object"),
            (SUB, "$.object"),
        ],
    );
}

#[test]
fn a_sub_statement_is_a_statement_without_a_servers_members() {
    let base = with(PLAIN, "object", SUB);
    assert!(matches!(
        received(&base, Version::V1_0).unwrap().statement().object,
        Object::SubStatement(_)
    ));
    accepts(&base, "object.timestamp", &[r#""2999-01-01T00:00:00Z""#]);
    accepts(&base, "object.result", &[r#"{"completion":true}"#]);
    accepts(&base, "object.attachments", &["[]"]);
    accepts(
        &base,
        "object.object",
        &[REF, r#"{"objectType":"Agent","mbox":"mailto:a@b.c"}"#],
    );
    accepts(&base, "object.context", &[r#"{"platform":"x","revision":"1"}"#]);
    for (member, value) in [
        ("id", r#""8f87ccde-bb56-4c2e-ab83-44982ef22df0""#),
        ("stored", r#""2013-05-18T05:32:34.804Z""#),
        ("version", r#""1.0.0""#),
        ("authority", r#"{"mbox":"mailto:a@b.c"}"#),
        ("whatever", "1"),
        ("Actor", r#"{"mbox":"mailto:a@b.c"}"#),
    ] {
        refuses(
            &base,
            &format!("object.{member}"),
            &[(value, &format!("$.object.{member}"))],
        );
    }
    for member in ["actor", "verb", "object"] {
        crate::support::refused(
            &without(&base, &format!("object.{member}")),
            &crate::support::BOTH,
            "$.object",
        );
    }
    refuses(
        &base,
        "object",
        &[
            (&with(SUB, "object", SUB), "$.object.object"),
            (r#"{"objectType":"SubStatement"}"#, "$.object"),
        ],
    );
    refuses(
        &base,
        "object.actor",
        &[
            ("{}", "$.object.actor"),
            (r#"{"mbox":"x"}"#, "$.object.actor.mbox"),
        ],
    );
    refuses(
        &base,
        "object.timestamp",
        &[(r#""01/011/2015""#, "$.object.timestamp")],
    );
    refuses(
        &base,
        "object.result",
        &[(r#"{"duration":"x"}"#, "$.object.result.duration")],
    );
    refuses(
        &base,
        "object.verb.id",
        &[(&format!("{VOIDED:?}"), "$.object.object")],
    );
    let about_ref = with(&base, "object.object", REF);
    refuses(
        &about_ref,
        "object.context",
        &[(r#"{"platform":"x"}"#, "$.object.context.platform")],
    );
}
