//! Tiers and due dates, by dated examples.

use rules::{Act, ActKind, Evidence, Leave, Outcome, Person, Role, Standing, Status, View, evaluate_as};
use uuid::Uuid;

use crate::support::{FORKLIFT, at, curriculum, ids, pass, person};

const ONBOARDING: &str = "
curriculum: onboarding
title: Onboarding
audience: { roles: [FST-1] }
tiers:
  - id: first
    title: First month
    due: 30 days after hire
    courses:
      - { id: safety, title: Safety, activity: https://courses.example.com/safety, passing_score: 80 % }
      - { id: tour, title: Tour, activity: https://courses.example.com/tour, completion: true, suggested: true }
  - id: second
    title: After that
    due: 90 days after role start
    courses:
      - { id: tools, title: Tools, activity: https://courses.example.com/tools }
      - { id: depot, title: Depot, activity: https://courses.example.com/depot, due: 2026-03-10 }
certification: { title: FST-1, validity: 1 year }
";

fn newcomer() -> Person {
    Person {
        hired: Some("2026-01-05".parse().unwrap()),
        time_zone: Some("Europe/Berlin".to_owned()),
        roles: vec![Role {
            role: "FST-1".to_owned(),
            since: Some("2026-01-05".parse().unwrap()),
            until: None,
        }],
        ..person("FST-1")
    }
}

fn standing(yaml: &str, person: &Person, evidence: &[Evidence], when: &str) -> Standing {
    evaluate_as(&curriculum(yaml), person, evidence, &View::at(at(when)))
}

#[test]
fn whom_the_days_are_counted_for() {
    for (audience, who) in [
        (
            "{ roles: [operator] }",
            "An operator who takes up the role today must",
        ),
        ("{ roles: [driver] }", "A driver who takes up the role today must"),
        (
            "{ groups: [berlin] }",
            "Somebody in the group berlin hired today must",
        ),
        ("{ everyone: true }", "Somebody hired today must"),
    ] {
        let words = curriculum(&format!(
            "curriculum: c\ntitle: C\naudience: {audience}\ndue: 30 days\n\
             courses: [{{ id: a, activity: https://courses.example.com/a }}]\ncertification: {{}}\n"
        ))
        .describe();
        assert!(words.lines().any(|line| line.starts_with(who)), "{words}");
    }
}

#[test]
fn tiers_in_words() {
    assert_eq!(
        curriculum(ONBOARDING).describe(),
        "Onboarding (onboarding)
For everyone with the role FST-1.
First month, due 30 days after hire:
  - Safety: pass with a score of at least 80 %.
  - Tour: complete (suggested: never needed for the certificate).
After that, after First month (earlier does not count), due 90 days after role start:
  - Tools: pass.
  - Depot: pass, due 2026-03-10.
An FST-1 hired today must pass Safety with at least 80 % within 30 days; pass Tools within 90 days after role start; pass Depot by 2026-03-10. Each is due at the end of that day where they are; days of leave are not counted.
Who has shown all of that is certified as \"FST-1\" for 1 year from the moment the last of it was shown.
A pass counts for a certificate that is earned less than 1 year after it.
It is renewed, from when three quarters of its time have gone, for those who have shown all of that again. Passing again earlier is not lost: it carries the certificate on from then."
    );
}

#[test]
fn a_later_tier_opens_after_an_earlier_one() {
    let mut evidence = vec![
        pass(1, "tools", "", "2026-01-10"),
        pass(2, "safety", "0.9", "2026-01-12"),
        pass(3, "depot", "", "2026-01-13"),
    ];
    let early = standing(ONBOARDING, &newcomer(), &evidence, "2026-02-01");
    assert_eq!(early.status, Status::InProgress);
    assert_eq!(early.requirements[0].outcome, Outcome::Met);
    assert_eq!(early.requirements[0].reason, "1 of 1 are met");
    let second = &early.requirements[1];
    assert_eq!(second.reason, "1 of 2 are met");
    assert_eq!(
        second.parts[0].reason,
        "passed on 2026-01-10 before 'First month' was met on 2026-01-12: does not count, take it again"
    );
    assert_eq!(second.missing.as_deref(), Some("pass 'Tools', by 2026-04-05"));
    evidence.push(pass(4, "tools", "", "2026-02-02"));
    let all = standing(ONBOARDING, &newcomer(), &evidence, "2026-02-03");
    assert_eq!(all.entitlement.unwrap().statements, ids(&[2, 3, 4]));

    // Beside each other, where the second says so.
    let parallel = ONBOARDING.replace(
        "    title: After that\n",
        "    title: After that\n    after: []\n",
    );
    let both = standing(&parallel, &newcomer(), &evidence[..3], "2026-02-01");
    assert_eq!(both.status, Status::Certified);
}

#[test]
fn due_dates_are_days_where_the_person_is() {
    let newcomer = newcomer();
    let on = |when: &str| standing(ONBOARDING, &newcomer, &[], when);
    let first = on("2026-01-06");
    // 30 days after 5 January is 4 February, to its end in Berlin.
    assert_eq!(
        (first.due_at, first.overdue),
        (Some(at("2026-02-04T23:00:00Z")), false)
    );
    assert_eq!(first.next_change_at, first.due_at);
    let due = |standing: &Standing| -> Vec<_> {
        let tiers = standing.requirements.iter();
        tiers
            .flat_map(|tier| [tier].into_iter().chain(&tier.parts))
            .map(|own| (own.due_at, own.overdue))
            .collect()
    };
    assert_eq!(
        due(&first),
        [
            (Some(at("2026-02-04T23:00:00Z")), false),
            (Some(at("2026-02-04T23:00:00Z")), false),
            (None, false),
            // In summer time by then.
            (Some(at("2026-04-05T22:00:00Z")), false),
            (Some(at("2026-04-05T22:00:00Z")), false),
            (Some(at("2026-03-10T23:00:00Z")), false),
        ]
    );
    assert_eq!(
        first.requirements[0].missing.as_deref(),
        Some("pass 'Safety' with at least 0.80, by 2026-02-04")
    );
    let late = on("2026-02-04T23:00:00Z");
    assert_eq!((late.status, late.overdue), (Status::NotStarted, true));
    assert!(late.requirements[0].overdue && late.requirements[0].parts[0].overdue);
    assert!(!late.requirements[1].overdue);

    // Met, it is not due any more: the next is.
    let met = standing(
        ONBOARDING,
        &newcomer,
        &[pass(1, "safety", "0.8", "2026-02-20")],
        "2026-02-21",
    );
    assert_eq!(
        (met.due_at, met.overdue),
        (Some(at("2026-03-10T23:00:00Z")), false)
    );
}

#[test]
fn where_days_are_counted_from() {
    let yaml = |due: &str| FORKLIFT.replace("courses:", &format!("due: {due}\ncourses:"));
    let on = |due: &str, change: &dyn Fn(&mut Person), published: Option<&str>| {
        let mut driver = person("driver");
        driver.hired = Some("2026-01-05".parse().unwrap());
        driver.roles[0].since = Some("2026-02-01".parse().unwrap());
        change(&mut driver);
        let view = View {
            published_at: published.map(at),
            ..View::at(at("2026-03-15"))
        };
        evaluate_as(&curriculum(&yaml(due)), &driver, &[], &view).due_at
    };
    let nothing = |_: &mut Person| ();
    let leave = |driver: &mut Person| {
        driver.leaves = vec![Leave {
            from: "2026-02-10".parse().unwrap(),
            until: Some("2026-02-19".parse().unwrap()),
        }];
    };
    let away = |driver: &mut Person| {
        driver.leaves = vec![Leave {
            from: "2026-02-10".parse().unwrap(),
            until: None,
        }];
    };
    let promoted = |driver: &mut Person| {
        driver.roles[0].until = Some("2026-02-28".parse().unwrap());
        driver.roles.push(Role {
            role: "driver".to_owned(),
            since: Some("2026-03-01".parse().unwrap()),
            until: None,
        });
    };
    let undated = |driver: &mut Person| driver.roles[0].since = None;
    let unknown = |driver: &mut Person| (driver.roles[0].since, driver.hired) = (None, None);
    type Change<'a> = &'a dyn Fn(&mut Person);
    let table: [(&str, Change<'_>, Option<&str>, Option<&str>); 15] = [
        ("60 days after hire", &nothing, None, Some("2026-03-07T00:00:00Z")),
        (
            "60 days after role start",
            &nothing,
            None,
            Some("2026-04-03T00:00:00Z"),
        ),
        ("60 days", &nothing, None, Some("2026-04-03T00:00:00Z")),
        ("2 months", &nothing, None, Some("2026-04-02T00:00:00Z")),
        ("2026-12-31", &nothing, None, Some("2027-01-01T00:00:00Z")),
        // Never before the first day is over.
        ("10 days after hire", &nothing, None, Some("2026-02-02T00:00:00Z")),
        ("2026-01-31", &nothing, None, Some("2026-02-02T00:00:00Z")),
        // Ten days of leave; leave without an end.
        ("60 days", &leave, None, Some("2026-04-13T00:00:00Z")),
        ("60 days", &away, None, None),
        // The same role again, or another of the audience, without a gap.
        ("60 days", &promoted, None, Some("2026-04-03T00:00:00Z")),
        (
            "60 days after role start",
            &promoted,
            None,
            Some("2026-05-01T00:00:00Z"),
        ),
        // Nobody has a curriculum before it exists; who has it without a date has it since they were hired.
        (
            "60 days",
            &nothing,
            Some("2026-02-10"),
            Some("2026-04-12T00:00:00Z"),
        ),
        (
            "60 days",
            &undated,
            Some("2026-01-01"),
            Some("2026-03-07T00:00:00Z"),
        ),
        (
            "60 days",
            &unknown,
            Some("2026-02-10"),
            Some("2026-04-12T00:00:00Z"),
        ),
        ("60 days", &unknown, None, None),
    ];
    for (due, change, published, expected) in table {
        assert_eq!(
            on(due, change, published),
            expected.map(at),
            "{due} {published:?}"
        );
    }
}

#[test]
fn role_change() {
    let yaml = FORKLIFT.replace("courses:", "due: 30 days after role start\ncourses:");
    let role = |since: &str, until: Option<&str>| Role {
        role: "driver".to_owned(),
        since: Some(since.parse().unwrap()),
        until: until.map(|day| day.parse().unwrap()),
    };
    let person = |roles: Vec<Role>| Person {
        roles,
        ..person("driver")
    };
    let left = person(vec![role("2026-01-01", Some("2026-02-28"))]);
    let back = person(vec![
        role("2026-01-01", Some("2026-02-28")),
        role("2026-06-01", None),
    ]);
    let half = [pass(1, "basics", "0.9", "2026-01-20")];
    let whole = [half[0].clone(), pass(2, "practice", "", "2026-02-20")];

    // Overdue in the role; who left owes nothing.
    let on = |person: &Person, evidence: &[Evidence], when: &str| standing(&yaml, person, evidence, when);
    assert!(on(&left, &half, "2026-02-10").overdue);
    let gone = on(&left, &half, "2026-03-10");
    assert_eq!(
        (gone.status, gone.due_at, gone.overdue),
        (Status::NotAssigned, None, false)
    );
    // Back in it: what was passed carries over, and the days are counted anew.
    let again = on(&back, &half, "2026-06-02");
    assert_eq!(again.requirements[0].outcome, Outcome::Met);
    assert_eq!(
        (again.due_at, again.overdue),
        (Some(at("2026-07-02T00:00:00Z")), false)
    );
    // The certificate outlives the role, and is there again for who comes back while it is valid.
    let certified = on(&left, &whole, "2026-03-10");
    assert_eq!((certified.status, certified.due_at), (Status::Certified, None));
    let resumed = on(&back, &whole, "2026-06-02");
    assert_eq!(
        (resumed.status, resumed.entitlement.unwrap().cycle),
        (Status::Certified, 1)
    );
    assert_eq!(resumed.due_at, Some(at("2027-02-20")));
    // Back after it had ended: as anybody new in the role.
    let late = person(vec![
        role("2026-01-01", Some("2026-02-28")),
        role("2027-06-01", None),
    ]);
    let anew = on(&late, &whole, "2027-06-02");
    assert_eq!(
        (anew.status, anew.due_at),
        (Status::Expired, Some(at("2027-07-02T00:00:00Z")))
    );
    assert!(!anew.overdue);
}

#[test]
fn a_certificate_is_renewed_by_its_end() {
    let mut evidence = vec![
        pass(1, "basics", "0.9", "2026-01-20"),
        pass(2, "practice", "", "2026-02-20"),
    ];
    let driver = person("driver");
    let valid = standing(FORKLIFT, &driver, &evidence, "2026-06-01");
    assert_eq!((valid.due_at, valid.overdue), (Some(at("2027-02-20")), false));
    let ended = standing(FORKLIFT, &driver, &evidence, "2027-03-01");
    assert_eq!(
        (ended.status, ended.due_at, ended.overdue),
        (Status::Expired, Some(at("2027-02-20")), true)
    );
    // Taken again early, it carries on from then: nothing is due before that ends.
    evidence.extend([
        pass(3, "basics", "0.9", "2026-06-02"),
        pass(4, "practice", "", "2026-06-03"),
    ]);
    let early = standing(FORKLIFT, &driver, &evidence, "2026-06-04");
    assert_eq!(early.entitlement.unwrap().cycle, 1);
    assert_eq!(early.due_at, Some(at("2027-06-03")));
}

#[test]
fn an_extension_moves_the_due_date() {
    let newcomer = newcomer();
    let extend = |id: u128, made: &str, requirement: Option<&str>, due: &str| Act {
        id: Uuid::from_u128(id),
        at: at(made),
        by: "manager".to_owned(),
        reason: String::new(),
        undone_at: None,
        kind: ActKind::Extension {
            curriculum: "onboarding".to_owned(),
            requirement: requirement.map(str::to_owned),
            due: at(due),
        },
    };
    let due = |acts: &[Act]| {
        let view = View {
            acts,
            ..View::at(at("2026-02-10"))
        };
        let standing = evaluate_as(&curriculum(ONBOARDING), &newcomer, &[], &view);
        (standing.due_at, standing.overdue)
    };
    assert_eq!(due(&[]), (Some(at("2026-02-04T23:00:00Z")), true));
    for requirement in [None, Some("first")] {
        let acts = [extend(1, "2026-02-01", requirement, "2026-03-01")];
        assert_eq!(due(&acts), (Some(at("2026-03-01")), false), "{requirement:?}");
    }
    // Of the course alone: the tier is still due. Of two, the later counts; none makes it earlier.
    assert_eq!(
        due(&[extend(1, "2026-02-01", Some("safety"), "2026-03-01")]),
        (Some(at("2026-02-04T23:00:00Z")), true)
    );
    let acts = [
        extend(1, "2026-02-01", None, "2026-03-01"),
        extend(2, "2026-02-02", None, "2026-02-20"),
    ];
    assert_eq!(due(&acts), (Some(at("2026-02-20")), false));
    assert_eq!(
        due(&[extend(1, "2026-02-01", None, "2026-02-02")]),
        (Some(at("2026-02-04T23:00:00Z")), true)
    );
}
