use rules::ActKind;
use serde_json::{Value, json};
use store::Subject;

use super::{ActErrors, NewAct, SCHEMA, parse};

const WAIVER: &str = r#"{ "kind": "waiver", "person": "ada", "curriculum": "safety", "requirement": "basics", "reason": "Trained us." }"#;

fn wrong(change: impl FnOnce(&mut Value)) -> String {
    let mut act: Value = serde_json::from_str(WAIVER).unwrap();
    change(&mut act);
    parse("body", &act.to_string()).unwrap_err().to_string()
}

#[test]
fn the_schema_is_one_and_holds_every_kind_that_is_told() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let person = json!({ "person": "ada", "reason": "r" });
    let moment = "2026-01-01T00:00:00Z";
    let mut kinds: Vec<&str> = vec!["retire"];
    for (kind, members) in [
        ("waiver", json!({ "curriculum": "c", "requirement": "r" })),
        (
            "equivalence",
            json!({ "curriculum": "c", "requirement": "r", "activity": "https://a.example" }),
        ),
        ("extension", json!({ "curriculum": "c", "due": moment })),
        ("award", json!({ "curriculum": "c", "until": moment })),
        ("revocation", json!({ "curriculum": "c" })),
        (
            "review",
            json!({ "statement": "5f0e0000-0000-4000-8000-000000000000", "accepted": true }),
        ),
        (
            "credential",
            json!({ "credential": "https://c.example", "issuer": "https://i.example", "issued": moment }),
        ),
        (
            "figure",
            json!({ "kpi": "incidents", "value": -1.5, "until": moment }),
        ),
    ] {
        let mut act = person.clone();
        let all = act.as_object_mut().unwrap();
        all.extend(members.as_object().unwrap().clone());
        all.insert("kind".to_owned(), json!(kind));
        assert!(validator.is_valid(&act), "{act}");
        let read = parse("body", &act.to_string()).unwrap_or_else(|error| panic!("{error}: {act}"));
        assert_eq!(read.kind.as_str(), kind);
        assert_eq!(read.subject, Subject::Person("ada".to_owned()));
        kinds.push(kind);
    }
    kinds.sort_unstable();
    let mut all = ActKind::ALL;
    all.sort_unstable();
    assert_eq!(kinds, all);
}

#[test]
fn an_act_is_read() {
    let NewAct {
        subject,
        kind,
        reason,
        approved_by,
        ..
    } = parse("body", WAIVER).unwrap();
    assert_eq!(subject, Subject::Person("ada".to_owned()));
    assert_eq!(
        (kind.curriculum(), kind.requirement()),
        (Some("safety"), Some("basics"))
    );
    assert_eq!((reason.as_str(), approved_by), ("Trained us.", None));
    let figure = r#"{ "kind": "figure", "group": "Berlin", "kpi": "incidents", "value": 3, "until": "2026-01-01T00:00:00Z" }"#;
    assert_eq!(
        parse("body", figure).unwrap().subject,
        Subject::Group("Berlin".to_owned())
    );
}

#[test]
fn what_is_wrong_with_an_act_is_said_with_where_and_what_instead() {
    let unread = |text| parse("body", text).unwrap_err().to_string();
    assert!(unread("{").contains("JSON (RFC 8259)"));
    assert!(unread("[]").starts_with("body: /kind: there is no kind; expected an object with \"kind\""));
    for (found, expected) in [
        (
            wrong(|act| act["kind"] = json!("waver")),
            "body: /kind: there is no kind \"waver\" to record; expected one of award, credential, equivalence, \
             extension, figure, review, revocation, waiver; did you mean \"waiver\"?",
        ),
        (wrong(|act| act["reason"] = json!("  ")), "/reason"),
        (
            wrong(|act| drop(act.as_object_mut().unwrap().remove("reason"))),
            "\"reason\" is a required property",
        ),
        (wrong(|act| act["until"] = json!("tomorrow")), "body: /until: "),
        (
            wrong(|act| act["until"] = json!("tomorrow")),
            "expected A date and time with a time zone",
        ),
        (
            wrong(|act| act["requirment"] = json!("x")),
            "'requirment' was unexpected",
        ),
    ] {
        assert!(found.contains(expected), "{found}");
    }
    let ActErrors(several) = parse("body", r#"{ "kind": "award" }"#).unwrap_err();
    assert_eq!(several.len(), 3, "{several:?}");
    let backwards = r#"{ "kind": "credential", "person": "ada", "credential": "https://c.example", "reason": "r",
        "issuer": "https://i.example", "issued": "2026-02-01T00:00:00Z", "expires": "2026-01-01T00:00:00Z" }"#;
    assert!(
        unread(backwards).contains("/expires: the end is 2026-01-01T00:00:00.000Z, not after the beginning")
    );
    let nobody = r#"{ "kind": "figure", "kpi": "k", "value": 1, "until": "2026-02-01T00:00:00Z" }"#;
    assert!(
        unread(nobody).contains("\"person\" or \"group\""),
        "{}",
        unread(nobody)
    );
}
