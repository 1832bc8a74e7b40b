use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, at as statement_at, in_substatement, place};

const EXTENSIONS: &[Place] = &[
    place("activity", |v| statement_at("/object/definition/extensions", v)),
    place("result", |v| statement_at("/result/extensions", v)),
    place("context", |v| statement_at("/context/extensions", v)),
    place("activity of a SubStatement", |v| {
        in_substatement("/object/definition/extensions", v)
    }),
    place("result of a SubStatement", |v| {
        in_substatement("/result/extensions", v)
    }),
    place("context of a SubStatement", |v| {
        in_substatement("/context/extensions", v)
    }),
];

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "extensions.values",
            at("Data 4.1", ""),
            "A statement is not refused for the values of its extensions, whatever they are; they come back.",
        )
        .accepts(
            EXTENSIONS,
            &[
                ("nothing", || json!({})),
                ("a string", || json!({ "https://example.org/e": "x" })),
                ("an empty string", || json!({ "https://example.org/e": "" })),
                ("null", || json!({ "https://example.org/e": null })),
                ("nulls inside", || json!({ "https://example.org/e": { "a": null, "b": [null] } })),
                ("a boolean", || json!({ "https://example.org/e": false })),
                ("numbers", || json!({ "https://example.org/e": [0, -1, 1.5, 1e10, 123_456_789] })),
                ("an array in its order", || json!({ "https://example.org/e": [3, 1, 2, "a", [2, 1]] })),
                ("names of any kind", || {
                    json!({ "https://example.org/e": { "": 1, "ID": 2, "id": 3, "a b": 4, "$a.b": 5, "é": 6 } })
                }),
                ("what looks like a statement", || {
                    json!({ "https://example.org/e": { "actor": { "mbox": 5 }, "objectType": "Nonsense" } })
                }),
                ("text of any kind", || {
                    json!({ "urn:example:e": "\u{1f600} \"quoted\" \\ / \n\t\u{7f} <b>&amp;</b> שלום" })
                }),
                ("deep", || {
                    json!({ "https://example.org/e": { "a": { "b": { "c": { "d": [[[[{ "e": 1 }]]]] } } } } })
                }),
            ],
        ),
        Requirement::must("extensions.keys", at("Data 4.1", ""), "The keys of extensions are IRIs.").rejects(
            EXTENSIONS,
            &[
                ("a word", || json!({ "weight": 1 })),
                ("without scheme", || json!({ "example.org/weight": 1 })),
                ("empty", || json!({ "": 1 })),
                ("one of two", || json!({ "https://example.org/e": 1, "weight": 1 })),
            ],
        ),
    ]
}
