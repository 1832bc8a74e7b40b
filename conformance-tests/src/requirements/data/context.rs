use serde_json::{Value, json};

use crate::requirement::{Case, Requirement, at, ensure};
use crate::requirements::rows::{Place, Row, STATEMENTS, at as statement_at, in_substatement, place};
use crate::sample::{activity, agent, anonymous_group, group, reference, substatement, uuid, with};
use crate::tools::edit::put;
use crate::tools::store::{accepted, rejected, store};

const CONTEXTS: &[Place] = &[
    place("context", |v| statement_at("/context", v)),
    place("context of a SubStatement", |v| in_substatement("/context", v)),
];

const KINDS: [&str; 4] = ["parent", "grouping", "category", "other"];

pub(super) fn all() -> Vec<Requirement> {
    [plain(), activities(), only_with_activities()].concat()
}

fn plain() -> Vec<Requirement> {
    let section = || at("Data 2.4.6", "4.2.2.5");
    vec![
        Requirement::must(
            "context.accepted",
            section(),
            "Every member of a context is optional.",
        )
        .accepts(
            CONTEXTS,
            &[
                ("nothing", || json!({})),
                ("registration", || json!({ "registration": uuid() })),
                ("instructor an agent", || json!({ "instructor": agent() })),
                ("instructor a group", || json!({ "instructor": group() })),
                ("team an identified group", || json!({ "team": group() })),
                (
                    "team an anonymous group",
                    || json!({ "team": anonymous_group(vec![agent()]) }),
                ),
                ("revision", || json!({ "revision": "3.1-β" })),
                ("platform", || json!({ "platform": "A course player" })),
                ("language", || json!({ "language": "de-AT" })),
                ("statement", || json!({ "statement": reference(&uuid()) })),
                (
                    "extensions",
                    || json!({ "extensions": { "https://example.org/e": { "a": null } } }),
                ),
            ],
        ),
        Requirement::must("context.registration", section(), "A registration is a UUID.").rejects(
            CONTEXTS,
            &[
                ("no UUID", || json!({ "registration": "spring term" })),
                ("a number", || json!({ "registration": 5 })),
                ("an object", || json!({ "registration": {} })),
                (
                    "a digit short",
                    || json!({ "registration": uuid().get(1..).unwrap_or_default() }),
                ),
            ],
        ),
        Requirement::must("context.team", section(), "A team is a Group.").rejects(
            CONTEXTS,
            &[
                ("an agent", || json!({ "team": agent() })),
                ("a string", || json!({ "team": "A team" })),
                ("an activity", || json!({ "team": activity() })),
            ],
        ),
        Requirement::must("context.language", section(), "A language is a tag of RFC 5646.").rejects(
            CONTEXTS,
            &[
                ("an underscore", || json!({ "language": "en_US" })),
                ("a name", || json!({ "language": "Norwegian Bokmål" })),
                ("empty", || json!({ "language": "" })),
                ("a number", || json!({ "language": 5 })),
                ("a map", || json!({ "language": { "en": "English" } })),
            ],
        ),
        Requirement::must(
            "context.types",
            section(),
            "The members of a context are of their types.",
        )
        .rejects(
            CONTEXTS,
            &[
                ("a string", || json!("a course")),
                ("an array", || json!([])),
                ("instructor a string", || json!({ "instructor": "Ann" })),
                ("instructor an activity", || json!({ "instructor": activity() })),
                ("revision a number", || json!({ "revision": 3 })),
                ("platform an object", || json!({ "platform": { "name": "x" } })),
                ("statement a UUID", || json!({ "statement": uuid() })),
                ("statement an activity", || json!({ "statement": activity() })),
                ("extensions an array", || json!({ "extensions": [] })),
                (
                    "contextActivities an array",
                    || json!({ "contextActivities": [] }),
                ),
                (
                    "contextActivities a string",
                    || json!({ "contextActivities": "x" }),
                ),
                ("another member", || json!({ "course": activity() })),
            ],
        ),
    ]
}

fn activities() -> Vec<Requirement> {
    let section = || at("Data 2.4.6.2", "4.2.2.5");
    let each = |name: &'static str, good: bool, value: fn() -> Value| {
        KINDS.map(|kind| {
            Case::new(format!("{kind}: {name}"), move |lrs| async move {
                let statement = statement_at(&format!("/context/contextActivities/{kind}"), value());
                if good {
                    accepted(&lrs, &statement).await
                } else {
                    rejected(&lrs, &statement).await
                }
            })
        })
    };
    vec![
        Requirement::must(
            "context-activities.accepted",
            section(),
            "Each kind of context activity is an array of Activities, which keeps its order, or one Activity.",
        )
        .cases(each("none", true, || json!([])))
        .cases(each("three", true, || json!([activity(), activity(), activity()])))
        .cases(each("one, not in an array", true, activity)),
        Requirement::must(
            "context-activities.returned-as-arrays",
            section(),
            "A single Activity comes back as an array of one.",
        )
        .cases(KINDS.map(|kind| {
            Case::new(kind, move |lrs| async move {
                let one = activity();
                let pointer = format!("/context/contextActivities/{kind}");
                let back = store(&lrs, &statement_at(&pointer, one.clone())).await?;
                let found = back.pointer(&pointer).cloned().unwrap_or_default();
                let is_one = found.as_array().is_some_and(|found| found.len() == 1 && found[0]["id"] == one["id"]);
                ensure(is_one, format!("{pointer} is an array of the one activity sent"), found.to_string())
            })
        })),
        Requirement::must(
            "context-activities.kinds",
            section(),
            "There are no other kinds of context activities than the four.",
        )
        .rejects(
            STATEMENTS,
            &[
                ("another kind", || statement_at("/context/contextActivities/child", json!([activity()]))),
                ("another case", || statement_at("/context/contextActivities/Parent", json!([activity()]))),
                ("in a SubStatement", || {
                    in_substatement("/context/contextActivities/child", json!([activity()]))
                }),
            ],
        ),
        Requirement::must(
            "context-activities.types",
            section(),
            "Context activities are Activities and nothing else.",
        )
        .cases(each("an agent", false, || json!([agent()])))
        .cases(each("a StatementRef", false, || json!([reference(&uuid())])))
        .cases(each("a string", false, || json!("https://example.org/activities/1")))
        .cases(each("an array of strings", false, || json!(["https://example.org/activities/1"])))
        .cases(each("an activity without id", false, || json!([{ "objectType": "Activity" }]))),
    ]
}

fn only_with_activities() -> Vec<Requirement> {
    const OBJECTS: [Row; 4] = [
        ("an agent", agent),
        ("a group", group),
        ("a StatementRef", || {
            reference("8f87ccde-bb56-4c2e-ab83-44982ef22df0")
        }),
        ("a SubStatement", substatement),
    ];
    let cases = |member: &'static str| {
        OBJECTS.map(|(name, object)| {
            Case::new(name, move |lrs| async move {
                let pointer = format!("/context/{member}");
                let statement = put(with("object", object()), &pointer, json!("1.0"));
                rejected(&lrs, &statement).await
            })
        })
    };
    let inside = |member: &'static str| {
        Case::new("an agent in a SubStatement", move |lrs| async move {
            let inner = put(
                put(substatement(), "/object", agent()),
                &format!("/context/{member}"),
                json!("1.0"),
            );
            rejected(&lrs, &with("object", inner)).await
        })
    };
    ["revision", "platform"]
        .map(|member| {
            Requirement::must(
                format!("context.{member}-needs-activity"),
                at("Data 2.4.6", "4.2.2.5"),
                format!("{member} is only used where the object is an Activity."),
            )
            .cases(cases(member))
            .cases([inside(member)])
        })
        .to_vec()
}
