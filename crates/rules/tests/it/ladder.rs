//! The ladder: what is owed, and where its steps stand.

use rules::ladder::{Ladder, Obligation, StepState, Told, to_withdraw};
use rules::{Evidence, Person, Role, Standing, Status, evaluate};
use xapi::Timestamp;

use crate::support::{at, curriculum, pass, person};

pub(crate) const LADDER: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses: [{ id: a, activity: https://courses.example.com/a }]
certification: { validity: 1 year }
escalation:
  - { when: 14 days before due, tell: learner, say: Two weeks left }
  - { when: due, tell: [learner, manager] }
  - { when: 7 days after due, tell: manager_of_manager, consequence: No shifts on the line }
  - { when: 30 days before expiry, tell: learner }
  - { when: 1 month after expiry, tell: training }
";

pub(crate) fn owed(key: &str, due: &str) -> Obligation {
    Obligation {
        key: key.to_owned(),
        due_at: at(due),
        met_at: None,
        returned: false,
        in_review: false,
    }
}

fn told(when: &str, day: &str) -> Told {
    Told {
        when: when.to_owned(),
        at: at(day),
        withdrawn: false,
    }
}

/// Step by step the day and the first letter of the state.
fn shown(ladder: &Ladder) -> String {
    let steps: Vec<String> = ladder
        .steps
        .iter()
        .map(|step| {
            let state = match step.state {
                StepState::Upcoming => "up",
                StepState::Taken => "taken",
                StepState::Withdrawn => "withdrawn",
                StepState::Skipped => "skipped",
            };
            format!("{} {state}", step.at.to_datetime().format("%m-%d"))
        })
        .collect();
    steps.join(", ")
}

#[test]
fn where_the_steps_stand() {
    let curriculum = curriculum(LADDER);
    let first = owed("first", "2026-06-30");
    let renewal = owed("renewal-1", "2026-06-30");
    let met = |day: &str| Obligation {
        met_at: Some(at(day)),
        ..first.clone()
    };
    let review = Obligation {
        in_review: true,
        ..first.clone()
    };
    let reminded = [told("2 weeks before due", "2026-06-16")];
    let early = [
        told("2 weeks before due", "2026-06-16"),
        told("due", "2026-06-30"),
    ];
    let moved = owed("first", "2026-07-31");
    let long_ago = "2026-01-01";
    type Case<'a> = (
        &'a str,
        &'a Obligation,
        &'a str,
        &'a [Told],
        &'a str,
        &'a str,
        Option<&'a str>,
    );
    let table: &[Case<'_>] = &[
        (
            "before all",
            &first,
            long_ago,
            &[],
            "2026-06-01",
            "06-16 up, 06-30 up, 07-07 up",
            Some("2026-06-16"),
        ),
        (
            "the reminder",
            &first,
            long_ago,
            &[],
            "2026-06-16",
            "06-16 taken, 06-30 up, 07-07 up",
            Some("2026-06-30"),
        ),
        (
            "due",
            &first,
            long_ago,
            &reminded,
            "2026-06-30",
            "06-16 taken, 06-30 taken, 07-07 up",
            Some("2026-07-07"),
        ),
        (
            "nobody looked for long",
            &first,
            long_ago,
            &[],
            "2026-08-01",
            "06-16 skipped, 06-30 taken, 07-07 taken",
            None,
        ),
        (
            "known too late",
            &first,
            "2026-07-20",
            &[],
            "2026-07-20",
            "06-16 skipped, 07-20 taken, 07-27 up",
            Some("2026-07-27"),
        ),
        (
            "known after the reminder",
            &first,
            "2026-06-20",
            &[],
            "2026-06-20",
            "06-16 taken, 06-30 up, 07-07 up",
            Some("2026-06-30"),
        ),
        (
            "met in time",
            &met("2026-06-20"),
            long_ago,
            &reminded,
            "2026-06-21",
            "06-16 taken, 06-30 skipped, 07-07 skipped",
            None,
        ),
        (
            "known late to be met in time",
            &met("2026-06-20"),
            long_ago,
            &early,
            "2026-07-05",
            "06-16 taken, 06-30 withdrawn, 07-07 skipped",
            None,
        ),
        (
            "met late",
            &met("2026-07-02"),
            long_ago,
            &early,
            "2026-07-05",
            "06-16 taken, 06-30 taken, 07-07 skipped",
            None,
        ),
        (
            "extended",
            &moved,
            long_ago,
            &reminded,
            "2026-07-01",
            "06-16 taken, 07-31 up, 08-07 up",
            Some("2026-07-31"),
        ),
        (
            "extended after the due date",
            &moved,
            long_ago,
            &early,
            "2026-07-01",
            "06-16 taken, 06-30 taken, 08-07 up",
            Some("2026-08-07"),
        ),
        (
            "in review",
            &review,
            long_ago,
            &reminded,
            "2026-07-20",
            "06-16 taken, 06-30 up, 07-07 up",
            None,
        ),
        (
            "a renewal",
            &renewal,
            long_ago,
            &[],
            "2026-06-01",
            "05-31 taken, 07-30 up",
            Some("2026-07-30"),
        ),
    ];
    for (what, obligation, since, told, when, expected, next) in table {
        let ladder = Ladder::of(&curriculum, obligation, at(since), told, at(when));
        assert_eq!(shown(&ladder), *expected, "{what}");
        assert_eq!(ladder.next_at, next.map(at), "{what}");
    }
}

#[test]
fn of_the_reminders_that_were_missed_only_the_last_is_told() {
    let reminders = LADDER.replace(
        "  - { when: 14 days before due, tell: learner, say: Two weeks left }\n",
        "  - { when: 29 days before due, tell: learner }\n  - { when: 19 days before due, tell: learner }\n  \
         - { when: 9 days before due, tell: learner }\n",
    );
    let curriculum = curriculum(&reminders);
    let first = owed("first", "2026-06-30");
    // The reminders are due on 1, 11 and 21 June.
    for (since, when, states) in [
        (
            "2026-05-01",
            "2026-06-21",
            "06-01 taken, 06-11 taken, 06-21 taken",
        ),
        ("2026-06-01", "2026-06-11", "06-01 taken, 06-11 taken, 06-21 up"),
        ("2026-06-02", "2026-06-11", "06-01 taken, 06-11 taken, 06-21 up"),
        ("2026-06-11", "2026-06-12", "06-01 taken, 06-11 taken, 06-21 up"),
        ("2026-06-12", "2026-06-12", "06-01 skipped, 06-11 taken, 06-21 up"),
        (
            "2026-06-25",
            "2026-06-25",
            "06-01 skipped, 06-11 skipped, 06-21 taken",
        ),
    ] {
        let ladder = Ladder::of(&curriculum, &first, at(since), &[], at(when));
        let shown = shown(&ladder);
        assert!(shown.starts_with(states), "{since} {when}: {shown}");
    }
}

#[test]
fn what_is_taken_and_was_not_told_is_to_be_told() {
    let curriculum = curriculum(LADDER);
    let first = owed("first", "2026-06-30");
    let reminded = [told("2 weeks before due", "2026-06-16")];
    for (told, when, expected) in [
        (&[][..], "2026-06-15", &[][..]),
        (&[], "2026-06-16", &["2 weeks before due"]),
        (&reminded, "2026-06-16", &[]),
        (&reminded, "2026-06-30", &["due"]),
        (&reminded, "2026-07-07", &["due", "1 week after due"]),
    ] {
        let ladder = Ladder::of(&curriculum, &first, at("2026-01-01"), told, at(when));
        let to_tell: Vec<&str> = ladder.to_tell(told).map(|step| step.when.as_str()).collect();
        assert_eq!(to_tell, expected, "{when}");
    }
}

#[test]
fn what_was_told_after_it_was_met_is_withdrawn_once() {
    let mut all = [
        told("2 weeks before due", "2026-06-16"),
        told("due", "2026-06-30"),
        told("1 week after due", "2026-07-07"),
    ];
    all[2].withdrawn = true;
    for (met_at, expected) in [
        ("2026-06-10", vec!["2 weeks before due", "due"]),
        ("2026-06-16", vec!["2 weeks before due", "due"]),
        ("2026-06-20", vec!["due"]),
        ("2026-07-01", vec![]),
    ] {
        let found: Vec<&str> = to_withdraw(&all, at(met_at))
            .map(|told| told.when.as_str())
            .collect();
        assert_eq!(found, expected, "{met_at}");
    }
}

#[test]
fn without_steps_by_expiry_the_others_serve_for_renewals() {
    let text: String = LADDER
        .lines()
        .filter(|line| !line.contains("expiry"))
        .map(|line| format!("{line}\n"))
        .collect();
    let ladder = Ladder::of(
        &curriculum(&text),
        &owed("renewal-3", "2026-06-30"),
        at("2026-01-01"),
        &[],
        at("2026-06-01"),
    );
    assert_eq!(shown(&ladder), "06-16 up, 06-30 up, 07-07 up");
}

#[test]
fn what_is_owed_follows_the_standing() {
    let text = LADDER.replace("courses:", "due: 30 days after hire\ncourses:");
    let curriculum = curriculum(&text);
    let hired = |role: &str| Person {
        hired: Some("2026-01-01".parse().unwrap()),
        ..person(role)
    };
    let stand = |evidence: &[Evidence], when: &str| {
        let standing = evaluate(&curriculum, &hired("r"), evidence, at(when));
        (standing, at(when))
    };
    let passes = [pass(1, "a", "", "2026-01-10"), pass(2, "a", "", "2026-12-10")];
    let open = |(standing, when): &(Standing, Timestamp)| {
        Obligation::open(&curriculum, &hired("r"), standing, *when).map(|owed| (owed.key, owed.due_at))
    };
    let named = |key: &str, due: &str| Some((key.to_owned(), at(due)));
    let met_at =
        |key: &str, (standing, _): &(Standing, Timestamp)| Obligation::met_at(key, standing, &passes);

    assert_eq!(
        open(&stand(&[], "2026-01-02")),
        named("first", "2026-02-01T00:00:00Z")
    );
    let certified = stand(&passes[..1], "2026-03-01");
    assert_eq!(open(&certified), named("renewal-1", "2027-01-10"));
    assert_eq!(met_at("first", &certified), Some(at("2026-01-10")));
    assert_eq!(met_at("renewal-1", &certified), None);
    let expired = stand(&passes[..1], "2027-03-01");
    assert_eq!(expired.0.status, Status::Expired);
    assert_eq!(open(&expired), named("renewal-1", "2027-01-10"));
    let renewed = stand(&passes, "2027-03-01");
    assert_eq!(open(&renewed), named("renewal-2", "2027-12-10"));
    assert_eq!(met_at("renewal-1", &renewed), Some(at("2026-12-10")));
    let other = evaluate(&curriculum, &hired("other"), &passes, at("2026-03-01"));
    let owed = Obligation::open(&curriculum, &hired("other"), &other, at("2026-03-01"));
    assert_eq!(owed, None, "a role that ended ends its ladder");
    // Passed again before the window opens: what is owed is the certificate after that one.
    let early = [pass(1, "a", "", "2026-01-10"), pass(3, "a", "", "2026-03-10")];
    assert_eq!(
        open(&stand(&early, "2026-04-01")),
        named("renewal-1", "2027-03-10")
    );
}

#[test]
fn who_comes_back_after_a_certificate_ended_is_on_the_ladder_of_beginners() {
    let text = LADDER.replace("courses:", "due: 30 days after role start\ncourses:");
    let curriculum = curriculum(&text);
    let passes = [pass(1, "a", "", "2026-01-10")];
    let with = |roles: &[(&str, Option<&str>)]| Person {
        roles: roles
            .iter()
            .map(|(since, until)| Role {
                role: "r".to_owned(),
                since: Some(since.parse().unwrap()),
                until: until.map(|until| until.parse().unwrap()),
            })
            .collect(),
        ..person("r")
    };
    let steps = |person: &Person, when: &str| {
        let standing = evaluate(&curriculum, person, &passes, at(when));
        let owed = Obligation::open(&curriculum, person, &standing, at(when)).unwrap();
        let ladder = Ladder::of(&curriculum, &owed, at(when), &[], at(when));
        let steps: Vec<String> = ladder.steps.into_iter().map(|step| step.when).collect();
        (owed.due_at, steps)
    };
    let beginners = ["2 weeks before due", "due", "1 week after due"].map(str::to_owned);
    let renewing = ["30 days before expiry", "1 month after expiry"].map(str::to_owned);
    // It ends on 2027-01-10. Away over that day, what is due is due as for anybody new in the role.
    let away = with(&[("2026-01-01", Some("2026-12-31")), ("2027-03-01", None)]);
    assert_eq!(
        steps(&away, "2027-03-02"),
        (at("2027-04-01T00:00:00Z"), beginners.to_vec())
    );
    let back_in_time = with(&[("2026-01-01", Some("2026-06-30")), ("2026-12-01", None)]);
    assert_eq!(steps(&back_in_time, "2027-03-02").1, renewing);
    let stayed = with(&[("2026-01-01", None)]);
    assert_eq!(
        steps(&stayed, "2027-03-02"),
        (at("2027-01-10"), renewing.to_vec())
    );
}

#[test]
fn each_tier_is_owed_by_itself() {
    let text = "curriculum: c
title: C
audience: { roles: [r] }
due: 200 days after hire
tiers:
  - id: basics
    due: 30 days after hire
    courses:
      - { id: a, activity: https://courses.example.com/a }
      - { id: b, activity: https://courses.example.com/b }
  - id: more
    due: 90 days after hire
    courses: [{ id: c, activity: https://courses.example.com/c }]
escalation: [{ when: due, tell: learner }]
";
    let curriculum = curriculum(text);
    let hired = Person {
        hired: Some("2026-01-01".parse().unwrap()),
        ..person("r")
    };
    let passes = [
        pass(1, "a", "", "2026-01-10"),
        pass(2, "b", "", "2026-01-20"),
        pass(3, "c", "", "2026-02-10"),
    ];
    let stand = |passes: &[Evidence]| evaluate(&curriculum, &hired, passes, at("2026-03-01"));
    let key = |passes: &[Evidence]| {
        Obligation::open(&curriculum, &hired, &stand(passes), at("2026-03-01")).map(|owed| owed.key)
    };
    assert_eq!(key(&[]).as_deref(), Some("first-basics"));
    assert_eq!(key(&passes[..1]).as_deref(), Some("first-basics"));
    assert_eq!(key(&passes[..2]).as_deref(), Some("first-more"));
    assert_eq!(key(&passes), None, "certified for good");
    let met_at = |passes: &[Evidence]| Obligation::met_at("first-basics", &stand(passes), passes);
    assert_eq!(met_at(&passes[..1]), None);
    assert_eq!(met_at(&passes[..2]), Some(at("2026-01-20")));
    assert_eq!(met_at(&passes), Some(at("2026-01-20")));
}

#[test]
fn whether_a_curriculum_was_theirs_throughout() {
    let curriculum = curriculum(LADDER);
    let mut person = person("r");
    let days = |text: &str| Some(text.parse().unwrap());
    assert!(curriculum.applies_throughout(&person, at("2020-01-01"), at("2030-01-01")));
    person.roles[0].until = days("2026-03-31");
    let again = Role {
        role: "r".to_owned(),
        since: days("2026-06-01"),
        until: None,
    };
    person.roles.push(again);
    for (from, until, expected) in [
        ("2026-01-01", "2026-03-31", true),
        ("2026-01-01", "2026-04-02", false),
        ("2026-03-01", "2026-07-01", false),
        ("2026-05-01", "2026-07-01", false),
        ("2026-06-01", "2026-07-01", true),
        ("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z", true),
        ("2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z", false),
    ] {
        assert_eq!(
            curriculum.applies_throughout(&person, at(from), at(until)),
            expected,
            "{from} {until}"
        );
    }
}
