use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, at as statement_at, attached, defined, in_substatement, place};

const MAPS: &[Place] = &[
    place("verb display", |v| statement_at("/verb/display", v)),
    place("activity name", |v| statement_at("/object/definition/name", v)),
    place("activity description", |v| {
        statement_at("/object/definition/description", v)
    }),
    place("name of a context activity", |v| {
        statement_at(
            "/context/contextActivities/parent",
            json!([{ "id": crate::sample::iri("activities"), "definition": { "name": v } }]),
        )
    }),
    place("attachment display", |v| attached("/display", v)),
    place("attachment description", |v| attached("/description", v)),
    place("choice", |v| {
        defined(json!({ "interactionType": "choice", "choices": [{ "id": "a", "description": v }] }))
    }),
    place("scale", |v| {
        defined(json!({ "interactionType": "likert", "scale": [{ "id": "a", "description": v }] }))
    }),
    place("source", |v| {
        defined(json!({ "interactionType": "matching", "source": [{ "id": "a", "description": v }] }))
    }),
    place("target", |v| {
        defined(json!({ "interactionType": "matching", "target": [{ "id": "a", "description": v }] }))
    }),
    place("step", |v| {
        defined(json!({ "interactionType": "performance", "steps": [{ "id": "a", "description": v }] }))
    }),
    place("verb display of a SubStatement", |v| {
        in_substatement("/verb/display", v)
    }),
    place("activity name of a SubStatement", |v| {
        in_substatement("/object/definition/name", v)
    }),
];

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "language-map.accepted",
            at("Data 4.2", ""),
            "The keys of a language map are tags of RFC 5646, of every form; all entries come back.",
        )
        .accepts(
            MAPS,
            &[
                ("language", || json!({ "en": "x", "fil": "y" })),
                ("region", || json!({ "en-US": "x", "es-419": "y" })),
                ("script", || json!({ "zh-Hant-TW": "x", "sr-Latn-RS": "y" })),
                ("variant", || json!({ "de-1996": "x", "sl-rozaj-biske": "y" })),
                (
                    "extension and private use",
                    || json!({ "de-DE-u-co-phonebk": "x", "en-x-mine": "y" }),
                ),
                ("an empty text", || json!({ "en": "" })),
                ("text of any kind", || json!({ "he": "שלום <b>\u{1f600}</b>\n" })),
            ],
        ),
        Requirement::must(
            "language-map.keys",
            at("Data 2.2", ""),
            "A key that can not be a tag of RFC 5646 is refused.",
        )
        .rejects(
            MAPS,
            &[
                ("an underscore", || json!({ "en_US": "x" })),
                ("a space", || json!({ "en US": "x" })),
                ("a subtag too long", || json!({ "en-abcdefghi": "x" })),
                ("empty", || json!({ "": "x" })),
                ("an empty subtag", || json!({ "en--US": "x" })),
                ("a digit", || json!({ "1": "x" })),
                ("one of two", || json!({ "en": "x", "not a language": "y" })),
            ],
        ),
        Requirement::must(
            "language-map.values",
            at("Data 4.2", ""),
            "The values are strings.",
        )
        .rejects(
            MAPS,
            &[
                ("a number", || json!({ "en": 5 })),
                ("null", || json!({ "en": null })),
                ("an object", || json!({ "en": { "text": "x" } })),
                ("an array", || json!({ "en": ["x"] })),
                ("a boolean", || json!({ "en": true })),
            ],
        ),
    ]
}
