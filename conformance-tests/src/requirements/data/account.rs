use serde_json::{Value, json};

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{AGENTS, GROUPS, Place, Row};
use crate::tools::edit::put;

fn agent(account: Value) -> Value {
    json!({ "account": account })
}

pub(super) fn all() -> Vec<Requirement> {
    let groups: &[Place] = GROUPS;
    let bad: &[Row] = &[
        ("without homePage", || agent(json!({ "name": "1625378" }))),
        ("without name", || {
            agent(json!({ "homePage": "https://example.org" }))
        }),
        ("homePage without scheme", || {
            agent(json!({ "homePage": "example.org", "name": "1625378" }))
        }),
        ("homePage a number", || {
            agent(json!({ "homePage": 5, "name": "1625378" }))
        }),
        ("name a number", || {
            agent(json!({ "homePage": "https://example.org", "name": 1_625_378 }))
        }),
        ("name an object", || {
            agent(json!({ "homePage": "https://example.org", "name": {} }))
        }),
        ("another member", || {
            agent(json!({ "homePage": "https://example.org", "name": "1625378", "id": 1 }))
        }),
        ("a string", || agent(json!("https://example.org"))),
        ("an array", || {
            agent(json!([{ "homePage": "https://example.org", "name": "1" }]))
        }),
    ];
    vec![
        Requirement::must(
            "account.members",
            at("Data 2.4.2.4", "4.2.2.1"),
            "An account has a homePage, which is an IRL, and a name, which is a string, and nothing else.",
        )
        .rejects(AGENTS, bad)
        .rejects(
            groups,
            &[
                ("a group, without homePage", || {
                    put(agent(json!({ "name": "1" })), "/objectType", json!("Group"))
                }),
                ("a group, without name", || {
                    put(
                        agent(json!({ "homePage": "https://example.org" })),
                        "/objectType",
                        json!("Group"),
                    )
                }),
            ],
        ),
    ]
}
