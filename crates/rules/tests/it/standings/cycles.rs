//! Expiry, renewal, and roles that begin and end.

use rules::{Status, evaluate};

use super::{reason, standing};
use crate::support::{FORKLIFT, at, curriculum, ids, pass, person};

#[test]
fn expiry_and_taking_everything_again() {
    let mut evidence = vec![
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2025-03-09"),
    ];
    let expired = standing(&evidence, "2026-06-01");
    assert_eq!(expired.status, Status::Expired);
    assert_eq!(expired.entitlement, None);
    assert_eq!(
        expired.lapsed.as_ref().unwrap().expires_at,
        Some(at("2026-03-09"))
    );
    assert_eq!(
        reason(&expired, "practice"),
        "passed on 2025-03-09, and what it rests on is 1 year old or older: does not count any more, take it again"
    );
    assert_eq!(
        expired.requirements[1].missing.as_deref(),
        Some("pass 'Practice' after 'Safety basics'")
    );

    evidence.push(pass(3, "basics", "0.9", "2026-06-02"));
    assert_eq!(standing(&evidence, "2026-06-03").status, Status::Expired);
    evidence.push(pass(4, "practice", "", "2026-06-04"));
    let again = standing(&evidence, "2026-06-05");
    assert_eq!(again.status, Status::Certified);
    let entitlement = again.entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (2, Some(at("2027-06-04")))
    );
    assert_eq!(entitlement.statements, ids(&[1, 2, 3, 4]));
}

#[test]
fn renewal_takes_place_when_its_window_opens() {
    let yaml = FORKLIFT.replace("validity: 1 year", "validity: 1 year, renewal_window: 2 months");
    let curriculum = curriculum(&yaml);
    let evidence = [
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2025-03-09"),
        pass(3, "basics", "0.85", "2025-11-02"),
        pass(4, "practice", "", "2025-11-09"),
    ];
    let standing = |when| evaluate(&curriculum, &person("driver"), &evidence, at(when));
    let before = standing("2025-12-01");
    let entitlement = before.entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (1, Some(at("2026-03-09")))
    );
    assert_eq!(entitlement.renewal_opens_at, Some(at("2026-01-09")));
    assert_eq!(before.next_change_at, Some(at("2026-01-09")));
    let entitlement = standing("2026-01-09").entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (2, Some(at("2026-11-09")))
    );
    assert_eq!(entitlement.earned_at, at("2025-11-09"));
}

#[test]
fn a_pass_older_than_the_certificate_may_be_counts_no_more() {
    let evidence = [
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2026-03-02"),
    ];
    let late = standing(&evidence, "2026-06-01");
    assert_eq!(late.status, Status::InProgress);
    let yaml = FORKLIFT.replace("validity: 1 year", "validity: 1 year, within: 1 month");
    let evidence = [
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2025-04-02"),
    ];
    let within = evaluate(&curriculum(&yaml), &person("driver"), &evidence, at("2025-04-03"));
    assert_eq!(within.status, Status::InProgress);
    assert_eq!(standing(&evidence, "2025-04-03").status, Status::Certified);
}

#[test]
fn whose_role_ended_keeps_the_certificate_until_it_expires() {
    let curriculum = curriculum(FORKLIFT);
    let mut driver = person("driver");
    driver.roles[0].since = Some("2026-04-01".parse().unwrap());
    driver.roles[0].until = Some("2026-04-30".parse().unwrap());
    let evidence = [
        pass(1, "basics", "0.85", "2026-03-02"),
        pass(2, "practice", "", "2026-03-09"),
    ];
    let standing = |when| evaluate(&curriculum, &driver, &evidence, at(when));

    // Evidence from before the role carries over, but certifies nobody outside the audience.
    let before = standing("2026-03-20");
    assert_eq!((before.status, before.entitlement), (Status::NotAssigned, None));
    assert_eq!(before.next_change_at, Some(at("2026-04-01T00:00:00Z")));
    assert_eq!(before.requirements, []);
    assert_eq!(standing("2026-04-10").status, Status::Certified);
    assert_eq!(standing("2026-05-10").status, Status::Certified);
    assert_eq!(standing("2027-03-09").status, Status::NotAssigned);

    // In the role only after everything lapsed: it was never theirs.
    driver.roles[0].since = Some("2028-01-01".parse().unwrap());
    driver.roles[0].until = None;
    let late = evaluate(&curriculum, &driver, &evidence, at("2028-02-01"));
    assert_eq!((late.status, late.lapsed), (Status::InProgress, None));
}
