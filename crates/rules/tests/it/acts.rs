//! What people decide: waivers, equivalences, awards, revocations; credentials and certificates from elsewhere.

use rules::{Act, ActKind, Curriculum, Evidence, Outcome, Standing, Status, View, evaluate_as};
use uuid::Uuid;
use xapi::Iri;

use crate::support::{FORKLIFT, act, at, course_iri, curriculum, ids, pass, person, review};

fn look(curriculum: &Curriculum, evidence: &[Evidence], acts: &[Act], when: &str) -> Standing {
    let view = View {
        acts,
        ..View::at(at(when))
    };
    evaluate_as(curriculum, &person("driver"), evidence, &view)
}

fn waiver(requirement: &str, until: Option<&str>) -> ActKind {
    ActKind::Waiver {
        curriculum: "forklift".to_owned(),
        requirement: requirement.to_owned(),
        until: until.map(at),
    }
}

fn undone(act: Act, when: &str) -> Act {
    Act {
        undone_at: Some(at(when)),
        ..act
    }
}

#[test]
fn a_waiver_stands_in_until_it_ends_and_is_never_called_a_pass() {
    let curriculum = curriculum(FORKLIFT);
    let waived = act(90, at("2026-02-01"), waiver("basics", Some("2026-06-01")));
    let practice = pass(1, "practice", "", "2026-03-02");
    let acts = [waived];
    let held = look(&curriculum, std::slice::from_ref(&practice), &acts, "2026-03-03");
    assert_eq!(held.status, Status::Certified);
    assert_eq!(held.requirements[0].outcome, Outcome::Waived);
    assert_eq!(
        held.requirements[0].reason,
        "waived by training on 2026-02-01, until 2026-06-01: as agreed"
    );
    assert_eq!(held.requirements[0].missing, None);
    let entitlement = held.entitlement.unwrap();
    assert_eq!(entitlement.statements, ids(&[1]));
    assert_eq!(entitlement.acts, ids(&[90]));
    assert_eq!(entitlement.expires_at, Some(at("2027-03-02")));

    // What was earned while it held stays; what comes later does not rest on it.
    let later = [pass(2, "practice", "", "2027-01-02")];
    let other = look(&curriculum, &later, &acts, "2027-01-03");
    assert_eq!(other.status, Status::InProgress);
    assert_eq!(other.requirements[0].outcome, Outcome::Unmet);
    let kept = look(&curriculum, std::slice::from_ref(&practice), &acts, "2027-01-03");
    assert_eq!(kept.status, Status::Certified);
    assert_eq!(kept.requirements[0].outcome, Outcome::Waived);
}

#[test]
fn undone_a_decision_is_as_if_it_had_not_been_made() {
    let curriculum = curriculum(FORKLIFT);
    let acts = [undone(
        act(90, at("2026-02-01"), waiver("basics", None)),
        "2026-05-01",
    )];
    let evidence = [pass(1, "practice", "", "2026-03-02")];
    let before = look(&curriculum, &evidence, &acts, "2026-04-30");
    assert_eq!(
        (before.status, before.next_change_at),
        (Status::Certified, Some(at("2026-05-01")))
    );
    let after = look(&curriculum, &evidence, &acts, "2026-05-01");
    assert_eq!(after.requirements[0].outcome, Outcome::Unmet);
    assert_eq!(
        after.requirements[1].considered[0].reason,
        "before 'Safety basics' was met"
    );
    // Whoever did not know yet that it would be undone, saw it stand.
    let view = View {
        acts: &acts,
        known_at: Some(at("2026-04-01")),
        ..View::at(at("2026-06-01"))
    };
    let known = evaluate_as(&curriculum, &person("driver"), &evidence, &view);
    assert_eq!(known.status, Status::Certified);
}

#[test]
fn a_fresh_pass_comes_before_a_waiver_and_the_waiver_before_a_stale_pass() {
    let curriculum = curriculum(FORKLIFT);
    let acts = [act(90, at("2026-02-01"), waiver("basics", None))];
    let evidence = [
        pass(1, "basics", "0.9", "2026-02-10"),
        pass(2, "practice", "", "2026-03-02"),
        pass(3, "practice", "", "2027-03-01"),
    ];
    let first = look(&curriculum, &evidence, &acts, "2026-03-02");
    assert_eq!(first.requirements[0].outcome, Outcome::Met);
    assert_eq!(first.entitlement.unwrap().statements, ids(&[1, 2]));
    let second = look(&curriculum, &evidence, &acts, "2027-03-02");
    assert_eq!(second.requirements[0].outcome, Outcome::Waived);
    assert_eq!(second.entitlement.unwrap().cycle, 2);
}

/// More passes never harm: what came after it rests on the waiver, whether or not it was passed as well.
#[test]
fn a_pass_beside_a_waiver_takes_nothing_away_when_it_grows_stale() {
    let three = "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses:
  - { id: basics, activity: https://courses.example.com/basics }
  - { id: practice, activity: https://courses.example.com/practice, after: basics }
  - { id: test, activity: https://courses.example.com/test }
certification: { validity: 6 months }
";
    let acts = [act(90, at("2026-01-01"), waiver("basics", None))];
    let beside = pass(1, "basics", "", "2026-03-17");
    let rest = [
        pass(2, "practice", "", "2026-08-28"),
        pass(3, "test", "", "2026-09-20"),
    ];
    let without = look(&curriculum(three), &rest, &acts, "2026-09-21");
    let all: Vec<Evidence> = rest.iter().cloned().chain([beside]).collect();
    let with = look(&curriculum(three), &all, &acts, "2026-09-21");
    for (standing, statements) in [(without, ids(&[2, 3])), (with, ids(&[1, 2, 3]))] {
        assert_eq!(standing.status, Status::Certified);
        let own = standing.entitlement.unwrap();
        assert_eq!((own.statements, own.acts), (statements, ids(&[90])));
    }
}

#[test]
fn a_waived_group_needs_none_of_its_parts() {
    let curriculum = curriculum(
        "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses:
  - { id: basics, activity: https://courses.example.com/basics }
  - id: electives
    at_least: 2
    of:
      - { id: a, activity: https://courses.example.com/a }
      - { id: b, activity: https://courses.example.com/b }
      - { id: c, activity: https://courses.example.com/c }
",
    );
    let acts = [act(90, at("2026-02-01"), waiver("electives", None))];
    let standing = look(
        &curriculum,
        &[pass(1, "basics", "", "2026-03-02")],
        &acts,
        "2026-03-02",
    );
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.requirements[1].outcome, Outcome::Waived);
    let half = [act(90, at("2026-02-01"), waiver("a", None))];
    let evidence = [
        pass(1, "basics", "", "2026-03-02"),
        pass(2, "b", "", "2026-03-02"),
    ];
    let standing = look(&curriculum, &evidence, &half, "2026-03-02");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.requirements[1].outcome, Outcome::Met);
    assert_eq!(standing.requirements[1].acts, ids(&[90]));
}

#[test]
fn what_was_waived_when_something_came_after_it_is_cited() {
    let curriculum = curriculum(FORKLIFT);
    let evidence = [
        pass(1, "basics", "0.9", "2026-02-15"),
        pass(2, "practice", "", "2026-03-02"),
    ];
    for (requirement, made, until, acts) in [
        ("basics", "2026-02-01", None, vec![90]),
        ("basics", "2026-02-01", Some("2026-02-20"), vec![]),
        ("basics", "2026-03-05", None, vec![]),
        ("history", "2026-02-01", None, vec![]),
    ] {
        let waived = [act(90, at(made), waiver(requirement, until))];
        let standing = look(&curriculum, &evidence, &waived, "2026-04-01");
        let entitlement = standing.entitlement.unwrap();
        assert_eq!(entitlement.statements, ids(&[1, 2]));
        assert_eq!(entitlement.acts, ids(&acts), "{requirement} {made} {until:?}");
    }
}

#[test]
fn what_waits_for_a_course_waits_for_its_waiver() {
    let curriculum = curriculum(&FORKLIFT.replace("after: basics", "not_before: 60 days after basics"));
    let practice = [pass(1, "practice", "", "2026-03-15")];
    // Sixty days before that is 14 January.
    for (requirement, made, until, status) in [
        ("basics", "2026-01-14", None, Status::Certified),
        ("basics", "2026-01-01", Some("2026-01-15"), Status::InProgress),
        ("basics", "2026-01-01", Some("2026-01-14"), Status::InProgress),
        ("basics", "2026-01-15", None, Status::InProgress),
        ("history", "2026-01-01", None, Status::InProgress),
    ] {
        let waived = [act(90, at(made), waiver(requirement, until))];
        let standing = look(&curriculum, &practice, &waived, "2026-04-01");
        assert_eq!(standing.status, status, "{requirement} {made} {until:?}");
        if let Some(entitlement) = standing.entitlement {
            assert_eq!(entitlement.acts, ids(&[90]));
        }
    }
}

#[test]
fn an_equivalence_lets_another_activity_stand_for_a_course() {
    let curriculum = curriculum(FORKLIFT);
    let acts = [act(
        90,
        at("2026-05-01"),
        ActKind::Equivalence {
            curriculum: "forklift".to_owned(),
            requirement: "basics".to_owned(),
            activity: course_iri("old-basics"),
            until: Some(at("2026-04-01")),
        },
    )];
    let evidence = [
        pass(1, "old-basics", "0.9", "2026-02-10"),
        pass(2, "practice", "", "2026-03-02"),
    ];
    assert_eq!(
        look(&curriculum, &evidence, &[], "2026-06-01").status,
        Status::InProgress
    );
    let standing = look(&curriculum, &evidence, &acts, "2026-06-01");
    assert_eq!(standing.status, Status::Certified);
    let entitlement = standing.entitlement.unwrap();
    assert_eq!(
        (entitlement.statements, entitlement.acts),
        (ids(&[1, 2]), ids(&[90]))
    );
    // The passing score is asked for there too, and what came too late does not count.
    let low = [pass(1, "old-basics", "0.7", "2026-02-10"), evidence[1].clone()];
    assert_eq!(
        look(&curriculum, &low, &acts, "2026-06-01").status,
        Status::InProgress
    );
    for day in ["2026-04-01", "2026-04-02"] {
        let late = [
            pass(1, "old-basics", "0.9", day),
            pass(2, "practice", "", "2026-04-03"),
        ];
        assert_eq!(
            look(&curriculum, &late, &acts, "2026-06-01").requirements[0].outcome,
            Outcome::Unmet
        );
    }
}

/// What has to be waited for was waived for a while and had been passed before that: once the waiver is over, the pass is
/// there, whether or not anything happened in between.
#[test]
fn what_is_waited_for_is_met_by_what_was_passed_before_a_waiver() {
    let curriculum = curriculum(
        "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses:
  - { id: basics, title: Basics, activity: 'https://courses.example.com/basics' }
  - { id: seen, title: Seen, activity: 'https://courses.example.com/seen', not_before: 20 days after basics }
certification: { validity: 2 years }
",
    );
    let evidence = [
        pass(1, "basics", "", "2025-01-01"),
        pass(2, "seen", "", "2025-07-21"),
    ];
    let waived = act(90, at("2025-02-01"), waiver("basics", Some("2025-06-01")));
    let standing = look(&curriculum, &evidence, &[waived], "2025-07-22");
    assert_eq!(standing.status, Status::Certified);
    let entitlement = standing.entitlement.unwrap();
    assert_eq!(
        (entitlement.statements, entitlement.acts.len()),
        (ids(&[1, 2]), 0)
    );
}

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

fn credential(issuer: &str, issued: &str, expires: Option<&str>) -> ActKind {
    ActKind::Credential {
        credential: Iri::parse("https://board.example/welding-2").unwrap(),
        issuer: Iri::parse(issuer).unwrap(),
        title: Some("Welding 2".to_owned()),
        issued: at(issued),
        expires: expires.map(at),
        reference: None,
    }
}

#[test]
fn a_credential_of_an_outside_issuer_counts_while_it_is_valid() {
    let curriculum = curriculum(
        "
curriculum: welder
title: Welder
audience: { roles: [driver] }
courses:
  - { id: licence, title: Licence, credential: https://board.example/welding-2, issuer: https://board.example }
  - { id: house, title: House rules, activity: https://courses.example.com/house }
certification: { validity: 1 year }
",
    );
    let own = [act(
        90,
        at("2026-02-01"),
        credential("https://board.example", "2025-06-01", Some("2026-06-01")),
    )];
    let evidence = [pass(1, "house", "", "2026-03-01")];
    let standing = look(&curriculum, &evidence, &own, "2026-03-01");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(
        standing.requirements[0].reason,
        "holds 'Welding 2' of https://board.example since 2025-06-01, until 2026-06-01"
    );
    let expired = [pass(1, "house", "", "2026-06-01")];
    let standing = look(&curriculum, &expired, &own, "2026-06-02");
    assert_eq!(standing.status, Status::InProgress);
    assert_eq!(
        standing.requirements[0].missing.as_deref(),
        Some("show the credential 'Licence'")
    );
    let other = [act(
        90,
        at("2026-02-01"),
        credential("https://other.example", "2025-06-01", None),
    )];
    assert_eq!(
        look(&curriculum, &evidence, &other, "2026-03-01").status,
        Status::InProgress
    );
}

fn lead(needed: &str) -> Curriculum {
    curriculum(&format!(
        "
curriculum: lead
title: Lead
audience: {{ roles: [driver] }}
courses:
  - {{ id: driver, title: Driver, certificate: forklift, needed: {needed} }}
  - {{ id: leading, activity: https://courses.example.com/leading }}
certification: {{ validity: 2 years }}
"
    ))
}

#[test]
fn the_certificate_of_another_curriculum_at_award_or_all_the_time() {
    let forklift = curriculum(FORKLIFT);
    let evidence = [
        pass(1, "basics", "0.9", "2026-01-10"),
        pass(2, "practice", "", "2026-02-01"),
        pass(3, "leading", "", "2026-03-01"),
        pass(4, "leading", "", "2027-03-01"),
    ];
    let others = [&forklift];
    let look = |curriculum: &Curriculum, evidence: &[Evidence], when: &str| {
        let view = View {
            others: &others,
            ..View::at(at(when))
        };
        evaluate_as(curriculum, &person("driver"), evidence, &view)
    };
    let once = lead("active_at_award");
    let nothing = look(&once, &[], "2026-03-01");
    assert_eq!(
        nothing.requirements[0].missing.as_deref(),
        Some("hold the certificate of forklift for 'Driver'")
    );
    let standing = look(&once, &evidence[..3], "2026-03-01");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(
        standing.requirements[0].reason,
        "holds the certificate 'Driver' since 2026-02-01, until 2027-02-01"
    );
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 2, 3]));
    // It stays when the other ends, but is not renewed without it.
    assert_eq!(
        look(&once, &evidence[..3], "2027-02-02").status,
        Status::Certified
    );
    let ended = look(&once, &evidence, "2028-03-02");
    assert_eq!(ended.status, Status::Expired);

    let always = lead("active_always");
    assert_eq!(
        look(&always, &evidence[..3], "2027-01-31").next_change_at,
        Some(at("2027-02-01"))
    );
    let suspended = look(&always, &evidence[..3], "2027-02-01");
    assert_eq!(
        (suspended.status, suspended.entitlement),
        (Status::Suspended, None)
    );
    assert_eq!(
        suspended.suspended.unwrap().reason,
        "the certificate 'Driver' is not in force, and 'Driver' needs it all the time"
    );
    let mut renewed = evidence[..3].to_vec();
    renewed.extend([
        pass(5, "basics", "0.9", "2027-02-10"),
        pass(6, "practice", "", "2027-02-11"),
    ]);
    assert_eq!(look(&always, &renewed, "2027-02-12").status, Status::Certified);
}

#[test]
fn curricula_that_wait_for_each_other_certify_nobody_and_end() {
    let one = curriculum(
        "
curriculum: one
title: One
audience: { everyone: true }
courses: [{ id: a, certificate: two }]
",
    );
    let two = curriculum(
        "
curriculum: two
title: Two
audience: { everyone: true }
courses: [{ id: a, certificate: one }]
",
    );
    let others = [&one, &two];
    let view = View {
        others: &others,
        ..View::at(at("2026-03-01"))
    };
    assert_eq!(
        evaluate_as(&one, &person("driver"), &[], &view).status,
        Status::NotStarted
    );
}
