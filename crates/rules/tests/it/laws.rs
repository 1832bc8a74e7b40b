//! What must always hold, over generated curricula, people and histories.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use rules::{
    Act, Curriculum, Evidence, Outcome, RequirementKind, Standing, Status, View, evaluate, evaluate_as,
};
use serde_json::Value;
use xapi::{Iri, Timestamp};

use crate::generate::{curriculum, day, history, moment, monotone, perfect, person, row};
use crate::laws_of_acts::course;
use crate::oracle;
use crate::support::{course_iri, review};

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
        // That nothing happened is proved by no statement.
        let definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        let by_absence = |own: &rules::RequirementStanding| {
            course(&definition, &own.id).is_some_and(|own| own.to_string().contains(r#""absent":"#))
        };
        for own in standing.requirements.iter().filter(is_required) {
            let is_met = [Outcome::Met, Outcome::Waived].contains(&own.outcome);
            prop_assert!(is_met || own.statements.is_empty());
            prop_assert!(!is_met || by_absence(own) || !own.statements.is_empty());
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
    for _ in 0..3_000 {
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
