//! Statements that break a rule of the standard, by the place that breaks it.

use serde_json::{Value, json};

use super::Bad;

/// A statement with something everywhere.
fn rich() -> Value {
    json!({
        "id": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "actor": {"objectType": "Group", "name": "G", "account": {"homePage": "http://g.example.com", "name": "g"},
            "member": [{"mbox": "mailto:eve@example.com"}]},
        "verb": {"id": "http://example.com/verbs/did", "display": {"en": "did"}},
        "object": {"objectType": "Activity", "id": "http://example.com/activities/new", "definition": {
            "name": {"en": "New"}, "description": {"en": "New"}, "type": "http://example.com/t", "moreInfo": "http://example.com/m",
            "interactionType": "choice", "correctResponsesPattern": ["a"],
            "choices": [{"id": "a", "description": {"en": "A"}}], "extensions": {"http://example.com/x": 1}}},
        "result": {"score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "success": true, "completion": true,
            "response": "a", "duration": "PT1S", "extensions": {"http://example.com/x": 1}},
        "context": {"registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f8", "instructor": {"mbox": "mailto:i@example.com"},
            "team": {"objectType": "Group", "mbox": "mailto:t@example.com"},
            "contextActivities": {"parent": [{"id": "http://example.com/activities/p"}]}, "revision": "1", "platform": "p",
            "language": "en", "statement": {"objectType": "StatementRef", "id": "ec531277-b57b-4c15-8d91-d292c5b2b8f9"},
            "extensions": {"http://example.com/x": 1}},
        "timestamp": "2026-01-01T00:00:00Z",
        "version": "1.0.0",
        "attachments": [{"usageType": "http://example.com/u", "display": {"en": "D"}, "contentType": "text/plain", "length": 1,
            "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a", "fileUrl": "http://example.com/f"}],
    })
}

/// A statement about an intention.
fn sub() -> Value {
    json!({
        "actor": {"mbox": "mailto:ann@example.com"},
        "verb": {"id": "http://example.com/verbs/planned"},
        "object": {"objectType": "SubStatement", "actor": {"mbox": "mailto:ann@example.com"},
            "verb": {"id": "http://example.com/verbs/do"}, "object": {"id": "http://example.com/activities/new"}},
    })
}

/// Sets, adds or (with `None`) removes what is at a place, as `/a/0/b`.
fn with(mut statement: Value, at: &str, value: Option<Value>) -> Value {
    let (parent, name) = at.rsplit_once('/').expect("a place");
    let parent = statement.pointer_mut(parent).expect("the place's parent");
    match (parent, value) {
        (Value::Object(members), Some(value)) => {
            members.insert(name.to_owned(), value);
        }
        (Value::Object(members), None) => {
            members.remove(name).expect("the member");
        }
        (Value::Array(elements), Some(value)) => elements[name.parse::<usize>().expect("an index")] = value,
        other => panic!("{at}: {other:?}"),
    }
    statement
}

/// The place as problems write it.
fn path(at: &str) -> String {
    at.split('/')
        .skip(1)
        .fold("$".to_owned(), |path, step| match step.parse::<usize>() {
            Ok(index) => format!("{path}[{index}]"),
            Err(_) => format!("{path}.{step}"),
        })
}

pub(super) fn bad() -> Vec<Bad> {
    let mut all = Vec::new();
    let mut add = |statement: &Value, at: &str, value: Option<Value>, place: &str| {
        let name = format!(
            "{at} is {}",
            value.as_ref().map_or("missing".to_owned(), Value::to_string)
        );
        let bad = Bad::post(name, with(statement.clone(), at, value.clone()).to_string());
        // What is missing is named in what it is missing from.
        all.push(match (value, place.rsplit_once('/')) {
            (None, Some((parent, name))) => bad.path(path(parent)).says(format!("{name:?} is missing")),
            _ => bad.path(path(place)),
        });
    };
    let rich = rich();
    // Wrong values, each named itself.
    for (at, values) in [
        (
            "/id",
            vec![
                json!(1),
                json!("x"),
                json!("ec531277b57b4c158d91d292c5b2b8f7"),
                json!("{ec531277-b57b-4c15-8d91-d292c5b2b8f7}"),
                json!(null),
            ],
        ),
        ("/actor", vec![json!("ann"), json!([]), json!(null)]),
        (
            "/actor/objectType",
            vec![json!("group"), json!("Person"), json!(1)],
        ),
        ("/actor/name", vec![json!(1), json!(["G"]), json!(null)]),
        ("/actor/account", vec![json!("g"), json!([])]),
        (
            "/actor/account/homePage",
            vec![json!("g"), json!(1), json!("//example.com")],
        ),
        ("/actor/account/name", vec![json!(1), json!(null)]),
        ("/actor/member", vec![json!({}), json!("x")]),
        ("/actor/member/0", vec![json!("x"), json!(1)]),
        (
            "/actor/member/0/mbox",
            vec![
                json!("eve@example.com"),
                json!("mailto:eve"),
                json!("mailto:"),
                json!(1),
                json!("MAILTO:eve@example.com "),
            ],
        ),
        ("/verb", vec![json!("did"), json!(null)]),
        (
            "/verb/id",
            vec![
                json!("did"),
                json!(1),
                json!(null),
                json!(""),
                json!("http://example.com/ x"),
            ],
        ),
        ("/verb/display", vec![json!("did"), json!([])]),
        ("/verb/display/en", vec![json!(1), json!({})]),
        ("/object", vec![json!("it"), json!([])]),
        (
            "/object/objectType",
            vec![json!("activity"), json!("Thing"), json!(1)],
        ),
        ("/object/id", vec![json!("it"), json!(1), json!("")]),
        ("/object/definition", vec![json!("d"), json!([])]),
        ("/object/definition/name", vec![json!("New"), json!([])]),
        ("/object/definition/description", vec![json!(1)]),
        ("/object/definition/type", vec![json!("t"), json!(1)]),
        ("/object/definition/moreInfo", vec![json!("more"), json!(1)]),
        (
            "/object/definition/interactionType",
            vec![json!("Choice"), json!("quiz"), json!(1)],
        ),
        (
            "/object/definition/correctResponsesPattern",
            vec![json!("a"), json!({})],
        ),
        ("/object/definition/correctResponsesPattern/0", vec![json!(1)]),
        ("/object/definition/choices", vec![json!("a"), json!({})]),
        ("/object/definition/choices/0", vec![json!("a")]),
        ("/object/definition/choices/0/id", vec![json!(1)]),
        ("/object/definition/choices/0/description", vec![json!("A")]),
        ("/object/definition/extensions", vec![json!([]), json!("x")]),
        ("/result", vec![json!("good"), json!([]), json!(null)]),
        ("/result/score", vec![json!(1), json!("1")]),
        (
            "/result/score/scaled",
            vec![json!(1.01), json!(-1.01), json!("0.5"), json!(null)],
        ),
        ("/result/score/raw", vec![json!(11), json!(-1), json!("5")]),
        ("/result/score/max", vec![json!(-1), json!("10")]),
        ("/result/success", vec![json!("true"), json!(1), json!(null)]),
        ("/result/completion", vec![json!("false"), json!(0)]),
        ("/result/response", vec![json!(1), json!({})]),
        (
            "/result/duration",
            vec![json!("1s"), json!("P"), json!("PT"), json!(1), json!("P1S")],
        ),
        ("/result/extensions", vec![json!([]), json!(1)]),
        ("/context", vec![json!("c"), json!([])]),
        ("/context/registration", vec![json!("r"), json!(1)]),
        ("/context/instructor", vec![json!("i")]),
        ("/context/team", vec![json!("t")]),
        ("/context/contextActivities", vec![json!("p"), json!([])]),
        ("/context/contextActivities/parent", vec![json!("p"), json!(1)]),
        ("/context/contextActivities/parent/0", vec![json!("p")]),
        (
            "/context/contextActivities/parent/0/id",
            vec![json!("p"), json!(1)],
        ),
        ("/context/revision", vec![json!(1)]),
        ("/context/platform", vec![json!(1), json!({})]),
        (
            "/context/language",
            vec![json!("not a language"), json!(1), json!("")],
        ),
        ("/context/statement", vec![json!("s"), json!([])]),
        (
            "/context/statement/objectType",
            vec![json!("Statement"), json!("statementref")],
        ),
        ("/context/statement/id", vec![json!("s")]),
        ("/context/extensions", vec![json!("x")]),
        (
            "/timestamp",
            vec![
                json!("yesterday"),
                json!(1),
                json!("2026-01-01"),
                json!("2026-13-01T00:00:00Z"),
                json!("2026-02-30T00:00:00Z"),
                json!("2026-01-01T00:00:00-00:00"),
                json!("2026-01-01T25:00:00Z"),
                json!(""),
            ],
        ),
        (
            "/version",
            vec![json!("1.1.0"), json!("0.9"), json!(1), json!("")],
        ),
        ("/attachments", vec![json!({}), json!("x")]),
        ("/attachments/0", vec![json!("x")]),
        ("/attachments/0/usageType", vec![json!("u"), json!(1)]),
        ("/attachments/0/display", vec![json!("D")]),
        ("/attachments/0/contentType", vec![json!(1)]),
        ("/attachments/0/length", vec![json!("1"), json!(-1), json!(1.5)]),
        ("/attachments/0/sha2", vec![json!(1), json!("xyz"), json!("")]),
        ("/attachments/0/fileUrl", vec![json!("f"), json!(1)]),
        // Names that are known only in another case, and names that are not known at all.
        ("/Actor", vec![json!({})]),
        ("/extra", vec![json!(1)]),
        ("/actor/extra", vec![json!(1)]),
        ("/actor/account/extra", vec![json!(1)]),
        ("/verb/extra", vec![json!(1)]),
        ("/object/extra", vec![json!(1)]),
        ("/object/definition/extra", vec![json!(1)]),
        ("/object/definition/choices/0/extra", vec![json!(1)]),
        ("/result/extra", vec![json!(1)]),
        ("/result/score/extra", vec![json!(1)]),
        ("/context/extra", vec![json!(1)]),
        ("/context/contextActivities/extra", vec![json!([])]),
        ("/context/statement/extra", vec![json!(1)]),
        ("/attachments/0/extra", vec![json!(1)]),
    ] {
        for value in values {
            add(&rich, at, Some(value), at);
        }
    }
    for at in [
        "/actor",
        "/verb",
        "/verb/id",
        "/object",
        "/object/id",
        "/actor/account/homePage",
        "/actor/account/name",
        "/context/statement/id",
        "/context/statement/objectType",
        "/context/contextActivities/parent/0/id",
        "/attachments/0/usageType",
        "/attachments/0/display",
        "/attachments/0/contentType",
        "/attachments/0/length",
        "/attachments/0/sha2",
        "/object/definition/choices/0/id",
    ] {
        add(&rich, at, None, at);
    }
    let sub = sub();
    for (at, values) in [
        ("/object/id", vec![json!("ec531277-b57b-4c15-8d91-d292c5b2b8f7")]),
        ("/object/stored", vec![json!("2026-01-01T00:00:00Z")]),
        ("/object/version", vec![json!("1.0.0")]),
        ("/object/authority", vec![json!({"mbox": "mailto:a@example.com"})]),
        ("/object/actor/mbox", vec![json!("ann")]),
        ("/object/verb/id", vec![json!("do")]),
        ("/object/object/id", vec![json!("it")]),
        ("/object/extra", vec![json!(1)]),
    ] {
        for value in values {
            add(&sub, at, Some(value), at);
        }
    }
    for at in ["/object/actor", "/object/verb", "/object/object"] {
        add(&sub, at, None, at);
    }
    all
}
