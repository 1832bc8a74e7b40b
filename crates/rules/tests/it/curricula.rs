//! What a curriculum says of itself to those who serve it.

use rules::{Ask, Interest, Leads, Period, Person, Role};

use crate::support::{at, curriculum, person};

const WITH: &str = "curriculum: c
title: Title
audience: { roles: [r] }
courses:
  - id: g
    of:
      - { id: a, activity: https://courses.example.com/a }
      - id: h
        of: [{ id: b, activity: https://courses.example.com/b }, { id: c, match: { verb: https://verbs.example.com/v } }]
  - { id: d, activity: https://courses.example.com/d }
";

fn with(more: &str) -> rules::Curriculum {
    curriculum(&format!("{WITH}{more}"))
}

#[test]
fn its_members() {
    let plain = with("");
    assert_eq!(
        (plain.id(), plain.title(), plain.certification_title()),
        ("c", "Title", "Title")
    );
    let titled = with("certification: { title: Certificate, validity: 1 year, grace: 30 days }\n");
    assert_eq!(titled.certification_title(), "Certificate");
    assert_eq!((plain.grace(), titled.grace()), (None, Some(Period::days(30))));
    assert_eq!(plain.grace_ends(at("2026-01-01")), at("2026-01-01"));
    assert_eq!(titled.grace_ends(at("2026-01-01")), at("2026-01-31"));
    let ids: Vec<&str> = plain.requirement_ids().collect();
    assert_eq!(
        ids,
        ["g", "a", "h", "b", "c", "d"],
        "each group before what is in it"
    );
    let tiers = curriculum(
        "curriculum: c\ntitle: C\naudience: { everyone: true }\n\
         tiers: [{ id: t, courses: [{ id: a, activity: https://courses.example.com/a }] }]\n",
    );
    assert_eq!(tiers.requirement_ids().collect::<Vec<_>>(), ["t", "a"]);
}

#[test]
fn what_there_is() {
    let ladder = "due: 30 days\nescalation: [{ when: due, tell: learner }]\n";
    let boards = "recognition: { boards: true }\n";
    let points = "recognition: { points: { met: 5 } }\n";
    let kpi = |of: &str| format!("measures: [{{ id: k, kpi: sales, of: {of} }}]\n");
    for (more, expected) in [
        ("", [false, false, false]),
        (ladder, [true, false, false]),
        (boards, [false, true, false]),
        (points, [false, false, false]),
        (&kpi("person"), [false, false, false]),
        (&kpi("group"), [false, false, true]),
    ] {
        let own = with(more);
        let found = [own.has_ladder(), own.has_boards(), own.measures_groups()];
        assert_eq!(found, expected, "{more}");
    }
    assert!(with("").feedback().is_none());
}

#[test]
fn whom_it_is_ever_for() {
    let own = with("");
    let days = |since: &str, until: &str| {
        let mut person = person("r");
        person.roles[0].since = Some(since.parse().unwrap());
        person.roles[0].until = Some(until.parse().unwrap());
        person
    };
    for (person, expected) in [
        (person("r"), true),
        (person("other"), false),
        (Person::default(), false),
        (days("2020-01-01", "2020-12-31"), true),
        (days("2020-12-31", "2020-01-01"), false),
    ] {
        assert_eq!(own.is_ever_for(&person), expected, "{:?}", person.roles);
    }
    let past = days("2020-01-01", "2020-12-31");
    for (when, expected) in [("2020-06-01", true), ("2021-06-01", false)] {
        assert_eq!(own.applies_to(&past, at(when)), expected, "{when}");
    }
    let led = curriculum(&WITH.replace("roles: [r]", "management: [manager]"));
    let manager = Person {
        leads: Leads::People,
        ..Person::default()
    };
    assert!(led.is_ever_for(&manager) && !led.is_ever_for(&Person::default()));
}

#[test]
fn a_role_is_theirs_from_its_first_to_its_last_day() {
    let mut own = person("r");
    own.time_zone = Some("Europe/Berlin".to_owned());
    own.roles[0].since = Some("2026-03-01".parse().unwrap());
    own.roles[0].until = Some("2026-03-31".parse().unwrap());
    own.roles.push(Role {
        role: "always".to_owned(),
        ..Role::default()
    });
    for (role, when, expected) in [
        ("r", "2026-02-28T22:59:59Z", false),
        ("r", "2026-02-28T23:00:00Z", true),
        ("r", "2026-03-31T21:59:59Z", true),
        ("r", "2026-03-31T22:00:00Z", false),
        ("always", "1990-01-01", true),
        ("never", "2026-03-15", false),
    ] {
        assert_eq!(own.has_role(role, at(when)), expected, "{role} {when}");
    }
}

#[test]
fn what_is_asked_of_the_log() {
    let asked = |interest: &Interest| -> Vec<String> {
        let each = interest.asks().map(|ask| match ask {
            Ask::Activity(iri) => format!("activity {}", iri.as_str()),
            Ask::Verb(iri) => format!("verb {}", iri.as_str()),
        });
        each.collect()
    };
    let mut left = with("").interest();
    let all = [
        "activity https://courses.example.com/a",
        "activity https://courses.example.com/b",
        "activity https://courses.example.com/d",
        "verb https://verbs.example.com/v",
    ];
    for done in 0..all.len() {
        assert_eq!(asked(&left), all[done..]);
        left.drop_first();
    }
    assert_eq!(asked(&left), [""; 0]);

    // Measures ask as well; what is known already is not asked for again.
    let more = with("measures: [{ id: liked, survey: https://courses.example.com/survey }]\n").interest();
    assert_eq!(
        asked(&more.minus(&with("").interest())),
        ["activity https://courses.example.com/survey"]
    );
    assert_eq!(asked(&more.minus(&more)), [""; 0]);
    let mut both = with("").interest();
    both.union(&more);
    assert_eq!(both, more);
}

#[test]
fn what_can_ever_be_due() {
    let of = |courses: &str, more: &str| {
        curriculum(&format!(
            "curriculum: c\ntitle: C\naudience: {{ roles: [r] }}\n{courses}\n{more}"
        ))
    };
    let plain = "courses:
  - { id: a, activity: https://courses.example.com/a DUE }
  - { id: b, activity: https://courses.example.com/b }
  - { id: s, activity: https://courses.example.com/s, suggested: true }
  - { id: g, of: [{ id: p, activity: https://courses.example.com/p }] }";
    let due = plain.replace(" DUE", ", due: 30 days");
    let plain = plain.replace(" DUE", "");
    let group = plain.replace("id: g,", "id: g, due: 30 days,");
    let tiers =
        "tiers: [{ id: t, due: 30 days, courses: [{ id: a, activity: https://courses.example.com/a }] }]";
    let ends = "certification: { validity: 1 year }";
    let renewal = "certification: { validity: 1 year, renewal: { courses: [{ id: r, activity: https://courses.example.com/r }] } }";
    let all = [
        None,
        Some("a"),
        Some("b"),
        Some("s"),
        Some("g"),
        Some("p"),
        Some("r"),
        Some("t"),
    ];
    for (courses, more, can_be) in [
        (plain.as_str(), "", [false; 8]),
        (&due, "", [true, true, false, false, false, false, false, false]),
        (&group, "", [true, false, false, false, true, false, false, false]),
        (tiers, "", [true, true, false, false, false, false, false, true]),
        (&plain, ends, [true, true, true, false, true, false, false, false]),
        (
            &plain,
            renewal,
            [true, true, true, false, true, false, true, false],
        ),
    ] {
        let curriculum = of(courses, more);
        assert_eq!(
            all.map(|id| curriculum.can_be_due(id)),
            can_be,
            "{courses} {more}"
        );
    }
}
