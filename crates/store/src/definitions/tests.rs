use serde_json::{Value, json};
use uuid::Uuid;
use xapi::{Actor, Agent, Ifi, Limits, Version};

use super::*;

fn definitions(statement: &str) -> Vec<(String, String)> {
    let received = xapi::parse_statement(statement.as_bytes(), Version::V1_0, &Limits::default())
        .unwrap_or_else(|error| panic!("{error}: {statement}"));
    let authority = Agent {
        name: None,
        ifi: Ifi::mbox("mailto:authority@example.com").unwrap(),
    };
    let sealed = received.seal(Uuid::nil(), &Actor::Agent(authority));
    let definitions = Definition::of(&sealed).into_iter();
    definitions
        .map(|definition| (definition.activity.as_str().to_owned(), definition.text))
        .collect()
}

fn statement(members: Value) -> String {
    let mut statement =
        json!({"actor": {"mbox": "mailto:a@example.com"}, "verb": {"id": "https://example.com/v"}});
    for (member, value) in members.as_object().unwrap() {
        statement[member] = value.clone();
    }
    statement.to_string()
}

#[test]
fn a_definition_is_kept_as_it_was_sent() {
    let definition = r#"{ "name":{"en":"Gr\u00f6\u00dfe","x-unknown":"?"},  "extensions":{"https://example.com/e":1.50e+3} }"#;
    let statement = format!(
        r#"{{"actor":{{"mbox":"mailto:a@example.com"}},"verb":{{"id":"https://example.com/v"}},
            "object":{{"definition":{definition},"id":"https://example.com/a"}}}}"#
    );
    assert_eq!(
        definitions(&statement),
        [("https://example.com/a".to_owned(), definition.to_owned())]
    );
}

#[test]
fn definitions_are_found_wherever_activities_are() {
    let about = |name: &str| json!({"id": format!("https://example.com/{name}"), "definition": {"name": {"en": name}}});
    let sub = json!({"objectType": "SubStatement", "actor": {"mbox": "mailto:b@example.com"},
        "verb": {"id": "https://example.com/v"}, "object": about("object"),
        "context": {"contextActivities": {"other": [about("inner")]}}});
    let statement = statement(json!({"object": sub, "context": {"contextActivities": {
        // 1.0.x allows one in place of an array.
        "parent": about("parent"),
        "grouping": [about("grouping"), {"id": "https://example.com/undefined"}],
        "category": [about("category")]}}}));
    let found: Vec<_> = definitions(&statement)
        .into_iter()
        .map(|(activity, _)| activity)
        .collect();
    let expected = ["object", "inner", "parent", "grouping", "category"];
    assert_eq!(found, expected.map(|name| format!("https://example.com/{name}")));
}

#[test]
fn what_defines_nothing_carries_no_definition() {
    let objects = [
        json!({"id": "https://example.com/a"}),
        json!({"objectType": "Agent", "mbox": "mailto:b@example.com"}),
        json!({"objectType": "StatementRef", "id": Uuid::nil()}),
    ];
    for object in objects {
        assert_eq!(definitions(&statement(json!({"object": object}))), []);
    }
}
