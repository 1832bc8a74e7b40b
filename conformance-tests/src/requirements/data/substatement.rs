use serde_json::{Value, json};

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, place};
use crate::sample::{activity, agent, group, reference, substatement, uuid, with};
use crate::tools::edit::{put, remove};

const SUBSTATEMENTS: &[Place] = &[place("SubStatement", |v| with("object", v))];

fn sub(pointer: &str, value: Value) -> Value {
    put(substatement(), pointer, value)
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.4.3 SubStatements", "4.2.2.3");
    vec![
        Requirement::must(
            "substatement.accepted",
            section(),
            "A SubStatement is about anything that a statement may be about, except another SubStatement.",
        )
        .accepts(
            SUBSTATEMENTS,
            &[
                ("an activity", substatement),
                ("an agent", || sub("/object", agent())),
                ("a group", || sub("/object", group())),
                ("a StatementRef", || sub("/object", reference(&uuid()))),
                ("a timestamp in the future", || {
                    sub("/timestamp", json!("2099-01-01T00:00:00Z"))
                }),
                ("result and context", || {
                    put(
                        sub("/result/success", json!(true)),
                        "/context/registration",
                        json!(uuid()),
                    )
                }),
            ],
        ),
        Requirement::must(
            "substatement.members",
            section(),
            "A SubStatement has no id, stored, version or authority.",
        )
        .rejects(
            SUBSTATEMENTS,
            &[
                ("id", || sub("/id", json!(uuid()))),
                ("stored", || sub("/stored", json!("2024-01-01T00:00:00Z"))),
                ("version", || sub("/version", json!("1.0.0"))),
                ("authority", || sub("/authority", agent())),
            ],
        ),
        Requirement::must(
            "substatement.not-nested",
            section(),
            "A SubStatement does not contain a SubStatement.",
        )
        .rejects(SUBSTATEMENTS, &[("nested", || sub("/object", substatement()))]),
        Requirement::must(
            "substatement.complete",
            section(),
            "A SubStatement is checked as a statement is: actor, verb and object are there and valid.",
        )
        .rejects(
            SUBSTATEMENTS,
            &[
                ("without actor", || remove(substatement(), "/actor")),
                ("without verb", || remove(substatement(), "/verb")),
                ("without object", || remove(substatement(), "/object")),
                ("an actor without identifier", || {
                    sub("/actor", json!({ "name": "Nobody" }))
                }),
                ("an object without id", || {
                    sub("/object", remove(activity(), "/id"))
                }),
                ("an actor that is a string", || {
                    sub("/actor", json!("mailto:a@example.org"))
                }),
            ],
        ),
    ]
}
