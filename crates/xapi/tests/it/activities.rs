//! Activities, definitions and interactions (Data 2.4.4.1).

use xapi::{InteractionType, Object, Version};

use crate::support::{
    BOTH, PLAIN, SUB, accepted, accepts, received, refused, refuses, refuses_but_strings, with,
};

#[test]
fn an_activity_has_an_iri() {
    accepts(
        PLAIN,
        "object",
        &[
            r#"{"id":"http://a.b"}"#,
            r#"{"objectType":"Activity","id":"urn:isbn:0451450523"}"#,
            r#"{"id":"tag:example.com,2026:x"}"#,
            r#"{"id":"http://example.com/path/../x?y=%20#z"}"#,
            r#"{"id":"http://example.com/道/ünï"}"#,
            r#"{"id":"act:thing"}"#,
        ],
    );
    refuses_but_strings(PLAIN, "object.id");
    refuses(
        PLAIN,
        "object",
        &[
            ("{}", "$.object"),
            (r#"{"definition":{}}"#, "$.object"),
            (r#"{"id":""}"#, "$.object.id"),
            (r#"{"id":"not.an.iri.com/x"}"#, "$.object.id"),
            (r#"{"id":"//example.com/x"}"#, "$.object.id"),
            (r##"{"id":"#fragment"}"##, "$.object.id"),
            (r#"{"id":"ab=c://should.fail.com"}"#, "$.object.id"),
            (r#"{"id":"http://a.b","name":"x"}"#, "$.object.name"),
            (r#"{"id":"http://a.b","Definition":{}}"#, "$.object.Definition"),
        ],
    );
}

#[test]
fn a_definition_describes() {
    accepts(
        PLAIN,
        "object.definition",
        &[
            "{}",
            r#"{"name":{"en-GB":"x"},"description":{"zh-Hant":"y"}}"#,
            r#"{"type":"http://adlnet.gov/expapi/activities/course","moreInfo":"http://example.com/more"}"#,
            r#"{"extensions":{}}"#,
            r#"{"extensions":{"http://a.b/1":null,"http://a.b/2":"","http://a.b/3":{},"urn:x:4":[1,{"deep":null}]}}"#,
        ],
    );
    refuses(
        PLAIN,
        "object.definition",
        &[
            ("null", "$.object.definition"),
            (r#""x""#, "$.object.definition"),
            (r#"{"name":"x"}"#, "$.object.definition.name"),
            (r#"{"name":12}"#, "$.object.definition.name"),
            (
                r#"{"name":{"a12345678":"x"}}"#,
                "$.object.definition.name.a12345678",
            ),
            (r#"{"description":"x"}"#, "$.object.definition.description"),
            (
                r#"{"description":{"en":12}}"#,
                "$.object.definition.description.en",
            ),
            (r#"{"type":"course"}"#, "$.object.definition.type"),
            (r#"{"type":12}"#, "$.object.definition.type"),
            (r#"{"moreInfo":"should fail"}"#, "$.object.definition.moreInfo"),
            (r#"{"moreInfo":null}"#, "$.object.definition.moreInfo"),
            (r#"{"moreinfo":"http://a.b"}"#, "$.object.definition.moreinfo"),
            (r#"{"extensions":"x"}"#, "$.object.definition.extensions"),
            (r#"{"extensions":[]}"#, "$.object.definition.extensions"),
            (r#"{"extensions":null}"#, "$.object.definition.extensions"),
            (
                r#"{"extensions":{"not an iri":1}}"#,
                r#"$.object.definition.extensions["not an iri"]"#,
            ),
            (
                r#"{"extensions":{"a.b/c":1}}"#,
                r#"$.object.definition.extensions["a.b/c"]"#,
            ),
            (
                r#"{"extensions":{"":1}}"#,
                r#"$.object.definition.extensions[""]"#,
            ),
            (r#"{"colour":"red"}"#, "$.object.definition.colour"),
        ],
    );
}

#[test]
fn each_kind_of_interaction_has_its_lists_and_no_others() {
    const LISTS: [&str; 5] = ["choices", "scale", "source", "target", "steps"];
    for kind in InteractionType::ALL {
        let word = kind.as_str();
        let plain = format!(r#"{{"interactionType":"{word}","correctResponsesPattern":["a[,]b","c"]}}"#);
        accepts(PLAIN, "object.definition", &[&plain]);
        for list in LISTS {
            let definition = format!(
                r#"{{"{list}":[{{"id":"a","description":{{"en":"A"}}}},{{"id":"b"}}],"interactionType":"{word}"}}"#
            );
            let json = with(PLAIN, "object.definition", &definition);
            let inner = with(
                &with(PLAIN, "object", SUB),
                "object.object.definition",
                &definition,
            );
            if kind.component_lists().contains(&list) {
                accepted(&json, &BOTH);
                accepted(&inner, &BOTH);
            } else {
                refused(&json, &BOTH, &format!("$.object.definition.{list}"));
                refused(&inner, &BOTH, &format!("$.object.object.definition.{list}"));
            }
        }
    }
}

#[test]
fn interactions_are_refused_where_they_are_wrong() {
    for word in ["true-faLse", "choiCe", "Other", "", "essay", "http://a.b"] {
        let definition = format!(r#"{{"interactionType":"{word}"}}"#);
        refuses(
            PLAIN,
            "object.definition",
            &[(&definition, "$.object.definition.interactionType")],
        );
    }
    let at = |tail: &str| format!("$.object.definition{tail}");
    for (definition, tail) in [
        (r#"{"interactionType":7}"#, ".interactionType"),
        (r#"{"interactionType":null}"#, ".interactionType"),
        (r#"{"correctResponsesPattern":["x"]}"#, ""),
        (r#"{"choices":[{"id":"a"}]}"#, ""),
        (
            r#"{"interactionType":"choice","correctResponsesPattern":"x"}"#,
            ".correctResponsesPattern",
        ),
        (
            r#"{"interactionType":"choice","correctResponsesPattern":[1]}"#,
            ".correctResponsesPattern[0]",
        ),
        (
            r#"{"interactionType":"choice","correctResponsesPattern":["a",null]}"#,
            ".correctResponsesPattern[1]",
        ),
        (r#"{"interactionType":"choice","choices":{"id":"a"}}"#, ".choices"),
        (r#"{"interactionType":"choice","choices":["a"]}"#, ".choices[0]"),
        (r#"{"interactionType":"choice","choices":[{}]}"#, ".choices[0]"),
        (
            r#"{"interactionType":"choice","choices":[{"id":7}]}"#,
            ".choices[0].id",
        ),
        (
            r#"{"interactionType":"choice","choices":[{"id":"a"},{"id":"a"}]}"#,
            ".choices[1].id",
        ),
        (
            r#"{"interactionType":"choice","choices":[{"id":"a","description":"A"}]}"#,
            ".choices[0].description",
        ),
        (
            r#"{"interactionType":"choice","choices":[{"id":"a","description":{"a12345678":"A"}}]}"#,
            ".choices[0].description.a12345678",
        ),
        (
            r#"{"interactionType":"choice","choices":[{"id":"a","text":"A"}]}"#,
            ".choices[0].text",
        ),
        (
            r#"{"interactionType":"matching","source":[{"id":"a"}],"target":[{"id":"b"},{"id":"b"}]}"#,
            ".target[1].id",
        ),
    ] {
        refuses(PLAIN, "object.definition", &[(definition, &at(tail))]);
    }
}

#[test]
fn an_interaction_is_read_whole() {
    let definition = r#"{"interactionType":"matching","correctResponsesPattern":[],"source":[{"id":"1"}],"target":[{"id":"1","description":{"en":"One"}}]}"#;
    let received = received(&with(PLAIN, "object.definition", definition), Version::V1_0).unwrap();
    let Object::Activity(activity) = &received.statement().object else {
        panic!("not an activity")
    };
    let interaction = activity
        .definition
        .as_ref()
        .unwrap()
        .interaction
        .as_ref()
        .unwrap();
    assert_eq!(interaction.interaction_type, InteractionType::Matching);
    assert_eq!(interaction.correct_responses_pattern, Some(vec![]));
    assert_eq!(
        (
            interaction.source.len(),
            interaction.target.len(),
            interaction.steps.len()
        ),
        (1, 1, 0)
    );
    assert_eq!(interaction.target[0].description.get("EN"), Some("One"));
}
