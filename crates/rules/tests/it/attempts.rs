//! Which attempt decides, how many count and how soon after each other.

mod undone;

use rules::{Evidence, Status, verbs};
use serde_json::json;
use xapi::{Ifi, Iri};

use crate::counting::stand;
use crate::support::{at, curriculum, ids, pass, row, scored};

pub(crate) const TEST: &str = "activity: 'https://courses.example.com/a', passing_score: 0.8";

fn fail(id: u128, score: &str, when: &str) -> Evidence {
    scored(row(id, "a", verbs::FAILED, when), score)
}

#[test]
fn which_attempt_decides() {
    let good = |id: u128, when: &str| pass(id, "a", "0.9", when);
    let bad = |id: u128, when: &str| fail(id, "0.5", when);
    // What the attempts are, in the order of days; for each way of counting, whether it is passed in the end.
    let table: &[(&[bool], [bool; 4])] = &[
        (&[true], [true, true, true, true]),
        (&[false], [false, false, false, false]),
        (&[false, true], [true, false, true, false]),
        (&[true, false], [true, true, false, false]),
        (&[true, false, true], [true, true, true, false]),
        (&[false, true, true, true], [true, false, true, true]),
        (&[true, true, true, false], [true, true, false, true]),
    ];
    for (attempts, passed) in table {
        // The other course comes last: a certificate is earned then, or not at all.
        let mut evidence = vec![pass(9, "b", "", "2026-03-09")];
        for (day, is_good) in attempts.iter().enumerate() {
            let when = format!("2026-03-0{}", day + 1);
            let id = day as u128 + 1;
            evidence.push(if *is_good { good(id, &when) } else { bad(id, &when) });
        }
        for (count, passed) in ["best", "first", "latest", "average"].iter().zip(passed) {
            let says = format!("{TEST}, attempts: {count}");
            let also = "  - { id: b, activity: 'https://courses.example.com/b' }\n";
            let standing = stand(&says, also, &evidence, "2026-04-01");
            assert_eq!(
                standing.status == Status::Certified,
                *passed,
                "{count} of {attempts:?}"
            );
        }
    }
}

#[test]
fn why_a_pass_does_not_decide() {
    let reason = |count: &str, evidence: &[Evidence]| {
        let says = format!("{TEST}, attempts: {count}");
        let standing = stand(&says, "", evidence, "2026-04-01");
        assert_eq!(standing.status, Status::InProgress);
        standing.requirements[0].reason.clone()
    };
    let first = [fail(1, "0.5", "2026-03-01"), pass(2, "a", "0.9", "2026-03-02")];
    assert_eq!(reason("first", &first), "passed, but the first attempt decides");
    // A result of an attempt that another came after.
    let in_session = |row: Evidence, session: &str| {
        let iri = Iri::parse("https://w3id.org/xapi/cmi5/context/extensions/sessionid").unwrap();
        Evidence {
            context_extensions: [(iri, json!(session))].into(),
            ..row
        }
    };
    let latest = [
        in_session(fail(1, "0.5", "2026-03-01"), "one"),
        in_session(fail(2, "0.5", "2026-03-02"), "two"),
        in_session(pass(3, "a", "0.9", "2026-03-03"), "one"),
    ];
    assert_eq!(reason("latest", &latest), "passed, but a later attempt decides");
    assert_eq!(
        stand(&format!("{TEST}, attempts: best"), "", &latest, "2026-04-01").status,
        Status::Certified
    );
}

#[test]
fn how_many_more_times() {
    let says = "activity: 'https://courses.example.com/a', count: { at_least: 3, within: 30 days }";
    let done = |id: u128, when: &str| pass(id, "a", "", when);
    let all = [
        done(1, "2026-03-01"),
        done(2, "2026-03-02"),
        done(3, "2026-03-31"),
        done(4, "2026-03-31T11:59:59Z"),
    ];
    let missing = |evidence: &[Evidence]| {
        stand(says, "", evidence, "2026-04-01").requirements[0]
            .missing
            .clone()
            .unwrap()
    };
    assert_eq!(missing(&[]), "pass 'A' 3 times");
    assert_eq!(missing(&all[..1]), "pass 'A' 2 more times");
    assert_eq!(missing(&all[..2]), "pass 'A' once more");
    // Exactly 30 days later is not within them any more; a moment less is.
    assert_eq!(missing(&all[..3]), "pass 'A' once more");
    let in_time = [all[0].clone(), all[1].clone(), all[3].clone()];
    assert_eq!(stand(says, "", &in_time, "2026-04-01").status, Status::Certified);
}

#[test]
fn what_is_said_of_statements_that_say_too_little() {
    let reason = |says: &str, row: Evidence| {
        let says = format!("activity: 'https://courses.example.com/a', {says}");
        let standing = stand(&says, "", &[row], "2026-04-01");
        assert_eq!(standing.status, Status::InProgress);
        standing.requirements[0].reason.clone()
    };
    let scored_only = |success| Evidence {
        success,
        ..row(1, "a", verbs::SCORED, "2026-03-01")
    };
    let by_another = |verb: &str| Evidence {
        authority: Ifi::mbox("mailto:x@example.com").ok(),
        ..row(1, "a", verb, "2026-03-01")
    };
    let by = "by: [{ mbox: 'mailto:lms@example.com' }]";
    for (says, row, expected) in [
        (
            "completion: true",
            pass(1, "a", "0.9", "2026-03-01"),
            "not completed yet",
        ),
        (
            "passing_score: 0.8",
            scored_only(None),
            "no score was reported, 0.80 needed",
        ),
        (
            "passing_score: 0.8",
            scored_only(Some(true)),
            "no score was reported, 0.80 needed",
        ),
        (
            by,
            by_another(verbs::PASSED),
            "passed, but by an authority that does not count here",
        ),
        (
            by,
            by_another("http://adlnet.gov/expapi/verbs/experienced"),
            "not passed yet",
        ),
    ] {
        assert_eq!(reason(says, row), expected, "{says}");
    }
}

#[test]
fn attempts_of_one_moment_are_in_the_order_of_evidence() {
    let says = format!("{TEST}, attempts: latest");
    let other = "  - { id: b, title: B, activity: 'https://courses.example.com/b' }\n";
    let status = |pass_id: u128, pass_stored: &str, fail_id: u128, fail_stored: &str| {
        let stored = |row: Evidence, when: &str| Evidence {
            stored: at(when),
            ..row
        };
        let evidence = [
            stored(pass(pass_id, "a", "0.9", "2026-03-02"), pass_stored),
            stored(fail(fail_id, "0.5", "2026-03-02"), fail_stored),
            pass(9, "b", "", "2026-03-04"),
        ];
        stand(&says, other, &evidence, "2026-04-01").status
    };
    assert_eq!(status(1, "2026-03-03", 2, "2026-03-04"), Status::InProgress);
    assert_eq!(status(1, "2026-03-05", 2, "2026-03-04"), Status::Certified);
    assert_eq!(status(1, "2026-03-03", 2, "2026-03-03"), Status::InProgress);
    assert_eq!(status(2, "2026-03-03", 1, "2026-03-03"), Status::Certified);
}

#[test]
fn what_fails_otherwise_than_by_the_learner_is_no_attempt() {
    let authority = |name: &str| Ifi::mbox(&format!("mailto:{name}@example.com"));
    let with = |row: Evidence, by: &str, seen_by: Option<&str>, platform: &str| Evidence {
        authority: authority(by).ok(),
        instructor: seen_by.and_then(|by| authority(by).ok()),
        platform: Some(platform.to_owned()),
        ..row
    };
    let says = format!(
        "{TEST}, attempts: {{ maximum: 1 }}, by: [{{ mbox: 'mailto:lms@example.com' }}], observed_by: instructor, \
         where: {{ platform: M }}"
    );
    let good = with(pass(2, "a", "0.9", "2026-03-03"), "lms", Some("kim"), "M");
    for (by, seen_by, platform, is_attempt) in [
        ("lms", Some("kim"), "M", true),
        ("other", Some("kim"), "M", false),
        ("lms", Some("p1"), "M", false),
        ("lms", None, "M", false),
        ("lms", Some("kim"), "N", false),
    ] {
        for first in [fail(1, "0.5", "2026-03-02"), pass(1, "a", "0.7", "2026-03-02")] {
            let first = with(first, by, seen_by, platform);
            let status = stand(&says, "", &[first, good.clone()], "2026-04-01").status;
            assert_eq!(
                status == Status::InProgress,
                is_attempt,
                "{by} {seen_by:?} {platform}"
            );
        }
    }
    // Nor is a pass that does not count.
    let unseen = with(pass(1, "a", "0.9", "2026-03-02"), "lms", None, "M");
    let standing = stand(&says, "", &[unseen, good], "2026-04-01");
    assert_eq!(standing.status, Status::Certified);
}

#[test]
fn no_more_attempts_than_count_and_none_too_soon() {
    let says = format!("{TEST}, attempts: {{ maximum: 2, cool_down: 2 days }}");
    let evidence = [
        fail(1, "0.5", "2026-03-02"),
        pass(2, "a", "0.9", "2026-03-03"),
        fail(3, "0.6", "2026-03-05"),
        pass(4, "a", "0.9", "2026-03-10"),
    ];
    // How many are there, when, why it is not met, and what is missing.
    let table = [
        (
            0,
            "2026-03-01",
            "not passed yet",
            "pass 'A' with at least 0.80 (2 of 2 attempts left)",
        ),
        (
            1,
            "2026-03-02",
            "failed with 0.50 (0.80 needed)",
            "pass 'A' with at least 0.80 (1 of 2 attempts left), from 2026-03-04 12:00 on",
        ),
        (
            2,
            "2026-03-03",
            "too soon after a failed attempt: the next counts from 2026-03-04 12:00 on",
            "pass 'A' with at least 0.80 (1 of 2 attempts left), from 2026-03-04 12:00 on",
        ),
        (
            2,
            "2026-03-04",
            "too soon after a failed attempt: the next counts from 2026-03-04 12:00 on",
            "pass 'A' with at least 0.80 (1 of 2 attempts left)",
        ),
        (
            3,
            "2026-04-01",
            "failed with 0.60 (0.80 needed)",
            "pass 'A' with at least 0.80, but all 2 attempts were taken",
        ),
        (
            4,
            "2026-04-01",
            "attempt 3, of which at most 2 count",
            "pass 'A' with at least 0.80, but all 2 attempts were taken",
        ),
    ];
    for (count, when, reason, missing) in table {
        let standing = stand(&says, "", &evidence[..count], when);
        let own = &standing.requirements[0];
        assert_eq!(
            (own.reason.as_str(), own.missing.as_deref()),
            (reason, Some(missing))
        );
    }
    let waiting = stand(&says, "", &evidence[..1], "2026-03-02");
    assert_eq!(waiting.next_change_at, Some(at("2026-03-04")));
}

#[test]
fn each_cycle_has_its_own_attempts() {
    // A certificate of a year is renewed in its last quarter: an attempt on 2 March 2026 begins a series that ends at
    // the beginning of December.
    let also = "certification: { validity: 1 year }\n";
    let ends = "2026-12-01 06:00";
    for (says, open) in [
        (
            "attempts: { maximum: 1 }",
            format!(
                "pass 'A' with at least 0.80, but the one attempt was taken; the next counts from {ends} on"
            ),
        ),
        (
            "attempts: first",
            format!(
                "pass 'A' with at least 0.80, but the first attempt decided; the next counts from {ends} on"
            ),
        ),
    ] {
        let says = format!("{TEST}, {says}");
        let mut evidence = vec![fail(1, "0.5", "2026-03-02"), pass(2, "a", "0.9", "2026-11-30")];
        let standing = stand(&says, also, &evidence, "2026-12-01T05:59:59Z");
        assert_eq!(standing.requirements[0].missing, Some(open));
        assert_eq!(standing.next_change_at, Some(at("2026-12-01T06:00:00Z")));
        evidence.push(pass(3, "a", "0.9", "2026-12-01T06:00:00Z"));
        let standing = stand(&says, also, &evidence, "2026-12-02");
        assert_eq!(standing.status, Status::Certified);
        // Passed in one cycle, failed and passed in the next.
        let again = [
            pass(1, "a", "0.9", "2026-03-02"),
            pass(2, "a", "0.9", "2026-12-20"),
        ];
        let standing = stand(&says, also, &again, "2027-03-01");
        assert_eq!(standing.entitlement.unwrap().cycle, 2, "{says}");
    }
}

#[test]
fn the_results_of_one_session_are_one_attempt() {
    let says = format!("{TEST}, attempts: {{ maximum: 1 }}");
    let session = Iri::parse("https://w3id.org/xapi/cmi5/context/extensions/sessionid").unwrap();
    let mut evidence = [
        scored(row(1, "a", verbs::SCORED, "2026-03-02"), "0.5"),
        pass(2, "a", "0.9", "2026-03-02"),
    ];
    assert_eq!(
        stand(&says, "", &evidence, "2026-04-01").status,
        Status::InProgress
    );
    for row in &mut evidence {
        row.context_extensions.insert(session.clone(), json!("s-1"));
    }
    assert_eq!(
        stand(&says, "", &evidence, "2026-04-01").status,
        Status::Certified
    );
}

#[test]
fn an_average_says_what_it_is() {
    let says = format!("{TEST}, attempts: average");
    let evidence = [fail(1, "0.7", "2026-03-02"), pass(2, "a", "0.8", "2026-03-03")];
    let standing = stand(&says, "", &evidence, "2026-04-01");
    assert_eq!(
        standing.requirements[0].reason,
        "average score 0.75 of 0.80 needed"
    );
    let evidence = [evidence[0].clone(), pass(2, "a", "0.9", "2026-03-03")];
    let standing = stand(&says, "", &evidence, "2026-04-01");
    assert_eq!(
        standing.requirements[0].reason,
        "passed on average, the last of 2 on 2026-03-03"
    );
    assert_eq!(standing.requirements[0].statements, ids(&[1, 2]));
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 2]));
}

#[test]
fn attempts_in_words() {
    let words = |says: &str, also: &str| {
        let yaml = format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses: [{{ id: a, {says} }}]\n{also}"
        );
        let words = curriculum(&yaml).describe();
        let line = words.lines().find(|line| line.starts_with("  - ")).unwrap();
        line.to_owned()
    };
    let pass = "  - a: pass with a score of at least 80 %";
    for (says, also, said) in [
        (
            "attempts: { count: latest, maximum: 3, cool_down: 1 day }",
            "",
            ", the latest attempt counts, at most 3 attempts, none sooner than 1 day after a failed one.",
        ),
        ("attempts: first", "", ", the first attempt alone counts."),
        (
            "attempts: { maximum: 1 }",
            "certification: { validity: 1 year }\n",
            ", at most 1 attempt (counted anew once a certificate earned by the first could be renewed).",
        ),
        (
            "attempts: average",
            "certification: { validity: 1 year }\n",
            ", the average of all attempts counts (counted anew once a certificate earned by the first could be renewed).",
        ),
    ] {
        assert_eq!(words(&format!("{TEST}, {says}"), also), format!("{pass}{said}"));
    }
}
