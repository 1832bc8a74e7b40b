//! What a failed attempt takes away of what was met before, and what it does not.

use rules::{Evidence, Status, evaluate, verbs};
use serde_json::json;
use xapi::Iri;

use super::{TEST, fail};
use crate::counting::stand;
use crate::support::{at, curriculum, ids, pass, person, row, scored};

#[test]
fn a_failed_attempt_that_is_the_latest_undoes_what_no_certificate_was_earned_with() {
    let says = format!("{TEST}, attempts: latest");
    let passed = pass(1, "a", "0.9", "2026-03-02");
    let failed = fail(2, "0.5", "2026-03-03");
    // Once there is a certificate, it stays.
    let alone = stand(&says, "", &[passed.clone(), failed.clone()], "2026-04-01");
    assert_eq!(alone.status, Status::Certified);
    // As long as something else is missing, the failed attempt takes the place of the other.
    let other = "  - { id: b, title: B, activity: 'https://courses.example.com/b' }\n";
    let mut evidence = vec![passed, pass(3, "b", "", "2026-03-04")];
    assert_eq!(
        stand(&says, other, &evidence, "2026-04-01").status,
        Status::Certified
    );
    // Whether it arrives in time or late: what counts is when it happened.
    evidence.push(Evidence {
        stored: at("2026-03-20"),
        ..failed
    });
    let undone = stand(&says, other, &evidence, "2026-04-01");
    assert_eq!(undone.status, Status::InProgress);
    assert_eq!(undone.requirements[0].reason, "failed with 0.50 (0.80 needed)");
    let best = stand(TEST, other, &evidence, "2026-04-01");
    assert_eq!(best.status, Status::Certified);
    // The proof holds the attempts that decided, those too that failed.
    evidence.push(pass(4, "a", "0.8", "2026-03-05"));
    let standing = stand(&says, other, &evidence, "2026-04-01");
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 2, 3, 4]));
}

#[test]
fn no_attempt_takes_away_what_an_lms_waived() {
    let waived = Evidence {
        result_extensions: [(Iri::parse(verbs::REASON).unwrap(), json!("Tested Out"))].into(),
        ..row(1, "a", verbs::WAIVED, "2026-03-01")
    };
    let other = "  - { id: b, title: B, activity: 'https://courses.example.com/b' }\n";
    for count in ["best", "first", "latest", "average"] {
        let says = format!("{TEST}, attempts: {count}, waived: true");
        let passed = pass(2, "a", "0.8", "2026-03-02");
        let failed = fail(3, "0.5", "2026-03-03");
        for tried in [
            vec![],
            vec![passed.clone()],
            vec![failed.clone()],
            vec![passed, failed],
        ] {
            let mut evidence = vec![waived.clone()];
            evidence.extend(tried);
            evidence.push(pass(4, "b", "", "2026-03-04"));
            let standing = stand(&says, other, &evidence, "2026-04-01");
            assert_eq!(standing.status, Status::Certified, "{count} of {evidence:?}");
        }
    }
}

#[test]
fn of_several_waivers_the_one_that_counts_longest_stays() {
    let waived = |id: u128, course: &str, when: &str| Evidence {
        result_extensions: [(Iri::parse(verbs::REASON).unwrap(), json!("Tested Out"))].into(),
        ..row(id, course, verbs::WAIVED, when)
    };
    let says = format!("{TEST}, attempts: latest, waived: true");
    let also = "  - { id: b, activity: 'https://courses.example.com/b', passing_score: 0.8, attempts: latest, waived: true }
  - { id: c, activity: 'https://courses.example.com/c' }
certification: { validity: 1 year }
";
    let failed = |id: u128, course: &str| scored(row(id, course, verbs::FAILED, "2027-01-01"), "0.5");
    let mut evidence = vec![
        waived(1, "a", "2026-03-01"),
        waived(2, "b", "2026-08-01"),
        waived(3, "a", "2026-09-01"),
        failed(4, "a"),
        failed(5, "b"),
        pass(6, "c", "", "2027-04-01"),
    ];
    let status = |evidence: &[Evidence]| stand(&says, also, evidence, "2027-04-02").status;
    assert_eq!(status(&evidence), Status::Certified);
    // Without the later one, the waiver is a year old when all else is there.
    evidence.remove(2);
    assert_eq!(status(&evidence), Status::InProgress);
}

#[test]
fn what_comes_after_a_course_that_was_passed_and_failed_does_not_count() {
    let says = format!("{TEST}, attempts: latest");
    let also = "  - { id: b, title: B, activity: 'https://courses.example.com/b', after: a }\n";
    let evidence = [
        pass(1, "a", "0.9", "2026-03-02"),
        fail(2, "0.5", "2026-03-03"),
        pass(3, "b", "", "2026-03-04"),
    ];
    let standing = stand(&says, also, &evidence, "2026-04-01");
    assert_eq!(
        standing.requirements[1].reason,
        "passed on 2026-03-04 while 'A' was not met any more: does not count, take it again"
    );
}

/// Two of three are enough, and the failed one was one of the two: what comes after them rests on the older one from
/// then on, but what was passed before still rests on the newer.
#[test]
fn what_was_met_by_newer_passes_is_not_made_older_by_passing_again() {
    let yaml = "
curriculum: c
title: C
audience: { everyone: true }
courses:
  - id: g
    title: G
    at_least: 1
    of:
      - { id: a, title: A, activity: https://courses.example.com/a, passing_score: 0.8, attempts: latest }
      - { id: b, title: B, activity: https://courses.example.com/b }
  - { id: d, title: D, activity: https://courses.example.com/d, after: g }
  - { id: e, title: E, activity: https://courses.example.com/e }
certification: { validity: 1 year }
";
    let mut evidence = vec![
        pass(1, "b", "", "2026-01-01"),
        pass(2, "a", "0.9", "2026-06-01"),
        pass(3, "d", "", "2026-06-02"),
        fail(4, "0.5", "2026-06-03"),
        pass(5, "d", "", "2026-06-04"),
        pass(6, "a", "0.9", "2027-03-01"),
        pass(7, "e", "", "2027-03-02"),
    ];
    let status = |evidence: &[Evidence]| {
        evaluate(&curriculum(yaml), &person("any"), evidence, at("2027-04-01")).status
    };
    assert_eq!(status(&evidence), Status::Certified);
    evidence.retain(|row| row.statement != ids(&[3])[0]);
    assert_eq!(status(&evidence), Status::InProgress);
}
