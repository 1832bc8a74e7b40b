//! Groups, and groups in groups.

use rules::{Evidence, Outcome, Status, evaluate, verbs};

use super::reason;
use crate::support::{at, curriculum, ids, pass, person, row};

const POOLS: &str = "
curriculum: pools
title: Pools
audience: { everyone: true }
courses:
  - { id: base, title: Base, activity: https://courses.example.com/base }
  - id: electives
    title: Electives
    after: base
    at_least: 2
    of:
      - { id: a, title: A, activity: https://courses.example.com/a }
      - { id: b, title: B, activity: https://courses.example.com/b, completion: true }
      - { id: c, title: C, activity: https://courses.example.com/c }
  - id: hours
    title: Hours
    points: 6
    of:
      - { id: h2, title: Two hours, activity: https://courses.example.com/h2, worth: 2 }
      - { id: h45, title: Four and a half, activity: https://courses.example.com/h45, worth: 4.5 }
      - id: either
        title: Either
        worth: 4
        at_least: 1
        of:
          - { id: x, title: X, activity: https://courses.example.com/x }
          - { id: y, title: Y, activity: https://courses.example.com/y }
certification: { validity: 1 year }
";

#[test]
fn pools() {
    let curriculum = curriculum(POOLS);
    let standing = |evidence: &[Evidence]| evaluate(&curriculum, &person("any"), evidence, at("2026-06-01"));
    let mut evidence = vec![
        pass(1, "a", "", "2026-03-01"),
        pass(2, "base", "", "2026-03-02"),
        pass(3, "c", "", "2026-03-03"),
        pass(4, "h2", "", "2026-03-04"),
    ];
    let half = standing(&evidence);
    assert_eq!(half.status, Status::InProgress);
    assert_eq!(reason(&half, "electives"), "1 of at least 2 are met");
    assert_eq!(
        half.requirements[1].missing.as_deref(),
        Some("1 more of: pass 'A'; complete 'B'")
    );
    assert_eq!(
        half.requirements[1].parts[0].reason,
        "passed on 2026-03-01 before 'Base' was met on 2026-03-02: does not count, take it again"
    );
    assert_eq!(reason(&half, "hours"), "2 of 6 points are there");
    assert_eq!(
        half.requirements[2].missing.as_deref(),
        Some("4 more points from: pass 'Four and a half'; (1 more of: pass 'X'; pass 'Y')")
    );

    evidence.push(row(5, "b", verbs::COMPLETED, "2026-03-05"));
    evidence.push(pass(6, "y", "", "2026-03-06"));
    let whole = standing(&evidence);
    let entitlement = whole.entitlement.clone().unwrap();
    assert_eq!(entitlement.earned_at, at("2026-03-06"));
    assert_eq!(entitlement.statements, ids(&[2, 3, 4, 5, 6]));
    assert_eq!(reason(&whole, "hours"), "6 of 6 points are there");
    assert_eq!(whole.requirements[1].statements, ids(&[3, 5]));
    assert_eq!(whole.requirements[2].parts[2].parts[1].outcome, Outcome::Met);

    // Another elective, much later: with the first of the others it earns a certificate of its own date.
    evidence.push(pass(7, "a", "", "2027-02-01"));
    let later = evaluate(&curriculum, &person("any"), &evidence, at("2027-03-07"));
    let entitlement = later.entitlement.unwrap();
    assert_eq!((entitlement.cycle, entitlement.earned_at), (2, at("2027-02-01")));
}

#[test]
fn pools_in_words() {
    assert_eq!(
        curriculum(POOLS).describe(),
        "Pools (pools)
For everyone.
Required:
  - Base: pass.
  - Electives: at least 2 of these 3, after Base (earlier does not count):
    - A: pass.
    - B: complete.
    - C: pass.
  - Hours: at least 6 points from these:
    - Two hours: pass, worth 2.
    - Four and a half: pass, worth 4.5.
    - Either: any of these, worth 4:
      - X: pass.
      - Y: pass.
Who has shown all of that is certified as \"Pools\" for 1 year from the moment the last of it was shown.
A pass counts for a certificate that is earned less than 1 year after it.
It is renewed, from when three quarters of its time have gone, for those who have shown all of that again. Passing again earlier is not lost: it carries the certificate on from then."
    );
}

#[test]
fn of_parts_that_are_equally_old_the_certificates_own_is_shown() {
    let definition = r#"
        curriculum: c
        title: C
        audience: { roles: [driver] }
        courses:
          - id: any
            at_least: 1
            of:
              - { id: a, activity: https://courses.example.com/a }
              - { id: b, activity: https://courses.example.com/b }
              - { id: c, activity: https://courses.example.com/c, after: b }
        certification: { validity: 6 months }
    "#;
    let evidence = [
        pass(1, "b", "", "2024-01-01"),
        pass(2, "a", "", "2024-01-01"),
        pass(3, "c", "", "2024-02-08"),
    ];
    let standing = evaluate(
        &curriculum(definition),
        &person("driver"),
        &evidence,
        at("2024-05-20"),
    );
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 3]));
    assert_eq!(standing.requirements[0].statements, ids(&[3]));
}
