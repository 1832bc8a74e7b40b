use serde_json::{Value, json};

use crate::requirement::{Case, Requirement, at};
use crate::requirements::rows::{Place, Row, defined, in_substatement, place};
use crate::tools::store::{accepted, rejected};

const DEFINITIONS: &[Place] = &[
    place("object", defined),
    place("object of a SubStatement", |v| {
        in_substatement("/object/definition", v)
    }),
];

const TYPES: [&str; 10] = [
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
];

/// Each kind of interaction with the component list it supports.
const LISTS: [(&str, &str); 6] = [
    ("choice", "choices"),
    ("sequencing", "choices"),
    ("likert", "scale"),
    ("matching", "source"),
    ("matching", "target"),
    ("performance", "steps"),
];

fn interaction(kind: &str, more: &[(&str, Value)]) -> Value {
    let mut definition = json!({
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": kind
    });
    if let Value::Object(members) = &mut definition {
        members.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
    }
    definition
}

/// For each component list, a case from a name and the list's content.
fn lists(name: &'static str, good: bool, content: fn() -> Value) -> Vec<Case> {
    LISTS
        .into_iter()
        .map(|(kind, list)| {
            Case::new(format!("{list} of {kind}: {name}"), move |lrs| async move {
                let statement = defined(interaction(kind, &[(list, content())]));
                if good {
                    accepted(&lrs, &statement).await
                } else {
                    rejected(&lrs, &statement).await
                }
            })
        })
        .collect()
}

fn patterns() -> Vec<Case> {
    [
        ("true-false", "true"),
        ("choice", "golf[,]tetris"),
        ("fill-in", "{case_matters=true}Bob's your uncle"),
        (
            "long-fill-in",
            "{case_matters=false}{lang=en}To store and provide access to learning experiences.",
        ),
        ("matching", "ben[.]3[,]chris[.]2"),
        ("performance", "pong[.]1:[,]dg[.]:10[,]lunch[.]"),
        ("sequencing", "tim[,]mike[,]ells"),
        ("likert", "likert_3"),
        ("numeric", "4[:]"),
        ("other", "(35.937432,-86.868896)"),
    ]
    .into_iter()
    .map(|(kind, pattern)| {
        Case::new(format!("a pattern of {kind}"), move |lrs| async move {
            let definition = interaction(kind, &[("correctResponsesPattern", json!([pattern]))]);
            accepted(&lrs, &defined(definition)).await
        })
    })
    .collect()
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.4.1 Interaction Activities", "4.2.2.3");
    let components = || at("Data 2.4.4.1 Interaction Components", "4.2.2.3");
    let bad_types: &[Row] = &[
        ("no such type", || interaction("essay", &[])),
        ("another case", || interaction("Choice", &[])),
        ("an underscore", || interaction("true_false", &[])),
        ("empty", || interaction("", &[])),
        ("a number", || json!({ "interactionType": 5 })),
        ("an object", || json!({ "interactionType": { "type": "choice" } })),
        ("an array", || json!({ "interactionType": ["choice"] })),
    ];
    vec![
        Requirement::must(
            "interaction.types-accepted",
            section(),
            "All ten interaction types are taken.",
        )
        .cases(TYPES.map(|kind| {
            Case::new(kind, move |lrs| async move {
                accepted(&lrs, &defined(interaction(kind, &[]))).await
            })
        })),
        Requirement::must(
            "interaction.type",
            section(),
            "The interactionType is one of the ten words.",
        )
        .rejects(DEFINITIONS, bad_types),
        Requirement::must(
            "interaction.patterns-accepted",
            section(),
            "Each interaction type may carry a pattern of correct responses in its format.",
        )
        .cases(patterns())
        .accepts(
            DEFINITIONS,
            &[
                ("no pattern is correct", || {
                    interaction("choice", &[("correctResponsesPattern", json!([]))])
                }),
                ("many patterns, in their order", || {
                    interaction(
                        "fill-in",
                        &[("correctResponsesPattern", json!(["c", "a", "b", "a b"]))],
                    )
                }),
            ],
        ),
        Requirement::must(
            "interaction.pattern-types",
            section(),
            "correctResponsesPattern is an array of strings.",
        )
        .rejects(
            DEFINITIONS,
            &[
                ("a string", || {
                    interaction("choice", &[("correctResponsesPattern", json!("a"))])
                }),
                ("an object", || {
                    interaction("choice", &[("correctResponsesPattern", json!({ "a": "b" }))])
                }),
                ("an array of numbers", || {
                    interaction("numeric", &[("correctResponsesPattern", json!([1, 2]))])
                }),
                ("an array of objects", || {
                    interaction("choice", &[("correctResponsesPattern", json!([{ "id": "a" }]))])
                }),
            ],
        ),
        Requirement::must(
            "interaction.components-accepted",
            components(),
            "Each list of components is taken with its type and comes back in its order.",
        )
        .cases(lists("with descriptions", true, || {
            json!([
                { "id": "b", "description": { "en": "The second", "de": "Das zweite" } },
                { "id": "a", "description": { "en": "The first" } }
            ])
        }))
        .cases(lists(
            "without descriptions",
            true,
            || json!([{ "id": "2" }, { "id": "1" }, { "id": "3" }]),
        )),
        Requirement::must(
            "interaction.component-id",
            components(),
            "Every component has an id, which is a string.",
        )
        .cases(lists(
            "without id",
            false,
            || json!([{ "description": { "en": "The first" } }]),
        ))
        .cases(lists("id a number", false, || json!([{ "id": 1 }]))),
        Requirement::must(
            "interaction.component-ids-distinct",
            components(),
            "Within a list of components all ids differ.",
        )
        .cases(lists(
            "an id twice",
            false,
            || json!([{ "id": "a" }, { "id": "b" }, { "id": "a" }]),
        )),
        Requirement::must(
            "interaction.component-types",
            components(),
            "A list is an array of components: objects with id and, if they like, a language map.",
        )
        .cases(lists("an object", false, || json!({ "id": "a" })))
        .cases(lists("an array of strings", false, || json!(["a", "b"])))
        .cases(lists(
            "description a string",
            false,
            || json!([{ "id": "a", "description": "The first" }]),
        ))
        .cases(lists(
            "another member",
            false,
            || json!([{ "id": "a", "text": "The first" }]),
        )),
    ]
}
