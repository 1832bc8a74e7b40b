//! Examples: points, badges, streaks and levels.

use rules::recognition::{AwardReason, Recognition, recognize};
use rules::{Act, ActKind, Curriculum, Evidence, View, verbs};
use uuid::Uuid;

use crate::support::{FORKLIFT, at, curriculum, pass, person, row, scored};

fn with(recognition: &str) -> Curriculum {
    curriculum(&format!("{FORKLIFT}recognition: {recognition}\n"))
}

fn own(curriculum: &Curriculum, evidence: &[Evidence], when: &str) -> Recognition {
    recognize(curriculum, &person("driver"), evidence, &View::at(at(when))).unwrap()
}

#[test]
fn without_the_member_nothing_is_recognized() {
    let view = View::at(at("2026-06-01"));
    assert_eq!(
        recognize(&curriculum(FORKLIFT), &person("driver"), &[], &view),
        None
    );
    let visitor = recognize(
        &with("{}"),
        &person("visitor"),
        &[pass(1, "basics", "1", "2026-03-01")],
        &view,
    );
    assert_eq!(visitor.unwrap().points, 0, "it is not for them");
}

#[test]
fn a_certificate_earns_points_once_it_is_theirs() {
    let curriculum = with("{ points: { met: 0, certified: 50 } }");
    let evidence = [
        pass(1, "basics", "0.9", "2026-03-01"),
        pass(2, "practice", "", "2026-03-02"),
    ];
    // When the role begins, and how many points there are in June 2026 and in April 2027.
    for (since, expected) in [
        ("2026-01-01", [50, 50]),
        ("2026-09-01", [0, 50]),
        // Too late: it has expired by then.
        ("2027-03-03", [0, 0]),
    ] {
        let mut driver = person("driver");
        driver.roles[0].since = Some(since.parse().unwrap());
        let points = ["2026-06-01", "2027-04-01"].map(|when| {
            recognize(&curriculum, &driver, &evidence, &View::at(at(when)))
                .unwrap()
                .points
        });
        assert_eq!(points, expected, "{since}");
    }
}

#[test]
fn points_for_what_was_met() {
    let curriculum = with("{ points: { met: 10, first_try: 5, certified: 50 } }");
    let evidence = [
        scored(row(1, "basics", verbs::FAILED, "2026-03-01"), "0.5"),
        // Before basics was met: does not count, but was passed at the first attempt.
        pass(2, "practice", "", "2026-03-02"),
        pass(3, "basics", "0.9", "2026-03-03"),
        pass(4, "practice", "", "2026-03-04"),
        pass(5, "basics", "1", "2026-03-05"),
    ];
    let awards: Vec<_> = own(&curriculum, &evidence, "2026-06-01")
        .awards
        .iter()
        .map(|award| {
            (
                award.at,
                award.points,
                award.reason,
                award.course.clone().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        awards,
        [
            (at("2026-03-03"), 10, AwardReason::Met, "basics".to_owned()),
            (at("2026-03-04"), 10, AwardReason::Met, "practice".to_owned()),
            (at("2026-03-04"), 5, AwardReason::FirstTry, "practice".to_owned()),
            (at("2026-03-04"), 50, AwardReason::Certified, String::new()),
        ]
    );
    let later = own(&curriculum, &evidence, "2029-01-01");
    assert_eq!(later.points, 75, "what expires takes nothing away");
    assert_eq!(later.points_from(at("2026-03-04")), 65);
    assert_eq!(own(&curriculum, &evidence[..2], "2026-06-01").points, 0);
}

#[test]
fn levels_by_points() {
    let curriculum = with("{ levels: [{ title: Apprentice, points: 10 }, { title: Master, points: 20 }] }");
    let level = |evidence: &[Evidence]| {
        let own = own(&curriculum, evidence, "2026-06-01");
        (
            own.level.map(|own| own.title),
            own.next_level.map(|own| own.title),
        )
    };
    let evidence = [
        pass(1, "basics", "1", "2026-03-01"),
        pass(2, "practice", "1", "2026-03-02"),
    ];
    let names = |own: Option<&str>, next: Option<&str>| (own.map(str::to_owned), next.map(str::to_owned));
    assert_eq!(level(&[]), names(None, Some("Apprentice")));
    assert_eq!(level(&evidence[..1]), names(Some("Apprentice"), Some("Master")));
    assert_eq!(level(&evidence), names(Some("Master"), None));
}

#[test]
fn badges_and_streaks() {
    let curriculum = with(
        "{ streak: months, points: { active: 1 }, badges: [
            { id: done, title: Done, certified: true },
            { id: both, title: Both, courses: 2, first_tries: 2 },
            { id: steady, title: Steady, streak: 3 },
            { id: rich, title: Rich, points: 24 } ] }",
    );
    let evidence = [
        pass(1, "basics", "0.9", "2026-01-31"),
        pass(2, "practice", "", "2026-02-01"),
        pass(3, "practice", "", "2026-02-28"),
        pass(4, "basics", "0.9", "2026-03-15"),
        pass(5, "basics", "0.9", "2026-05-15"),
    ];
    let now = own(&curriculum, &evidence, "2026-06-30");
    let badges: Vec<_> = now
        .badges
        .iter()
        .map(|badge| (badge.id.as_str(), badge.earned_at))
        .collect();
    assert_eq!(
        badges,
        [
            ("done", Some(at("2026-02-01"))),
            ("both", Some(at("2026-02-01"))),
            ("steady", Some(at("2026-03-15"))),
            ("rich", Some(at("2026-05-15"))),
        ]
    );
    assert_eq!((now.streak.current, now.streak.longest, now.points), (1, 3, 24));
    assert_eq!(own(&curriculum, &evidence, "2026-07-01").streak.current, 0);
    let before = own(&curriculum, &evidence, "2026-03-14");
    assert_eq!((before.streak.current, before.streak.longest), (2, 2));
    assert_eq!(before.badges[2].earned_at, None);
}

#[test]
fn a_suggested_course_earns_points_too() {
    let curriculum = with("{ points: { met: 7 } }");
    let evidence = [row(1, "history", verbs::COMPLETED, "2026-03-01")];
    assert_eq!(own(&curriculum, &evidence, "2026-06-01").points, 7);
}

#[test]
fn what_an_lms_waived_was_not_done() {
    let definition = format!("{FORKLIFT}recognition: {{ points: {{ met: 10, first_try: 5, active: 1 }} }}\n");
    let curriculum = curriculum(&definition.replace("passing_score: 0.8", "waived: true"));
    let mut waived = row(1, "basics", verbs::WAIVED, "2026-03-01");
    let reason = xapi::Iri::parse(verbs::REASON).unwrap();
    waived.result_extensions.insert(reason, "Tested Out".into());
    let evidence = [waived, pass(2, "basics", "", "2026-04-01")];
    assert_eq!(own(&curriculum, &evidence[..1], "2026-06-01").points, 0);
    let passed = own(&curriculum, &evidence, "2026-06-01");
    assert_eq!((passed.points, passed.awards[0].at), (16, at("2026-04-01")));
}

#[test]
fn what_was_waived_or_revoked_earns_nothing() {
    let curriculum = with("{ points: { met: 10, certified: 5 } }");
    let act = |id, when: &str, kind| Act {
        id: Uuid::from_u128(id),
        at: at(when),
        by: "ann".to_owned(),
        reason: "as agreed".to_owned(),
        undone_at: None,
        kind,
    };
    let waiver = act(
        1,
        "2026-01-01",
        ActKind::Waiver {
            curriculum: "forklift".to_owned(),
            requirement: "basics".to_owned(),
            until: None,
        },
    );
    let revocation = act(
        2,
        "2026-05-01",
        ActKind::Revocation {
            curriculum: "forklift".to_owned(),
        },
    );
    let evidence = [
        pass(1, "practice", "", "2026-03-01"),
        pass(2, "practice", "", "2026-05-02"),
    ];
    for (acts, points) in [
        (vec![waiver.clone()], 15),
        (vec![], 0),
        (vec![waiver.clone(), revocation.clone()], 15),
        (vec![revocation], 0),
    ] {
        let view = View {
            acts: &acts,
            ..View::at(at("2026-06-01"))
        };
        let own = recognize(&curriculum, &person("driver"), &evidence, &view).unwrap();
        assert_eq!(own.points, points, "{acts:?}");
    }
}
