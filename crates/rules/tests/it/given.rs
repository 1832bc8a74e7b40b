//! Certificates that an earlier revision gave, or a curriculum that gives none any more: what goes on from there.

use rules::{
    Decided, Evidence, Given, Outcome, Standing, Status, View, evaluate_as, evaluate_with_certificates,
};

use crate::support::{at, curriculum, ids, pass, person};

/// A forklift driver passes the basics with 0.9 now, and renews with a refresher in the last two months.
const NOW: &str = "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses:
  - { id: basics, activity: https://courses.example.com/basics, passing_score: 0.9 }
certification:
  validity: 1 year
  renewal_window: 2 months
  grace: 1 month
  renewal: { courses: [{ id: refresher, activity: https://courses.example.com/refresher }] }
";

fn given(earned: &str, expires: Option<&str>, opens: Option<&str>, proof: &[u128]) -> Given {
    Given {
        curriculum: "forklift".to_owned(),
        earned_at: at(earned),
        from: at(earned),
        renewal_opens_at: opens.map(at),
        expires_at: expires.map(at),
        statements: ids(proof),
        acts: Vec::new(),
        awarded: None,
        suspensions: Vec::new(),
    }
}

/// Passed with less than is asked for now.
fn a_year() -> Given {
    given("2026-02-01", Some("2027-02-01"), Some("2026-12-01"), &[1])
}

fn view<'a>(given: &'a [Given], when: &str) -> View<'a> {
    View {
        given,
        ..View::at(at(when))
    }
}

fn look(given: &[Given], evidence: &[Evidence], when: &str) -> Standing {
    evaluate_as(&curriculum(NOW), &person("driver"), evidence, &view(given, when))
}

fn of_the_past() -> Evidence {
    pass(1, "basics", "0.8", "2026-02-01")
}

#[test]
fn what_was_given_stands_until_it_ends_whatever_is_asked_for_now() {
    let all = [a_year()];
    let evidence = [of_the_past()];
    let standing = look(&all, &evidence, "2026-06-01");
    assert_eq!(standing.status, Status::Certified);
    let entitlement = standing.entitlement.unwrap();
    assert_eq!(
        (
            entitlement.earned_at,
            entitlement.expires_at,
            entitlement.renewal_opens_at,
            entitlement.cycle,
        ),
        (
            at("2026-02-01"),
            Some(at("2027-02-01")),
            Some(at("2026-12-01")),
            1
        )
    );
    assert_eq!(entitlement.statements, ids(&[1]));
    assert_eq!(entitlement.awarded, None);
    // Without it they had only begun.
    assert_eq!(look(&[], &evidence, "2026-06-01").status, Status::InProgress);
    let in_grace = look(&all, &evidence, "2027-02-01");
    assert_eq!(in_grace.status, Status::InGrace);
    assert_eq!(in_grace.lapsed.unwrap().earned_at, at("2026-02-01"));
    assert_eq!(look(&all, &evidence, "2027-03-01").status, Status::Expired);
}

#[test]
fn what_renews_is_what_is_asked_for_now_in_the_window_that_was_given() {
    let all = [a_year()];
    let renewed_at = |refreshed: &str, when: &str| {
        let evidence = [of_the_past(), pass(2, "refresher", "", refreshed)];
        let standing = look(&all, &evidence, when);
        let entitlement = standing
            .entitlement
            .map(|own| (own.earned_at, own.expires_at, own.cycle, own.statements));
        (standing.status, entitlement)
    };
    let next = |earned: &str, expires: &str| Some((at(earned), Some(at(expires)), 2, ids(&[1, 2])));
    assert_eq!(
        renewed_at("2026-12-01", "2026-12-02"),
        (Status::Certified, next("2026-12-01", "2027-12-01"))
    );
    // In grace.
    assert_eq!(
        renewed_at("2027-02-20", "2027-02-21"),
        (Status::Certified, next("2027-02-20", "2028-02-20"))
    );
    // Too early and too late.
    let (status, before) = renewed_at("2026-11-30", "2026-12-02");
    assert_eq!((status, before.unwrap().2), (Status::Certified, 1));
    assert_eq!(renewed_at("2027-03-02", "2027-03-03"), (Status::Expired, None));
    // In the moment in which it was given, nothing renews it yet.
    let at_once = given("2026-02-01", Some("2027-02-01"), Some("2026-02-01"), &[1]);
    let evidence = [of_the_past(), pass(2, "refresher", "", "2026-02-01")];
    assert_eq!(
        look(&[at_once], &evidence, "2026-02-02")
            .entitlement
            .unwrap()
            .cycle,
        1
    );
}

#[test]
fn earning_it_anew_takes_its_place_when_its_window_opens() {
    let all = [a_year()];
    let evidence = [of_the_past(), pass(2, "basics", "0.95", "2026-06-01")];
    assert_eq!(look(&all, &evidence, "2026-11-30").entitlement.unwrap().cycle, 1);
    let renewed = look(&all, &evidence, "2026-12-01").entitlement.unwrap();
    assert_eq!((renewed.cycle, renewed.expires_at), (2, Some(at("2027-06-01"))));
    assert_eq!(renewed.statements, ids(&[1, 2]));
    // What never ends needs nothing more, and is not renewed.
    let for_ever = [given("2026-02-01", None, None, &[1])];
    let standing = look(&for_ever, &evidence, "2030-01-01");
    let entitlement = standing.entitlement.unwrap();
    assert_eq!(
        (
            entitlement.cycle,
            entitlement.expires_at,
            entitlement.renewal_opens_at
        ),
        (1, None, None)
    );
}

#[test]
fn of_several_the_last_counts_and_cites_what_proves_it() {
    let mut second = given("2027-01-10", Some("2028-01-10"), Some("2027-11-10"), &[1, 2]);
    let decision = Decided {
        act: uuid::Uuid::from_u128(90),
        at: at("2027-01-10"),
        by: "boss".to_owned(),
        reason: "knows it".to_owned(),
    };
    second.acts = vec![decision.act];
    second.awarded = Some(decision.clone());
    let all = [a_year(), second];
    let evidence = [of_the_past(), pass(2, "refresher", "", "2027-01-10")];
    let entitlement = look(&all, &evidence, "2027-06-01").entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (2, Some(at("2028-01-10")))
    );
    assert_eq!(entitlement.statements, ids(&[1, 2]));
    assert_eq!(entitlement.acts, [decision.act]);
    assert_eq!(entitlement.awarded, Some(decision));

    let forklift = curriculum(NOW);
    let view = view(&all, "2027-06-01");
    let (standing, certificates) = evaluate_with_certificates(&forklift, &person("driver"), &evidence, &view);
    assert_eq!(certificates, all);
    assert_eq!(
        standing,
        evaluate_as(&forklift, &person("driver"), &evidence, &view)
    );
    // Those of another curriculum are not this one's.
    let mut other = a_year();
    other.curriculum = "crane".to_owned();
    assert_eq!(look(&[other], &evidence, "2026-06-01").status, Status::InProgress);
}

#[test]
fn what_it_goes_on_with_can_be_given_again() {
    let forklift = curriculum(NOW);
    let evidence = [
        pass(1, "basics", "0.95", "2026-02-01"),
        pass(2, "refresher", "", "2027-01-10"),
        pass(3, "refresher", "", "2027-12-10"),
    ];
    let certificates = |given: &[Given], role: &str| {
        let view = view(given, "2028-01-01");
        evaluate_with_certificates(&forklift, &person(role), &evidence, &view).1
    };
    let all = certificates(&[], "driver");
    let terms: Vec<_> = all
        .iter()
        .map(|own| (own.earned_at, own.from, own.expires_at, own.statements.clone()))
        .collect();
    assert_eq!(
        terms,
        [
            (
                at("2026-02-01"),
                at("2026-02-01"),
                Some(at("2027-02-01")),
                ids(&[1])
            ),
            (
                at("2027-01-10"),
                at("2027-01-10"),
                Some(at("2028-01-10")),
                ids(&[1, 2])
            ),
            (
                at("2027-12-10"),
                at("2027-12-10"),
                Some(at("2028-12-10")),
                ids(&[1, 2, 3])
            ),
        ]
    );
    assert_eq!(all[0].renewal_opens_at, Some(at("2026-12-01")));
    for some in 1..=all.len() {
        assert_eq!(certificates(&all[..some], "driver"), all, "{some} of them given");
    }
    // Whom the curriculum is not for gets none, and keeps what was given.
    assert_eq!(certificates(&[], "cook"), []);
    assert_eq!(certificates(&all[..1], "cook")[..1], all[..1]);
}

#[test]
fn while_it_is_in_force_only_its_end_is_waited_for() {
    let all = [a_year()];
    // By the newest revision this pass grows stale a year after it, which is nobody's business before the end.
    let evidence = [pass(1, "basics", "0.95", "2025-12-15")];
    for when in ["2026-06-01", "2026-12-01"] {
        let standing = look(&all, &evidence, when);
        assert_eq!(standing.next_change_at, Some(at("2027-02-01")), "{when}");
    }
    // Of one of their own it is asked for.
    assert_eq!(
        look(&[], &evidence, "2026-06-01").next_change_at,
        Some(at("2026-12-15"))
    );
}

#[test]
fn beside_it_what_is_asked_for_now_is_met_by_what_is_fresh() {
    let outcome = |given: &[Given], passed: &str| {
        let evidence = [pass(1, "basics", "0.95", passed)];
        look(given, &evidence, "2026-06-01").requirements[0].outcome
    };
    let all = [a_year()];
    assert_eq!(outcome(&all, "2026-03-01"), Outcome::Met);
    assert_eq!(outcome(&all, "2025-06-01"), Outcome::Unmet);
}

#[test]
fn others_have_what_was_given_and_of_a_retired_one_only_that() {
    let forklift = curriculum(NOW);
    let lead = curriculum(
        "
curriculum: lead
title: Lead
audience: { roles: [driver] }
courses: [{ id: driver, certificate: forklift, needed: active_always }]
certification: { validity: 2 years }
",
    );
    let others = [&forklift];
    let status = |given: &[Given], retired: &[&str], evidence: &[Evidence], when: &str| {
        let view = View {
            others: &others,
            retired,
            ..view(given, when)
        };
        evaluate_as(&lead, &person("driver"), evidence, &view).status
    };
    let (all, past) = ([a_year()], [of_the_past()]);
    assert_eq!(status(&all, &[], &past, "2026-06-01"), Status::Certified);
    assert_eq!(status(&[], &[], &past, "2026-06-01"), Status::NotStarted);
    assert_eq!(status(&all, &[], &past, "2027-02-01"), Status::Suspended);
    // A retired one gives nothing new.
    let now = [pass(1, "basics", "0.95", "2026-02-01")];
    assert_eq!(status(&[], &[], &now, "2026-06-01"), Status::Certified);
    assert_eq!(status(&[], &["forklift"], &now, "2026-06-01"), Status::NotStarted);
    assert_eq!(status(&all, &["forklift"], &now, "2026-06-01"), Status::Certified);
    assert_eq!(status(&[], &["crane"], &now, "2026-06-01"), Status::Certified);
}
