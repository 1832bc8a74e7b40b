//! What is needed all the time: a certificate is suspended while it is not there.

use std::slice::from_ref;

use rules::{
    Act, ActKind, Curriculum, Entitlement, Evidence, Given, Outcome, Standing, Status, Suspension, View,
    evaluate_as, evaluate_with_certificates,
};
use xapi::Iri;

use crate::support::{act, at, curriculum, ids, pass, person};

fn credential(id: u128, name: &str, issued: &str, expires: Option<&str>) -> Act {
    act(
        id,
        at(issued),
        ActKind::Credential {
            credential: Iri::parse(&format!("https://board.example/{name}")).unwrap(),
            issuer: Iri::parse("https://board.example").unwrap(),
            title: None,
            issued: at(issued),
            expires: expires.map(at),
            reference: None,
        },
    )
}

/// A welder has the house rules and these courses.
fn welder(courses: &str) -> Curriculum {
    curriculum(&format!(
        "
curriculum: welder
title: Welder
audience: {{ roles: [driver] }}
courses:
  - {{ id: house, activity: https://courses.example.com/house }}
{courses}
certification: {{ validity: 3 years }}
"
    ))
}

const LICENCE: &str =
    "  - { id: licence, title: Licence, credential: https://board.example/licence, needed: active_always }";

fn look(curriculum: &Curriculum, evidence: &[Evidence], acts: &[Act], when: &str) -> Standing {
    let view = View {
        acts,
        ..View::at(at(when))
    };
    evaluate_as(curriculum, &person("driver"), evidence, &view)
}

/// The status on each of these days.
fn statuses(curriculum: &Curriculum, evidence: &[Evidence], acts: &[Act], days: &[&str]) -> Vec<Status> {
    let status = |day: &&str| look(curriculum, evidence, acts, day).status;
    days.iter().map(status).collect()
}

#[test]
fn a_credential_that_is_needed_all_the_time() {
    let always = welder(LICENCE);
    let house = [pass(1, "house", "", "2026-03-01")];
    let first = credential(90, "licence", "2025-06-01", Some("2026-06-01"));
    let before = look(&always, &house, from_ref(&first), "2026-05-31");
    assert_eq!(
        (before.status, before.next_change_at),
        (Status::Certified, Some(at("2026-06-01")))
    );
    let then = look(&always, &house, from_ref(&first), "2026-06-01");
    assert_eq!((then.status, &then.entitlement), (Status::Suspended, &None));
    let suspended = then.suspended.unwrap();
    assert_eq!(
        suspended.reason,
        "the credential 'Licence' is not valid any more, and 'Welder' needs it all the time"
    );
    assert_eq!(suspended.entitlement.earned_at, at("2026-03-01"));
    // What is lost is what is missing.
    let shown: Vec<_> = then
        .requirements
        .iter()
        .map(|own| (own.outcome, own.reason.as_str(), own.missing.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [
            (Outcome::Met, "passed on 2026-03-01", None),
            (
                Outcome::Unmet,
                "no such credential is known to be valid",
                Some("show the credential 'Licence'")
            ),
        ]
    );
    // It holds again with the next one, and without a gap there is none.
    let (late, in_time) = (
        credential(91, "licence", "2026-07-01", Some("2027-07-01")),
        credential(91, "licence", "2026-06-01", None),
    );
    let days = [
        "2026-05-31",
        "2026-06-01",
        "2026-06-30",
        "2026-07-01",
        "2027-07-01",
    ];
    let both = [first.clone(), late.clone()];
    let cited = |day: &str| look(&always, &house, &both, day).entitlement.unwrap().acts;
    assert_eq!(
        (cited("2026-05-31"), cited("2026-07-01")),
        (ids(&[90]), ids(&[90, 91]))
    );
    assert_eq!(
        statuses(&always, &house, &[first.clone(), late], &days),
        [
            Status::Certified,
            Status::Suspended,
            Status::Suspended,
            Status::Certified,
            Status::Suspended
        ]
    );
    assert_eq!(
        statuses(&always, &house, &[first.clone(), in_time], &days),
        [Status::Certified; 5]
    );
    // Another credential is none.
    let other = credential(91, "first-aid", "2026-01-01", None);
    let others = [first.clone(), other];
    assert_eq!(
        statuses(&always, &house, &others, &days[1..2]),
        [Status::Suspended]
    );
    // What is needed at the award only is needed no more after it.
    let once = welder(&LICENCE.replace("active_always", "active_at_award"));
    assert_eq!(statuses(&once, &house, &[first], &days), [Status::Certified; 5]);
}

#[test]
fn what_else_meets_the_same_upholds_it() {
    let house = pass(1, "house", "", "2026-03-01");
    let licence = credential(90, "licence", "2025-06-01", Some("2026-06-01"));
    let either = welder(
        "  - id: either
    at_least: 1
    of:
      - { id: licence, credential: https://board.example/licence, needed: active_always }
      - { id: practice, activity: https://courses.example.com/practice }",
    );
    let days = ["2026-05-31", "2026-06-01", "2026-08-01"];
    let with = |others: &[Evidence]| {
        let evidence: Vec<Evidence> = [house.clone()]
            .into_iter()
            .chain(others.iter().cloned())
            .collect();
        statuses(&either, &evidence, from_ref(&licence), &days)
    };
    let (certified, suspended) = (Status::Certified, Status::Suspended);
    assert_eq!(with(&[]), [certified, suspended, suspended]);
    assert_eq!(with(&[pass(2, "practice", "", "2026-02-01")]), [certified; 3]);
    assert_eq!(with(&[pass(2, "practice", "", "2026-04-01")]), [certified; 3]);
    assert_eq!(
        with(&[pass(2, "practice", "", "2026-07-01")]),
        [certified, suspended, certified]
    );

    // Of several that are needed, the one is named that is lost.
    let both = welder(
        "  - { id: id-card, title: Card, credential: https://board.example/card, needed: active_always, suggested: true }
  - id: either
    at_least: 1
    of:
      - { id: mobile, title: Mobile, credential: https://board.example/mobile, needed: active_always }
      - { id: licence, title: Licence, credential: https://board.example/licence, needed: active_always }",
    );
    let card = credential(91, "card", "2025-06-01", Some("2026-04-01"));
    let acts = [licence, card];
    let evidence = [house];
    assert_eq!(
        statuses(&both, &evidence, &acts, &days),
        [certified, suspended, suspended]
    );
    assert_eq!(
        look(&both, &evidence, &acts, "2026-06-01")
            .suspended
            .unwrap()
            .reason,
        "the credential 'Licence' is not valid any more, and 'Welder' needs it all the time"
    );
}

#[test]
fn a_waiver_stands_in_as_long_as_it_lasts_and_an_award_for_good() {
    let always = welder(LICENCE);
    let house = [pass(1, "house", "", "2026-03-01")];
    let licence = credential(90, "licence", "2025-06-01", Some("2026-06-01"));
    let waiver = |from: &str, until: Option<&str>| {
        let kind = ActKind::Waiver {
            curriculum: "welder".to_owned(),
            requirement: "licence".to_owned(),
            until: until.map(at),
        };
        act(91, at(from), kind)
    };
    let days = ["2026-03-02", "2026-06-01", "2026-07-01"];
    let (certified, suspended) = (Status::Certified, Status::Suspended);
    let with = |acts: &[Act]| statuses(&always, &house, acts, &days);
    let short = waiver("2026-02-01", Some("2026-04-01"));
    assert_eq!(with(from_ref(&short)), [certified, suspended, suspended]);
    assert_eq!(with(&[licence.clone(), short]), [certified, suspended, suspended]);
    let later = waiver("2026-04-01", Some("2026-06-15"));
    assert_eq!(with(&[licence.clone(), later]), [certified, certified, suspended]);
    assert_eq!(
        with(&[licence.clone(), waiver("2026-04-01", None)]),
        [certified; 3]
    );

    // What was awarded needs nothing, whatever else was earned before or after it.
    let award = |when: &str, until: Option<&str>| {
        let kind = ActKind::Award {
            curriculum: "welder".to_owned(),
            until: until.map(at),
        };
        act(92, at(when), kind)
    };
    assert_eq!(
        with(&[licence.clone(), award("2026-02-01", None)]),
        [certified; 3]
    );
    let acts = [licence.clone(), award("2026-04-01", None)];
    assert_eq!(with(&acts), [certified; 3]);
    let by_award = look(&always, &house, &acts, "2026-06-01").entitlement.unwrap();
    assert_eq!(
        (by_award.earned_at, by_award.acts),
        (at("2026-03-01"), ids(&[90, 92]))
    );
    let ended = award("2026-04-01", Some("2026-06-15"));
    assert_eq!(with(&[licence, ended]), [certified, certified, suspended]);
}

#[test]
fn what_was_met_before_and_is_not_any_more_upholds_nothing() {
    let either = welder(
        "  - id: either
    at_least: 1
    of:
      - { id: licence, credential: https://board.example/licence, needed: active_always }
      - { id: practice, activity: https://courses.example.com/practice, attempts: latest, passing_score: 0.8 }",
    );
    let acts = [credential(90, "licence", "2025-06-01", Some("2026-06-01"))];
    let mut evidence = vec![
        pass(1, "practice", "0.9", "2026-01-01"),
        pass(2, "practice", "0.5", "2026-02-01"),
        pass(3, "house", "", "2026-03-01"),
    ];
    let days = ["2026-05-31", "2026-06-01", "2026-08-01"];
    let (certified, suspended) = (Status::Certified, Status::Suspended);
    assert_eq!(
        statuses(&either, &evidence, &acts, &days),
        [certified, suspended, suspended]
    );
    evidence.push(pass(4, "practice", "0.9", "2026-07-01"));
    assert_eq!(
        statuses(&either, &evidence, &acts, &days),
        [certified, suspended, certified]
    );
    // From then on it stays, and is cited.
    evidence.push(pass(5, "practice", "0.5", "2026-07-15"));
    let standing = look(&either, &evidence, &acts, "2026-08-01");
    assert_eq!(standing.status, certified);
    let statements = standing.entitlement.unwrap().statements;
    assert!(statements.contains(&ids(&[4])[0]), "{statements:?}");
}

#[test]
fn what_is_met_since_upholds_it_though_it_earns_no_other() {
    // The house rules are too old by then to earn a certificate with.
    let definition = welder(
        "  - id: either
    at_least: 1
    of:
      - { id: licence, credential: https://board.example/licence, needed: active_always }
      - { id: practice, activity: https://courses.example.com/practice }",
    )
    .to_json();
    let within = r#""validity":"3 years","within":"1 month""#;
    assert!(definition.contains(r#""validity":"3 years""#), "{definition}");
    let either = curriculum(&definition.replace(r#""validity":"3 years""#, within));
    let evidence = [
        pass(1, "house", "", "2026-03-01"),
        pass(2, "practice", "", "2026-07-01"),
    ];
    let acts = [credential(90, "licence", "2025-06-01", Some("2026-06-01"))];
    assert_eq!(
        statuses(
            &either,
            &evidence,
            &acts,
            &["2026-05-31", "2026-06-01", "2026-07-01", "2026-08-01"]
        ),
        [
            Status::Certified,
            Status::Suspended,
            Status::Certified,
            Status::Certified
        ]
    );
    // That is cited, also when it has ended.
    let cited = |own: Option<Entitlement>| own.map(|own| (own.statements, own.acts)).unwrap();
    let then = look(&either, &evidence, &acts, "2026-08-01").entitlement;
    assert_eq!(cited(then), (ids(&[1, 2]), ids(&[90])));
    let ended = look(&either, &evidence, &acts, "2029-03-02").lapsed;
    assert_eq!(cited(ended), (ids(&[1, 2]), ids(&[90])));
}

#[test]
fn what_renews_an_award_needs_nothing_whatever_ends_on_the_same_day() {
    let yearly = curriculum(
        "
curriculum: welder
title: Welder
audience: { roles: [driver] }
courses:
  - { id: house, activity: https://courses.example.com/house }
  - { id: licence, credential: https://board.example/licence, needed: active_always }
certification:
  expires_on: 31 December
  active_at_least: 6 months
  grace: 1 month
  renewal: { courses: [{ id: refresher, activity: https://courses.example.com/refresher }] }
",
    );
    let kind = ActKind::Award {
        curriculum: "welder".to_owned(),
        until: Some(at("2026-06-30")),
    };
    let award = act(91, at("2025-07-01"), kind);
    let licence = credential(90, "licence", "2026-06-20", Some("2026-07-10"));
    let evidence = [
        pass(1, "house", "", "2026-06-25"),
        pass(2, "refresher", "", "2026-07-15"),
    ];
    let days = ["2026-07-09", "2026-07-16"];
    let (certified, suspended) = (Status::Certified, Status::Suspended);
    assert_eq!(
        statuses(&yearly, &evidence[..1], &[licence.clone(), award.clone()], &days),
        [certified, suspended]
    );
    for acts in [&[award.clone()][..], &[licence, award]] {
        assert_eq!(look(&yearly, &evidence, acts, "2026-07-16").status, certified);
    }
}

#[test]
fn what_was_needed_at_the_award_is_cited_and_needed_no_more() {
    let permit = "  - { id: permit, credential: https://board.example/permit }";
    let both = welder(&format!("{LICENCE}\n{permit}"));
    let house = [pass(1, "house", "", "2026-03-01")];
    let acts = [
        credential(90, "permit", "2026-01-01", Some("2026-04-01")),
        credential(91, "licence", "2026-01-01", Some("2026-05-01")),
        credential(92, "licence", "2026-05-01", None),
        credential(93, "permit", "2026-06-01", None),
    ];
    for (day, cited) in [
        ("2026-03-01", &[90, 91][..]),
        ("2026-04-15", &[90, 91]),
        ("2026-05-01", &[90, 91, 92]),
        ("2026-07-01", &[90, 91, 92]),
    ] {
        let entitlement = look(&both, &house, &acts, day).entitlement.unwrap();
        assert_eq!(entitlement.acts, ids(cited), "{day}");
    }
}

/// Three in a row: who leads is certified for driving, who drives has first aid.
fn chain() -> [Curriculum; 3] {
    let one = |id: &str, course: &str, needs: &str| {
        curriculum(&format!(
            "
curriculum: {id}
title: {id}
audience: {{ roles: [driver] }}
courses:
  - {{ id: {course}, activity: https://courses.example.com/{course} }}
{needs}
certification: {{ validity: 3 years }}
"
        ))
    };
    let needs = |id: &str| format!("  - {{ id: needs, certificate: {id}, needed: active_always }}");
    [
        one("lead", "leading", &needs("drive")),
        one("drive", "driving", &needs("aid")),
        one(
            "aid",
            "aid",
            "  - { id: licence, credential: https://board.example/licence, needed: active_always }",
        ),
    ]
}

#[test]
fn what_is_suspended_is_not_in_force_for_others() {
    let [lead, drive, aid] = chain();
    let others = [&lead, &drive, &aid];
    let (certified, suspended) = (Status::Certified, Status::Suspended);
    let of = |evidence: &[Evidence], acts: &[Act], days: &[&str]| -> Vec<[Status; 3]> {
        let on = |day: &&str| {
            let view = View {
                others: &others,
                acts,
                ..View::at(at(day))
            };
            others.map(|own| evaluate_as(own, &person("driver"), evidence, &view).status)
        };
        days.iter().map(on).collect()
    };
    let evidence = [
        pass(1, "aid", "", "2026-01-10"),
        pass(2, "driving", "", "2026-01-11"),
        pass(3, "leading", "", "2026-01-12"),
    ];
    let acts = [
        credential(90, "licence", "2026-01-01", Some("2026-06-01")),
        credential(91, "licence", "2026-07-01", Some("2026-09-01")),
    ];
    let days = ["2026-05-31", "2026-06-01", "2026-07-01", "2026-09-01"];
    assert_eq!(
        of(&evidence, &acts, &days),
        [[certified; 3], [suspended; 3], [certified; 3], [suspended; 3]]
    );
    // Who does the rest meanwhile has to wait.
    let late = [
        evidence[0].clone(),
        evidence[1].clone(),
        pass(3, "leading", "", "2026-06-10"),
    ];
    assert_eq!(
        of(&late, &acts, &days),
        [
            [Status::InProgress, certified, certified],
            [Status::InProgress, suspended, suspended],
            [certified; 3],
            [suspended; 3]
        ]
    );
    let view = View {
        others: &others,
        acts: &acts,
        ..View::at(at("2026-07-02"))
    };
    let standing = evaluate_as(&lead, &person("driver"), &late, &view);
    let earned = standing.entitlement.unwrap().earned_at;
    assert_eq!(earned, at("2026-07-01"));
}

#[test]
fn what_upheld_another_certificate_is_cited_with_it() {
    let [_, drive, aid] = chain();
    let others = [&aid];
    let evidence = [
        pass(1, "aid", "", "2026-01-10"),
        pass(2, "driving", "", "2026-08-01"),
    ];
    let acts = [
        credential(90, "licence", "2026-01-01", Some("2026-06-01")),
        credential(91, "licence", "2026-05-15", Some("2026-09-01")),
        credential(92, "licence", "2026-08-15", None),
    ];
    for (day, cited) in [("2026-08-01", &[90, 91][..]), ("2026-10-01", &[90, 91, 92])] {
        let view = View {
            others: &others,
            acts: &acts,
            ..View::at(at(day))
        };
        let standing = evaluate_as(&drive, &person("driver"), &evidence, &view);
        assert_eq!(standing.entitlement.unwrap().acts, ids(cited), "{day}");
    }
}

/// A welder renews with a refresher.
fn with_refresher(mark: &str) -> Curriculum {
    curriculum(&format!(
        "
curriculum: welder
title: Welder
audience: {{ roles: [driver] }}
courses:
  - {{ id: house, activity: https://courses.example.com/house, passing_score: {mark} }}
{LICENCE}
certification:
  validity: 1 year
  renewal_window: 2 months
  renewal: {{ courses: [{{ id: refresher, activity: https://courses.example.com/refresher }}] }}
"
    ))
}

#[test]
fn what_renews_a_certificate_rests_on_what_it_rested_on() {
    let evidence = [
        pass(1, "house", "0.8", "2026-03-01"),
        pass(2, "refresher", "", "2027-02-01"),
    ];
    let acts = [
        credential(90, "licence", "2026-01-01", Some("2027-06-01")),
        credential(91, "licence", "2027-07-01", None),
    ];
    let days = ["2027-05-31", "2027-06-01", "2027-07-01"];
    let expected = [Status::Certified, Status::Suspended, Status::Certified];
    let now = with_refresher("0.7");
    assert_eq!(statuses(&now, &evidence, &acts, &days), expected);

    // So does one that an earlier revision gave, and what renews that.
    let suspensions = |since: &str, until: Option<&str>| {
        vec![Suspension {
            from: at(since),
            until: until.map(at),
            reason: "the credential 'Licence' is not valid any more, and 'Welder' needs it all the time"
                .to_owned(),
        }]
    };
    let by_both = |evidence: &[Evidence], day: &str, all: &mut Vec<Given>| {
        let view = View {
            acts: &acts,
            ..View::at(at(day))
        };
        *all = evaluate_with_certificates(&now, &person("driver"), evidence, &view).1;
        let view = View { given: all, ..view };
        let later = with_refresher("0.9");
        let (standing, again) = evaluate_with_certificates(&later, &person("driver"), evidence, &view);
        assert_eq!(&again, all);
        standing.status
    };
    let mut all = Vec::new();
    for (day, status) in days.iter().zip(expected) {
        assert_eq!(by_both(&evidence, day, &mut all), status, "{day}");
    }
    let told: Vec<_> = all.iter().map(|own| own.suspensions.clone()).collect();
    assert_eq!(told[1], suspensions("2027-06-01", Some("2027-07-01")));
    assert_eq!(by_both(&evidence[..1], "2027-02-28", &mut all), Status::Certified);
    assert_eq!(all[0].suspensions, []);

    let view = |given, day: &str| View {
        given,
        acts: &acts,
        ..View::at(at(day))
    };
    let first =
        evaluate_with_certificates(&now, &person("driver"), &evidence[..1], &view(&[], "2027-06-02")).1;
    assert_eq!(first[0].suspensions, suspensions("2027-06-01", None));
    let later = with_refresher("0.9");
    let renewed = evaluate_as(&later, &person("driver"), &evidence, &view(&first, "2027-06-02"));
    assert_eq!(
        (renewed.status, renewed.suspended.unwrap().entitlement.cycle),
        (Status::Suspended, 2)
    );
}
