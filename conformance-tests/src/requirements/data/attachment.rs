use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, STATEMENTS, attached, place};
use crate::sample::{linked_attachment, with};
use crate::tools::edit::remove;

const LINKED: &[Place] = &[place("attachment", |v| with("attachments", json!([v])))];

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.11", "4.2.2.6");
    vec![
        Requirement::must(
            "attachment.accepted",
            section(),
            "Attachments that say where their data is need no data; they keep their order.",
        )
        .accepts(
            LINKED,
            &[
                ("every member", linked_attachment),
                ("without description", || {
                    remove(linked_attachment(), "/description")
                }),
            ],
        )
        .accepts(
            STATEMENTS,
            &[
                ("three, in their order", || {
                    let named = |name: &str| attached("/display/en", json!(name))["attachments"][0].clone();
                    with("attachments", json!([named("c"), named("a"), named("b")]))
                }),
                ("none", || with("attachments", json!([]))),
            ],
        ),
        Requirement::must(
            "attachment.required",
            section(),
            "usageType, display, contentType, length and sha2 are required.",
        )
        .rejects(
            LINKED,
            &[
                ("without usageType", || remove(linked_attachment(), "/usageType")),
                ("without display", || remove(linked_attachment(), "/display")),
                ("without contentType", || {
                    remove(linked_attachment(), "/contentType")
                }),
                ("without length", || remove(linked_attachment(), "/length")),
                ("without sha2", || remove(linked_attachment(), "/sha2")),
            ],
        ),
        Requirement::must(
            "attachment.types",
            section(),
            "The members of an attachment are of their types, and there are no others.",
        )
        .rejects(
            STATEMENTS,
            &[
                ("usageType without scheme", || {
                    attached("/usageType", json!("essay"))
                }),
                ("usageType a number", || attached("/usageType", json!(5))),
                ("display a string", || attached("/display", json!("An essay"))),
                ("description a string", || {
                    attached("/description", json!("An essay"))
                }),
                ("contentType a number", || attached("/contentType", json!(5))),
                ("length a string", || attached("/length", json!("3"))),
                ("length a fraction", || attached("/length", json!(3.5))),
                ("length negative", || attached("/length", json!(-3))),
                ("sha2 a number", || attached("/sha2", json!(5))),
                ("sha2 an object", || attached("/sha2", json!({}))),
                ("fileUrl without scheme", || {
                    attached("/fileUrl", json!("example.org/essay.txt"))
                }),
                ("fileUrl a number", || attached("/fileUrl", json!(5))),
                ("another member", || attached("/title", json!("An essay"))),
                ("one, not in an array", || {
                    with("attachments", linked_attachment())
                }),
                ("an array of strings", || {
                    with("attachments", json!(["https://example.org/essay.txt"]))
                }),
            ],
        ),
    ]
}
