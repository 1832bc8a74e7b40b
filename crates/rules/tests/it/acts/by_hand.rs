//! Certificates that are awarded and revoked by hand.

use rules::{Act, ActKind, Evidence, Outcome, Status};
use uuid::Uuid;

use super::{look, undone};
use crate::support::{FORKLIFT, act, at, curriculum, ids, pass, review};

#[test]
fn an_award_certifies_whatever_was_shown() {
    let curriculum = curriculum(FORKLIFT);
    let award = |until: Option<&str>| ActKind::Award {
        curriculum: "forklift".to_owned(),
        until: until.map(at),
    };
    let acts = [act(90, at("2026-02-01"), award(None))];
    let standing = look(&curriculum, &[], &acts, "2026-03-01");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.requirements[0].outcome, Outcome::Unmet);
    let entitlement = standing.entitlement.unwrap();
    assert_eq!(entitlement.expires_at, Some(at("2027-02-01")));
    assert_eq!(entitlement.awarded.unwrap().act, Uuid::from_u128(90));
    let short = [act(90, at("2026-02-01"), award(Some("2026-03-01")))];
    assert_eq!(
        look(&curriculum, &[], &short, "2026-02-28").status,
        Status::Certified
    );
    assert_eq!(
        look(&curriculum, &[], &short, "2026-03-01").status,
        Status::Expired
    );
    // An earned certificate that lasts longer takes its place.
    let evidence = [
        pass(1, "basics", "0.9", "2026-02-10"),
        pass(2, "practice", "", "2026-02-20"),
    ];
    let standing = look(&curriculum, &evidence, &short, "2026-03-02");
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 2]));
}

/// In grace after an award by hand, the refresher alone is owed; where the next fixed day is over by then, the renewed
/// certificate lasts from the refresher.
#[test]
fn an_award_that_ended_is_renewed_by_the_refresher() {
    let curriculum = curriculum(
        "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses: [{ id: licence, title: Licence, due: 30 days, credential: 'https://board.example.com/licence' }]
certification:
  validity: 1 year
  expires_on: 31 December
  grace: 5 months
  renewal: { courses: [{ id: refresher, title: Refresher, activity: 'https://courses.example.com/refresher' }] }
",
    );
    let award = ActKind::Award {
        curriculum: "forklift".to_owned(),
        until: Some(at("2025-11-06")),
    };
    let acts = [act(90, at("2025-01-01"), award)];
    let standing = look(&curriculum, &[], &acts, "2026-01-15");
    assert_eq!(
        (standing.status, standing.due_at, standing.overdue),
        (Status::InGrace, Some(at("2025-11-06")), true)
    );
    let due: Vec<_> = standing.requirements.iter().map(|own| own.due_at).collect();
    assert_eq!(due, [None, Some(at("2025-11-06"))]);
    for (when, ends) in [
        ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ] {
        let standing = look(&curriculum, &[pass(1, "refresher", "", when)], &acts, when);
        let entitlement = standing.entitlement.unwrap();
        assert_eq!(standing.status, Status::Certified, "{when}");
        assert_eq!(
            (entitlement.cycle, entitlement.expires_at),
            (2, Some(at(ends))),
            "{when}"
        );
    }
}

/// While somebody has to review what would renew an award, nothing that the award stood in for is overdue.
#[test]
fn nothing_is_overdue_while_what_renews_has_to_be_reviewed() {
    let curriculum = curriculum(
        "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses: [{ id: licence, title: Licence, activity: 'https://courses.example.com/licence' }]
certification:
  validity: 1 year
  renewal: { courses: [{ id: refresher, title: Refresher, activity: 'https://courses.example.com/refresher' }] }
review: {}
",
    );
    let award = ActKind::Award {
        curriculum: "forklift".to_owned(),
        until: None,
    };
    let awarded = act(90, at("2025-01-01"), award);
    // Dated ahead by a day.
    let ahead = Evidence {
        stored: at("2025-12-01"),
        ..pass(1, "refresher", "", "2025-12-02")
    };
    for (decided, status, is_overdue) in [
        (None, Status::PendingReview, false),
        (Some(true), Status::Certified, false),
        (Some(false), Status::Expired, true),
    ] {
        let reviewed = decided.map(|accepted| review(ahead.statement, accepted, at("2025-12-10")));
        let acts: Vec<Act> = std::iter::once(awarded.clone()).chain(reviewed).collect();
        let standing = look(&curriculum, std::slice::from_ref(&ahead), &acts, "2026-01-02");
        assert_eq!((standing.status, standing.overdue), (status, is_overdue));
        assert_eq!(standing.requirements[0].overdue, is_overdue);
    }
}

#[test]
fn a_revocation_voids_what_was_shown_before_and_undone_it_voids_nothing() {
    let curriculum = curriculum(FORKLIFT);
    let revocation = act(
        90,
        at("2026-05-01"),
        ActKind::Revocation {
            curriculum: "forklift".to_owned(),
        },
    );
    let mut evidence = vec![
        pass(1, "basics", "0.9", "2026-02-10"),
        pass(2, "practice", "", "2026-02-20"),
    ];
    let acts = [revocation.clone()];
    assert_eq!(
        look(&curriculum, &evidence, &acts, "2026-04-30").status,
        Status::Certified
    );
    let revoked = look(&curriculum, &evidence, &acts, "2026-05-01");
    assert_eq!(revoked.status, Status::NotStarted);
    assert_eq!(revoked.revoked.unwrap().reason, "as agreed");
    let undone = [undone(revocation, "2026-05-10")];
    let back = look(&curriculum, &evidence, &undone, "2026-05-10");
    assert_eq!((back.status, back.revoked), (Status::Certified, None));
    // What was shown at its very moment is void, a moment later it counts.
    for (when, status) in [
        ("2026-05-01T12:00:00Z", Status::NotStarted),
        ("2026-05-01T12:00:01Z", Status::Certified),
    ] {
        let anew = [
            pass(6, "basics", "0.9", when),
            pass(7, "practice", "", "2026-05-02"),
        ];
        let void = if status == Status::Certified {
            &anew[..]
        } else {
            &anew[..1]
        };
        assert_eq!(
            look(&curriculum, void, &acts, "2026-05-03").status,
            status,
            "{when}"
        );
    }
    // One retake is not enough, both are.
    evidence.push(pass(3, "practice", "", "2026-06-01"));
    assert_eq!(
        look(&curriculum, &evidence, &acts, "2026-06-02").status,
        Status::InProgress
    );
    evidence.push(pass(4, "basics", "0.9", "2026-06-03"));
    evidence.push(pass(5, "practice", "", "2026-06-04"));
    let again = look(&curriculum, &evidence, &acts, "2026-06-05");
    assert_eq!((again.status, again.revoked), (Status::Certified, None));
    let entitlement = again.entitlement.unwrap();
    assert_eq!(
        (entitlement.statements, entitlement.acts),
        (ids(&[4, 5]), ids(&[90]))
    );
}
