//! The law of revisions: a new one changes nobody who is pinned to the old one.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use rules::{Certified, Entitlement, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::certificate::{Derivation, Details, Proof};
use crate::law::thorough;

const DAY: i64 = 86_400_000_000;

/// Days from the beginning of 2024 on.
fn day(day: i64) -> Timestamp {
    Timestamp::from_micros(Timestamp::parse("2024-01-01T00:00:00Z").unwrap().as_micros() + day * DAY)
}

fn course() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        r#"{}"#,
        r#"{"passing_score": 0.5}"#,
        r#"{"passing_score": 0.8}"#,
        r#"{"completion": true}"#,
        r#"{"attempts": "latest"}"#,
        r#"{"attempts": {"maximum": 2}, "passing_score": 0.5}"#,
        r#"{"count": {"at_least": 2}}"#,
        r#"{"suggested": true}"#,
    ])
    .prop_map(|course| course.parse().unwrap())
}

/// A revision of a curriculum of up to four courses, each after the one before it or not.
fn revision() -> impl Strategy<Value = Curriculum> {
    let courses = prop::collection::vec(prop::option::weighted(0.6, (course(), any::<bool>())), 4);
    let certification = (
        prop::option::weighted(0.8, prop::sample::select(vec!["60 days", "6 months", "1 year"])),
        prop::option::of(prop::sample::select(vec!["10 days", "1 month"])),
        prop::option::of(prop::sample::select(vec!["5 days", "1 month"])),
        prop::sample::select(vec!["completion", "prior_expiry"]),
        prop::bool::weighted(0.4),
    );
    let carried = (
        prop::sample::select(vec!["newest", "finish_old"]),
        prop::sample::select(vec!["until_renewal", "until_renewal", "at_once"]),
    );
    (courses, certification, carried, any::<bool>()).prop_filter_map(
        "a definition must make sense",
        |(courses, (validity, window, grace, valid_from, has_renewal), (in_flight, certified), any_order)| {
            let mut written: Vec<Value> = Vec::new();
            for (number, course) in courses.into_iter().enumerate() {
                let Some((mut course, is_after)) = course else {
                    continue;
                };
                course["id"] = format!("c{number}").into();
                course["activity"] = format!("https://courses.example.com/c{number}").into();
                let before = written
                    .last()
                    .filter(|before| is_after && before["suggested"] != true);
                if let Some(before) = before {
                    course["after"] = before["id"].clone();
                }
                written.push(course);
            }
            let mut definition = json!({
                "curriculum": "c", "title": "C", "audience": {"roles": ["driver"]}, "courses": written,
                "order": if any_order { "any" } else { "strict" },
                "certification": {},
                "revision": {"because": "b", "changes": "c", "in_flight": in_flight, "certified": certified},
            });
            if let Some(validity) = validity {
                definition["certification"] = json!({"validity": validity, "valid_from": valid_from});
                for (name, value) in [("renewal_window", window), ("grace", grace)] {
                    if let Some(value) = value {
                        definition["certification"][name] = value.into();
                    }
                }
                if has_renewal {
                    // The refresher is the fifth of the activities.
                    let refresher = json!({"id": "refresher", "activity": "https://courses.example.com/c4"});
                    definition["certification"]["renewal"] = json!({"courses": [refresher]});
                }
            }
            Some(rules::load("c.json", &definition.to_string()).ok()?.curriculum)
        },
    )
}

fn history() -> impl Strategy<Value = Vec<Evidence>> {
    let verb = prop::sample::select(vec!["passed", "passed", "passed", "completed", "failed"]);
    let score = prop::sample::select(vec![0.4, 0.5, 0.8, 1.0]);
    let one = (0usize..5, verb, score, 0i64..700);
    prop::collection::vec(one, 0..24).prop_map(|rows| {
        let write = |(number, (course, verb, score, when)): (usize, (usize, &str, f64, i64))| {
            let row = json!({
                "statement": Uuid::from_u128(number as u128 + 1),
                "timestamp": day(when), "stored": day(when),
                "verb": format!("http://adlnet.gov/expapi/verbs/{verb}"),
                "activity": format!("https://courses.example.com/c{course}"),
                "score": {"scaled": score.to_string()},
            });
            serde_json::from_value(row).unwrap()
        };
        rows.into_iter().enumerate().map(write).collect()
    })
}

fn driver() -> Person {
    Person {
        id: "p".to_owned(),
        roles: vec![Role {
            role: "driver".to_owned(),
            ..Role::default()
        }],
        ..Person::default()
    }
}

/// The certificate that a standing by a revision is kept as.
fn certificate(standing: &Standing, revision: &Revision) -> Option<Certificate> {
    let entitlement = standing.entitlement.as_ref()?;
    Some(Certificate {
        id: Uuid::from_u128(7),
        person: "p".to_owned(),
        curriculum: "c".to_owned(),
        number: 1,
        status: certificate::Status::Active,
        issued_at: entitlement.earned_at,
        expires_at: entitlement.expires_at,
        details: Details {
            title: "C".to_owned(),
            curriculum_title: "C".to_owned(),
            decided_at: entitlement.earned_at,
            updated_at: entitlement.earned_at,
            earned_at: entitlement.earned_at,
            cycle: entitlement.cycle,
            suspended_at: None,
            suspended_by_need: false,
            entries: 1,
            proof: Proof {
                statements: entitlement.statements.clone(),
                acts: Vec::new(),
                revision: revision.number,
                since: None,
                hash: revision.hash.clone(),
                requirements: Derivation::of(&standing.requirements).unwrap(),
            },
        },
    })
}

/// Somebody certified by the first revision as of a day, and the second published some days after that.
struct Pinned {
    definitions: Definitions,
    held: Certificate,
    evidence: Vec<Evidence>,
    published: i64,
}

impl Pinned {
    fn of(
        old: Curriculum,
        new: Curriculum,
        evidence: Vec<Evidence>,
        looked: i64,
        later: i64,
    ) -> Option<Self> {
        let mut definitions = Definitions::default();
        definitions.add_draft(old, day(-100));
        let first = definitions.revision("c", 1)?;
        let person = driver();
        let known = known(&person, &evidence, looked);
        let published_at = definitions.published_at("c");
        let held = certificate(&known.evaluate(&first.curriculum, &evidence, published_at), first)?;
        definitions.add_draft(new, day(looked + later));
        Some(Self {
            definitions,
            held,
            evidence,
            published: looked + later,
        })
    }

    fn earlier(&self, known: &Known<'_>) -> (Earlier<'_>, Standings<'_>) {
        let newest = self.definitions.revision("c", 2).unwrap();
        Earlier::of(&self.definitions, &[newest], known, |_| vec![&self.held])
    }
}

fn known<'a>(person: &'a Person, evidence: &'a [Evidence], at: i64) -> Known<'a> {
    Known {
        person,
        evidence,
        acts: &[],
        others: &[],
        given: &[],
        retired: &[],
        at: day(at),
        known_at: None,
    }
}

proptest! {
    #![proptest_config(thorough())]

    #[test]
    fn a_new_revision_changes_no_one_pinned_to_the_old(
        (old, new) in (revision(), revision()), evidence in history(),
        (looked, later, since) in (0i64..600, 1i64..60, 0i64..200),
    ) {
        let Some(pinned) = Pinned::of(old, new, evidence, looked, later) else { return Ok(()) };
        let at = pinned.published + since;
        let person = driver();
        let known = known(&person, &pinned.evidence, at);
        let published_at = pinned.definitions.published_at("c");
        let (old, new) = (pinned.definitions.revision("c", 1).unwrap(), pinned.definitions.revision("c", 2).unwrap());
        let (earlier, mut standings) = pinned.earlier(&known);
        let known = known.after(&earlier);
        let stand = stand(&pinned.definitions, new, &known, &mut standings, Some(&pinned.held));
        let by_new = known.evaluate(&new.curriculum, &pinned.evidence, published_at);
        if new.curriculum.certified() == Certified::AtOnce {
            prop_assert!(earlier.given.is_empty());
            prop_assert_eq!(stand.revision.number, 2);
            prop_assert_eq!(stand.standing, by_new);
            return Ok(());
        }
        // What was there when the new one was published, by the old one alone.
        let mut before = pinned.evidence.clone();
        before.retain(|row| row.timestamp < day(pinned.published));
        let mut by_old = Known { given: &[], ..known }.evaluate(&old.curriculum, &before, published_at);
        // What renews it is what the new one asks for.
        by_old.requirements.retain(|own| own.kind != RequirementKind::Renewal);
        by_old.requirements.extend(by_new.requirements.iter().filter(|own| own.kind == RequirementKind::Renewal).cloned());
        let earned = |standing: &Standing| standing.entitlement.as_ref().map(|own| own.earned_at);
        let is_renewed = earned(&by_new) > earned(&by_old);
        if earned(&by_old).is_some() && !is_renewed {
            prop_assert_eq!(stand.revision.number, 1);
            prop_assert_eq!(&stand.standing, &by_old);
        }
        // Whatever the new one asks for, nobody loses what the old one gave them before it ends.
        prop_assert!(earned(&by_old).is_none() || stand.standing.entitlement.is_some());
        // And once it has ended, it is one that ended: they did not just begin, and what renews it is due.
        if let Some(lapsed) = &by_old.lapsed {
            prop_assert!(!matches!(stand.standing.status, Status::NotStarted | Status::InProgress));
            let ends = |own: &Entitlement| own.expires_at.unwrap_or(day(100_000));
            let last = stand.standing.entitlement.as_ref().or(stand.standing.lapsed.as_ref());
            prop_assert!(last.is_some_and(|last| ends(last) >= ends(lapsed) && last.cycle >= lapsed.cycle));
        }
    }

    #[test]
    fn a_certificate_that_a_later_revision_renewed_is_the_same_from_then_on(
        (old, new) in (revision(), revision()), evidence in history(),
        (looked, later, since) in (0i64..600, 1i64..60, 0i64..200),
    ) {
        let Some(mut pinned) = Pinned::of(old, new, evidence, looked, later) else { return Ok(()) };
        let person = driver();
        let known = known(&person, &pinned.evidence, pinned.published + since);
        let standing = |pinned: &Pinned| {
            let new = pinned.definitions.revision("c", 2).unwrap();
            let (earlier, mut standings) = pinned.earlier(&known);
            let known = known.after(&earlier);
            let stand = stand(&pinned.definitions, new, &known, &mut standings, Some(&pinned.held));
            (stand.standing, stand.revision.number, stand.since)
        };
        let (first, by, since) = standing(&pinned);
        let Some(mut held) = certificate(&first, pinned.definitions.revision("c", by).unwrap()) else { return Ok(()) };
        held.details.proof.since = since;
        pinned.held = held;
        prop_assert_eq!(standing(&pinned), (first, by, since));
    }
}

/// A law over those whom no revision ever finds certified would be no law.
#[test]
fn the_generators_reach_both_sides() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut held, mut renewed, mut would_lose, mut refreshed) = (0, 0, 0, 0);
    for _ in 0..5_000 {
        let strategy = (
            (revision(), revision()),
            history(),
            (0i64..600, 1i64..60, 0i64..200),
        );
        let ((old, new), evidence, (looked, later, since)) =
            strategy.new_tree(&mut runner).unwrap().current();
        if new.certified() == Certified::AtOnce {
            continue;
        }
        let Some(pinned) = Pinned::of(old, new, evidence, looked, later) else {
            continue;
        };
        let person = driver();
        let known = known(&person, &pinned.evidence, pinned.published + since);
        let new = pinned.definitions.revision("c", 2).unwrap();
        let (earlier, mut standings) = pinned.earlier(&known);
        let known = known.after(&earlier);
        let stand = stand(
            &pinned.definitions,
            new,
            &known,
            &mut standings,
            Some(&pinned.held),
        );
        refreshed += u32::from(stand.since.is_some() && stand.standing.entitlement.is_some());
        let by_new = Known { given: &[], ..known }.evaluate(
            &new.curriculum,
            &pinned.evidence,
            pinned.definitions.published_at("c"),
        );
        let is_old = stand.revision.number == 1;
        held += u32::from(is_old);
        renewed += u32::from(!is_old);
        would_lose +=
            u32::from(is_old && stand.standing.entitlement.is_some() && by_new.entitlement.is_none());
    }
    assert!(
        held > 50 && renewed > 50 && would_lose > 20 && refreshed > 20,
        "{held} by the old one, {renewed} by the new one, {would_lose} without it uncertified, {refreshed} renewed"
    );
}
