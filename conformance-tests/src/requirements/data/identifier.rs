use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{AGENTS, GROUPS};
use crate::sample::uuid;

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.2.3", "4.2.2.1");
    vec![
        Requirement::must(
            "identifier.accepted",
            section(),
            "An Agent is identified by mbox, mbox_sha1sum, openid or account.",
        )
        .accepts(
            AGENTS,
            &[
                (
                    "mbox",
                    || json!({ "mbox": format!("mailto:a.b+c-{}@sub.example.org", uuid()) }),
                ),
                (
                    "mbox_sha1sum",
                    || json!({ "mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9" }),
                ),
                (
                    "openid",
                    || json!({ "openid": format!("https://example.org/people/{}", uuid()) }),
                ),
                (
                    "account",
                    || json!({ "account": { "homePage": "https://example.org", "name": uuid() } }),
                ),
            ],
        ),
        Requirement::must(
            "identifier.mbox",
            section(),
            "An mbox is a mailto IRI with a mail address.",
        )
        .rejects(
            AGENTS,
            &[
                ("without scheme", || json!({ "mbox": "someone@example.org" })),
                ("of another scheme", || json!({ "mbox": "https://example.org" })),
                ("without address", || json!({ "mbox": "mailto:" })),
                ("without @", || json!({ "mbox": "mailto:someone" })),
                ("empty", || json!({ "mbox": "" })),
                ("a number", || json!({ "mbox": 5 })),
                ("an object", || json!({ "mbox": { "a": "b" } })),
            ],
        )
        .rejects(
            GROUPS,
            &[(
                "a group, without scheme",
                || json!({ "objectType": "Group", "mbox": "team@example.org" }),
            )],
        ),
        Requirement::must(
            "identifier.mbox-sha1sum",
            section(),
            "An mbox_sha1sum is a SHA-1 in hexadecimal digits.",
        )
        .rejects(
            AGENTS,
            &[
                (
                    "a digit short",
                    || json!({ "mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee" }),
                ),
                (
                    "no hexadecimal digit",
                    || json!({ "mbox_sha1sum": "gbd31e95054c018b10727ccffd2ef2ec3a016ee9" }),
                ),
                (
                    "a mail address",
                    || json!({ "mbox_sha1sum": "mailto:someone@example.org" }),
                ),
                ("a number", || json!({ "mbox_sha1sum": 1234 })),
            ],
        ),
        Requirement::must("identifier.openid", section(), "An openid is a URI.").rejects(
            AGENTS,
            &[
                (
                    "a group, without scheme",
                    || json!({ "openid": "example.org/people/1" }),
                ),
                ("empty", || json!({ "openid": "" })),
                (
                    "an object",
                    || json!({ "openid": { "id": "https://example.org" } }),
                ),
            ],
        ),
    ]
}
