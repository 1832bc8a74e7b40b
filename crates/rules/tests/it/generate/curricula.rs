//! Generated curricula.

use proptest::prelude::*;
use rules::Curriculum;
use serde_json::{Value, json};

use crate::support::course_iri;

/// A course or a group, before it has an id.
#[derive(Debug, Clone)]
enum Shape {
    Course {
        score: Option<&'static str>,
        completion: bool,
        condition: Option<&'static str>,
        rule: Option<&'static str>,
    },
    Absent(&'static str),
    /// Held, of whichever issuer or of one.
    /// By whom, and whether it is needed all the time.
    Credential(Option<&'static str>, bool),
    Group {
        of: Vec<Self>,
        needs: usize,
    },
}

/// What a course may say of a statement besides.
const CONDITIONS: [&str; 12] = [
    r#"{"by": [{"mbox": "mailto:proctor@example.com"}]}"#,
    r#"{"time_limit": "1 hour"}"#,
    r#"{"where": {"platform": "lms"}}"#,
    r#"{"where": {"any_of": [{"result.score.raw": {"at_least": 40}}, {"not": {"verb": "completed"}}]}}"#,
    r#"{"where": {"result.score.raw": {"at_least": 25}, "not": {"platform": "paper"}}}"#,
    r#"{"waived": true}"#,
    r#"{"waived": true, "completion": true}"#,
    r#"{"waived": true}"#,
    r#"{"waived": ["Tested Out"], "by": [{"mbox": "mailto:proctor@example.com"}]}"#,
    r#"{"match": {"verb": ["passed", "completed"], "not": {"platform": "paper"}}}"#,
    r#"{"match": {"verb": ["passed", "completed", "scored"]}, "where": {"result.score.raw": {"at_least": 40}}, "attempts": "latest"}"#,
    r#"{"match": {"any_of": [{"verb": "passed"}, {"result.score.raw": {"at_least": 25}}]}}"#,
];

/// The one credential that these curricula ask for, and who may issue it.
pub(crate) const CREDENTIAL: &str = "https://board.example.com/credentials/licence";
pub(crate) const ISSUERS: [&str; 2] = ["https://board.example.com", "https://other.example.com"];

/// What a course may say of several statements.
const RULES: [&str; 11] = [
    r#"{"attempts": "latest"}"#,
    r#"{"attempts": "first"}"#,
    r#"{"attempts": "average", "passing_score": 0.5}"#,
    r#"{"attempts": {"maximum": 2}}"#,
    r#"{"attempts": {"count": "latest", "cool_down": "2 days"}, "passing_score": {"raw": 40}}"#,
    r#"{"attempts": {"count": "average", "maximum": 3, "cool_down": "1 day"}, "passing_score": 0.8}"#,
    r#"{"attempts": {"count": "best", "cool_down": "20 days"}}"#,
    r#"{"count": {"at_least": 2}}"#,
    r#"{"count": {"at_least": 2, "distinct": "day", "within": "90 days"}}"#,
    r#"{"sum": {"of": "result.score.scaled", "at_least": 1.5}, "passing_score": 0.5}"#,
    r#"{"observed_by": "other"}"#,
];

/// What a course of any shape says besides: which of the entries before it come first, whether it is suggested.
type Links = (Vec<bool>, bool);

fn shape() -> impl Strategy<Value = Shape> {
    let score = prop::option::of(prop::sample::select(vec!["0.5", "0.8", "1"]));
    let condition = prop::option::weighted(0.35, prop::sample::select(CONDITIONS.to_vec()));
    let rule = prop::option::weighted(0.4, prop::sample::select(RULES.to_vec()));
    let course = (score, any::<bool>(), condition, rule)
        .prop_map(|(score, completion, condition, rule)| Shape::Course {
            score,
            completion,
            condition,
            rule,
        })
        .boxed();
    let absent = prop::sample::select(vec!["20 days", "3 months", "1 year"]).prop_map(Shape::Absent);
    let issuer = prop::option::of(prop::sample::select(ISSUERS.to_vec()));
    let credential = (issuer, any::<bool>()).prop_map(|(issuer, always)| Shape::Credential(issuer, always));
    let course = prop_oneof![16 => course, 3 => absent, 1 => credential].boxed();
    let group = |part: BoxedStrategy<Shape>| {
        (prop::collection::vec(part, 1..4), 0usize..6).prop_map(|(of, needs)| Shape::Group { of, needs })
    };
    let nested = prop_oneof![2 => course.clone(), 1 => group(course.clone())].boxed();
    prop_oneof![4 => course, 1 => group(nested)]
}

/// Gives the shapes ids in order, so that the courses of every curriculum have the same activities.
fn write(
    shape: &Shape,
    links: &mut impl Iterator<Item = Links>,
    ids: &mut Vec<String>,
    depth: usize,
) -> Value {
    let id = format!("c{}", ids.len());
    let (after, suggested) = links.next().unwrap_or_default();
    let after: Vec<&String> = ids
        .iter()
        .zip(after)
        .filter(|(_, is_first)| *is_first)
        .map(|(id, _)| id)
        .collect();
    let mut entry = json!({"id": id, "suggested": suggested && depth == 0 && !ids.is_empty()});
    if !after.is_empty() {
        entry["after"] = json!(after);
    }
    let first = after.first().map(|first| (*first).clone());
    ids.push(id.clone());
    match shape {
        Shape::Course {
            score,
            completion,
            condition,
            rule,
        } => {
            entry["activity"] = json!(course_iri(&id));
            entry["completion"] = (*completion).into();
            let condition: Value = condition.map_or(json!({}), |condition| condition.parse().unwrap());
            for (name, value) in condition.as_object().unwrap() {
                entry[name] = value.clone();
            }
            if let Some(matching) = entry.get_mut("match") {
                matching["activity"] = json!([course_iri(&id)]);
                entry.as_object_mut().unwrap().shift_remove("activity");
            }
            if let Some(score) = score {
                entry["passing_score"] = score.parse::<f64>().unwrap().into();
            }
            if let Some(rule) = rule {
                let members: Value = rule.parse().unwrap();
                for (name, value) in members.as_object().unwrap() {
                    entry[name] = value.clone();
                }
                if entry.get("passing_score").is_none() || !rule.contains("attempts") {
                    entry["completion"] = false.into();
                }
            }
            if let (Some(first), 0) = (first, ids.len() % 3) {
                entry["not_before"] = format!("20 days after {first}").into();
            }
        }
        Shape::Absent(period) => {
            // What passes is no such statement.
            entry["match"] =
                json!({"activity": course_iri(&id), "verb": ["failed", "scored", "initialized"]});
            entry["absent"] = (*period).into();
            entry.as_object_mut().unwrap().shift_remove("after");
        }
        Shape::Credential(issuer, always) => {
            entry["credential"] = CREDENTIAL.into();
            if *always {
                entry["needed"] = "active_always".into();
            }
            if let Some(issuer) = issuer {
                entry["issuer"] = (*issuer).into();
            }
            entry.as_object_mut().unwrap().shift_remove("after");
        }
        Shape::Group { of, needs } => {
            let mut parts: Vec<Value> = of.iter().map(|part| write(part, links, ids, depth + 1)).collect();
            match needs {
                0 => {}
                1 | 2 => entry["at_least"] = (*needs).min(parts.len()).into(),
                _ => {
                    for (index, part) in parts.iter_mut().enumerate() {
                        part["worth"] = (index + 1).into();
                    }
                    entry["points"] = (*needs).min(parts.len() * (parts.len() + 1) / 2).into();
                }
            }
            if needs % 2 == 1 {
                entry["satisfied"] = json!(course_iri(&id));
            }
            entry["of"] = parts.into();
        }
    }
    entry
}

pub(crate) fn curriculum() -> impl Strategy<Value = Curriculum> {
    let links = (
        prop::collection::vec(prop::bool::weighted(0.3), 8),
        prop::bool::weighted(0.25),
    );
    let certification = (
        prop::option::of(prop::sample::select(vec!["20 days", "6 months", "1 year"])),
        prop::option::of(prop::sample::select(vec!["10 days", "1 month", "6 months"])),
        prop::option::of(prop::sample::select(vec!["5 days", "3 months"])),
    );
    let review = prop::option::weighted(
        0.3,
        prop::sample::select(vec![
            r#"{}"#,
            r#"{"backdated":"1 day"}"#,
            r#"{"backdated":"2 days","ahead":"1 day"}"#,
        ]),
    );
    (
        prop::collection::vec(shape(), 1..4),
        prop::collection::vec(links, 20),
        (certification, cadence()),
        (prop::bool::weighted(0.2), review),
        (prop::bool::weighted(0.25), prop::collection::vec(due(), 6)),
    )
        .prop_filter_map(
            "a definition must make sense",
            |(
                shapes,
                links,
                ((validity, within, window), cadence),
                (any_order, review),
                (in_tiers, dues),
            )| {
                let (mut links, mut ids) = (links.into_iter(), Vec::new());
                let courses: Vec<Value> = shapes
                    .iter()
                    .map(|shape| write(shape, &mut links, &mut ids, 0))
                    .collect();
                let mut definition = json!({
                    "curriculum": "c", "title": "C", "audience": {"roles": ["driver"]},
                    "order": if any_order { "any" } else { "strict" }, "certification": {},
                });
                place(&mut definition, courses, in_tiers, &dues);
                if let Some(review) = review {
                    definition["review"] = review.parse().unwrap();
                }
                for (name, period) in [
                    ("validity", validity),
                    ("within", within),
                    ("renewal_window", window),
                ] {
                    if let Some(period) = period {
                        definition["certification"][name] = period.into();
                    }
                }
                for (name, value) in cadence.as_object().unwrap() {
                    definition["certification"][name] = value.clone();
                }
                rules::load("c.json", &definition.to_string())
                    .ok()
                    .map(|loaded| loaded.curriculum)
            },
        )
}

/// The courses as they are or in two tiers, some of them with a due date.
fn place(definition: &mut Value, mut courses: Vec<Value>, in_tiers: bool, dues: &[Option<&'static str>]) {
    let mut dues = dues.iter();
    let mut put = |place: &mut Value| {
        if let Some(Some(due)) = dues.next()
            && place["suggested"] != true
        {
            place["due"] = (*due).into();
        }
    };
    put(definition);
    courses.iter_mut().for_each(&mut put);
    if !in_tiers || courses.len() < 2 {
        definition["courses"] = courses.into();
        return;
    }
    let later = courses.split_off(courses.len() / 2);
    let mut tiers = [
        json!({"id": "t0", "courses": courses}),
        json!({"id": "t1", "courses": later}),
    ];
    tiers.iter_mut().for_each(&mut put);
    definition["tiers"] = json!(tiers);
}

fn due() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(
        0.2,
        prop::sample::select(vec![
            "30 days after hire",
            "2 weeks",
            "1 month after role start",
            "2025-03-01",
        ]),
    )
}

/// What a certification may say of renewal besides; most of the time nothing.
fn cadence() -> impl Strategy<Value = Value> {
    let renewal = prop::sample::select(vec![
        r#"[{"id": "r0", "activity": "https://courses.example.com/c7"}]"#,
        r#"[{"id": "r0", "activity": "https://courses.example.com/c0"}]"#,
        r#"[{"id": "r0", "at_least": 1, "of": [
            {"id": "r1", "activity": "https://courses.example.com/c1", "passing_score": 0.8},
            {"id": "r2", "activity": "https://courses.example.com/c6"}]},
           {"id": "r3", "activity": "https://courses.example.com/c7", "completion": true, "after": "r0"}]"#,
        r#"[{"id": "r0", "activity": "https://courses.example.com/c7"},
           {"id": "r1", "match": {"verb": "failed", "activity": "https://courses.example.com/c6"}, "absent": "15 days"}]"#,
    ]);
    let fixed = (
        prop::sample::select(vec!["31 December", "29 February", "1 July"]),
        prop::option::of(prop::sample::select(vec!["1 month", "6 months"])),
    );
    let parts = (
        prop::option::weighted(0.5, prop::sample::select(vec!["completion", "prior_expiry"])),
        prop::option::weighted(0.7, prop::sample::select(vec!["3 days", "5 months", "6 months"])),
        prop::option::weighted(0.4, renewal),
        prop::option::weighted(0.3, fixed),
    );
    let some = parts.prop_map(|(valid_from, grace, renewal, fixed)| {
        let mut cadence = json!({});
        if let Some((day, least)) = fixed {
            cadence["expires_on"] = day.into();
            cadence["validity"] = "1 year".into();
            if let Some(least) = least {
                cadence["active_at_least"] = least.into();
            }
        }
        for (name, value) in [("valid_from", valid_from), ("grace", grace)] {
            if let Some(value) = value {
                cadence[name] = value.into();
            }
        }
        if let Some(courses) = renewal {
            cadence["renewal"] = json!({"courses": courses.parse::<Value>().unwrap()});
        }
        cadence
    });
    prop_oneof![1 => Just(json!({})), 2 => some]
}

/// The same where some of the courses are met by a credential, most of the time all the time.
pub(crate) fn licensed() -> impl Strategy<Value = Curriculum> {
    fn license(value: &mut Value, kinds: &mut impl Iterator<Item = usize>) {
        match value {
            Value::Object(members) if members.contains_key("activity") || members.contains_key("match") => {
                let kind = kinds.next().unwrap_or_default();
                if kind == 0 || members.contains_key("absent") {
                    return;
                }
                members.retain(|name, _| ["id", "worth", "suggested", "due"].contains(&name.as_str()));
                members.insert("credential".to_owned(), CREDENTIAL.into());
                if kind > 1 {
                    members.insert("needed".to_owned(), "active_always".into());
                }
            }
            Value::Object(members) => members.values_mut().for_each(|inner| license(inner, kinds)),
            Value::Array(items) => items.iter_mut().for_each(|inner| license(inner, kinds)),
            _ => {}
        }
    }
    let kinds = prop::collection::vec(prop::sample::select(vec![0, 0, 1, 2, 2, 2]), 12);
    (curriculum(), kinds).prop_filter_map("a definition must make sense", |(curriculum, kinds)| {
        let mut definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        license(&mut definition, &mut kinds.into_iter());
        let loaded = rules::load("c.json", &definition.to_string()).ok()?;
        Some(loaded.curriculum)
    })
}

/// The same where any attempt that passed will do: where one more may decide otherwise, it may cost a certificate.
pub(crate) fn monotone(curriculum: &Curriculum) -> Curriculum {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if members.remove("attempts").is_some() && members.contains_key("match") {
                    members.remove("where");
                }
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut definition = serde_json::from_str(&curriculum.to_json()).unwrap();
    strip(&mut definition);
    Curriculum::from_json(&definition.to_string()).unwrap()
}
