//! How a curriculum is looked after: the words of reports, feedback, revisions, endorsements and value.

use rules::{Certified, InFlight};

use crate::definitions::hold;
use crate::support::curriculum;

const KEPT: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses: [{ id: a, activity: https://courses.example.com/a }]
certification: { validity: 1 year }
reports:
  - { report: overdue, every: week, to: [managers, training] }
  - { report: expiring, every: month, to: hr@example.com }
feedback: { survey: https://surveys.example.com/c, review: every 6 months }
revision: { because: The law changed., changes: The mark is 80 %. }
endorsed_by: [{ name: Safety Board, url: https://safety.example.org }]
value: { learner: Work anywhere., company: Fewer accidents. }
";

const BROKEN: &[(&str, &str, usize, &str, &[&str])] = &[
    (
        "report: overdue",
        "report: late",
        7,
        "/reports/0/report",
        &["\"late\"", "\"overdue\""],
    ),
    (
        "every: week",
        "every: fortnight",
        7,
        "/reports/0/every",
        &["\"fortnight\"", "quarter"],
    ),
    (
        ", to: hr@example.com",
        "",
        8,
        "/reports/1",
        &["\"to\" is missing", "training"],
    ),
    (
        "{ report: expiring, every: month",
        "{ report: overdue, every: week",
        8,
        "/reports/1",
        &["every week already", "each report once"],
    ),
    (
        "certification: { validity: 1 year }",
        "certification: { title: C }",
        8,
        "/reports/1/report",
        &["never expires"],
    ),
    (
        "every 6 months",
        "6 months",
        9,
        "/feedback/review",
        &["\"6 months\"", "2027-01-31"],
    ),
    (
        "every 6 months",
        "every now and then",
        9,
        "/feedback/review",
        &["every now and then", "90 days"],
    ),
    (
        "https://surveys.example.com/c",
        "the survey",
        9,
        "/feedback/survey",
        &["\"the survey\"", "IRI"],
    ),
    (
        ", changes: The mark is 80 %.",
        "",
        10,
        "/revision",
        &["\"changes\" is missing"],
    ),
    (
        "url: https://safety.example.org",
        "url: safety.example.org",
        11,
        "/endorsed_by/0/url",
        &["\"safety.example.org\"", "https://"],
    ),
    (
        "{ learner: Work anywhere., company: Fewer accidents. }",
        "{ learners: Work anywhere. }",
        12,
        "/value/learners",
        &["did you mean \"learner\"?"],
    ),
];

#[test]
fn broken_upkeep() {
    hold(KEPT, BROKEN);
}

#[test]
fn upkeep_in_words() {
    let kept = curriculum(KEPT);
    let words = kept.describe();
    for line in [
        "Every week, a report goes to managers, training: who is overdue.",
        "Every month, a report goes to hr@example.com: whose certificate expires soon.",
        "Feedback for the next revision comes from https://surveys.example.com/c.",
        "It is to be reviewed every 6 months after it was published.",
        "Worth to those who earn it: Work anywhere.",
        "Worth to those they work for: Fewer accidents.",
        "Endorsed by Safety Board (https://safety.example.org).",
        "This revision: The mark is 80 %. Why: The law changed.",
    ] {
        assert!(words.lines().any(|found| found == line), "{line}\n{words}");
    }
    assert_eq!(kept.reports().len(), 2);
    assert_eq!(kept.endorsed_by()[0].name, "Safety Board");
    assert_eq!(kept.value().unwrap().company.as_deref(), Some("Fewer accidents."));
    assert_eq!(kept.revision_note().unwrap().because, "The law changed.");
    assert!(!kept.has_ladder());
    assert!(kept.feedback().unwrap().survey.is_some());
}

#[test]
fn the_words_for_what_a_revision_does_to_people() {
    let finish = "Who began before this revision was published may finish by the one before it.";
    let at_once = "It counts for the certified at once: who does not meet it is suspended.";
    for (said, expected) in [
        ("", [false, false]),
        (", in_flight: finish_old", [true, false]),
        (", certified: at_once", [false, true]),
        (", in_flight: finish_old, certified: at_once", [true, true]),
    ] {
        let words =
            curriculum(&KEPT.replace(" }\nendorsed_by", &format!("{said} }}\nendorsed_by"))).describe();
        let found = [finish, at_once].map(|line| words.lines().any(|own| own == line));
        assert_eq!(found, expected, "{said}\n{words}");
    }
}

#[test]
fn reports_and_reviews_have_one_canonical_form() {
    let text = KEPT.replace("every 6 months", "every 12 months").replace(
        "  - { report: expiring, every: month, to: hr@example.com }\n",
        "  - { report: status, every: quarter, to: training }\n  - { report: levels, every: year, to: training }\n",
    );
    let kept = curriculum(&text);
    for report in kept.reports() {
        let written = serde_json::to_value(report).unwrap();
        assert_eq!(written["report"], report.report.as_str());
        assert_eq!(written["every"], report.every.as_str());
    }
    assert!(
        kept.to_json().contains(r#""review":"every 1 year""#),
        "{}",
        kept.to_json()
    );
    let day = curriculum(&KEPT.replace("every 6 months", "2027-01-31"));
    assert!(
        day.to_json().contains(r#""review":"2027-01-31""#),
        "{}",
        day.to_json()
    );
    assert_eq!(curriculum(&day.to_json()), day);
}

#[test]
fn what_a_revision_does_to_people() {
    let policy = |said: &str| {
        let own = curriculum(&KEPT.replace("changes: The mark is 80 %.", said));
        (own.in_flight(), own.certified())
    };
    let silent = policy("changes: A title.");
    assert_eq!(silent, (InFlight::default(), Certified::default()));
    assert_eq!(
        policy("changes: A title., in_flight: finish_old, certified: at_once"),
        (InFlight::FinishOld, Certified::AtOnce)
    );
    assert_ne!(silent, (InFlight::FinishOld, Certified::AtOnce));
}

#[test]
fn what_is_left_out_leaves_no_trace() {
    let plain: String = KEPT.lines().take(5).map(|line| format!("{line}\n")).collect();
    let canonical = curriculum(&plain).to_json();
    for word in [
        "escalation",
        "reports",
        "feedback",
        "revision",
        "endorsed_by",
        "value",
    ] {
        assert!(!canonical.contains(&format!("\"{word}\"")), "{canonical}");
    }
    assert_eq!(curriculum(&curriculum(KEPT).to_json()), curriculum(KEPT));
}
