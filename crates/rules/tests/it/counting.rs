//! Several statements about one course: numbers and sums; what was seen by others, later, or is claimed.

use rules::{Evidence, Person, Standing, Status, evaluate, verbs};
use serde_json::json;
use xapi::{Duration, Ifi, Iri};

use crate::attempts::TEST;
use crate::support::{at, curriculum, ids, pass, person, row};

/// Where somebody stands in a curriculum of a course `a` that says this, and perhaps more.
pub(crate) fn stand(says: &str, also: &str, evidence: &[Evidence], when: &str) -> Standing {
    let yaml = format!(
        "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses:\n  - {{ id: a, title: A, {says} }}\n{also}"
    );
    let learner = Person {
        identifiers: vec![Ifi::mbox("mailto:p1@example.com").unwrap()],
        ..person("any")
    };
    evaluate(&curriculum(&yaml), &learner, evidence, at(when))
}

#[test]
fn so_many_statements_within_so_long() {
    let says = "match: { verb: attended }, count: { at_least: 3, distinct: day, within: 30 days }";
    let attended = |id: u128, when: &str| row(id, "any", "http://adlnet.gov/expapi/verbs/attended", when);
    let mut evidence = vec![
        attended(1, "2026-01-02"),
        attended(2, "2026-03-02T08:00:00Z"),
        attended(3, "2026-03-02T12:00:00Z"),
        attended(4, "2026-03-09"),
    ];
    let open = stand(says, "", &evidence, "2026-04-01");
    assert_eq!(open.status, Status::InProgress);
    assert_eq!(open.requirements[0].reason, "shown 2 of 3 times");
    assert_eq!(
        open.requirements[0].missing.as_deref(),
        Some("show 'A' once more")
    );
    evidence.push(attended(5, "2026-03-16"));
    let met = stand(says, "", &evidence, "2026-04-01");
    assert_eq!(
        met.requirements[0].reason,
        "shown 3 times, the last on 2026-03-16"
    );
    assert_eq!(met.entitlement.unwrap().statements, ids(&[3, 4, 5]));
}

#[test]
fn so_many_hours_together() {
    let says = "match: { verb: attended }, sum: { of: result.duration, at_least: 10 hours }";
    let took = |id: u128, hours: &str, when: &str| Evidence {
        duration: Some(Duration::parse(hours).unwrap()),
        ..row(id, "any", "http://adlnet.gov/expapi/verbs/attended", when)
    };
    let mut evidence = vec![
        took(1, "PT4H", "2026-03-01"),
        took(2, "PT5H30M", "2026-03-02"),
        row(3, "any", "http://adlnet.gov/expapi/verbs/attended", "2026-03-03"),
    ];
    let open = stand(says, "", &evidence, "2026-04-01");
    assert_eq!(open.requirements[0].reason, "9.5 hours of 10 hours needed");
    assert_eq!(
        open.requirements[0].missing.as_deref(),
        Some("show 'A' for 0.5 hours more")
    );
    assert_eq!(
        open.requirements[0].considered[0].reason,
        "shown, but it does not say what is counted"
    );
    evidence.push(took(4, "PT30M", "2026-03-04"));
    let met = stand(says, "", &evidence, "2026-04-01");
    assert_eq!(met.requirements[0].reason, "10 hours reached on 2026-03-04");
    assert_eq!(met.entitlement.unwrap().statements, ids(&[1, 2, 4]));
}

#[test]
fn seen_by_somebody_else() {
    let observed = |place: &str, evidence: &Evidence| {
        let says = format!("activity: 'https://courses.example.com/a', observed_by: {place}");
        stand(&says, "", std::slice::from_ref(evidence), "2026-04-01")
    };
    let mut row = pass(1, "a", "", "2026-03-02");
    let kim = Ifi::mbox("mailto:kim@example.com").unwrap();
    let own = Ifi::mbox("mailto:p1@example.com").unwrap();
    let none = observed("instructor", &row);
    assert_eq!(none.status, Status::InProgress);
    assert_eq!(
        none.requirements[0].reason,
        "passed, but it names nobody else who saw it"
    );
    row.instructor = Some(own.clone());
    assert_eq!(observed("instructor", &row).status, Status::InProgress);
    row.instructor = Some(kim.clone());
    assert_eq!(observed("instructor", &row).status, Status::Certified);
    assert_eq!(observed("other", &row).status, Status::Certified);
    assert_eq!(observed("authority", &row).status, Status::InProgress);
    assert_eq!(
        observed("[authority, instructor]", &row).status,
        Status::Certified
    );
    row.authority = Some(kim);
    assert_eq!(observed("authority", &row).status, Status::Certified);

    let iri = Iri::parse("https://example.com/observer").unwrap();
    for (value, counts) in [
        (
            json!({"objectType": "Agent", "name": "Kim", "mbox": "mailto:kim@example.com"}),
            true,
        ),
        (json!({"mbox": "mailto:p1@example.com"}), false),
        (
            json!([{"mbox": "mailto:p1@example.com"}, "mailto:kim@example.com"]),
            true,
        ),
        (json!("somebody"), false),
    ] {
        row.context_extensions.insert(iri.clone(), value.clone());
        let standing = observed("'https://example.com/observer'", &row);
        assert_eq!(standing.status == Status::Certified, counts, "{value}");
        // The extension that is known to name observers.
        let mut known = pass(2, "a", "", "2026-03-02");
        let iri = Iri::parse("http://id.tincanapi.com/extension/observer").unwrap();
        known.context_extensions.insert(iri, value.clone());
        assert_eq!(
            observed("other", &known).status == Status::Certified,
            counts,
            "{value}"
        );
    }
}

#[test]
fn not_before_so_long_after_the_course() {
    let also =
        "  - id: seen\n    title: Seen\n    match: { verb: observed }\n    not_before: 60 days after a\n";
    let observed =
        |id: u128, when: &str| row(id, "any", "https://w3id.org/xapi/dod-isd/verbs/observed", when);
    let mut evidence = vec![pass(1, "a", "0.9", "2026-01-01"), observed(2, "2026-02-28")];
    let early = stand(TEST, also, &evidence, "2026-06-01");
    assert_eq!(early.status, Status::InProgress);
    assert_eq!(
        early.requirements[1].reason,
        "shown, but not 60 days after 'A' was met"
    );
    assert_eq!(
        early.requirements[1].missing.as_deref(),
        Some("show 'Seen', not before 60 days after 'A'")
    );
    evidence.push(observed(3, "2026-03-02"));
    let standing = stand(TEST, also, &evidence, "2026-06-01");
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 3]));
}

#[test]
fn satisfied_is_checked_again_against_the_parts() {
    let yaml = "
curriculum: c
title: C
audience: { everyone: true }
courses:
  - id: block
    title: Block
    satisfied: https://courses.example.com/block
    of:
      - { id: a, title: A, activity: https://courses.example.com/a }
      - { id: b, title: B, activity: https://courses.example.com/b }
";
    let curriculum = curriculum(yaml);
    let claim = |id: u128, when: &str| row(id, "block", verbs::SATISFIED, when);
    let standing = |evidence: &[Evidence]| evaluate(&curriculum, &person("any"), evidence, at("2026-04-01"));
    let mut evidence = vec![pass(1, "a", "", "2026-03-01"), claim(2, "2026-03-02")];
    let false_claim = standing(&evidence);
    assert_eq!(false_claim.status, Status::InProgress);
    assert_eq!(
        false_claim.requirements[0].considered[0].reason,
        "before its parts were met"
    );
    evidence.push(pass(3, "b", "", "2026-03-03"));
    let unclaimed = standing(&evidence);
    assert_eq!(unclaimed.status, Status::InProgress);
    assert_eq!(
        unclaimed.requirements[0].missing.as_deref(),
        Some("have 'Block' reported as satisfied")
    );
    assert_eq!(
        unclaimed.requirements[0].reason,
        "2 of 2 are met; reported as satisfied on 2026-03-02 before its parts were met: does not count, take it again"
    );
    evidence.push(row(5, "block", verbs::COMPLETED, "2026-03-04"));
    assert_eq!(standing(&evidence).status, Status::InProgress);
    evidence.push(claim(4, "2026-03-04"));
    assert_eq!(
        standing(&evidence).entitlement.unwrap().statements,
        ids(&[1, 3, 4])
    );
    assert!(
        curriculum
            .describe()
            .contains("Block: all of these, and reported as satisfied by the LMS once they are met:")
    );
}

#[test]
fn several_statements_in_words() {
    for (says, said) in [
        (
            "match: { verb: attended }, count: { at_least: 3, distinct: day, within: 90 days }",
            "a statement where verb is attended, 3 times within 90 days, each with another day.",
        ),
        (
            "match: { verb: attended }, sum: { of: result.duration, at_least: 10 hours }, observed_by: authority",
            "a statement where verb is attended, result.duration of 10 hours together, seen by somebody other than the \
             learner (authority).",
        ),
    ] {
        let yaml = format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses: [{{ id: a, {says} }}]\n"
        );
        let words = curriculum(&yaml).describe();
        let line = words.lines().find_map(|line| line.strip_prefix("  - a: "));
        assert_eq!(line, Some(said));
    }
}

#[test]
fn the_latest_figure_decides() {
    let says = "match: { activity: 'https://courses.example.com/a' }, attempts: latest, \
                where: { result.extensions: { 'https://example.com/yield': { at_least: 95 } } }";
    let also = "  - { id: b, activity: 'https://courses.example.com/b' }\n";
    let figure = |id: u128, value: f64, when: &str| {
        let mut row = row(id, "a", "https://example.com/verbs/measured", when);
        row.result_extensions
            .insert(Iri::parse("https://example.com/yield").unwrap(), json!(value));
        row
    };
    let good = figure(1, 96.5, "2026-03-01");
    let bad = figure(2, 94.0, "2026-03-02");
    let last = pass(9, "b", "", "2026-03-09");
    let met = stand(says, also, &[good.clone(), last.clone()], "2026-04-01");
    assert_eq!(met.status, Status::Certified);
    let unmet = stand(
        says,
        also,
        &[good.clone(), bad.clone(), last.clone()],
        "2026-04-01",
    );
    assert_eq!(unmet.status, Status::InProgress);
    let own = &unmet.requirements[0];
    assert_eq!(
        own.considered[0].reason,
        "shown, but it does not count unless result.extensions https://example.com/yield is at least 95"
    );
    let again = figure(3, 95.0, "2026-03-03");
    let met = stand(says, also, &[good, bad, again, last], "2026-04-01");
    assert_eq!(met.entitlement.unwrap().statements, ids(&[1, 2, 3, 9]));
    let words = curriculum(&format!(
        "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses:\n  - {{ id: a, title: A, {says} }}\n"
    ))
    .describe();
    assert!(
        words.contains(
            "A: a statement where activity is https://courses.example.com/a, good where result.extensions \
             https://example.com/yield is at least 95, the latest attempt counts"
        ),
        "{words}"
    );
}
