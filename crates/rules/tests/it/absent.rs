//! What is met while nothing of a kind happens.

use rules::{Act, ActKind, Evidence, Outcome, Person, Standing, Status, View, evaluate_as, verbs};
use xapi::Timestamp;

use crate::support::{act, at, curriculum, ids, pass, person, row};

/// A course that is passed, and ninety days without an incident.
const CLEAN: &str = "
curriculum: c
title: C
audience: { roles: [driver] }
courses:
  - { id: test, title: Test, activity: https://courses.example.com/test }
  - id: clean
    title: No incident
    match: { verb: https://example.com/verbs/involved, grouping: https://courses.example.com/incident }
    absent: 90 days
    by: [{ mbox: 'mailto:safety@example.com' }]
certification: { validity: 1 year }
";

/// Nothing but that nothing happens.
const ALONE: &str = "
curriculum: c
title: C
audience: { roles: [driver] }
courses:
  - { id: clean, match: { grouping: https://courses.example.com/incident }, absent: 90 days }
";

fn driver(since: Option<&str>) -> Person {
    let mut driver = person("driver");
    driver.roles[0].since = since.map(|day| day.parse().unwrap());
    driver
}

fn incident(id: u128, when: &str) -> Evidence {
    let mut row = row(
        id,
        &format!("case-{id}"),
        "https://example.com/verbs/involved",
        when,
    );
    row.grouping = vec![crate::support::course_iri("incident")];
    row.authority = Some(xapi::Ifi::mbox("mailto:safety@example.com").unwrap());
    row
}

fn stand(yaml: &str, person: &Person, evidence: &[Evidence], acts: &[Act], when: &str) -> Standing {
    evaluate_as(
        &curriculum(yaml),
        person,
        evidence,
        &View {
            acts,
            ..View::at(at(when))
        },
    )
}

/// What is said of the course that is met by nothing happening.
fn said(standing: &Standing) -> (Outcome, &str, Option<&str>) {
    let own = standing
        .requirements
        .iter()
        .find(|own| own.id == "clean")
        .unwrap();
    (own.outcome, &own.reason, own.missing.as_deref())
}

#[test]
fn the_days_are_counted_from_the_first_in_the_role_and_anew_from_each_incident() {
    let driver = driver(Some("2026-01-01"));
    let passed = pass(1, "test", "", "2026-01-11");
    let stand = |evidence: &[Evidence], when: &str| stand(CLEAN, &driver, evidence, &[], when);
    let evidence = [passed.clone()];

    let early = stand(&evidence, "2026-03-01");
    assert_eq!(early.status, Status::InProgress);
    assert_eq!(
        said(&early),
        (
            Outcome::Unmet,
            "nothing reported, but that is counted only from 2026-01-01 on, less than 90 days ago",
            Some("have nothing reported against 'No incident' until 2026-04-01"),
        )
    );
    assert_eq!(early.next_change_at, Some(at("2026-04-01T00:00:00Z")));
    let micro = |at: Timestamp| Timestamp::from_micros(at.as_micros() - 1).to_string();
    let before = stand(&evidence, &micro(at("2026-04-01T00:00:00Z")));
    assert_eq!(before.status, Status::InProgress);

    let certified = stand(&evidence, "2026-04-01T00:00:00Z");
    let entitlement = certified.entitlement.as_ref().unwrap();
    assert_eq!(entitlement.earned_at, at("2026-04-01T00:00:00Z"));
    assert_eq!(entitlement.expires_at, Some(at("2027-04-01T00:00:00Z")));
    assert_eq!(
        said(&certified),
        (
            Outcome::Met,
            "nothing reported for 90 days, as of 2026-04-01",
            None
        )
    );

    // An incident in the meantime, and on the very last day.
    let evidence = [
        passed.clone(),
        incident(2, "2026-03-01"),
        incident(3, "2026-05-29"),
    ];
    let broken = stand(&evidence, "2026-05-30");
    assert_eq!(
        said(&broken),
        (
            Outcome::Unmet,
            "reported on 2026-05-29, less than 90 days ago",
            Some("have nothing reported against 'No incident' until 2026-08-27"),
        )
    );
    assert_eq!(broken.next_change_at, Some(at("2026-08-27")));
    let considered = &broken.requirements[1].considered;
    assert_eq!(considered.len(), 2);
    assert_eq!(
        considered[1].reason,
        "reported: 90 days without it are counted anew from then"
    );
    let late = stand(&evidence, "2026-09-01");
    let entitlement = late.entitlement.as_ref().unwrap();
    assert_eq!(entitlement.earned_at, at("2026-08-27"));
    assert_eq!(entitlement.statements, ids(&[1, 2, 3]));
    // It ends when it would have ended without the incidents that delayed it.
    assert_eq!(entitlement.expires_at, Some(at("2027-01-11")));
}

#[test]
fn whose_reports_count_and_what_is_none() {
    let driver = driver(Some("2025-01-01"));
    let passed = pass(1, "test", "", "2026-01-11");
    let mut other = incident(2, "2026-01-05");
    other.authority = None;
    let mut elsewhere = incident(3, "2026-01-06");
    elsewhere.grouping.clear();
    let evidence = [passed, other, elsewhere];
    let standing = stand(CLEAN, &driver, &evidence, &[], "2026-02-01");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1]));
    let considered = &standing.requirements[1].considered;
    assert_eq!(considered.len(), 1);
    assert_eq!(
        considered[0].reason,
        "reported, but by an authority that does not count here"
    );
}

#[test]
fn what_happens_later_takes_nothing_and_gives_nothing() {
    let driver = driver(Some("2025-01-01"));
    let passed = |id, when| pass(id, "test", "", when);
    let stand = |evidence: &[Evidence], when: &str| stand(CLEAN, &driver, evidence, &[], when);
    let mut evidence = vec![passed(1, "2026-01-11"), incident(2, "2026-07-01")];
    let entitlement = |standing: Standing| standing.entitlement.unwrap();
    for when in ["2026-06-30", "2026-07-02", "2026-10-15", "2027-01-10"] {
        let own = entitlement(stand(&evidence, when));
        assert_eq!(
            (own.earned_at, own.expires_at, own.cycle),
            (at("2026-01-11"), Some(at("2027-01-11")), 1),
            "{when}"
        );
    }
    assert_eq!(stand(&evidence, "2027-01-11").status, Status::Expired);
    // To be renewed it must not have happened lately.
    evidence.push(incident(3, "2026-11-01"));
    evidence.push(passed(4, "2026-12-01"));
    assert_eq!(stand(&evidence, "2027-01-11").status, Status::Expired);
    let renewed = entitlement(stand(&evidence, "2027-01-30"));
    assert_eq!((renewed.earned_at, renewed.cycle), (at("2027-01-30"), 2));
    assert_eq!(renewed.expires_at, Some(at("2027-12-01")));
}

#[test]
fn from_when_on_it_is_counted() {
    let everyone = CLEAN.replace("roles: [driver]", "everyone: true");
    let passed = [pass(1, "test", "", "2026-01-11")];
    let earned = |yaml: &str, person: &Person, acts: &[Act]| {
        let standing = stand(yaml, person, &passed, acts, "2027-01-01");
        standing.entitlement.map(|own| own.earned_at)
    };
    // Without a first day in the role or a day of hire, always.
    assert_eq!(earned(&everyone, &driver(None), &[]), Some(at("2026-01-11")));
    let hired = Person {
        hired: Some("2026-01-01".parse().unwrap()),
        ..driver(None)
    };
    for yaml in [CLEAN, &everyone] {
        assert_eq!(earned(yaml, &hired, &[]), Some(at("2026-04-01T00:00:00Z")));
    }
    // Who comes back begins anew.
    let mut back = driver(Some("2020-01-01"));
    back.roles[0].until = Some("2025-12-31".parse().unwrap());
    back.roles.extend(driver(Some("2026-02-01")).roles);
    assert_eq!(earned(CLEAN, &back, &[]), Some(at("2026-05-02T00:00:00Z")));
    // A role that follows another without a gap goes on.
    let mut goes_on = back.clone();
    goes_on.roles[1].since = Some("2026-01-01".parse().unwrap());
    assert_eq!(earned(CLEAN, &goes_on, &[]), Some(at("2026-01-11")));
    // A revocation takes the days before it, as it takes all else.
    let revocation = [act(
        7,
        at("2026-01-01"),
        ActKind::Revocation {
            curriculum: "c".to_owned(),
        },
    )];
    assert_eq!(earned(CLEAN, &driver(None), &revocation), Some(at("2026-04-01")));
}

#[test]
fn nobody_has_begun_by_doing_nothing() {
    let driver = driver(Some("2025-01-01"));
    let nothing = stand(CLEAN, &driver, &[], &[], "2026-02-01");
    assert_eq!(nothing.status, Status::NotStarted);
    let incident = [incident(1, "2026-01-05")];
    assert_eq!(
        stand(CLEAN, &driver, &incident, &[], "2026-02-01").status,
        Status::NotStarted
    );
}

#[test]
fn an_incident_of_a_doubtful_date_counts_once_it_is_accepted() {
    let driver = driver(Some("2025-01-01"));
    let yaml = format!("{CLEAN}review: {{ backdated: 30 days }}\n");
    let mut late = incident(2, "2026-01-05");
    late.stored = at("2026-06-01");
    let evidence = [pass(1, "test", "", "2026-01-11"), late];
    let open = stand(&yaml, &driver, &evidence, &[], "2026-07-01");
    assert_eq!(open.entitlement.unwrap().earned_at, at("2026-01-11"));
    assert_eq!(open.requirements[1].considered.len(), 1);
    let accepted = [crate::support::review(
        evidence[1].statement,
        true,
        at("2026-06-02"),
    )];
    let accepted = stand(&yaml, &driver, &evidence, &accepted, "2026-07-01");
    assert_eq!(accepted.entitlement.unwrap().earned_at, at("2026-04-05"));
}

/// What comes after it, and what it renews.
#[test]
fn before_other_courses_and_in_a_renewal() {
    let yaml = "
curriculum: c
title: C
audience: { roles: [driver] }
tiers:
  - id: first
    courses:
      - { id: clean, activity: https://courses.example.com/incident, absent: 30 days }
  - id: second
    courses: [{ id: test, activity: https://courses.example.com/test }]
certification:
  validity: 1 year
  renewal_window: 3 months
  valid_from: prior_expiry
  renewal:
    courses:
      - { id: refresher, activity: https://courses.example.com/refresher }
      - { id: still-clean, activity: https://courses.example.com/accident, absent: 60 days }
";
    let driver = driver(Some("2026-01-01"));
    let early = pass(1, "test", "", "2026-01-20");
    let good = pass(2, "test", "", "2026-02-10");
    let stand = |evidence: &[Evidence], when: &str| stand(yaml, &driver, evidence, &[], when);
    let standing = stand(std::slice::from_ref(&early), "2026-02-01");
    assert_eq!(
        standing.requirements[1].parts[0].reason,
        "passed on 2026-01-20 before 'first' was met on 2026-01-31: does not count, take it again"
    );
    let first = stand(&[early.clone(), good.clone()], "2026-02-11")
        .entitlement
        .unwrap();
    assert_eq!(first.earned_at, at("2026-02-10"));

    let refreshed = pass(3, "refresher", "", "2026-12-01");
    let accident = row(4, "accident", verbs::COMPLETED, "2026-11-20");
    let evidence = [good, refreshed, accident];
    let own = |when: &str| stand(&evidence, when).entitlement.unwrap();
    assert_eq!(own("2027-01-18").expires_at, Some(at("2027-02-10")));
    let renewed = own("2027-01-19");
    assert_eq!(renewed.earned_at, at("2027-01-19"));
    assert_eq!(
        renewed.expires_at,
        Some(at("2028-02-10")),
        "it loses no days by it"
    );
    assert_eq!(renewed.statements, ids(&[2, 4, 3]));
}

#[test]
fn in_words() {
    assert_eq!(
        curriculum(CLEAN).describe().lines().nth(4).unwrap(),
        "  - No incident: no statement where verb is https://example.com/verbs/involved and grouping is \
         https://courses.example.com/incident for 90 days, counted from when the curriculum becomes theirs, and anew \
         from each such statement, by statements of mailto:safety@example.com only."
    );
    let due = CLEAN.replace("absent: 90 days", "absent: 90 days\n    due: 6 months");
    let words = curriculum(&due).describe();
    assert!(
        words.contains("must have nothing reported against No incident for 90 days within 6 months"),
        "{words}"
    );
}

/// Of a course that is waived and passed as well, the pass takes no time from a certificate that had to wait.
#[test]
fn one_more_pass_takes_no_time() {
    let driver = driver(Some("2025-01-01"));
    let waiver = [act(
        7,
        at("2026-01-01"),
        ActKind::Waiver {
            curriculum: "c".to_owned(),
            requirement: "test".to_owned(),
            until: None,
        },
    )];
    let incident = incident(2, "2025-12-01");
    let ends = |evidence: &[Evidence]| {
        let standing = stand(CLEAN, &driver, evidence, &waiver, "2026-04-01");
        standing.entitlement.unwrap().expires_at
    };
    let waived = ends(std::slice::from_ref(&incident));
    assert_eq!(waived, Some(at("2027-03-01")));
    assert_eq!(ends(&[incident, pass(1, "test", "", "2026-01-11")]), waived);
}

/// An equivalence stands for what is done, not for what must not happen.
#[test]
fn nothing_stands_for_what_must_not_happen() {
    let driver = driver(Some("2025-01-01"));
    let equivalence = [act(
        7,
        at("2026-01-01"),
        ActKind::Equivalence {
            curriculum: "c".to_owned(),
            requirement: "clean".to_owned(),
            activity: crate::support::course_iri("test"),
            until: None,
        },
    )];
    let passed = [pass(1, "test", "", "2026-01-11")];
    let standing = stand(CLEAN, &driver, &passed, &equivalence, "2026-02-01");
    assert_eq!(standing.status, Status::Certified);
}

/// A proof cites what must not happen up to the moment at which the certificate took the place of the one before: without
/// it, another would have been earned meanwhile by nothing happening.
#[test]
fn what_happened_before_a_certificate_took_its_place_is_cited() {
    let driver = Person {
        hired: Some("2025-05-01".parse().unwrap()),
        ..driver(None)
    };
    let waiver = |id: u128, requirement: &str, when: &str| {
        let kind = ActKind::Waiver {
            curriculum: "c".to_owned(),
            requirement: requirement.to_owned(),
            until: None,
        };
        act(id, at(when), kind)
    };
    let acts = [waiver(7, "clean", "2025-01-15"), waiver(8, "test", "2025-06-01")];
    let evidence = [pass(1, "test", "", "2025-01-10"), incident(2, "2025-07-29")];
    let standing = stand(CLEAN, &driver, &evidence, &acts, "2025-10-20");
    let entitlement = standing.entitlement.unwrap();
    assert_eq!((entitlement.cycle, entitlement.earned_at), (2, at("2025-06-01")));
    assert_eq!(entitlement.statements, ids(&[1, 2]));
    let harmless = stand(CLEAN, &driver, &evidence[..1], &acts, "2025-10-20");
    assert_eq!(
        harmless.entitlement.unwrap().earned_at,
        Timestamp::parse("2025-07-30T00:00:00Z").unwrap()
    );
}

/// Nor would an award by hand be the certificate that is shown.
#[test]
fn an_award_cites_what_would_have_earned_one_otherwise() {
    let award = ActKind::Award {
        curriculum: "c".to_owned(),
        until: None,
    };
    let acts = [act(7, at("2025-04-01"), award)];
    let evidence = [incident(1, "2025-03-01"), incident(2, "2025-04-02")];
    let standing = stand(ALONE, &driver(Some("2025-01-01")), &evidence, &acts, "2025-05-01");
    let entitlement = standing.entitlement.unwrap();
    assert_eq!(
        (entitlement.earned_at, entitlement.statements),
        (at("2025-04-01"), ids(&[1]))
    );
}

/// Once it can be renewed, what did not happen since would renew it.
#[test]
fn what_happened_before_it_was_renewed_is_cited_from_when_it_can_be() {
    let award = ActKind::Award {
        curriculum: "c".to_owned(),
        until: Some(at("2025-11-27")),
    };
    // It can be renewed in the last 60 of 240 days.
    let acts = [act(7, at("2025-04-01"), award)];
    let evidence = [incident(1, "2025-03-01"), incident(2, "2025-09-01")];
    let cited = |evidence: &[Evidence], when: &str| {
        let standing = stand(ALONE, &driver(Some("2025-01-01")), evidence, &acts, when);
        let entitlement = standing.entitlement.unwrap();
        (entitlement.cycle, entitlement.statements)
    };
    let then = [
        incident(1, "2025-03-01"),
        incident(2, "2025-05-20"),
        incident(3, "2025-08-01"),
        incident(4, "2025-10-10"),
    ];
    assert_eq!(cited(&then, "2025-09-27"), (1, ids(&[1])));
    assert_eq!(cited(&then, "2025-10-20"), (1, ids(&[1, 2, 3, 4])));
    // By then ninety days without any have passed.
    assert_eq!(cited(&evidence, "2025-10-20").0, 2);
}

/// What happened before the role began does not matter, and who comes back after a gap begins anew.
#[test]
fn the_days_are_those_in_the_role() {
    let mut driver = driver(Some("2026-01-01"));
    let evidence = [incident(2, "2025-12-20"), pass(1, "test", "", "2026-01-11")];
    let status = |driver: &Person, when: &str| stand(CLEAN, driver, &evidence, &[], when).status;
    assert_eq!(status(&driver, "2026-03-31"), Status::InProgress);
    assert_eq!(status(&driver, "2026-04-01"), Status::Certified);

    driver.roles[0].until = Some("2026-01-31".parse().unwrap());
    let again = rules::Role {
        since: Some("2026-03-01".parse().unwrap()),
        until: None,
        ..driver.roles[0].clone()
    };
    driver.roles.push(again);
    let standing = stand(CLEAN, &driver, &evidence, &[], "2026-03-10");
    assert_eq!(
        said(&standing),
        (
            Outcome::Unmet,
            "nothing reported, but that is counted only from 2026-03-01 on, less than 90 days ago",
            Some("have nothing reported against 'No incident' until 2026-05-30"),
        )
    );
    assert_eq!(status(&driver, "2026-05-29"), Status::InProgress);
    assert_eq!(status(&driver, "2026-05-30"), Status::Certified);
}

/// A certificate that had to wait is counted from what is not waived beside it, so its proof cites what is.
#[test]
fn what_is_waived_beside_a_pass_is_cited_where_it_tells_from_when_time_is_counted() {
    let yearly = CLEAN.replace(
        "validity: 1 year",
        "expires_on: 1 July, active_at_least: 6 months",
    );
    let driver = Person {
        hired: Some("2024-03-06".parse().unwrap()),
        ..driver(None)
    };
    let kind = ActKind::Waiver {
        curriculum: "c".to_owned(),
        requirement: "test".to_owned(),
        until: None,
    };
    let acts = [act(7, at("2024-01-01"), kind)];
    let evidence = [pass(1, "test", "", "2024-01-02"), incident(2, "2024-10-10")];
    let standing = stand(&yearly, &driver, &evidence, &acts, "2025-04-01");
    let entitlement = standing.entitlement.unwrap();
    assert_eq!((entitlement.cycle, entitlement.earned_at), (2, at("2025-01-08")));
    assert_eq!(entitlement.statements, ids(&[1, 2]));
    assert_eq!(entitlement.acts, ids(&[7]));
}
