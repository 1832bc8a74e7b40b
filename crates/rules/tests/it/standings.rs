//! What a person's standing says, example by example.

mod cycles;
mod pools;
mod reviews;
mod statements;

use rules::{Assessment, Delivery, Evidence, Level, Outcome, Standing, Status, evaluate, verbs};

use crate::support::{FORKLIFT, at, curriculum, ids, pass, person, row, scored};

fn standing(evidence: &[Evidence], when: &str) -> Standing {
    evaluate(&curriculum(FORKLIFT), &person("driver"), evidence, at(when))
}

fn reason(standing: &Standing, id: &str) -> String {
    standing
        .requirements
        .iter()
        .find(|own| own.id == id)
        .unwrap()
        .reason
        .clone()
}

#[test]
fn nothing_yet() {
    let standing = standing(&[], "2026-06-01");
    assert_eq!(standing.status, Status::NotStarted);
    assert_eq!(standing.next_change_at, None);
    assert_eq!(reason(&standing, "basics"), "not passed yet");
    let missing: Vec<Option<&str>> = standing
        .requirements
        .iter()
        .map(|own| own.missing.as_deref())
        .collect();
    assert_eq!(
        missing,
        [
            Some("pass 'Safety basics' with at least 0.80"),
            Some("pass 'Practice' after 'Safety basics'"),
            Some("complete 'History'")
        ]
    );
}

#[test]
fn a_plain_pass() {
    let evidence = [
        pass(1, "basics", "0.85", "2026-03-02"),
        pass(2, "practice", "", "2026-03-09"),
    ];
    let standing = standing(&evidence, "2026-06-01");
    assert_eq!(standing.status, Status::Certified);
    let entitlement = standing.entitlement.clone().unwrap();
    assert_eq!(entitlement.earned_at, at("2026-03-09"));
    assert_eq!(entitlement.expires_at, Some(at("2027-03-09")));
    assert_eq!(entitlement.cycle, 1);
    assert_eq!(entitlement.statements, ids(&[1, 2]));
    assert_eq!(standing.next_change_at, Some(at("2027-03-09")));
    assert_eq!(reason(&standing, "basics"), "passed with 0.85 on 2026-03-02");
    assert_eq!(reason(&standing, "practice"), "passed on 2026-03-09");
    assert_eq!(reason(&standing, "history"), "not completed yet");
    assert_eq!(standing.requirements[2].outcome, Outcome::Unmet);
}

#[test]
fn fail_then_pass() {
    let failed = scored(row(1, "basics", verbs::FAILED, "2026-03-01"), "0.5");
    let half = standing(std::slice::from_ref(&failed), "2026-06-01");
    assert_eq!(half.status, Status::InProgress);
    assert_eq!(reason(&half, "basics"), "best score 0.50 of 0.80 needed");
    assert_eq!(
        half.requirements[0].considered[0].reason,
        "failed with 0.50 (0.80 needed)"
    );

    let evidence = [
        failed,
        pass(2, "basics", "0.8", "2026-03-02"),
        pass(3, "practice", "", "2026-03-03"),
    ];
    let whole = standing(&evidence, "2026-06-01");
    assert_eq!(whole.status, Status::Certified);
    assert_eq!(whole.entitlement.unwrap().statements, ids(&[2, 3]));
    assert_eq!(whole.requirements[0].considered.len(), 1);
}

#[test]
fn out_of_order() {
    let mut evidence = vec![
        pass(1, "practice", "", "2026-03-02"),
        pass(2, "basics", "0.9", "2026-03-09"),
    ];
    let early = standing(&evidence[..1], "2026-06-01");
    assert_eq!(
        reason(&early, "practice"),
        "passed on 2026-03-02 before 'Safety basics' was met: does not count, take it again"
    );
    let both = standing(&evidence, "2026-06-01");
    assert_eq!(both.status, Status::InProgress);
    assert_eq!(
        reason(&both, "practice"),
        "passed on 2026-03-02 before 'Safety basics' was met on 2026-03-09: does not count, take it again"
    );
    assert_eq!(both.requirements[1].missing.as_deref(), Some("pass 'Practice'"));
    assert_eq!(both.requirements[1].considered[0].statement, ids(&[1])[0]);

    evidence.push(pass(3, "practice", "", "2026-03-10"));
    let again = standing(&evidence, "2026-06-01");
    assert_eq!(again.status, Status::Certified);
    assert_eq!(again.entitlement.unwrap().statements, ids(&[2, 3]));

    // The same where the order is free.
    let free = curriculum(&FORKLIFT.replace("courses:", "order: any\ncourses:"));
    let standing = evaluate(&free, &person("driver"), &evidence[..2], at("2026-06-01"));
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.entitlement.unwrap().earned_at, at("2026-03-09"));
}

#[test]
fn nobody_else_is_assigned() {
    let standing = evaluate(&curriculum(FORKLIFT), &person("clerk"), &[], at("2026-03-20"));
    assert_eq!(standing.status, Status::NotAssigned);
    assert_eq!((standing.requirements.len(), standing.next_change_at), (0, None));
}

#[test]
fn what_has_not_happened_yet_does_not_count_yet() {
    let evidence = [
        pass(1, "basics", "0.85", "2026-03-02"),
        pass(2, "practice", "", "2026-03-09"),
    ];
    let standing = standing(&evidence, "2026-03-05");
    assert_eq!(standing.status, Status::InProgress);
    assert_eq!(standing.next_change_at, Some(at("2026-03-09")));
}

#[test]
fn a_standing_survives_json() {
    let evidence = [
        pass(1, "practice", "", "2026-03-01"),
        pass(2, "basics", "0.85", "2026-03-02"),
        pass(3, "practice", "", "2026-03-09"),
    ];
    let standing = standing(&evidence, "2026-06-01");
    let json = serde_json::to_value(&standing).unwrap();
    assert_eq!(json["status"], "certified");
    assert_eq!(json["entitlement"]["expires_at"], "2027-03-09T12:00:00.000Z");
    assert_eq!(json["requirements"][0]["kind"], "required");
    assert_eq!(serde_json::from_value::<Standing>(json).unwrap(), standing);
}

#[test]
fn a_status_is_one_word_everywhere() {
    for status in Status::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        assert_eq!(status.to_string(), status.as_str());
    }
}

#[test]
fn what_is_begun_is_looked_at_again_when_it_grows_stale() {
    let evidence = [pass(1, "basics", "0.9", "2026-01-10")];
    let begun = standing(&evidence, "2026-06-01");
    assert_eq!(begun.requirements[0].outcome, Outcome::Met);
    assert_eq!(begun.next_change_at, Some(at("2027-01-10")));
    assert_eq!(
        standing(&evidence, "2027-01-10").requirements[0].outcome,
        Outcome::Unmet
    );
}

#[test]
fn what_is_known_of_a_course_is_shown_with_it() {
    let curriculum = curriculum(
        "
curriculum: c
title: C
audience: { everyone: true }
courses:
  - { id: a, activity: https://courses.example.com/a }
  - { id: b, activity: https://courses.example.com/b, level: 3, delivery: on_the_job, assessment: demonstration }
",
    );
    let standing = evaluate(&curriculum, &person("any"), &[], at("2026-06-01"));
    let shown: Vec<_> = standing
        .requirements
        .iter()
        .map(|own| (own.level, own.delivery, own.assessment))
        .collect();
    assert_eq!(
        shown,
        [
            (Some(Level::Learning), None, None),
            (
                Some(Level::Behaviour),
                Some(Delivery::OnTheJob),
                Some(Assessment::Demonstration)
            ),
        ]
    );
}
