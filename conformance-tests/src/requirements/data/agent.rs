use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{ACTOR_OBJECTS, AGENTS};
use crate::sample::{agent, uuid};
use crate::tools::edit::{put, remove};

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "agent.accepted",
            at("Data 2.4.2.1", "4.2.2.1"),
            "An Agent has a name if it likes, and one Inverse Functional Identifier.",
        )
        .accepts(
            // What is sent as authority is the LRS's to overwrite, and is not compared when it comes back.
            AGENTS,
            &[
                ("without objectType", || remove(agent(), "/objectType")),
                ("with objectType", agent),
                ("with a name", || put(agent(), "/name", json!("Änne Example"))),
            ],
        )
        .accepts(ACTOR_OBJECTS, &[("an agent", agent)]),
        Requirement::must(
            "agent.identified",
            at("Data 2.4.2.1", "4.2.2.1"),
            "An Agent must have an Inverse Functional Identifier.",
        )
        .rejects(
            AGENTS,
            &[(
                "without identifier",
                || json!({ "objectType": "Agent", "name": "Nobody" }),
            )],
        )
        .rejects(
            ACTOR_OBJECTS,
            &[("without identifier", || json!({ "objectType": "Agent" }))],
        ),
        Requirement::must(
            "agent.identified-once",
            at("Data 2.4.2.1", "4.2.2.1"),
            "An Agent must not have more than one Inverse Functional Identifier.",
        )
        .rejects(
            AGENTS,
            &[
                ("mbox and account", || {
                    put(
                        agent(),
                        "/account",
                        json!({ "homePage": "https://example.org", "name": uuid() }),
                    )
                }),
                ("mbox and openid", || {
                    put(agent(), "/openid", json!("https://example.org/id/1"))
                }),
                ("mbox and mbox_sha1sum", || {
                    put(
                        agent(),
                        "/mbox_sha1sum",
                        json!("a9993e364706816aba3e25717850c26c9cd0d89d"),
                    )
                }),
            ],
        ),
        Requirement::must(
            "agent.types",
            at("Data 2.4.2.1", "4.2.2.1"),
            "objectType and name of an Agent are strings; objectType is \"Agent\".",
        )
        .rejects(
            AGENTS,
            &[
                ("objectType in another case", || {
                    put(agent(), "/objectType", json!("agent"))
                }),
                ("objectType of something else", || {
                    put(agent(), "/objectType", json!("Activity"))
                }),
                ("name is a number", || put(agent(), "/name", json!(5))),
                ("name is an object", || {
                    put(agent(), "/name", json!({ "en": "x" }))
                }),
            ],
        ),
        Requirement::must(
            "agent.no-members",
            at("Data 2.2", "4.2.2.1"),
            "An Agent has no members: that is a Group's.",
        )
        .rejects(
            AGENTS,
            &[("with member", || put(agent(), "/member", json!([agent()])))],
        ),
    ]
}
