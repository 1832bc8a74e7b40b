use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, at as statement_at, in_substatement, place};

pub(super) const RESULTS: &[Place] = &[
    place("result", |v| statement_at("/result", v)),
    place("result of a SubStatement", |v| in_substatement("/result", v)),
];

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.5", "4.2.2.4");
    vec![
        Requirement::must(
            "result.accepted",
            section(),
            "Every member of a result is optional.",
        )
        .accepts(
            RESULTS,
            &[
                ("nothing", || json!({})),
                ("success", || json!({ "success": false })),
                ("completion", || json!({ "completion": true })),
                (
                    "response",
                    || json!({ "response": "β[,]α – \"quoted\"\n\u{1f600}" }),
                ),
                ("an empty response", || json!({ "response": "" })),
                (
                    "extensions",
                    || json!({ "extensions": { "https://example.org/e": [1, "2", null] } }),
                ),
            ],
        ),
        Requirement::must(
            "result.types",
            section(),
            "success and completion are booleans, response is a string, score and extensions are objects.",
        )
        .rejects(
            RESULTS,
            &[
                ("a string", || json!("passed")),
                ("an array", || json!([])),
                ("success a string", || json!({ "success": "true" })),
                ("success a number", || json!({ "success": 1 })),
                ("completion a string", || json!({ "completion": "false" })),
                ("completion a number", || json!({ "completion": 0 })),
                ("response a number", || json!({ "response": 5 })),
                ("response a boolean", || json!({ "response": true })),
                ("response an array", || json!({ "response": ["a"] })),
                ("score a number", || json!({ "score": 0.5 })),
                ("score an array", || json!({ "score": [0.5] })),
                ("extensions an array", || json!({ "extensions": [] })),
                ("another member", || json!({ "passed": true })),
            ],
        ),
    ]
}
