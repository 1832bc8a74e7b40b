use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, at as statement_at, in_substatement, place};
use crate::sample::{reference, uuid, with};
use crate::tools::edit::{put, remove};

const REFERENCES: &[Place] = &[
    place("object", |v| with("object", v)),
    place("context.statement", |v| statement_at("/context/statement", v)),
    place("object of a SubStatement", |v| in_substatement("/object", v)),
    place("context.statement of a SubStatement", |v| {
        in_substatement("/context/statement", v)
    }),
];

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.4.3 Statement References", "4.2.2.3");
    vec![
        Requirement::must(
            "statement-ref.accepted",
            section(),
            "A StatementRef is taken whether or not there is a statement of that id.",
        )
        .accepts(REFERENCES, &[("to an unknown statement", || reference(&uuid()))]),
        Requirement::must(
            "statement-ref.members",
            section(),
            "A StatementRef has objectType \"StatementRef\" and the UUID of a statement, and nothing else.",
        )
        .rejects(
            REFERENCES,
            &[
                ("without id", || remove(reference(&uuid()), "/id")),
                ("id no UUID", || reference("https://example.org/statements/1")),
                ("id a number", || put(reference(""), "/id", json!(5))),
                ("id without hyphens", || reference(&uuid().replace('-', ""))),
                ("objectType in another case", || {
                    put(reference(&uuid()), "/objectType", json!("statementRef"))
                }),
                ("another member", || {
                    put(reference(&uuid()), "/definition", json!({}))
                }),
            ],
        )
        .rejects(
            REFERENCES.get(1..2).unwrap_or_default(),
            &[("without objectType", || remove(reference(&uuid()), "/objectType"))],
        ),
    ]
}
