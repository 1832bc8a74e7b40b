use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, Row, in_substatement, place};
use crate::sample::{VERB, iri, uuid, with};
use crate::tools::edit::set;

const VERBS: &[Place] = &[
    place("verb", |v| with("verb", v)),
    place("verb of a SubStatement", |v| in_substatement("/verb", v)),
];

pub(super) fn all() -> Vec<Requirement> {
    let bad: &[Row] = &[
        ("without id", || json!({ "display": { "en": "tried" } })),
        ("id without scheme", || json!({ "id": "example.org/verbs/tried" })),
        ("id empty", || json!({ "id": "" })),
        ("id a number", || json!({ "id": 5 })),
        ("id an object", || json!({ "id": {} })),
        ("a string", || json!(VERB)),
        ("an array", || json!([{ "id": VERB }])),
    ];
    vec![
        Requirement::must(
            "verb.accepted",
            at("Data 2.4.3", "4.2.2.2"),
            "A Verb has an IRI and may show it in languages, or not.",
        )
        .accepts(
            VERBS,
            &[
                ("without display", || json!({ "id": iri("verbs") })),
                (
                    "with display",
                    || json!({ "id": iri("verbs"), "display": { "en": "a", "de": "b" } }),
                ),
                (
                    "beyond ASCII",
                    || json!({ "id": "https://example.org/فعل/خواندن" }),
                ),
            ],
        ),
        Requirement::must(
            "verb.id",
            at("Data 2.4.3", "4.2.2.2"),
            "A Verb must have an id, which is an IRI.",
        )
        .rejects(VERBS, bad),
        Requirement::must(
            "verb.display",
            at("Data 2.4.3", "4.2.2.2"),
            "What a Verb displays is a language map.",
        )
        .rejects(
            VERBS,
            &[
                ("display a string", || json!({ "id": VERB, "display": "tried" })),
                ("display an array", || json!({ "id": VERB, "display": ["tried"] })),
                ("display a number", || json!({ "id": VERB, "display": 5 })),
            ],
        ),
        Requirement::must(
            "verb.voided-targets-a-statement",
            at("Data 2.3.2", "4.2.5"),
            "A statement that voids has a StatementRef as its object.",
        )
        .rejects(
            &[place("object", |v| {
                set(with("verb", json!({ "id": crate::sample::VOIDED })), "/object", v)
            })],
            &[
                ("an activity", crate::sample::activity),
                ("an agent", crate::sample::agent),
                (
                    "a StatementRef without id",
                    || json!({ "objectType": "StatementRef" }),
                ),
                ("an id without objectType", || json!({ "id": uuid() })),
            ],
        ),
    ]
}
