//! What must always hold of decisions that people make, over generated curricula, people, histories and decisions.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rules::{
    Act, ActKind, Curriculum, Entitlement, Evidence, Outcome, Person, RequirementStanding, Standing, Status,
    View, evaluate_as, verbs,
};
use serde_json::Value;
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use crate::generate::{self, CREDENTIAL, ISSUERS, history, moment, monotone, perfect, person};
use crate::laws::is_certified;
use crate::oracle;
use crate::support::{act, course_iri, review};

fn kind() -> impl Strategy<Value = ActKind> {
    let until = || prop::option::weighted(0.6, moment());
    let course = || (0usize..8).prop_map(|number| format!("c{number}"));
    let of = || "c".to_owned();
    prop_oneof![
        4 => (course(), until())
            .prop_map(move |(requirement, until)| ActKind::Waiver { curriculum: of(), requirement, until }),
        3 => (course(), 0usize..8, until()).prop_map(move |(requirement, other, until)| ActKind::Equivalence {
            curriculum: of(), requirement, activity: course_iri(&format!("c{other}")), until,
        }),
        1 => until().prop_map(move |until| ActKind::Award { curriculum: of(), until }),
        1 => (prop::option::of(prop_oneof![course(), (0usize..2).prop_map(|number| format!("t{number}"))]), moment())
            .prop_map(move |(requirement, due)| ActKind::Extension { curriculum: of(), requirement, due }),
        4 => (prop::sample::select(ISSUERS.to_vec()), moment(), until()).prop_map(|(issuer, issued, expires)| {
            ActKind::Credential {
                credential: Iri::parse(CREDENTIAL).unwrap(),
                issuer: Iri::parse(issuer).unwrap(),
                title: None,
                issued,
                expires,
                reference: None,
            }
        }),
        1 => Just(ActKind::Revocation { curriculum: of() }),
    ]
}

/// Among others, curricula that need a credential all the time beside or instead of other courses.
fn curriculum() -> impl Strategy<Value = Curriculum> {
    prop_oneof![2 => generate::curriculum(), 1 => generate::licensed()]
}

pub(crate) fn acts() -> impl Strategy<Value = Vec<Act>> {
    let one = (
        kind(),
        moment(),
        prop::option::weighted(0.3, moment()),
        any::<u128>(),
    );
    prop::collection::vec(one, 0..6).prop_map(|made| {
        let write =
            |(index, (kind, when, undone, id)): (usize, (ActKind, Timestamp, Option<Timestamp>, u128))| Act {
                undone_at: undone.filter(|undone| *undone > when),
                ..act((id & !0xff) | index as u128, when, kind)
            };
        made.into_iter().enumerate().map(write).collect()
    })
}

fn look(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    acts: &[Act],
    at: Timestamp,
) -> Standing {
    evaluate_as(curriculum, person, evidence, &View { acts, ..View::at(at) })
}

fn all<'s>(standings: &'s [RequirementStanding], found: &mut Vec<&'s RequirementStanding>) {
    for standing in standings {
        found.push(standing);
        all(&standing.parts, found);
    }
}

/// The entry with an id, wherever it is in a definition.
pub(crate) fn course<'v>(value: &'v Value, id: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) if members.get("id").is_some_and(|own| own == id) => Some(value),
        Value::Object(members) => members.values().find_map(|inner| course(inner, id)),
        Value::Array(items) => items.iter().find_map(|inner| course(inner, id)),
        _ => None,
    }
}

proptest! {
    #![proptest_config(crate::support::thorough())]

    #[test]
    fn the_oracle_agrees_on_decisions(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
        published_at in prop::option::of(moment()), reviews in prop::collection::vec(prop::option::of(any::<bool>()), 32),
    ) {
        let decided = evidence.iter().zip(reviews).filter_map(|(row, decided)| {
            Some(review(row.statement, decided?, row.stored))
        });
        let acts: Vec<Act> = acts.into_iter().chain(decided).collect();
        let view = View { acts: &acts, published_at, ..View::at(at) };
        let found = oracle::Answer::of(&evaluate_as(&curriculum, &person, &evidence, &view));
        prop_assert_eq!(found, oracle::answer(&curriculum, &person, &evidence, &acts, at, published_at));
    }

    #[test]
    fn their_order_and_repetition_do_not_matter(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
        (acts, shuffled) in acts().prop_flat_map(|acts| {
            let mut twice = acts.clone();
            twice.extend(acts.iter().step_by(2).cloned());
            (Just(acts), Just(twice).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(
            look(&curriculum, &person, &evidence, &acts, at),
            look(&curriculum, &person, &evidence, &shuffled, at)
        );
    }

    #[test]
    fn the_proof_suffices_with_the_decisions_it_cites(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
    ) {
        let standing = look(&curriculum, &person, &evidence, &acts, at);
        if let Some(entitlement) = standing.entitlement.clone() {
            let is_cited = |id: &Uuid| entitlement.statements.contains(id);
            let statements: Vec<Evidence> = evidence.iter().filter(|row| is_cited(&row.statement)).cloned().collect();
            let decisions: Vec<Act> = acts.iter().filter(|act| entitlement.acts.contains(&act.id)).cloned().collect();
            let again = look(&curriculum, &person, &statements, &decisions, at);
            // What somebody passed beside what was waived for them may not be needed to show it again.
            let again = again.entitlement.unwrap();
            prop_assert!(again.statements.iter().all(|id| entitlement.statements.contains(id)));
            prop_assert!(again.acts.iter().all(|id| entitlement.acts.contains(id)));
            let own = Entitlement { statements: entitlement.statements, acts: entitlement.acts, ..again };
            prop_assert_eq!(own, standing.entitlement.unwrap());
        }
    }

    #[test]
    fn nothing_changes_before_the_moment_named(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
        part in 0.0f64..1.0,
    ) {
        let standing = look(&curriculum, &person, &evidence, &acts, at);
        let never = Timestamp::from_micros(at.as_micros() + 40_000 * 86_400_000_000);
        let next = standing.next_change_at.unwrap_or(never);
        prop_assert!(next > at);
        let span = next.as_micros() - at.as_micros() - 1;
        for offset in [span, (span as f64 * part) as i64] {
            let later = Timestamp::from_micros(at.as_micros() + offset);
            prop_assert_eq!(&look(&curriculum, &person, &evidence, &acts, later), &standing);
        }
    }

    #[test]
    fn what_was_undone_is_as_never_made(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
    ) {
        let undone: Vec<Act> = acts.iter().cloned().map(|act| Act { undone_at: Some(act.at), ..act }).collect();
        prop_assert_eq!(
            look(&curriculum, &person, &evidence, &undone, at),
            look(&curriculum, &person, &evidence, &[], at)
        );
    }

    #[test]
    fn known_at_a_moment_counts_what_was_decided_then(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
        known_at in moment(),
    ) {
        let then: Vec<Act> = acts
            .iter()
            .filter(|act| act.at <= known_at)
            .cloned()
            .map(|act| Act { undone_at: act.undone_at.filter(|undone| *undone <= known_at), ..act })
            .collect();
        let known: Vec<Evidence> = evidence.iter().filter(|row| row.stored <= known_at).cloned().collect();
        let view = View { known_at: Some(known_at), acts: &acts, ..View::at(at) };
        prop_assert_eq!(
            evaluate_as(&curriculum, &person, &evidence, &view),
            look(&curriculum, &person, &known, &then, at)
        );
    }

    #[test]
    fn more_passes_never_harm(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
        more in prop::collection::vec((0usize..8, moment()), 1..4),
    ) {
        let curriculum = monotone(&curriculum);
        let before = look(&curriculum, &person, &evidence, &acts, at);
        let mut evidence = evidence;
        evidence.extend(more.into_iter().enumerate().map(|(id, (course, when))| perfect(id as u128, course, when)));
        let after = look(&curriculum, &person, &evidence, &acts, at);
        prop_assert!(!is_certified(&before) || is_certified(&after), "{before:#?}\n{after:#?}");
    }

    #[test]
    fn no_waiver_equivalence_or_award_harms(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
        kind in kind().prop_filter("a revocation harms", |kind| !matches!(kind, ActKind::Revocation { .. })),
        when in moment(), id: u128,
    ) {
        let curriculum = monotone(&curriculum);
        let before = look(&curriculum, &person, &evidence, &acts, at);
        let mut acts = acts;
        acts.push(act(id, when, kind));
        let after = look(&curriculum, &person, &evidence, &acts, at);
        prop_assert!(!is_certified(&before) || is_certified(&after), "{before:#?}\n{after:#?}");
    }

    #[test]
    fn what_is_waived_is_never_called_passed(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
    ) {
        let standing = look(&curriculum, &person, &evidence, &acts, at);
        let definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        let mut found = Vec::new();
        all(&standing.requirements, &mut found);
        for own in found.into_iter().filter(|own| own.parts.is_empty()) {
            let by_waiver = own.acts.iter().any(|id| {
                acts.iter().any(|act| act.id == *id && matches!(act.kind, ActKind::Waiver { .. }))
            });
            // Where all that is asked for is that a statement matches, it is met by what it says.
            let only_matches = course(&definition, &own.id)
                .is_some_and(|own| own.get("match").is_some() && own.get("passing_score").is_none());
            let by_lms = !only_matches && own.statements.iter().any(|id| {
                evidence.iter().any(|row| row.statement == *id && row.verb.as_str() == verbs::WAIVED)
            });
            prop_assert_eq!(own.outcome == Outcome::Waived, by_waiver || by_lms, "{:#?}", own);
        }
    }

    #[test]
    fn decisions_about_another_curriculum_do_not_matter(
        curriculum in curriculum(), person in person(), evidence in history(), acts in acts(), at in moment(),
    ) {
        // What somebody holds of an outside issuer counts everywhere.
        let held: Vec<Act> =
            acts.iter().filter(|act| matches!(act.kind, ActKind::Credential { .. })).cloned().collect();
        let elsewhere: Vec<Act> = acts
            .into_iter()
            .map(|act| {
                let mut kind = act.kind;
                match &mut kind {
                    ActKind::Waiver { curriculum, .. } | ActKind::Equivalence { curriculum, .. }
                    | ActKind::Award { curriculum, .. } | ActKind::Extension { curriculum, .. }
                    | ActKind::Revocation { curriculum } => *curriculum = "d".to_owned(),
                    _ => {}
                }
                Act { kind, ..act }
            })
            .collect();
        prop_assert_eq!(
            look(&curriculum, &person, &evidence, &elsewhere, at),
            look(&curriculum, &person, &evidence, &held, at)
        );
    }
}

/// A law about what is needed all the time would be none if it were never lost.
#[test]
fn the_generators_reach_what_is_needed_all_the_time() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut suspended, mut upheld) = (0, 0);
    for _ in 0..3_000 {
        let strategy = (curriculum(), person(), history(), acts(), moment());
        let (curriculum, person, evidence, acts, at) = strategy.new_tree(&mut runner).unwrap().current();
        let standing = look(&curriculum, &person, &evidence, &acts, at);
        let expired = acts.iter().any(|act| match &act.kind {
            ActKind::Credential { expires, .. } => expires.is_some_and(|expires| expires <= at),
            _ => false,
        });
        let needs = curriculum.to_json().contains("active_always");
        suspended += u32::from(standing.status == Status::Suspended);
        upheld += u32::from(needs && expired && standing.status == Status::Certified);
    }
    assert!(
        suspended > 3 && upheld > 3,
        "{suspended} suspended, {upheld} upheld"
    );
}
