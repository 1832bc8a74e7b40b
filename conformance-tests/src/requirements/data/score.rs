use serde_json::json;

use super::result::RESULTS;
use crate::requirement::{Requirement, at};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.5.1", "4.2.2.4");
    vec![
        Requirement::must(
            "score.accepted",
            section(),
            "scaled lies between -1 and 1, raw between min and max where they are given.",
        )
        .accepts(
            RESULTS,
            &[
                ("nothing", || json!({ "score": {} })),
                ("scaled 1", || json!({ "score": { "scaled": 1 } })),
                ("scaled 1.0", || json!({ "score": { "scaled": 1.0 } })),
                ("scaled -1", || json!({ "score": { "scaled": -1 } })),
                ("scaled 0", || json!({ "score": { "scaled": 0 } })),
                (
                    "scaled with an exponent",
                    || json!({ "score": { "scaled": 1e-3 } }),
                ),
                ("raw alone", || json!({ "score": { "raw": 1_000_000.5 } })),
                (
                    "raw at min",
                    || json!({ "score": { "raw": -2, "min": -2, "max": 5 } }),
                ),
                (
                    "raw at max",
                    || json!({ "score": { "raw": 5, "min": -2, "max": 5 } }),
                ),
                (
                    "raw above min, no max",
                    || json!({ "score": { "raw": 500, "min": 0 } }),
                ),
                (
                    "raw below max, no min",
                    || json!({ "score": { "raw": -500, "max": 0 } }),
                ),
                (
                    "min and max alone",
                    || json!({ "score": { "min": -1.5, "max": 2.5 } }),
                ),
            ],
        ),
        Requirement::must("score.scaled", section(), "scaled is not beyond -1 and 1.").rejects(
            RESULTS,
            &[
                ("above 1", || json!({ "score": { "scaled": 1.01 } })),
                ("below -1", || json!({ "score": { "scaled": -1.01 } })),
                ("percent", || json!({ "score": { "scaled": 87 } })),
                ("a string", || json!({ "score": { "scaled": "0.5" } })),
            ],
        ),
        Requirement::must("score.raw", section(), "raw is not beyond min and max.").rejects(
            RESULTS,
            &[
                (
                    "below min",
                    || json!({ "score": { "raw": 4, "min": 5, "max": 10 } }),
                ),
                ("below min, no max", || json!({ "score": { "raw": 4, "min": 5 } })),
                (
                    "above max",
                    || json!({ "score": { "raw": 10.5, "min": 5, "max": 10 } }),
                ),
                (
                    "above max, no min",
                    || json!({ "score": { "raw": 11, "max": 10 } }),
                ),
                ("a string", || json!({ "score": { "raw": "7" } })),
            ],
        ),
        Requirement::must("score.min-max", section(), "min is less than max.").rejects(
            RESULTS,
            &[
                ("min above max", || json!({ "score": { "min": 10, "max": 5 } })),
                ("min at max", || json!({ "score": { "min": 5, "max": 5 } })),
                ("min a string", || json!({ "score": { "min": "0" } })),
                ("max a string", || json!({ "score": { "max": "10" } })),
                ("max a boolean", || json!({ "score": { "max": true } })),
            ],
        ),
        Requirement::must("score.members", section(), "A score has no other members.").rejects(
            RESULTS,
            &[
                ("another member", || json!({ "score": { "percent": 50 } })),
                ("another case", || json!({ "score": { "Scaled": 0.5 } })),
            ],
        ),
    ]
}
