use serde_json::json;

use crate::requirement::{Requirement, at};
use crate::requirements::rows::{Place, at as statement_at, attached, place};
use crate::tools::edit::set;

const IRIS: &[Place] = &[
    place("verb id", |v| statement_at("/verb/id", v)),
    place("activity id", |v| statement_at("/object/id", v)),
    place("activity type", |v| statement_at("/object/definition/type", v)),
    place("moreInfo", |v| statement_at("/object/definition/moreInfo", v)),
    place("usageType", |v| attached("/usageType", v)),
    place("fileUrl", |v| attached("/fileUrl", v)),
    place("homePage", |v| {
        set(
            crate::sample::statement(),
            "/actor",
            json!({ "account": { "homePage": v, "name": "1" } }),
        )
    }),
    place("openid", |v| {
        set(crate::sample::statement(), "/actor", json!({ "openid": v }))
    }),
];

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "iri.accepted",
            at("Data 4.3", "4.2.7"),
            "An IRI may have any scheme, path, query and fragment, and comes back character by character.",
        )
        .accepts(
            IRIS,
            &[
                ("http", || json!("http://example.org/a/b?c=d&e=f#g")),
                ("capitals", || json!("HTTP://EXAMPLE.org/A/b")),
                ("a port and no path", || json!("https://example.org:8443")),
                ("percent-encoded", || json!("https://example.org/a%20b/%C3%A9")),
                ("dots in its path", || json!("https://example.org/a/../b/./c")),
            ],
        ),
        Requirement::must(
            "iri.scheme",
            at("Data 2.2", "4.2.7"),
            "Where an IRI or IRL is asked for, one without a scheme is refused.",
        )
        .rejects(
            IRIS,
            &[
                ("a path", || json!("/activities/1")),
                ("a host", || json!("www.example.org")),
                ("a fragment", || json!("#part")),
                ("//", || json!("//example.org/a")),
                ("words", || json!("an activity")),
            ],
        ),
    ]
}
