//! What must always hold, over generated curricula, people and histories.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use rules::{
    Act, Curriculum, Evidence, EvidenceScore, Leave, Number, Outcome, Person, RequirementKind, Role,
    Standing, Status, View, evaluate, evaluate_as, verbs,
};
use serde_json::{Value, json};
use xapi::{Iri, Timestamp};

use crate::oracle;
use crate::support::{at, course_iri, review};

const DAY: i64 = 86_400_000_000;

fn day(day: i64) -> Timestamp {
    Timestamp::from_micros(at("2024-01-01T00:00:00Z").as_micros() + day * DAY / 4)
}

/// Quarters of days over about three years, with a leap day in them.
pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    (0i64..4_400).prop_map(day)
}

/// A course or a group, before it has an id.
#[derive(Debug, Clone)]
enum Shape {
    Course {
        score: Option<&'static str>,
        completion: bool,
        condition: Option<&'static str>,
        rule: Option<&'static str>,
    },
    Group {
        of: Vec<Self>,
        needs: usize,
    },
}

/// What a course may say of a statement besides.
const CONDITIONS: [&str; 11] = [
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
    r#"{"match": {"any_of": [{"verb": "passed"}, {"result.score.raw": {"at_least": 25}}]}}"#,
];

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
    let rule = prop::option::weighted(0.35, prop::sample::select(RULES.to_vec()));
    let course = (score, any::<bool>(), condition, rule)
        .prop_map(|(score, completion, condition, rule)| Shape::Course {
            score,
            completion,
            condition,
            rule,
        })
        .boxed();
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

pub(crate) fn person() -> impl Strategy<Value = Person> {
    let role = (prop::option::of(0i64..1_100), prop::option::of(0i64..1_100));
    let roles = prop_oneof![
        3 => Just(vec![(None, None)]),
        1 => prop::collection::vec(role, 0..3),
    ];
    let leave = (0i64..1_100, prop::option::weighted(0.9, 0i64..60));
    let rest = (
        prop::option::of(prop::sample::select(vec![
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kolkata",
        ])),
        prop::option::of(0i64..1_100),
        prop::collection::vec(leave, 0..3),
    );
    (roles, rest).prop_map(|(roles, (zone, hired, leaves))| {
        let date = |offset: i64| day(offset * 4).to_datetime().date_naive();
        let roles = roles.into_iter().map(|(since, until)| Role {
            role: "driver".to_owned(),
            since: since.map(date),
            until: until.map(date),
        });
        Person {
            id: "p".to_owned(),
            identifiers: vec![xapi::Ifi::mbox("mailto:p@example.com").unwrap()],
            roles: roles.collect(),
            time_zone: zone.map(str::to_owned),
            hired: hired.map(date),
            leaves: leaves
                .into_iter()
                .map(|(from, days)| Leave {
                    from: date(from),
                    until: days.map(|days| date(from + days)),
                })
                .collect(),
            ..Person::default()
        }
    })
}

fn row() -> impl Strategy<Value = Evidence> {
    let verb = prop::sample::select(vec![
        verbs::PASSED,
        verbs::PASSED,
        verbs::PASSED,
        verbs::COMPLETED,
        verbs::FAILED,
        verbs::SCORED,
        verbs::WAIVED,
        verbs::WAIVED,
        verbs::SATISFIED,
        verbs::SATISFIED,
        "http://adlnet.gov/expapi/verbs/initialized",
    ]);
    let score = prop::option::weighted(
        0.8,
        prop::sample::select(vec!["0", "0.5", "0.79", "0.8", "1", "1"]),
    );
    (
        (0usize..8, verb, moment(), -1i64..4, any::<u128>()),
        (
            score,
            prop::option::weighted(0.3, any::<bool>()),
            prop::option::weighted(0.5, any::<bool>()),
        ),
        (prop::bool::weighted(0.3), any::<bool>()),
    )
        .prop_map(
            |((course, verb, timestamp, late, id), (score, success, completion), (is_cmi5, is_perfect))| {
                let mut row = crate::support::row(id, &format!("c{course}"), verb, "2024-01-01");
                row.timestamp = timestamp;
                row.stored = Timestamp::from_micros(timestamp.as_micros() + late * DAY);
                row.success = success;
                row.completion = completion;
                row.score = score.map(|scaled| EvidenceScore {
                    scaled: Some(Number::parse(scaled).unwrap()),
                    raw: Some(Number::from_int((scaled.parse::<f64>().unwrap() * 50.0) as i64)),
                    ..EvidenceScore::default()
                });
                let seen_by = if id % 2 == 0 { "kim" } else { "p" };
                row.instructor = Some(xapi::Ifi::mbox(&format!("mailto:{seen_by}@example.com")).unwrap());
                let by = if id % 3 == 0 {
                    "mailto:proctor@example.com"
                } else {
                    "mailto:other@example.com"
                };
                row.authority = Some(xapi::Ifi::mbox(by).unwrap());
                row.duration = [None, Some("PT59M"), Some("PT1H"), Some("PT1H0.01S"), Some("P1M")]
                    [(id % 5) as usize]
                    .map(|took| xapi::Duration::parse(took).unwrap());
                row.platform = [None, Some("lms"), Some("paper")][(id / 15 % 3) as usize].map(str::to_owned);
                if verb == verbs::WAIVED {
                    let reason = ["Tested Out", "Administrative"][(id / 45 % 2) as usize];
                    row.result_extensions
                        .insert(Iri::parse(verbs::REASON).unwrap(), reason.into());
                }
                if is_perfect {
                    row = Evidence {
                        stored: row.stored,
                        ..perfect(id, course, timestamp)
                    };
                }
                if is_cmi5 {
                    row.grouping = vec![row.activity.clone()];
                    row.category = vec![Iri::parse(verbs::CMI5_CATEGORY).unwrap()];
                    row.activity = course_iri("made-by-the-lms");
                }
                row
            },
        )
}

pub(crate) fn history() -> impl Strategy<Value = Vec<Evidence>> {
    prop::collection::vec(row(), 0..32).prop_map(|mut rows| {
        // No two statements have one id.
        for (index, row) in rows.iter_mut().enumerate() {
            let id = (row.statement.as_u128() & !0xffff) | (1_000 + index as u128);
            row.statement = uuid::Uuid::from_u128(id);
        }
        rows
    })
}

/// A statement that passes and completes a course, whatever its thresholds.
pub(crate) fn perfect(id: u128, course: usize, timestamp: Timestamp) -> Evidence {
    let mut row = crate::support::pass(id, &format!("c{course}"), "1", "2024-01-01");
    (row.timestamp, row.stored, row.completion) = (timestamp, timestamp, Some(true));
    row.authority = Some(xapi::Ifi::mbox("mailto:proctor@example.com").unwrap());
    row.duration = Some(xapi::Duration::parse("PT10M").unwrap());
    row.platform = Some("lms".to_owned());
    row.instructor = Some(xapi::Ifi::mbox("mailto:kim@example.com").unwrap());
    if let Some(score) = &mut row.score {
        score.raw = Some(Number::from_int(50));
    }
    row
}

/// The same where any attempt that passed will do: where one more may decide otherwise, it may cost a certificate.
pub(crate) fn monotone(curriculum: &Curriculum) -> Curriculum {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("attempts");
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

pub(crate) fn is_certified(standing: &Standing) -> bool {
    standing.status == Status::Certified
}

proptest! {
    #![proptest_config(crate::support::thorough())]

    #[test]
    fn the_oracle_agrees(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
        published_at in prop::option::of(moment()),
    ) {
        let standing = evaluate_as(&curriculum, &person, &evidence, &View { published_at, ..View::at(at) });
        prop_assert_eq!(oracle::Answer::of(&standing), oracle::answer(&curriculum, &person, &evidence, &[], at, published_at));
    }

    #[test]
    fn order_and_repetition_do_not_matter(
        curriculum in curriculum(), person in person(), at in moment(),
        (evidence, shuffled) in history().prop_flat_map(|rows| {
            let mut twice = rows.clone();
            twice.extend(rows.iter().step_by(2).cloned());
            (Just(rows), Just(twice).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(evaluate(&curriculum, &person, &evidence, at), evaluate(&curriculum, &person, &shuffled, at));
    }

    #[test]
    fn the_proof_suffices(curriculum in curriculum(), person in person(), evidence in history(), at in moment()) {
        let standing = evaluate(&curriculum, &person, &evidence, at);
        if let Some(entitlement) = standing.entitlement {
            let cited: Vec<Evidence> = evidence
                .iter()
                .filter(|row| entitlement.statements.contains(&row.statement))
                .cloned()
                .collect();
            prop_assert_eq!(cited.len(), entitlement.statements.len());
            prop_assert_eq!(evaluate(&curriculum, &person, &cited, at).entitlement, Some(entitlement));
        }
    }

    #[test]
    fn nothing_changes_before_the_moment_named(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(), part in 0.0f64..1.0,
    ) {
        let standing = evaluate(&curriculum, &person, &evidence, at);
        let next = standing.next_change_at.unwrap_or(Timestamp::from_micros(day(40_000).as_micros()));
        prop_assert!(next > at);
        let span = next.as_micros() - at.as_micros() - 1;
        for offset in [span, (span as f64 * part) as i64] {
            let later = evaluate(&curriculum, &person, &evidence, Timestamp::from_micros(at.as_micros() + offset));
            prop_assert_eq!(&later, &standing);
        }
    }

    #[test]
    fn more_passing_evidence_never_loses_the_certificate(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
        more in prop::collection::vec((0usize..8, moment()), 1..4),
    ) {
        let curriculum = monotone(&curriculum);
        let before = evaluate(&curriculum, &person, &evidence, at);
        let mut evidence = evidence;
        evidence.extend(more.into_iter().enumerate().map(|(id, (course, when))| perfect(id as u128, course, when)));
        let after = evaluate(&curriculum, &person, &evidence, at);
        prop_assert!(!is_certified(&before) || is_certified(&after), "{before:#?}\n{after:#?}");
    }

    #[test]
    fn suggestions_change_nothing_but_themselves(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
    ) {
        let standing = evaluate(&curriculum, &person, &evidence, at);
        let mut suggested: Vec<Iri> = Vec::new();
        let mut open: Vec<&rules::RequirementStanding> = standing.requirements.iter().collect();
        while let Some(own) = open.pop() {
            if own.kind == RequirementKind::Suggested {
                suggested.push(course_iri(&own.id));
            }
            open.extend(&own.parts);
        }
        // What renews a certificate may be about an activity that is only suggested otherwise.
        let definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        let renewing = definition["certification"]["renewal"].to_string();
        suggested.retain(|iri| !renewing.contains(iri.as_str()));
        let without: Vec<Evidence> = evidence
            .into_iter()
            .filter(|row| !suggested.contains(&row.activity) && !row.grouping.iter().any(|iri| suggested.contains(iri)))
            .collect();
        let other = evaluate(&curriculum, &person, &without, at);
        prop_assert_eq!((standing.status, standing.entitlement), (other.status, other.entitlement));
        fn required(standing: Vec<rules::RequirementStanding>) -> Vec<rules::RequirementStanding> {
            let mut kept: Vec<_> =
                standing.into_iter().filter(|own| own.kind != RequirementKind::Suggested).collect();
            for own in &mut kept {
                own.parts = required(std::mem::take(&mut own.parts));
            }
            kept
        }
        prop_assert_eq!(required(standing.requirements), required(other.requirements));
    }

    #[test]
    fn strict_order_certifies_no_one_whom_any_order_does_not(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
    ) {
        // What came too early is no attempt; in any order it is one, and may decide.
        let curriculum = monotone(&curriculum);
        let mut free: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        free["order"] = "any".into();
        let free = Curriculum::from_json(&free.to_string()).unwrap();
        let strict = evaluate(&curriculum, &person, &evidence, at);
        prop_assert!(!is_certified(&strict) || is_certified(&evaluate(&free, &person, &evidence, at)));
    }

    #[test]
    fn evidence_of_something_else_does_not_matter(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(), when in moment(),
    ) {
        let standing = evaluate(&curriculum, &person, &evidence, at);
        let mut evidence = evidence;
        evidence.push(perfect(7, 99, when));
        prop_assert_eq!(evaluate(&curriculum, &person, &evidence, at), standing);
    }

    #[test]
    fn certified_means_every_requirement_is_met_and_proved(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
    ) {
        let standing = evaluate(&curriculum, &person, &evidence, at);
        prop_assert_eq!(is_certified(&standing), standing.entitlement.is_some());
        let is_required = |own: &&rules::RequirementStanding| own.kind == RequirementKind::Required;
        for own in standing.requirements.iter().filter(is_required) {
            let is_met = [Outcome::Met, Outcome::Waived].contains(&own.outcome);
            prop_assert_eq!(is_met, !own.statements.is_empty());
            prop_assert_eq!(is_met, own.missing.is_none());
            prop_assert!(!own.reason.is_empty());
            if let Some(entitlement) = &standing.entitlement {
                prop_assert!(is_met);
                prop_assert!(own.statements.iter().all(|id| entitlement.statements.contains(id)));
            }
        }
        if let Some(own) = &standing.entitlement {
            prop_assert!(own.earned_at <= at);
            if let (Some(opens), Some(expires)) = (own.renewal_opens_at, own.expires_at) {
                prop_assert!(own.earned_at <= opens && opens < expires && at < expires);
                prop_assert!(expires <= curriculum.grace_ends(expires));
            }
        }
    }

    #[test]
    fn accepted_is_as_firm_and_refused_is_as_never_sent(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
    ) {
        let decide = |accepted| -> Vec<Act> {
            evidence.iter().map(|row| review(row.statement, accepted, row.stored)).collect()
        };
        let outcome = |standing: Standing| (standing.status, standing.entitlement, standing.lapsed);
        let open = evaluate(&curriculum, &person, &evidence, at);
        let view = |acts: Vec<Act>| evaluate_as(&curriculum, &person, &evidence, &View { acts: &acts, ..View::at(at) });
        let refused = outcome(view(decide(false)));
        // What is open decides nothing: firm evidence alone makes the certificate.
        prop_assert_eq!((&open.entitlement, &open.lapsed), (&refused.1, &refused.2));
        let accepted = outcome(view(decide(true)));
        prop_assert_eq!(open.status == Status::PendingReview, accepted.1.is_some() && refused.1.is_none());
        prop_assert!(refused.0 != Status::PendingReview && accepted.0 != Status::PendingReview);
    }

    #[test]
    fn known_at_a_moment_is_what_was_decided_then(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(), known_at in moment(),
    ) {
        let known: Vec<Evidence> = evidence.iter().filter(|row| row.stored <= known_at).cloned().collect();
        let acts: Vec<Act> = evidence.iter().map(|row| review(row.statement, true, row.timestamp)).collect();
        let then: Vec<Act> = acts.iter().filter(|act| act.at <= known_at).cloned().collect();
        let now =
            evaluate_as(&curriculum, &person, &evidence, &View { known_at: Some(known_at), acts: &acts, ..View::at(at) });
        let before = evaluate_as(&curriculum, &person, &known, &View { acts: &then, ..View::at(at) });
        prop_assert_eq!(now, before);
    }

    #[test]
    fn canonical_form_and_hash_survive(curriculum in curriculum()) {
        let again = Curriculum::from_json(&curriculum.to_json()).unwrap();
        prop_assert_eq!(&again, &curriculum);
        prop_assert_eq!(again.to_json(), curriculum.to_json());
        prop_assert_eq!(again.hash(), curriculum.hash());
    }

    #[test]
    fn evidence_survives_json(row in row()) {
        let json = serde_json::to_string(&row).unwrap();
        prop_assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), row);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z:\\[\\]{} ,&*\"\n#|>!%@`-]{0,120}") {
        if let Err(errors) = rules::load("c.yaml", &text) {
            prop_assert!(!errors.0.is_empty());
        }
    }
}

/// A law over histories that never come to anything would be no law.
#[test]
fn the_generators_reach_every_status() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = std::collections::BTreeMap::new();
    let (mut cycles, mut by_attempts, mut waived, mut matched) = (0, 0, 0, 0);
    for _ in 0..2_000 {
        let strategy = (curriculum(), person(), history(), moment());
        let (curriculum, person, evidence, at) = strategy.new_tree(&mut runner).unwrap().current();
        let standing = evaluate(&curriculum, &person, &evidence, at);
        let by_best = evaluate(&monotone(&curriculum), &person, &evidence, at);
        let shown = |own: &Standing| (own.status, own.entitlement.clone(), own.lapsed.clone());
        by_attempts += u32::from(shown(&standing) != shown(&by_best));
        *counts.entry(standing.status).or_insert(0) += 1;
        let mut all: Vec<&rules::RequirementStanding> = standing.requirements.iter().collect();
        while let Some(own) = all.pop() {
            waived += u32::from(own.outcome == Outcome::Waived);
            all.extend(&own.parts);
        }
        let matches = curriculum.to_json().contains(r#""match":"#) && standing.entitlement.is_some();
        matched += u32::from(matches);
        cycles += u32::from(standing.entitlement.is_some_and(|own| own.cycle > 1));
    }
    for status in [
        Status::NotAssigned,
        Status::NotStarted,
        Status::InProgress,
        Status::PendingReview,
        Status::Certified,
        Status::InGrace,
        Status::Expired,
    ] {
        let few = [Status::PendingReview, Status::InGrace].contains(&status);
        assert!(
            counts.get(&status).copied().unwrap_or(0) > if few { 5 } else { 60 },
            "{counts:?}"
        );
    }
    assert!(cycles > 30, "{cycles} renewals");
    assert!(
        waived > 3 && matched > 3,
        "{waived} waived, {matched} by what matched"
    );
    assert!(by_attempts > 10, "{by_attempts} decided by attempts");
}
