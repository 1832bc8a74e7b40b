use serde_json::{Value, json};

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{ACTIVITIES, Row};
use crate::sample::{activity, iri};
use crate::tools::edit::put;

fn defined(definition: Value) -> Value {
    put(activity(), "/definition", definition)
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.4.1", "4.2.2.3");
    let good: &[Row] = &[
        ("no definition", activity),
        ("every member of a definition", || {
            defined(json!({
                "name": { "en": "A course" },
                "description": { "en": "About something", "fr": "De quelque chose" },
                "type": "http://adlnet.gov/expapi/activities/course",
                "moreInfo": "https://example.org/courses/1",
                "extensions": { "https://example.org/extensions/level": 3 }
            }))
        }),
        (
            "an id that is no URL",
            || json!({ "id": format!("urn:uuid:{}", crate::sample::uuid()) }),
        ),
        (
            "an id beyond ASCII",
            || json!({ "id": format!("{}/übung", iri("activities")) }),
        ),
        (
            "an id with a fragment",
            || json!({ "id": format!("{}#part?x=1", iri("activities")) }),
        ),
    ];
    vec![
        Requirement::must(
            "activity.accepted",
            section(),
            "An Activity has an IRI and, if it likes, a definition.",
        )
        .accepts(ACTIVITIES, good),
        Requirement::must(
            "activity.id",
            section(),
            "An Activity must have an id, which is an IRI.",
        )
        .rejects(
            ACTIVITIES,
            &[
                ("without id", || json!({ "objectType": "Activity" })),
                ("id without scheme", || json!({ "id": "example.org/courses/1" })),
                ("id empty", || json!({ "id": "" })),
                ("id a number", || json!({ "id": 5 })),
                ("id an object", || json!({ "id": { "x": "https://example.org" } })),
            ],
        ),
        Requirement::must(
            "activity.definition",
            section(),
            "The members of a definition are of their types, and there are no others.",
        )
        .rejects(
            ACTIVITIES,
            &[
                ("definition a string", || defined(json!("A course"))),
                ("definition an array", || defined(json!([]))),
                ("name a string", || defined(json!({ "name": "A course" }))),
                ("name a number", || defined(json!({ "name": 5 }))),
                ("description a string", || {
                    defined(json!({ "description": "About something" }))
                }),
                ("description an array", || {
                    defined(json!({ "description": ["About something"] }))
                }),
                ("type without scheme", || defined(json!({ "type": "course" }))),
                ("type a number", || defined(json!({ "type": 1 }))),
                ("moreInfo without scheme", || {
                    defined(json!({ "moreInfo": "example.org/more" }))
                }),
                ("moreInfo an object", || defined(json!({ "moreInfo": {} }))),
                ("extensions an array", || defined(json!({ "extensions": [] }))),
                ("extensions a string", || defined(json!({ "extensions": "x" }))),
                ("another member", || {
                    defined(json!({ "title": { "en": "A course" } }))
                }),
            ],
        ),
        Requirement::must(
            "activity.object-type",
            section(),
            "The objectType of an Activity is \"Activity\" where it is given.",
        )
        .rejects(
            ACTIVITIES.get(1..5).unwrap_or_default(),
            &[
                ("objectType in another case", || {
                    put(activity(), "/objectType", json!("ACTIVITY"))
                }),
                ("objectType Agent", || {
                    put(activity(), "/objectType", json!("Agent"))
                }),
                ("an agent", crate::sample::agent),
            ],
        ),
    ]
}
