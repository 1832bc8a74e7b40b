//! Parameters that are missing, doubled, unknown, in another case or malformed.

use super::{ACTIVITY, AGENT, Bad};
use crate::harness::query;

const ID: &str = "ec531277-b57b-4c15-8d91-d292c5b2b8f7";

/// A resource with the parameters that one request of it needs.
struct Good {
    method: &'static str,
    path: &'static str,
    pairs: Vec<(&'static str, &'static str)>,
    /// Which of them it needs.
    required: &'static [&'static str],
}

fn good() -> Vec<Good> {
    let state = vec![("activityId", ACTIVITY), ("agent", AGENT), ("stateId", "s")];
    let agent_profile = vec![("agent", AGENT), ("profileId", "p")];
    let activity_profile = vec![("activityId", ACTIVITY), ("profileId", "p")];
    let mut all = vec![
        Good {
            method: "PUT",
            path: "/statements",
            pairs: vec![("statementId", ID)],
            required: &["statementId"],
        },
        Good {
            method: "POST",
            path: "/statements",
            pairs: vec![],
            required: &[],
        },
        Good {
            method: "GET",
            path: "/statements",
            pairs: vec![],
            required: &[],
        },
        Good {
            method: "GET",
            path: "/agents",
            pairs: vec![("agent", AGENT)],
            required: &["agent"],
        },
        Good {
            method: "GET",
            path: "/activities",
            pairs: vec![("activityId", ACTIVITY)],
            required: &["activityId"],
        },
        Good {
            method: "GET",
            path: "/about",
            pairs: vec![],
            required: &[],
        },
    ];
    for method in ["GET", "PUT", "POST", "DELETE"] {
        // Without its id, a GET lists, and a DELETE of state deletes all.
        let (state_needs, agent_needs, activity_needs): (&[&str], &[&str], &[&str]) = match method {
            "GET" => (&["activityId", "agent"], &["agent"], &["activityId"]),
            "DELETE" => (
                &["activityId", "agent"],
                &["agent", "profileId"],
                &["activityId", "profileId"],
            ),
            _ => (
                &["activityId", "agent", "stateId"],
                &["agent", "profileId"],
                &["activityId", "profileId"],
            ),
        };
        all.push(Good {
            method,
            path: "/activities/state",
            pairs: state.clone(),
            required: state_needs,
        });
        all.push(Good {
            method,
            path: "/agents/profile",
            pairs: agent_profile.clone(),
            required: agent_needs,
        });
        all.push(Good {
            method,
            path: "/activities/profile",
            pairs: activity_profile.clone(),
            required: activity_needs,
        });
    }
    all
}

fn request(good: &Good, name: String, query: &str) -> Bad {
    let body: &[u8] = if matches!(good.method, "PUT" | "POST") {
        b"{\"changed\":1}"
    } else {
        b""
    };
    let mut bad = Bad::new(
        format!("{name}: {} {}", good.method, good.path),
        good.method,
        format!("{}?{query}", good.path),
    )
    .body(body);
    if !body.is_empty() {
        bad = bad.header("Content-Type", "application/json");
    }
    bad
}

pub(super) fn bad() -> Vec<Bad> {
    let mut all = Vec::new();
    for good in good() {
        let complete = query(&good.pairs);
        let join = |more: &str| {
            if complete.is_empty() {
                more.to_owned()
            } else {
                format!("{complete}&{more}")
            }
        };
        all.push(request(&good, "an unknown parameter".to_owned(), &join("foo=bar")).parameter("foo"));
        for missing in good.required {
            let rest: Vec<_> = good
                .pairs
                .iter()
                .filter(|(name, _)| name != missing)
                .copied()
                .collect();
            all.push(request(&good, format!("without {missing}"), &query(&rest)).parameter(missing));
        }
        for (name, _) in &good.pairs {
            let other: String = name
                .chars()
                .map(|c| {
                    if c.is_ascii_uppercase() {
                        c.to_ascii_lowercase()
                    } else {
                        c.to_ascii_uppercase()
                    }
                })
                .collect();
            all.push(request(&good, format!("{name} twice"), &join(&format!("{name}=x"))).parameter(name));
            let pairs: Vec<_> = good
                .pairs
                .iter()
                .map(|(n, v)| if n == name { (other.as_str(), *v) } else { (*n, *v) })
                .collect();
            all.push(
                request(&good, format!("{name} in another case"), &query(&pairs))
                    .parameter(&other)
                    .says(format!("{name:?}")),
            );
            let values: &[&str] = match *name {
                "statementId" => &["", "x", "ec531277b57b4c158d91d292c5b2b8f7"],
                "activityId" => &["", "it", "http://example.com/ it"],
                "agent" => &[
                    "",
                    "ann",
                    "{}",
                    "[]",
                    r#"{"mbox":"ann"}"#,
                    r#"{"mbox":"mailto:ann@example.com""#,
                    r#"{"mbox":"mailto:ann@example.com","extra":1}"#,
                ],
                _ => &[],
            };
            for value in values {
                let pairs: Vec<_> = good
                    .pairs
                    .iter()
                    .map(|(n, v)| (*n, if n == name { *value } else { *v }))
                    .collect();
                all.push(request(&good, format!("{name}={value:?}"), &query(&pairs)).parameter(name));
            }
        }
    }
    for (name, values) in [
        (
            "agent",
            vec![
                "ann",
                r#"{"objectType":"Group","member":[{"mbox":"mailto:a@example.com"}]}"#,
                r#"{"objectType":"Activity","id":"http://e.com/a"}"#,
            ],
        ),
        ("verb", vec!["did", ""]),
        ("activity", vec!["it", ""]),
        ("registration", vec!["x", ""]),
        ("related_agents", vec!["yes", "TRUE", "1", ""]),
        ("related_activities", vec!["no", "0"]),
        ("since", vec!["yesterday", "2026-01-01", ""]),
        ("until", vec!["now", "2026-01-01T00:00:00-00:00"]),
        ("limit", vec!["-1", "many", "1.5", ""]),
        ("format", vec!["pretty", "EXACT", ""]),
        ("attachments", vec!["yes", ""]),
        ("ascending", vec!["up", "False"]),
        ("statementId", vec!["x", ""]),
        ("voidedStatementId", vec!["x", ""]),
        ("more", vec!["x", ""]),
        ("Verb", vec!["http://e.com/v"]),
        ("relatedAgents", vec!["true"]),
        ("method", vec!["GET"]),
    ] {
        for value in values {
            all.push(
                Bad::new(
                    format!("{name}={value:?}"),
                    "GET",
                    format!("/statements?{}", query(&[(name, value)])),
                )
                .parameter(name),
            );
        }
    }
    let both = query(&[("statementId", ID), ("voidedStatementId", ID)]);
    all.push(Bad::new("both ids", "GET", format!("/statements?{both}")).parameter("voidedStatementId"));
    for (name, query) in [
        ("half an escape", "verb=%4"),
        ("not UTF-8", "verb=%ff"),
        ("no hex", "verb=%zz"),
    ] {
        all.push(Bad::new(name, "GET", format!("/statements?{query}")).parameter("verb"));
    }
    all.push(
        Bad::new("a name that can not be decoded", "GET", "/statements?%ff=1")
            .names("code", "invalid-parameter"),
    );
    all.push(
        Bad::new(
            "a query without end",
            "GET",
            format!("/statements?verb={}", "x".repeat(40_000)),
        )
        .names("code", "invalid-parameter"),
    );
    all.push(
        Bad::new(
            "a query too long to be continued",
            "GET",
            format!("/statements?verb=http://e.com/{}", "x".repeat(4_000)),
        )
        .names("code", "invalid-parameter"),
    );
    let group = query(&[
        (
            "agent",
            r#"{"objectType":"Group","mbox":"mailto:ann@example.com"}"#,
        ),
        ("profileId", "p"),
    ]);
    all.push(Bad::new("a group", "GET", format!("/agents/profile?{group}")).parameter("agent"));
    let owner = query(&[("activityId", ACTIVITY), ("agent", AGENT)]);
    all.push(
        Bad::new(
            "a bad registration",
            "GET",
            format!("/activities/state?{owner}&registration=x"),
        )
        .parameter("registration"),
    );
    all.push(
        Bad::new(
            "a bad registration",
            "DELETE",
            format!("/activities/state?{owner}&registration="),
        )
        .parameter("registration"),
    );
    all.push(
        Bad::new(
            "a bad since",
            "GET",
            format!("/activities/state?{owner}&since=now"),
        )
        .parameter("since"),
    );
    all.push(
        Bad::new(
            "since with an id",
            "GET",
            format!("/activities/state?{owner}&stateId=s&since=2026-01-01T00:00:00Z"),
        )
        .parameter("since"),
    );
    all.push(
        Bad::new(
            "since with DELETE",
            "DELETE",
            format!("/activities/state?{owner}&since=2026-01-01T00:00:00Z"),
        )
        .parameter("since"),
    );
    all
}
