use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{ACTOR_OBJECTS, STATEMENTS};
use crate::sample::{activity, agent, group, reference, statement, substatement, uuid, with};
use crate::tools::edit::{remove, set};

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "object.accepted",
            at("Data 2.4.4", "4.2.2.3"),
            "An object is an Activity, also when it does not say so, an Agent, a Group, a StatementRef or a \
             SubStatement.",
        )
        .accepts(
            STATEMENTS,
            &[
                ("an activity without objectType", || {
                    with("object", remove(activity(), "/objectType"))
                }),
                ("an activity", statement),
                ("an agent", || with("object", agent())),
                ("a group", || with("object", group())),
                ("a StatementRef", || with("object", reference(&uuid()))),
                ("a SubStatement", || with("object", substatement())),
            ],
        ),
        Requirement::must(
            "object.object-type",
            at("Data 2.4.4", "4.2.2.3"),
            "The objectType of an object is one of the five words, in their case.",
        )
        .rejects(
            STATEMENTS,
            &[
                ("activity", || {
                    set(statement(), "/object/objectType", json!("activity"))
                }),
                ("Person", || {
                    with("object", set(agent(), "/objectType", json!("Person")))
                }),
                ("Statement", || {
                    with(
                        "object",
                        set(reference(&uuid()), "/objectType", json!("Statement")),
                    )
                }),
                ("statementref", || {
                    with(
                        "object",
                        set(reference(&uuid()), "/objectType", json!("statementref")),
                    )
                }),
                ("substatement", || {
                    with(
                        "object",
                        set(substatement(), "/objectType", json!("substatement")),
                    )
                }),
                ("empty", || set(statement(), "/object/objectType", json!(""))),
                ("a number", || set(statement(), "/object/objectType", json!(1))),
            ],
        ),
        Requirement::must(
            "object.agents-say-so",
            at("Data 2.4.4.2", "4.2.2.3"),
            "An Agent or Group that is an object must say its objectType.",
        )
        .rejects(
            ACTOR_OBJECTS,
            &[
                ("an agent without objectType", || remove(agent(), "/objectType")),
                ("a group without objectType", || remove(group(), "/objectType")),
            ],
        ),
    ]
}
