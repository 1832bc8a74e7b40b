//! What is known of an activity after it is heard of again (Data 2.4.4.1, Communication 2.5).

use proptest::prelude::*;
use serde_json::{Value, json};
use xapi::{merge_definition, testing};

use crate::support::{BOTH, PLAIN, accepted};

#[test]
fn nothing_is_lost_and_the_new_replaces() {
    let rows = [
        (json!({}), json!({}), json!({})),
        (
            json!({"name": {"en-US": "meeting"}}),
            json!({"name": {"fr-FR": "réunion"}}),
            json!({"name": {"en-US": "meeting", "fr-FR": "réunion"}}),
        ),
        (
            json!({"name": {"en": "old"}}),
            json!({"name": {"EN": "new"}}),
            json!({"name": {"en": "new"}}),
        ),
        (
            json!({"type": "http://a.b/1", "description": {"en": "d"}}),
            json!({"type": "http://a.b/2", "moreInfo": "http://a.b"}),
            json!({"type": "http://a.b/2", "description": {"en": "d"}, "moreInfo": "http://a.b"}),
        ),
        (
            json!({"extensions": {"http://a.b/1": {"a": 1}, "http://a.b/2": 2}}),
            json!({"extensions": {"http://a.b/1": {"b": 1}, "http://a.b/3": null}}),
            json!({"extensions": {"http://a.b/1": {"b": 1}, "http://a.b/2": 2, "http://a.b/3": null}}),
        ),
        (
            json!({"interactionType": "choice", "correctResponsesPattern": ["a"], "choices": [{"id": "a", "description": {"en": "A"}}]}),
            json!({"interactionType": "choice", "correctResponsesPattern": ["b"],
                   "choices": [{"id": "b"}, {"id": "a", "description": {"fr": "Ah"}}]}),
            json!({"interactionType": "choice", "correctResponsesPattern": ["a"],
                   "choices": [{"id": "a", "description": {"en": "A", "fr": "Ah"}}, {"id": "b"}]}),
        ),
        (
            json!({"interactionType": "likert", "scale": [{"id": "1"}]}),
            json!({"interactionType": "choice", "choices": [{"id": "1"}], "correctResponsesPattern": [], "name": {"en": "x"}}),
            json!({"interactionType": "likert", "scale": [{"id": "1"}], "name": {"en": "x"}}),
        ),
        (
            json!({"name": {"en": "x"}}),
            json!({"interactionType": "true-false", "correctResponsesPattern": ["true"]}),
            json!({"name": {"en": "x"}, "interactionType": "true-false", "correctResponsesPattern": ["true"]}),
        ),
    ];
    for (old, new, expected) in rows {
        let merged = merge_definition(Some(&old.to_string()), &new.to_string());
        assert_eq!(
            serde_json::from_str::<Value>(&merged).unwrap(),
            expected,
            "{old} {new}"
        );
    }
}

#[test]
fn the_first_and_the_unreadable() {
    assert_eq!(merge_definition(None, r#"{"name":{}}"#), r#"{"name":{}}"#);
    assert_eq!(
        merge_definition(Some("broken"), r#"{"name":{}}"#),
        r#"{"name":{}}"#
    );
    assert_eq!(
        merge_definition(Some(r#"{"name":{}}"#), "broken"),
        r#"{"name":{}}"#
    );
    assert_eq!(merge_definition(Some(r#"{"name":{}}"#), "7"), r#"{"name":{}}"#);
    assert_eq!(merge_definition(None, "7"), "{}");
}

#[test]
fn texts_stay_as_they_were_written() {
    let merged = merge_definition(
        Some(r#"{"extensions":{"http://a.b/1":1.50}}"#),
        r#"{"extensions":{"http://a.b/2":"\u0041"}}"#,
    );
    assert_eq!(
        merged,
        r#"{"extensions":{"http://a.b/1":1.50,"http://a.b/2":"\u0041"}}"#
    );
}

/// Definitions of activities that statements are about.
fn definition() -> impl Strategy<Value = String> {
    testing::statement_tree(xapi::Version::V1_0).prop_filter_map("no definition", |tree| {
        Some(tree.get("object")?.get("definition")?.render())
    })
}

proptest! {
    #[test]
    fn a_merged_definition_is_a_definition(old in definition(), new in definition()) {
        let merged = merge_definition(Some(&old), &new);
        let statement = PLAIN.replace(r#""http://example.com/activities/1""#, &format!(r#""http://a.b","definition":{merged}"#));
        accepted(&statement, &BOTH);
        for language in serde_json::from_str::<Value>(&old).unwrap()["name"].as_object().into_iter().flat_map(|map| map.keys()) {
            prop_assert!(serde_json::from_str::<Value>(&merged).unwrap()["name"].get(language).is_some());
        }
    }

    #[test]
    fn merging_again_changes_nothing(old in definition(), new in definition()) {
        let merged = merge_definition(Some(&old), &new);
        let again = merge_definition(Some(&merged), &new);
        prop_assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), serde_json::from_str::<Value>(&merged).unwrap());
        prop_assert_eq!(merge_definition(Some(&old), &old), old);
    }
}
