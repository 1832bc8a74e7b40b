//! Contexts (Data 2.4.6) and what 2.0 adds to them.

use xapi::Version;

use crate::support::{
    BOTH, PLAIN, SUB, accepted, accepts, received, refused, refuses, refuses_but_strings, with,
};

#[test]
fn a_context_relates() {
    accepts(
        PLAIN,
        "context",
        &[
            "{}",
            r#"{"registration":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"}"#,
            r#"{"registration":"EC531277-B57B-4C15-8D91-D292C5B2B8F7"}"#,
            r#"{"instructor":{"mbox":"mailto:a@b.c"}}"#,
            r#"{"instructor":{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}}"#,
            r#"{"team":{"objectType":"Group","mbox":"mailto:t@b.c"}}"#,
            r#"{"revision":"","platform":"LMS","language":"en-US"}"#,
            r#"{"language":"cmn"}"#,
            r#"{"language":"fr-CA"}"#,
            r#"{"language":"i-klingon"}"#,
            r#"{"statement":{"objectType":"StatementRef","id":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"}}"#,
            r#"{"extensions":{"http://a.b/c":[null]}}"#,
        ],
    );
    refuses_but_strings(&with(PLAIN, "context", "{}"), "context.registration");
    refuses_but_strings(&with(PLAIN, "context", "{}"), "context.revision");
    refuses_but_strings(&with(PLAIN, "context", "{}"), "context.platform");
    refuses_but_strings(&with(PLAIN, "context", "{}"), "context.language");
    refuses(
        PLAIN,
        "context",
        &[
            ("null", "$.context"),
            ("[]", "$.context"),
            (r#"{"registration":"should fail"}"#, "$.context.registration"),
            (r#"{"registration":""}"#, "$.context.registration"),
            (
                r#"{"registration":"{ec531277-b57b-4c15-8d91-d292c5b2b8f7}"}"#,
                "$.context.registration",
            ),
            (
                r#"{"registration":"urn:uuid:ec531277-b57b-4c15-8d91-d292c5b2b8f7"}"#,
                "$.context.registration",
            ),
            (r#"{"instructor":{}}"#, "$.context.instructor"),
            (r#"{"instructor":"Ann"}"#, "$.context.instructor"),
            (r#"{"team":{"mbox":"mailto:a@b.c"}}"#, "$.context.team"),
            (
                r#"{"team":{"objectType":"Agent","mbox":"mailto:a@b.c"}}"#,
                "$.context.team.objectType",
            ),
            (r#"{"team":{"objectType":"Group"}}"#, "$.context.team.member"),
            (r#"{"language":"something"}"#, "$.context.language"),
            (r#"{"language":""}"#, "$.context.language"),
            (r#"{"language":"en-"}"#, "$.context.language"),
            (
                r#"{"statement":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"}"#,
                "$.context.statement",
            ),
            (
                r#"{"statement":{"id":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"}}"#,
                "$.context.statement",
            ),
            (
                r#"{"statement":{"objectType":"StatementRef"}}"#,
                "$.context.statement",
            ),
            (
                r#"{"statement":{"objectType":"SubStatement","id":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"}}"#,
                "$.context.statement.objectType",
            ),
            (r#"{"extensions":{"x y":1}}"#, r#"$.context.extensions["x y"]"#),
            (r#"{"contextActivity":{}}"#, "$.context.contextActivity"),
        ],
    );
}

#[test]
fn revision_and_platform_belong_to_activities() {
    for object in [
        r#"{"objectType":"Agent","mbox":"mailto:a@b.c"}"#,
        r#"{"objectType":"Group","mbox":"mailto:a@b.c"}"#,
        r#"{"objectType":"StatementRef","id":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"}"#,
        SUB,
    ] {
        let base = with(PLAIN, "object", object);
        accepts(&base, "context", &[r#"{"language":"en"}"#]);
        refuses(
            &base,
            "context",
            &[
                (r#"{"revision":"1"}"#, "$.context.revision"),
                (r#"{"platform":"x"}"#, "$.context.platform"),
            ],
        );
    }
    // The object may come after the context.
    let late = r#"{"context":{"platform":"x"},"actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"http://a.b"},"object":{"id":"http://a.b"}}"#;
    accepted(late, &BOTH);
}

#[test]
fn context_activities_are_of_four_kinds() {
    for kind in ["parent", "grouping", "category", "other"] {
        accepts(
            PLAIN,
            "context",
            &[
                &format!(r#"{{"contextActivities":{{"{kind}":[]}}}}"#),
                &format!(r#"{{"contextActivities":{{"{kind}":{{"id":"http://a.b"}}}}}}"#),
                &format!(
                    r#"{{"contextActivities":{{"{kind}":[{{"id":"http://a.b"}},{{"id":"http://a.c"}}]}}}}"#
                ),
            ],
        );
        let at = |tail: &str| format!("$.context.contextActivities.{kind}{tail}");
        for (value, tail) in [
            ("null", ""),
            (r#""http://a.b""#, ""),
            ("{}", ""),
            (r#"{"id":"x"}"#, ".id"),
            (r#"["http://a.b"]"#, "[0]"),
            (r#"[{"id":"http://a.b"},{"key":"x"}]"#, "[1].key"),
            (
                r#"[{"objectType":"Agent","mbox":"mailto:a@b.c"}]"#,
                "[0].objectType",
            ),
        ] {
            let context = format!(r#"{{"contextActivities":{{"{kind}":{value}}}}}"#);
            refuses(PLAIN, "context", &[(&context, &at(tail))]);
        }
    }
    refuses(
        PLAIN,
        "context",
        &[
            (r#"{"contextActivities":[]}"#, "$.context.contextActivities"),
            (
                r#"{"contextActivities":{"Parent":[]}}"#,
                "$.context.contextActivities.Parent",
            ),
            (
                r#"{"contextActivities":{"siblings":[]}}"#,
                "$.context.contextActivities.siblings",
            ),
        ],
    );
}

#[test]
fn a_single_context_activity_is_a_list_of_one() {
    let json = with(
        PLAIN,
        "context",
        r#"{"contextActivities":{"parent":{"id":"http://a.b"}}}"#,
    );
    let received = received(&json, Version::V1_0).unwrap();
    let activities = &received.statement().context.as_ref().unwrap().context_activities;
    assert_eq!(activities.parent.len(), 1);
    assert_eq!(activities.iter().count(), 1);
}

const AGENTS: &str =
    r#"[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"},"relevantTypes":["http://a.b/t"]}]"#;
const GROUPS: &str =
    r#"[{"objectType":"contextGroup","group":{"objectType":"Group","mbox":"mailto:t@b.c"}}]"#;

#[test]
fn context_agents_and_groups_are_of_2_0() {
    for (member, value) in [("contextAgents", AGENTS), ("contextGroups", GROUPS)] {
        let json = with(PLAIN, "context", &format!(r#"{{"{member}":{value}}}"#));
        accepted(&json, &[Version::V2_0]);
        refused(&json, &[Version::V1_0], &format!("$.context.{member}"));
        let inner = with(
            &with(PLAIN, "object", SUB),
            "object.context",
            &format!(r#"{{"{member}":{value}}}"#),
        );
        accepted(&inner, &[Version::V2_0]);
        refused(&inner, &[Version::V1_0], &format!("$.object.context.{member}"));
    }
    let json = with(
        PLAIN,
        "context",
        &format!(r#"{{"contextAgents":{AGENTS},"contextGroups":{GROUPS}}}"#),
    );
    let received = received(&json, Version::V2_0).unwrap();
    let context = received.statement().context.as_ref().unwrap();
    assert_eq!(
        context.context_agents[0].relevant_types[0].as_str(),
        "http://a.b/t"
    );
    assert_eq!(context.context_groups[0].relevant_types, []);
}

#[test]
fn context_agents_and_groups_are_refused_where_they_are_wrong() {
    let rows = [
        (
            "contextAgents",
            r#"{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"}}"#,
            "",
        ),
        ("contextAgents", "null", ""),
        ("contextAgents", r#"["x"]"#, "[0]"),
        ("contextAgents", "[{}]", "[0]"),
        ("contextAgents", r#"[{"agent":{"mbox":"mailto:a@b.c"}}]"#, "[0]"),
        ("contextAgents", r#"[{"objectType":"contextAgent"}]"#, "[0]"),
        (
            "contextAgents",
            r#"[{"objectType":"Should fail","agent":{"mbox":"mailto:a@b.c"}}]"#,
            "[0].objectType",
        ),
        (
            "contextAgents",
            r#"[{"objectType":"contextAgent","agent":{"key":"x"}}]"#,
            "[0].agent.key",
        ),
        (
            "contextAgents",
            r#"[{"objectType":"contextAgent","agent":{"objectType":"Group","mbox":"mailto:a@b.c"}}]"#,
            "[0].agent.objectType",
        ),
        (
            "contextAgents",
            r#"[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"},"relevantTypes":[]}]"#,
            "[0].relevantTypes",
        ),
        (
            "contextAgents",
            r#"[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"},"relevantTypes":["abc"]}]"#,
            "[0].relevantTypes[0]",
        ),
        (
            "contextAgents",
            r#"[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"},"relevantTypes":"http://a.b"}]"#,
            "[0].relevantTypes",
        ),
        (
            "contextAgents",
            r#"[{"objectType":"contextAgent","agent":{"mbox":"mailto:a@b.c"},"member":[]}]"#,
            "[0].member",
        ),
        (
            "contextGroups",
            r#"[{"objectType":"contextGroup","group":{"mbox":"mailto:a@b.c"}}]"#,
            "[0].group",
        ),
        (
            "contextGroups",
            r#"[{"objectType":"contextGroup","group":{"objectType":"Group"}}]"#,
            "[0].group.member",
        ),
        (
            "contextGroups",
            r#"[{"objectType":"contextAgent","group":{"objectType":"Group"}}]"#,
            "[0].objectType",
        ),
        (
            "contextGroups",
            r#"[{"objectType":"contextGroup","agent":{"objectType":"Group","mbox":"mailto:a@b.c"}}]"#,
            "[0].agent",
        ),
        (
            "contextGroups",
            r#"[{"objectType":"contextGroup","group":{"objectType":"Group","mbox":"mailto:a@b.c"},"relevantTypes":[]}]"#,
            "[0].relevantTypes",
        ),
    ];
    for (member, value, tail) in rows {
        let json = with(PLAIN, "context", &format!(r#"{{"{member}":{value}}}"#));
        refused(&json, &[Version::V2_0], &format!("$.context.{member}{tail}"));
    }
}
