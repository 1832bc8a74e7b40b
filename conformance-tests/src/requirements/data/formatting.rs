use serde_json::{Value, json};

use crate::Version;
use crate::lrs::Lrs;
use crate::requirement::{Case, Requirement, at};
use crate::requirements::rows::STATEMENTS;
use crate::sample::{agent, statement, whole, whole_substatement};
use crate::tools::edit::{remove, rename, set};
use crate::tools::store::{accepted, rejected};

/// What a member of a whole statement is, by where it is.
struct Member {
    pointer: String,
    value: Value,
}

/// Every member of the statement, at every depth, but for what is inside extensions, where all is free.
fn members(statement: &Value) -> Vec<Member> {
    fn walk(value: &Value, pointer: &str, out: &mut Vec<Member>) {
        match value {
            Value::Object(inner) => {
                for (name, value) in inner {
                    let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                    out.push(Member {
                        pointer: pointer.clone(),
                        value: value.clone(),
                    });
                    if name != "extensions" {
                        walk(value, &pointer, out);
                    }
                }
            }
            // Items of a list are alike: the first stands for all.
            Value::Array(items) => {
                if let Some(first) = items.first() {
                    walk(first, &format!("{pointer}/0"), out);
                }
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(statement, "", &mut out);
    out
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

/// A map from language tags, where names are free as long as they are tags.
fn is_language_map(member: &Member) -> bool {
    matches!(last(&member.pointer), "display" | "description" | "name")
        && member
            .value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string))
}

fn in_language_map(pointer: &str, all: &[Member]) -> bool {
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    all.iter()
        .any(|member| member.pointer == parent && is_language_map(member))
}

/// A case that breaks the whole statement at one pointer; the statement is made anew when it runs.
fn broken(
    name: String,
    sample: fn(Version) -> Value,
    change: impl Fn(Value) -> Value + Send + Sync + Clone + 'static,
) -> Case {
    Case::new(name, move |lrs: Lrs| {
        let change = change.clone();
        async move { rejected(&lrs, &change(sample(lrs.version()))).await }
    })
}

/// A whole statement, by its name.
type Sample = (&'static str, fn(Version) -> Value);

const SAMPLES: [Sample; 2] = [
    ("statement", whole),
    ("statement with a SubStatement", whole_substatement),
];

/// For each member of the samples, the cases that `breaks` makes of it.
fn each_member(
    version: Version,
    breaks: impl Fn(&Member, &[Member], fn(Version) -> Value) -> Vec<Case>,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for (_, sample) in SAMPLES {
        let all = members(&sample(version));
        // The outer statement of the second sample holds what the first has shown already.
        let inner = all.iter().any(|member| member.pointer == "/object/actor");
        for member in all
            .iter()
            .filter(|member| !inner || member.pointer.starts_with("/object"))
        {
            cases.extend(breaks(member, &all, sample));
        }
    }
    // Both samples have /object and its members: one proof is enough.
    let mut seen = std::collections::HashSet::new();
    cases.retain(|case| seen.insert(case.name.clone()));
    cases
}

fn nulls(version: Version) -> Vec<Case> {
    each_member(version, |member, _, sample| {
        let pointer = member.pointer.clone();
        vec![broken(pointer.clone(), sample, move |whole| {
            set(whole, &pointer, Value::Null)
        })]
    })
}

fn other_case(version: Version) -> Vec<Case> {
    each_member(version, |member, all, sample| {
        if in_language_map(&member.pointer, all) {
            return Vec::new();
        }
        let pointer = member.pointer.clone();
        let name = last(&pointer).to_owned();
        let mut wrong = name.to_uppercase();
        if wrong == name {
            wrong = name.to_lowercase();
        }
        vec![broken(format!("{pointer} as {wrong}"), sample, move |whole| {
            rename(whole, &pointer, &wrong)
        })]
    })
}

fn unknown(version: Version) -> Vec<Case> {
    each_member(version, |member, _, sample| {
        let free = last(&member.pointer) == "extensions" || is_language_map(member);
        if !member.value.is_object() || free {
            return Vec::new();
        }
        let pointer = format!("{}/unheardOf", member.pointer);
        vec![broken(pointer.clone(), sample, move |whole| {
            set(whole, &pointer, json!("x"))
        })]
    })
}

fn wrong_types(version: Version) -> Vec<Case> {
    each_member(version, |member, _, sample| {
        let wrong: Vec<(&str, Value)> = match &member.value {
            Value::String(_) => vec![
                ("a number", json!(5)),
                ("an object", json!({})),
                ("an array", json!(["x"])),
            ],
            Value::Number(number) => vec![
                ("a string", json!(number.to_string())),
                ("a boolean", json!(true)),
            ],
            Value::Bool(value) => vec![("a string", json!(value.to_string())), ("a number", json!(1))],
            Value::Object(_) => vec![
                ("a string", json!("x")),
                ("a boolean", json!(true)),
                ("an array", json!([])),
            ],
            Value::Array(_) => vec![("a string", json!("x")), ("a number", json!(5))],
            Value::Null => Vec::new(),
        };
        wrong
            .into_iter()
            .map(|(kind, value)| {
                let pointer = member.pointer.clone();
                broken(format!("{pointer} {kind}"), sample, move |whole| {
                    set(whole, &pointer, value.clone())
                })
            })
            .collect()
    })
}

pub(super) fn all(version: Version) -> Vec<Requirement> {
    let section = || at("Data 2.2", "");
    let sections_of_parts = || at("Data 2.4", "");
    vec![
        Requirement::must(
            "statement.whole",
            sections_of_parts(),
            "A statement with every member there is is taken, and every member comes back.",
        )
        .cases(SAMPLES.map(|(name, sample)| {
            Case::new(name, move |lrs: Lrs| async move {
                accepted(&lrs, &sample(lrs.version())).await
            })
        })),
        Requirement::must(
            "statement.required",
            section(),
            "A statement has an actor, a verb and an object.",
        )
        .rejects(
            STATEMENTS,
            &[
                ("without actor", || remove(statement(), "/actor")),
                ("without verb", || remove(statement(), "/verb")),
                ("without object", || remove(statement(), "/object")),
                ("with an empty actor", || set(statement(), "/actor", json!({}))),
                ("with an empty verb", || set(statement(), "/verb", json!({}))),
                ("with an empty object", || set(statement(), "/object", json!({}))),
            ],
        ),
        Requirement::must(
            "statement.actor-is-one",
            at("Data 2.4.2", "4.2.2.1"),
            "The actor is an Agent or a Group.",
        )
        .rejects(
            STATEMENTS,
            &[
                ("an array", || set(statement(), "/actor", json!([agent()]))),
                ("a string", || {
                    set(statement(), "/actor", json!("mailto:a@example.org"))
                }),
                ("an activity", || {
                    set(statement(), "/actor", crate::sample::activity())
                }),
                ("a StatementRef", || {
                    set(
                        statement(),
                        "/actor",
                        crate::sample::reference(&crate::sample::uuid()),
                    )
                }),
            ],
        ),
        Requirement::must(
            "format.no-null",
            section(),
            "No member is null, except within extensions.",
        )
        .cases(nulls(version)),
        Requirement::must(
            "format.key-case",
            section(),
            "A member whose name differs from the standard's in case is refused.",
        )
        .cases(other_case(version)),
        Requirement::must(
            "format.no-unknown-members",
            section(),
            "A member that the standard does not know is refused, except within extensions.",
        )
        .case("of the statement", |lrs| async move {
            rejected(&lrs, &set(statement(), "/unheardOf", json!("x"))).await
        })
        .cases(unknown(version)),
        Requirement::must(
            "format.types",
            section(),
            "A member of the wrong data type is refused; what looks right within a string is a string.",
        )
        .cases(wrong_types(version)),
    ]
}
