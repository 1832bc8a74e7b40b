//! Examples: what evidence makes of a person's standing, and how it is explained.

use rules::{Evidence, Outcome, Standing, Status, evaluate, verbs};

use crate::support::{FORKLIFT, at, curriculum, ids, pass, person, row, scored};

fn standing(evidence: &[Evidence], when: &str) -> Standing {
    evaluate(&curriculum(FORKLIFT), &person("driver"), evidence, at(when))
}

fn reason(standing: &Standing, id: &str) -> String {
    standing
        .requirements
        .iter()
        .find(|own| own.id == id)
        .unwrap()
        .reason
        .clone()
}

#[test]
fn nothing_yet() {
    let standing = standing(&[], "2026-06-01");
    assert_eq!(standing.status, Status::NotStarted);
    assert_eq!(standing.next_change_at, None);
    assert_eq!(reason(&standing, "basics"), "not passed yet");
    let missing: Vec<Option<&str>> = standing
        .requirements
        .iter()
        .map(|own| own.missing.as_deref())
        .collect();
    assert_eq!(
        missing,
        [
            Some("pass 'Safety basics' with at least 0.80"),
            Some("pass 'Practice' after 'Safety basics'"),
            Some("complete 'History'")
        ]
    );
}

#[test]
fn a_plain_pass() {
    let evidence = [
        pass(1, "basics", "0.85", "2026-03-02"),
        pass(2, "practice", "", "2026-03-09"),
    ];
    let standing = standing(&evidence, "2026-06-01");
    assert_eq!(standing.status, Status::Certified);
    let entitlement = standing.entitlement.clone().unwrap();
    assert_eq!(entitlement.earned_at, at("2026-03-09"));
    assert_eq!(entitlement.expires_at, Some(at("2027-03-09")));
    assert_eq!(entitlement.cycle, 1);
    assert_eq!(entitlement.statements, ids(&[1, 2]));
    assert_eq!(standing.next_change_at, Some(at("2027-03-09")));
    assert_eq!(reason(&standing, "basics"), "passed with 0.85 on 2026-03-02");
    assert_eq!(reason(&standing, "practice"), "passed on 2026-03-09");
    assert_eq!(reason(&standing, "history"), "not completed yet");
    assert_eq!(standing.requirements[2].outcome, Outcome::Unmet);
}

#[test]
fn fail_then_pass() {
    let failed = scored(row(1, "basics", verbs::FAILED, "2026-03-01"), "0.5");
    let half = standing(std::slice::from_ref(&failed), "2026-06-01");
    assert_eq!(half.status, Status::InProgress);
    assert_eq!(reason(&half, "basics"), "best score 0.50 of 0.80 needed");
    assert_eq!(
        half.requirements[0].considered[0].reason,
        "failed with 0.50 (0.80 needed)"
    );

    let evidence = [
        failed,
        pass(2, "basics", "0.8", "2026-03-02"),
        pass(3, "practice", "", "2026-03-03"),
    ];
    let whole = standing(&evidence, "2026-06-01");
    assert_eq!(whole.status, Status::Certified);
    assert_eq!(whole.entitlement.unwrap().statements, ids(&[2, 3]));
    assert_eq!(whole.requirements[0].considered.len(), 1);
}

#[test]
fn out_of_order() {
    let mut evidence = vec![
        pass(1, "practice", "", "2026-03-02"),
        pass(2, "basics", "0.9", "2026-03-09"),
    ];
    let early = standing(&evidence[..1], "2026-06-01");
    assert_eq!(
        reason(&early, "practice"),
        "passed on 2026-03-02 before 'Safety basics' was met: does not count, take it again"
    );
    let both = standing(&evidence, "2026-06-01");
    assert_eq!(both.status, Status::InProgress);
    assert_eq!(
        reason(&both, "practice"),
        "passed on 2026-03-02 before 'Safety basics' was met on 2026-03-09: does not count, take it again"
    );
    assert_eq!(both.requirements[1].missing.as_deref(), Some("pass 'Practice'"));
    assert_eq!(both.requirements[1].considered[0].statement, ids(&[1])[0]);

    evidence.push(pass(3, "practice", "", "2026-03-10"));
    let again = standing(&evidence, "2026-06-01");
    assert_eq!(again.status, Status::Certified);
    assert_eq!(again.entitlement.unwrap().statements, ids(&[2, 3]));

    // The same where the order is free.
    let free = curriculum(&FORKLIFT.replace("courses:", "order: any\ncourses:"));
    let standing = evaluate(&free, &person("driver"), &evidence[..2], at("2026-06-01"));
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.entitlement.unwrap().earned_at, at("2026-03-09"));
}

/// One statement about a course, and what it makes of the course with a passing score, without, and with completion.
#[test]
fn what_counts() {
    let make = |change: &dyn Fn(&mut Evidence)| {
        let mut row = row(1, "c", verbs::PASSED, "2026-03-02");
        change(&mut row);
        row
    };
    let verb = |verb: &str| verb.parse_iri();
    let table: [(&str, Evidence, [bool; 3]); 17] = [
        ("passed", make(&|_| ()), [false, true, false]),
        (
            "passed, score at threshold",
            scored(make(&|_| ()), "0.80"),
            [true, true, false],
        ),
        (
            "passed, score below",
            scored(make(&|_| ()), "0.79999"),
            [false, true, false],
        ),
        (
            "passed, success false",
            scored(make(&|row| row.success = Some(false)), "0.9"),
            [false, false, false],
        ),
        (
            "mastered",
            scored(make(&|row| row.verb = verb(verbs::MASTERED)), "0.9"),
            [true, true, false],
        ),
        (
            "failed",
            scored(make(&|row| row.verb = verb(verbs::FAILED)), "0.9"),
            [false, false, false],
        ),
        (
            "failed, success true",
            scored(
                make(&|row| {
                    row.verb = verb(verbs::FAILED);
                    row.success = Some(true);
                }),
                "0.9",
            ),
            [false, false, false],
        ),
        (
            "completed",
            make(&|row| row.verb = verb(verbs::COMPLETED)),
            [false, false, true],
        ),
        (
            "completed, completion false",
            make(&|row| {
                row.verb = verb(verbs::COMPLETED);
                row.completion = Some(false);
            }),
            [false, false, false],
        ),
        (
            "completed, success",
            make(&|row| {
                row.verb = verb(verbs::COMPLETED);
                row.success = Some(true);
            }),
            [false, true, true],
        ),
        (
            "completed, score",
            scored(make(&|row| row.verb = verb(verbs::COMPLETED)), "0.85"),
            [true, false, true],
        ),
        (
            "completed, failed, score",
            scored(
                make(&|row| {
                    row.verb = verb(verbs::COMPLETED);
                    row.success = Some(false);
                }),
                "0.85",
            ),
            [false, false, true],
        ),
        (
            "scored",
            scored(make(&|row| row.verb = verb(verbs::SCORED)), "0.85"),
            [true, false, false],
        ),
        (
            "passed, completion",
            make(&|row| row.completion = Some(true)),
            [false, true, true],
        ),
        (
            "failed, completion",
            make(&|row| {
                row.verb = verb(verbs::FAILED);
                row.completion = Some(true);
            }),
            [false, false, true],
        ),
        (
            "experienced, success and score",
            scored(
                make(&|row| {
                    row.verb = verb("http://adlnet.gov/expapi/verbs/experienced");
                    row.success = Some(true);
                }),
                "0.9",
            ),
            [false, false, false],
        ),
        (
            "passed, raw score of a maximum",
            make(&|row| {
                row.score = Some(rules::EvidenceScore {
                    raw: Some(rules::Number::from_int(17)),
                    max: Some(rules::Number::from_int(20)),
                    ..Default::default()
                });
            }),
            [true, true, false],
        ),
    ];
    for (name, row, expected) in table {
        for (rule, expected) in ["passing_score: 0.8", "title: c", "completion: true"]
            .iter()
            .zip(expected)
        {
            let curriculum = curriculum(&format!(
                "curriculum: c\ntitle: C\naudience: {{everyone: true}}\n\
                 courses: [{{id: c, activity: 'https://courses.example.com/c', {rule}}}]"
            ));
            let standing = evaluate(
                &curriculum,
                &person("any"),
                std::slice::from_ref(&row),
                at("2026-06-01"),
            );
            assert_eq!(
                standing.status == Status::Certified,
                expected,
                "{name} under {rule}: {standing:#?}"
            );
        }
    }
}

trait ParseIri {
    fn parse_iri(&self) -> xapi::Iri;
}

impl ParseIri for &str {
    fn parse_iri(&self) -> xapi::Iri {
        xapi::Iri::parse(self).unwrap()
    }
}

#[test]
fn completion_and_a_passing_score_together_need_both() {
    let curriculum = curriculum(
        "
curriculum: c
title: C
audience: { everyone: true }
courses:
  - { id: c, activity: https://courses.example.com/c, completion: true, passing_score: 0.5 }
  - { id: d, activity: https://courses.example.com/d, after: c }
",
    );
    let complete = row(1, "c", verbs::COMPLETED, "2026-03-01");
    let evidence = [
        complete,
        pass(2, "d", "", "2026-03-02"),
        pass(3, "c", "0.6", "2026-03-03"),
    ];
    let half = evaluate(&curriculum, &person("any"), &evidence[..1], at("2026-06-01"));
    assert_eq!(
        half.requirements[0].reason,
        "completed on 2026-03-01; not passed yet"
    );
    assert_eq!(
        half.requirements[0].missing.as_deref(),
        Some("pass 'c' with at least 0.50")
    );
    let whole = evaluate(&curriculum, &person("any"), &evidence, at("2026-06-01"));
    assert_eq!(whole.requirements[0].outcome, Outcome::Met);
    assert_eq!(whole.requirements[0].statements, ids(&[1, 3]));
    assert_eq!(
        whole.requirements[1].reason,
        "passed on 2026-03-02 before 'c' was met on 2026-03-03: does not count, take it again"
    );
}

#[test]
fn a_cmi5_statement_counts_by_the_publishers_id_in_its_grouping() {
    let mut row = pass(1, "made-by-the-lms/au-7", "0.9", "2026-03-02");
    row.grouping = vec![crate::support::course_iri("basics")];
    assert_eq!(
        standing(std::slice::from_ref(&row), "2026-06-01").requirements[0].outcome,
        Outcome::Unmet
    );
    row.category = vec![xapi::Iri::parse(verbs::CMI5_CATEGORY).unwrap()];
    assert_eq!(
        standing(std::slice::from_ref(&row), "2026-06-01").requirements[0].outcome,
        Outcome::Met
    );
}

#[test]
fn expiry_and_taking_everything_again() {
    let mut evidence = vec![
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2025-03-09"),
    ];
    let expired = standing(&evidence, "2026-06-01");
    assert_eq!(expired.status, Status::Expired);
    assert_eq!(expired.entitlement, None);
    assert_eq!(
        expired.lapsed.as_ref().unwrap().expires_at,
        Some(at("2026-03-09"))
    );
    assert_eq!(
        reason(&expired, "practice"),
        "passed on 2025-03-09, and what it rests on is 1 year old or older: does not count any more, take it again"
    );
    assert_eq!(
        expired.requirements[1].missing.as_deref(),
        Some("pass 'Practice' after 'Safety basics'")
    );

    evidence.push(pass(3, "basics", "0.9", "2026-06-02"));
    assert_eq!(standing(&evidence, "2026-06-03").status, Status::Expired);
    evidence.push(pass(4, "practice", "", "2026-06-04"));
    let again = standing(&evidence, "2026-06-05");
    assert_eq!(again.status, Status::Certified);
    let entitlement = again.entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (2, Some(at("2027-06-04")))
    );
    assert_eq!(entitlement.statements, ids(&[1, 2, 3, 4]));
}

#[test]
fn renewal_takes_place_when_its_window_opens() {
    let yaml = FORKLIFT.replace("validity: 1 year", "validity: 1 year, renewal_window: 2 months");
    let curriculum = curriculum(&yaml);
    let evidence = [
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2025-03-09"),
        pass(3, "basics", "0.85", "2025-11-02"),
        pass(4, "practice", "", "2025-11-09"),
    ];
    let standing = |when| evaluate(&curriculum, &person("driver"), &evidence, at(when));
    let before = standing("2025-12-01");
    let entitlement = before.entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (1, Some(at("2026-03-09")))
    );
    assert_eq!(entitlement.renewal_opens_at, Some(at("2026-01-09")));
    assert_eq!(before.next_change_at, Some(at("2026-01-09")));
    let entitlement = standing("2026-01-09").entitlement.unwrap();
    assert_eq!(
        (entitlement.cycle, entitlement.expires_at),
        (2, Some(at("2026-11-09")))
    );
    assert_eq!(entitlement.earned_at, at("2025-11-09"));
}

#[test]
fn a_pass_older_than_the_certificate_may_be_counts_no_more() {
    let evidence = [
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2026-03-02"),
    ];
    let late = standing(&evidence, "2026-06-01");
    assert_eq!(late.status, Status::InProgress);
    let yaml = FORKLIFT.replace("validity: 1 year", "validity: 1 year, within: 1 month");
    let evidence = [
        pass(1, "basics", "0.85", "2025-03-02"),
        pass(2, "practice", "", "2025-04-02"),
    ];
    let within = evaluate(&curriculum(&yaml), &person("driver"), &evidence, at("2025-04-03"));
    assert_eq!(within.status, Status::InProgress);
    assert_eq!(standing(&evidence, "2025-04-03").status, Status::Certified);
}

#[test]
fn whose_role_ended_keeps_the_certificate_until_it_expires() {
    let curriculum = curriculum(FORKLIFT);
    let mut driver = person("driver");
    driver.roles[0].since = Some("2026-04-01".parse().unwrap());
    driver.roles[0].until = Some("2026-04-30".parse().unwrap());
    let evidence = [
        pass(1, "basics", "0.85", "2026-03-02"),
        pass(2, "practice", "", "2026-03-09"),
    ];
    let standing = |when| evaluate(&curriculum, &driver, &evidence, at(when));

    // Evidence from before the role carries over, but certifies nobody outside the audience.
    let before = standing("2026-03-20");
    assert_eq!((before.status, before.entitlement), (Status::NotAssigned, None));
    assert_eq!(before.next_change_at, Some(at("2026-04-01T00:00:00Z")));
    assert_eq!(before.requirements, []);
    assert_eq!(standing("2026-04-10").status, Status::Certified);
    assert_eq!(standing("2026-05-10").status, Status::Certified);
    assert_eq!(standing("2027-03-09").status, Status::NotAssigned);

    // In the role only after everything lapsed: it was never theirs.
    driver.roles[0].since = Some("2028-01-01".parse().unwrap());
    driver.roles[0].until = None;
    let late = evaluate(&curriculum, &driver, &evidence, at("2028-02-01"));
    assert_eq!((late.status, late.lapsed), (Status::InProgress, None));
}

#[test]
fn nobody_else_is_assigned() {
    let standing = evaluate(&curriculum(FORKLIFT), &person("clerk"), &[], at("2026-03-20"));
    assert_eq!(standing.status, Status::NotAssigned);
    assert_eq!((standing.requirements.len(), standing.next_change_at), (0, None));
}

#[test]
fn what_has_not_happened_yet_does_not_count_yet() {
    let evidence = [
        pass(1, "basics", "0.85", "2026-03-02"),
        pass(2, "practice", "", "2026-03-09"),
    ];
    let standing = standing(&evidence, "2026-03-05");
    assert_eq!(standing.status, Status::InProgress);
    assert_eq!(standing.next_change_at, Some(at("2026-03-09")));
}

#[test]
fn a_standing_survives_json() {
    let evidence = [
        pass(1, "practice", "", "2026-03-01"),
        pass(2, "basics", "0.85", "2026-03-02"),
        pass(3, "practice", "", "2026-03-09"),
    ];
    let standing = standing(&evidence, "2026-06-01");
    let json = serde_json::to_value(&standing).unwrap();
    assert_eq!(json["status"], "certified");
    assert_eq!(json["entitlement"]["expires_at"], "2027-03-09T12:00:00.000Z");
    assert_eq!(json["requirements"][0]["kind"], "required");
    assert_eq!(serde_json::from_value::<Standing>(json).unwrap(), standing);
}

const POOLS: &str = "
curriculum: pools
title: Pools
audience: { everyone: true }
courses:
  - { id: base, title: Base, activity: https://courses.example.com/base }
  - id: electives
    title: Electives
    after: base
    at_least: 2
    of:
      - { id: a, title: A, activity: https://courses.example.com/a }
      - { id: b, title: B, activity: https://courses.example.com/b, completion: true }
      - { id: c, title: C, activity: https://courses.example.com/c }
  - id: hours
    title: Hours
    points: 6
    of:
      - { id: h2, title: Two hours, activity: https://courses.example.com/h2, worth: 2 }
      - { id: h45, title: Four and a half, activity: https://courses.example.com/h45, worth: 4.5 }
      - id: either
        title: Either
        worth: 4
        at_least: 1
        of:
          - { id: x, title: X, activity: https://courses.example.com/x }
          - { id: y, title: Y, activity: https://courses.example.com/y }
certification: { validity: 1 year }
";

#[test]
fn pools() {
    let curriculum = curriculum(POOLS);
    let standing = |evidence: &[Evidence]| evaluate(&curriculum, &person("any"), evidence, at("2026-06-01"));
    let mut evidence = vec![
        pass(1, "a", "", "2026-03-01"),
        pass(2, "base", "", "2026-03-02"),
        pass(3, "c", "", "2026-03-03"),
        pass(4, "h2", "", "2026-03-04"),
    ];
    let half = standing(&evidence);
    assert_eq!(half.status, Status::InProgress);
    assert_eq!(reason(&half, "electives"), "1 of at least 2 are met");
    assert_eq!(
        half.requirements[1].missing.as_deref(),
        Some("1 more of: pass 'A'; complete 'B'")
    );
    assert_eq!(
        half.requirements[1].parts[0].reason,
        "passed on 2026-03-01 before 'Base' was met on 2026-03-02: does not count, take it again"
    );
    assert_eq!(reason(&half, "hours"), "2 of 6 points are there");
    assert_eq!(
        half.requirements[2].missing.as_deref(),
        Some("4 more points from: pass 'Four and a half'; 1 more of: pass 'X'; pass 'Y'")
    );

    evidence.push(row(5, "b", verbs::COMPLETED, "2026-03-05"));
    evidence.push(pass(6, "y", "", "2026-03-06"));
    let whole = standing(&evidence);
    let entitlement = whole.entitlement.clone().unwrap();
    assert_eq!(entitlement.earned_at, at("2026-03-06"));
    assert_eq!(entitlement.statements, ids(&[2, 3, 4, 5, 6]));
    assert_eq!(reason(&whole, "hours"), "6 of 6 points are there");
    assert_eq!(whole.requirements[1].statements, ids(&[3, 5]));
    assert_eq!(whole.requirements[2].parts[2].parts[1].outcome, Outcome::Met);

    // Another elective, much later: with the first of the others it earns a certificate of its own date.
    evidence.push(pass(7, "a", "", "2027-02-01"));
    let later = evaluate(&curriculum, &person("any"), &evidence, at("2027-03-07"));
    let entitlement = later.entitlement.unwrap();
    assert_eq!((entitlement.cycle, entitlement.earned_at), (2, at("2027-02-01")));
}

#[test]
fn pools_in_words() {
    assert_eq!(
        curriculum(POOLS).describe(),
        "Pools (pools)
For everyone.
Required:
  - Base: pass.
  - Electives: at least 2 of these 3, after Base (earlier does not count):
    - A: pass.
    - B: complete.
    - C: pass.
  - Hours: at least 6 points from these:
    - Two hours: pass, worth 2.
    - Four and a half: pass, worth 4.5.
    - Either: any of these, worth 4:
      - X: pass.
      - Y: pass.
Who has shown all of that is certified as \"Pools\" for 1 year from the moment the last of it was shown.
A pass counts for a certificate that is earned less than 1 year after it.
It is renewed, from when three quarters of its time have gone, for those who have shown all of that again. Passing again earlier is not lost: it carries the certificate on from then."
    );
}

#[test]
fn what_is_dated_doubtfully_waits_for_a_review() {
    let yaml = format!(
        "{FORKLIFT}review: {{ backdated: 30 days, trusted: [{{ mbox: 'mailto:import@example.com' }}] }}\n"
    );
    let curriculum = curriculum(&yaml);
    let mut late = pass(1, "basics", "0.9", "2026-03-02");
    late.stored = at("2026-05-02");
    let mut ahead = pass(2, "practice", "", "2031-01-01");
    ahead.stored = at("2026-05-03");
    let evidence = [late.clone(), ahead];
    let view = |acts: Vec<rules::Act>, when| {
        let view = rules::View {
            acts: &acts,
            ..rules::View::at(at(when))
        };
        rules::evaluate_as(&curriculum, &person("driver"), &evidence, &view)
    };
    let open = view(Vec::new(), "2026-06-01");
    assert_eq!((open.status, &open.entitlement), (Status::PendingReview, &None));
    assert_eq!(open.requirements[0].outcome, Outcome::PendingReview);
    assert_eq!(
        open.requirements[0].reason,
        "passed with 0.90 on 2026-03-02, if that is accepted: it has to be reviewed"
    );
    let said = |index: usize| open.requirements[index].considered[0].reason.clone();
    assert_eq!(said(0), "became known only on 2026-05-02: has to be reviewed");
    assert_eq!(
        said(1),
        "dated later than it became known, on 2026-05-03: has to be reviewed"
    );

    let decide = |accepted: &[bool]| -> Vec<rules::Act> {
        let decide = |(index, accepted): (usize, &bool)| {
            crate::support::review(evidence[index].statement, *accepted, at("2026-05-20"))
        };
        accepted.iter().enumerate().map(decide).collect()
    };
    let accepted = view(decide(&[true, true]), "2026-06-01");
    assert_eq!(accepted.status, Status::Certified);
    assert_eq!(accepted.entitlement.unwrap().earned_at, at("2026-05-03"));
    assert_eq!(
        view(decide(&[true, false]), "2026-06-01").status,
        Status::InProgress
    );
    assert_eq!(view(decide(&[true]), "2026-06-01").status, Status::PendingReview);
    assert_eq!(
        view(decide(&[false, false]), "2026-06-01").status,
        Status::NotStarted
    );

    // Without such a rule, and from a trusted authority, dates are believed.
    late.authority = Some(xapi::Ifi::mbox("mailto:import@example.com").unwrap());
    let trusted = evaluate(
        &curriculum,
        &person("driver"),
        std::slice::from_ref(&late),
        at("2026-06-01"),
    );
    assert_eq!(trusted.requirements[0].outcome, Outcome::Met);
    assert_eq!(
        standing(&evidence, "2026-06-01").requirements[0].outcome,
        Outcome::Met
    );
    assert!(curriculum.describe().ends_with(
        "Somebody has to review what is dated more than 1 hour after it became known, and what became known more than \
         30 days after it happened, unless it comes from mailto:import@example.com. Until then it does not count."
    ));
}

#[test]
fn only_a_proctored_attempt_in_time_counts() {
    let curriculum = curriculum(
        "
curriculum: exam
title: Exam
audience: { everyone: true }
courses:
  - id: exam
    title: Exam
    activity: https://courses.example.com/exam
    passing_score: 0.6
    time_limit: 1 hour
    by: [{ account: { homePage: 'https://proctors.example.com', name: desk-1 } }]
",
    );
    let mut attempt = pass(1, "exam", "0.9", "2026-03-02");
    let standing = |attempt: &Evidence| {
        evaluate(
            &curriculum,
            &person("any"),
            std::slice::from_ref(attempt),
            at("2026-06-01"),
        )
    };
    assert_eq!(
        reason(&standing(&attempt), "exam"),
        "passed, but by an authority that does not count here"
    );
    attempt.authority = Some(xapi::Ifi::account("https://proctors.example.com", "desk-1").unwrap());
    let said = "how long it took was not reported, and there is a time limit";
    assert_eq!(reason(&standing(&attempt), "exam"), said);
    attempt.duration = Some(xapi::Duration::parse("PT1H1S").unwrap());
    assert_eq!(
        reason(&standing(&attempt), "exam"),
        "it took longer (PT1H1S) than the time limit"
    );
    attempt.duration = Some(xapi::Duration::parse("PT60M").unwrap());
    assert_eq!(standing(&attempt).status, Status::Certified);
    assert!(curriculum.describe().contains(
        "  - Exam: pass with a score of at least 60 %, in at most 1 hour, by statements of desk-1 \
         (https://proctors.example.com) only.\n"
    ));
}

#[test]
fn of_parts_that_are_equally_old_the_certificates_own_is_shown() {
    let definition = r#"
        curriculum: c
        title: C
        audience: { roles: [driver] }
        courses:
          - id: any
            at_least: 1
            of:
              - { id: a, activity: https://courses.example.com/a }
              - { id: b, activity: https://courses.example.com/b }
              - { id: c, activity: https://courses.example.com/c, after: b }
        certification: { validity: 6 months }
    "#;
    let evidence = [
        pass(1, "b", "", "2024-01-01"),
        pass(2, "a", "", "2024-01-01"),
        pass(3, "c", "", "2024-02-08"),
    ];
    let standing = evaluate(
        &curriculum(definition),
        &person("driver"),
        &evidence,
        at("2024-05-20"),
    );
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 3]));
    assert_eq!(standing.requirements[0].statements, ids(&[3]));
}
