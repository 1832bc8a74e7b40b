use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::GROUPS;
use crate::sample::{agent, anonymous_group, group, uuid};
use crate::tools::edit::{put, remove};

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "group.accepted",
            at("Data 2.4.2.2", "4.2.2.1"),
            "A Group is anonymous, with members, or identified, with members if it likes.",
        )
        .accepts(
            GROUPS,
            &[
                ("anonymous, one member", || anonymous_group(vec![agent()])),
                ("anonymous, two members and a name", || {
                    put(anonymous_group(vec![agent(), agent()]), "/name", json!("A team"))
                }),
                ("identified by mbox, with members", group),
                ("identified by mbox, without members", || {
                    remove(group(), "/member")
                }),
                ("identified by account", || {
                    json!({
                        "objectType": "Group",
                        "account": { "homePage": "https://example.org", "name": uuid() }
                    })
                }),
                (
                    "identified by openid",
                    || json!({ "objectType": "Group", "openid": format!("https://example.org/{}", uuid()) }),
                ),
                ("identified by mbox_sha1sum", || {
                    json!({
                        "objectType": "Group",
                        "mbox_sha1sum": "a9993e364706816aba3e25717850c26c9cd0d89d"
                    })
                }),
            ],
        ),
        Requirement::must(
            "group.anonymous-has-members",
            at("Data 2.4.2.2", "4.2.2.1"),
            "A Group without identifier must list its members.",
        )
        .rejects(
            GROUPS,
            &[(
                "neither identifier nor member",
                || json!({ "objectType": "Group", "name": "A team" }),
            )],
        ),
        Requirement::must(
            "group.identified-once",
            at("Data 2.4.2.2", "4.2.2.1"),
            "An identified Group has exactly one Inverse Functional Identifier.",
        )
        .rejects(
            GROUPS,
            &[
                ("mbox and openid", || {
                    put(group(), "/openid", json!("https://example.org/id/1"))
                }),
                ("mbox and account", || {
                    put(
                        group(),
                        "/account",
                        json!({ "homePage": "https://example.org", "name": uuid() }),
                    )
                }),
            ],
        ),
        Requirement::must(
            "group.members-are-agents",
            at("Data 2.4.2.2", "4.2.2.1"),
            "The members of a Group are an array of Agents, never Groups.",
        )
        .rejects(
            GROUPS,
            &[
                ("a group in an anonymous group", || anonymous_group(vec![group()])),
                ("a group in an identified group", || {
                    put(group(), "/member", json!([group()]))
                }),
                ("member is one agent", || put(group(), "/member", agent())),
                ("a member without identifier", || {
                    put(group(), "/member", json!([{ "name": "Nobody" }]))
                }),
                ("a member that is a string", || {
                    put(group(), "/member", json!(["mailto:a@example.org"]))
                }),
            ],
        ),
        Requirement::must(
            "group.says-so",
            at("Data 2.4.2.2", "4.2.2.1"),
            "A Group says that it is one: objectType is required.",
        )
        .rejects(
            &GROUPS[..1],
            &[("anonymous, without objectType", || {
                remove(anonymous_group(vec![agent()]), "/objectType")
            })],
        ),
    ]
}
