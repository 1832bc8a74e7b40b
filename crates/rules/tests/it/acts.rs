//! What people decide: waivers, equivalences, awards, revocations; credentials and certificates from elsewhere.

mod by_hand;
mod elsewhere;
mod upheld;

use rules::{Act, ActKind, Curriculum, Evidence, Outcome, Standing, Status, View, evaluate_as};

use crate::support::{FORKLIFT, act, at, course_iri, curriculum, ids, pass, person};

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
