//! What is wrong in tiers, due dates and cadences.

use rules::{Curriculum, load};

use super::hold;

pub(super) const GOOD_TIERS: &str = "curriculum: c
title: C
audience: { roles: [r] }
due: 90 days after hire
tiers:
  - id: first
    due: 30 days
    courses:
      - { id: a, activity: https://example.com/a, due: 2026-12-31 }
      - { id: b, activity: https://example.com/b, suggested: true }
  - id: second
    after: [first]
    courses:
      - id: g
        at_least: 1
        of: [{ id: d, activity: https://example.com/d }, { id: e, activity: https://example.com/e }]
certification:
  validity: 1 year
  renewal_window: 3 months
  grace: 30 days
  valid_from: prior_expiry
  recovery: 14 days
  renewal: { courses: [{ id: r, activity: https://example.com/a }] }
";

#[test]
fn broken_tiers_due_dates_and_cadences() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "    courses:\n      - { id: a",
            "    course:\n      - { id: a",
            8,
            "/tiers/0/course",
            &["did you mean \"courses\"?"],
        ),
        (
            "tiers:",
            "courses: [{ id: z, activity: 'x:z' }]\ntiers:",
            6,
            "/tiers",
            &["courses beside the tiers"],
        ),
        (
            "[first]",
            "[frist]",
            12,
            "/tiers/1/after/0",
            &["no tier or course", "did you mean \"first\"?"],
        ),
        ("[first]", "[second]", 12, "/tiers/1/after/0", &["after itself"]),
        ("[first]", "[d]", 12, "/tiers/1/after", &["wait for each other"]),
        (
            "id: second",
            "id: a",
            11,
            "/tiers/1/id",
            &["that of /tiers/0/courses/0"],
        ),
        (
            "due: 2026-12-31 }",
            "suggested: true }",
            8,
            "/tiers/0/courses",
            &["nothing to be certified for"],
        ),
        (
            "30 days\n",
            "30 dys\n",
            7,
            "/tiers/0/due",
            &["\"30 dys\"", "30 days after hire"],
        ),
        (
            "after hire",
            "after lunch",
            4,
            "/due",
            &["after lunch", "after role start"],
        ),
        (
            "90 days",
            "36 hours",
            4,
            "/due",
            &["\"36 hours after hire\"", "in days"],
        ),
        (
            "2026-12-31",
            "2026-13-31",
            9,
            "/tiers/0/courses/0/due",
            &["2026-13-31"],
        ),
        (
            "suggested: true",
            "suggested: true, due: 3 days",
            10,
            "/tiers/0/courses/1/due",
            &["never due"],
        ),
        (
            "{ id: d,",
            "{ id: d, due: 3 days,",
            16,
            "/tiers/1/courses/0/of/0/due",
            &["part of a group"],
        ),
        (
            "1 year",
            "18 months\n  expires_on: 31 December",
            18,
            "/certification/validity",
            &["whole years"],
        ),
        (
            "1 year",
            "1 year\n  expires_on: 31 Dezember",
            19,
            "/certification/expires_on",
            &["31 December"],
        ),
        (
            "1 year",
            "1 year\n  active_at_least: 3 months",
            19,
            "/certification/active_at_least",
            &["\"expires_on\" beside it"],
        ),
        (
            "1 year",
            "1 year\n  expires_on: 31 December\n  active_at_least: 2 years",
            20,
            "/certification/active_at_least",
            &["longer than the validity"],
        ),
        (
            "  validity: 1 year\n",
            "",
            19,
            "/certification/grace",
            &["never expires"],
        ),
        (
            "  validity: 1 year\n",
            "",
            20,
            "/certification/valid_from",
            &["never expires"],
        ),
        (
            "  validity: 1 year\n",
            "",
            22,
            "/certification/renewal",
            &["never expires"],
        ),
        (
            "30 days\n  valid",
            "10 months\n  valid",
            20,
            "/certification/grace",
            &["at most the validity, 1 year"],
        ),
        (
            "prior_expiry",
            "expiry",
            21,
            "/certification/valid_from",
            &["\"prior_expiry\""],
        ),
        (
            "14 days",
            "a while",
            22,
            "/certification/recovery",
            &["\"a while\"", "90 days"],
        ),
        (
            "{ id: r,",
            "{ id: r, suggested: true,",
            23,
            "/certification/renewal/courses/0/suggested",
            &["nothing renews"],
        ),
        (
            "{ id: r,",
            "{ id: r, due: 3 days,",
            23,
            "/certification/renewal/courses/0/due",
            &["renewed by its end"],
        ),
        (
            "{ id: r,",
            "{ id: r, after: g,",
            23,
            "/certification/renewal/courses/0/after/0",
            &["no course with the id \"g\""],
        ),
        (
            "{ id: r,",
            "{ id: a,",
            23,
            "/certification/renewal/courses/0/id",
            &["that of /tiers/0/courses/0"],
        ),
        // Without a window, it is the last quarter; with the time of grace it may fill the validity, no more.
        (
            "1 year\n  renewal_window: 3 months\n  grace: 30 days",
            "4 weeks\n  grace: 21 days",
            0,
            "",
            &[],
        ),
        (
            "1 year\n  renewal_window: 3 months\n  grace: 30 days",
            "4 weeks\n  grace: 22 days",
            19,
            "/certification/grace",
            &["at most the validity, 4 weeks"],
        ),
        ("1 year", "1 year\n  within: 1 year", 0, "", &[]),
        ("    after: [first]\n", "", 0, "", &[]),
        ("[first]", "[]", 0, "", &[]),
        (
            "1 year",
            "1 year\n  expires_on: 31 December\n  active_at_least: 3 months",
            0,
            "",
            &[],
        ),
    ];
    hold(GOOD_TIERS, table);
    // What cannot have been meant is only warned of.
    for (said, is_warned) in [
        ("valid_from: completion\n  expires_on: 31 December", true),
        ("valid_from: completion", false),
        ("expires_on: 31 December", false),
        ("valid_from: prior_expiry\n  expires_on: 31 December", false),
        (
            "valid_from: completion\n  expires_on: 31 December\n  active_at_least: 1 month",
            false,
        ),
    ] {
        let text = GOOD_TIERS.replace("valid_from: prior_expiry", said);
        let warnings = load("c.yaml", &text).unwrap().warnings;
        let found = warnings.iter().any(|own| own.path == "/certification/valid_from");
        assert_eq!(found, is_warned, "{said}: {warnings:?}");
    }
}

#[test]
fn tiers_have_one_canonical_form() {
    let loaded = load("c.yaml", GOOD_TIERS).unwrap().curriculum;
    let json = loaded.to_json();
    assert!(
        json.contains(
            r#""due":"90 days after hire","tiers":[{"id":"first","due":"30 days after assignment","courses":[{"id":"a","#
        ),
        "{json}"
    );
    assert!(
        json.contains(r#"{"id":"second","courses":[{"id":"g""#),
        "the tier before it is the default: {json}"
    );
    assert_eq!(Curriculum::from_json(&json).unwrap(), loaded);
    let beside = load("c.yaml", &GOOD_TIERS.replace("[first]", "[]"))
        .unwrap()
        .curriculum;
    assert!(beside.to_json().contains(r#"{"id":"second","after":[],"#));
    assert_eq!(Curriculum::from_json(&beside.to_json()).unwrap(), beside);
}
