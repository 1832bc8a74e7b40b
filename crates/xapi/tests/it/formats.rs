//! Formats `ids` and `canonical` (Communication 2.1.3), and 2.0 data for a 1.0.x client.

use proptest::prelude::*;
use serde_json::{Value, json};
use xapi::testing::{self, Tree};
use xapi::{AcceptLanguage, Statement, Version, format_canonical, format_ids, to_version};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn ids_keeps_what_identifies() {
    let rows = [
        (
            json!({"actor": {"objectType": "Agent", "name": "A", "mbox": "mailto:a@b.c"},
                   "verb": {"id": "http://a.b/v", "display": {"en": "x"}},
                   "object": {"objectType": "Activity", "id": "http://a.b/o", "definition": {"name": {"en": "x"}}},
                   "result": {"score": {"raw": 1}}, "timestamp": "2026-11-23T09:30:00Z"}),
            json!({"actor": {"mbox": "mailto:a@b.c"}, "verb": {"id": "http://a.b/v"}, "object": {"id": "http://a.b/o"},
                   "result": {"score": {"raw": 1}}, "timestamp": "2026-11-23T09:30:00Z"}),
        ),
        (
            json!({"actor": {"objectType": "Group", "name": "G", "account": {"homePage": "http://a.b", "name": "g"},
                             "member": [{"mbox": "mailto:a@b.c"}]},
                   "verb": {"id": "http://a.b/v"}, "object": {"objectType": "Agent", "name": "A", "openid": "http://a.b"},
                   "authority": {"objectType": "Group", "member": [{"name": "App", "openid": "http://a.b"},
                                 {"objectType": "Agent", "mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}]}}),
            json!({"actor": {"objectType": "Group", "account": {"homePage": "http://a.b", "name": "g"}},
                   "verb": {"id": "http://a.b/v"}, "object": {"objectType": "Agent", "openid": "http://a.b"},
                   "authority": {"objectType": "Group", "member": [{"openid": "http://a.b"},
                                 {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}]}}),
        ),
        (
            json!({"actor": {"mbox": "mailto:a@b.c"}, "verb": {"id": "http://a.b/v"},
                   "object": {"objectType": "SubStatement", "actor": {"objectType": "Group", "name": "G", "mbox": "mailto:g@b.c"},
                              "verb": {"id": "http://a.b/w", "display": {}},
                              "object": {"objectType": "Activity", "id": "http://a.b/o", "definition": {}},
                              "context": {"instructor": {"name": "I", "mbox": "mailto:i@b.c"}}},
                   "context": {"team": {"objectType": "Group", "name": "T", "member": [{"name": "M", "mbox": "mailto:m@b.c"}]},
                               "contextActivities": {"parent": [{"id": "http://a.b/p", "definition": {}}],
                                                     "other": {"objectType": "Activity", "id": "http://a.b/q"}},
                               "contextAgents": [{"objectType": "contextAgent", "agent": {"name": "C", "mbox": "mailto:c@b.c"},
                                                  "relevantTypes": ["http://a.b/t"]}],
                               "platform": "x"}}),
            json!({"actor": {"mbox": "mailto:a@b.c"}, "verb": {"id": "http://a.b/v"},
                   "object": {"objectType": "SubStatement", "actor": {"objectType": "Group", "mbox": "mailto:g@b.c"},
                              "verb": {"id": "http://a.b/w"}, "object": {"id": "http://a.b/o"},
                              "context": {"instructor": {"mbox": "mailto:i@b.c"}}},
                   "context": {"team": {"objectType": "Group", "member": [{"mbox": "mailto:m@b.c"}]},
                               "contextActivities": {"parent": [{"id": "http://a.b/p"}], "other": {"id": "http://a.b/q"}},
                               "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:c@b.c"},
                                                  "relevantTypes": ["http://a.b/t"]}],
                               "platform": "x"}}),
        ),
    ];
    for (kept, expected) in rows {
        assert_eq!(value(&format_ids(&kept.to_string()).unwrap()), expected);
    }
}

#[test]
fn canonical_takes_known_definitions_in_one_language() {
    let kept = json!({"actor": {"objectType": "Agent", "name": "A", "mbox": "mailto:a@b.c"},
        "verb": {"id": "http://a.b/v", "display": {"en-US": "did", "en-GB": "did, rather", "fr": "a fait"}},
        "object": {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@b.c"}, "verb": {"id": "http://a.b/w", "display": {"fr": "y"}},
                   "object": {"id": "http://a.b/known", "definition": {"name": {"en-US": "as sent"}}}},
        "context": {"contextActivities": {"category": [{"id": "http://a.b/own", "definition": {
                        "name": {"en-US": "own"}, "type": "http://a.b/t", "interactionType": "choice",
                        "choices": [{"id": "1", "description": {"de": "eins", "en-GB": "one"}}, {"id": "2"}],
                        "extensions": {"http://a.b/x": {"en-US": "stays", "fr": "reste"}}}},
                    {"id": "http://a.b/known"}, {"objectType": "Activity", "id": "http://a.b/bare"}]}}});
    let known = json!({"name": {"fr": "connu", "en-GB": "known"}, "moreInfo": "http://a.b/more"}).to_string();
    let lookup = |id: &str| (id == "http://a.b/known").then(|| known.clone());
    let out = format_canonical(&kept.to_string(), &AcceptLanguage::parse("en-GB"), lookup).unwrap();
    let definition = json!({"name": {"en-GB": "known"}, "moreInfo": "http://a.b/more"});
    let mut expected = kept.clone();
    expected["verb"]["display"] = json!({"en-GB": "did, rather"});
    expected["object"]["object"]["definition"] = definition.clone();
    expected["context"]["contextActivities"]["category"][1]["definition"] = definition;
    expected["context"]["contextActivities"]["category"][0]["definition"]["choices"][0]["description"] =
        json!({"en-GB": "one"});
    assert_eq!(value(&out), expected);
}

#[test]
fn a_definition_that_cannot_be_read_leaves_the_statements_own() {
    let kept = r#"{"object":{"id":"http://a.b","definition":{"name":{"en":"x"}}}}"#;
    let out = format_canonical(kept, &AcceptLanguage::default(), |_| Some("{broken".to_owned())).unwrap();
    assert_eq!(out, kept);
}

#[test]
fn languages_are_chosen_by_weight_then_by_kinship() {
    for (header, tags, chosen) in [
        ("", vec!["de", "en"], "de"),
        ("en-GB", vec!["en-US", "en-GB"], "en-GB"),
        ("en-gb", vec!["en-US", "en-GB"], "en-GB"),
        ("en", vec!["de", "en-US"], "en-US"),
        ("en-GB", vec!["de", "en"], "en"),
        ("en-GB", vec!["de", "en-US"], "en-US"),
        ("fr;q=0.5, de;q=0.9", vec!["fr", "de"], "de"),
        ("fr, de", vec!["de", "fr"], "fr"),
        ("en-GB, fr;q=0.2", vec!["en-US", "fr"], "fr"),
        ("*, de;q=0.1", vec!["de", "fr"], "fr"),
        ("fr;q=0, *;q=0.5", vec!["fr", "it"], "it"),
        ("fr;q=0", vec!["fr", "it"], "it"),
        ("fr;q=0", vec!["fr"], "fr"),
        ("fr;q=0.000", vec!["fr", "it"], "it"),
        ("en-GB, *;q=0.1", vec!["de", "en-US"], "en-US"),
        ("zh-Hant-TW", vec!["zh-Hans", "zh-Hant", "en"], "zh-Hant"),
        ("e", vec!["de", "en"], "de"),
        (
            "garbage;;q=, ;q=1, de;q=2, it;q=0.8",
            vec!["en", "de", "it"],
            "it",
        ),
        ("da, en-gb;q=0.8, en;q=0.7", vec!["en-US", "en-GB"], "en-GB"),
        ("i-klingon", vec!["en", "i-klingon"], "i-klingon"),
        ("ja", vec!["en", "de"], "en"),
    ] {
        let at = AcceptLanguage::parse(header).choose(&tags).unwrap();
        assert_eq!(tags[at], chosen, "{header:?} {tags:?}");
    }
    assert_eq!(AcceptLanguage::parse("en").choose(&[]), None);
}

#[test]
fn a_1_0_client_gets_no_members_of_2_0() {
    let agents = json!([{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b.c"}}]);
    let kept = json!({"id": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0", "version": "2.0.0",
        "object": {"objectType": "SubStatement", "context": {"contextGroups": agents}},
        "context": {"contextAgents": agents, "platform": "x", "contextGroups": [],
                    "extensions": {"http://a.b": {"contextAgents": 1}}}})
    .to_string();
    let expected = json!({"id": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0", "version": "1.0.0",
        "object": {"objectType": "SubStatement", "context": {}},
        "context": {"platform": "x", "extensions": {"http://a.b": {"contextAgents": 1}}}});
    assert_eq!(value(&to_version(&kept, Version::V1_0).unwrap()), expected);
    assert_eq!(to_version(&kept, Version::V2_0).unwrap(), kept);
    let old = r#"{ "version":"1.0.3", "context":{} }"#;
    assert_eq!(to_version(old, Version::V1_0).unwrap(), old);
    let escaped = r#"{"context":{"\u0063ontextAgents":[]},"version":"\u0032.0.0"}"#;
    assert_eq!(
        to_version(escaped, Version::V1_0).unwrap(),
        r#"{"context":{},"version":"1.0.0"}"#
    );
}

#[test]
fn what_is_not_json_is_an_error() {
    for text in ["", "{", "[1,]"] {
        assert!(format_ids(text).is_err());
        assert!(format_canonical(text, &AcceptLanguage::default(), |_| None).is_err());
    }
}

fn each_map(tree: &Value, name: &str, visit: &mut impl FnMut(&Value)) {
    match tree {
        Value::Object(members) => {
            for (member, value) in members
                .iter()
                .filter(|(member, _)| *member != "extensions" && *member != "attachments")
            {
                match member.as_str() {
                    "display" | "description" => visit(value),
                    "name" if name == "definition" => visit(value),
                    _ => each_map(value, member, visit),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| each_map(element, name, visit)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn ids_is_still_the_statement(json in testing::statement_json_2_0()) {
        let ids = format_ids(&json).unwrap();
        prop_assert!(ids.len() <= json.len());
        prop_assert_eq!(&format_ids(&ids).unwrap(), &ids, "once is enough");
        let (full, short) = (Statement::from_stored(&json).unwrap(), Statement::from_stored(&ids).unwrap());
        prop_assert_eq!(full.actor.ifi(), short.actor.ifi());
        prop_assert_eq!(full.verb.id, short.verb.id);
        prop_assert_eq!(full.result, short.result);
    }

    #[test]
    fn canonical_has_one_language_a_map_and_is_the_same_statement(
        json in testing::statement_json(), header in "[a-z]{2}(-[A-Z]{2})?(;q=0\\.[0-9])?"
    ) {
        let languages = AcceptLanguage::parse(&header);
        let canonical = format_canonical(&json, &languages, |_| None).unwrap();
        each_map(&value(&canonical), "", &mut |map| assert_eq!(map.as_object().unwrap().len(), 1, "{map}"));
        let same = Statement::from_stored(&json).unwrap().fingerprint() == Statement::from_stored(&canonical).unwrap().fingerprint();
        prop_assert!(same);
    }

    #[test]
    fn a_2_0_statement_becomes_one_that_1_0_accepts(tree in testing::statement_tree(Version::V2_0)) {
        let out = to_version(&tree.render(), Version::V1_0).unwrap();
        prop_assert!(crate::support::received(&out, Version::V1_0).is_ok(), "{}", out);
        let mut less = tree.clone();
        without_context_agents(&mut less);
        let print = |text: &str| Statement::from_stored(text).unwrap().fingerprint();
        prop_assert_eq!(print(&out), print(&less.render()));
    }
}

fn without_context_agents(tree: &mut Tree) {
    for context in [true, false] {
        let owner = if context {
            Some(&mut *tree)
        } else {
            tree.get_mut("object")
        };
        if let Some(context) = owner.and_then(|owner| owner.get_mut("context")) {
            context.remove("contextAgents");
            context.remove("contextGroups");
        }
    }
}
