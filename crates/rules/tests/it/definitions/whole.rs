//! What is said of a definition as a whole: advice, every error at once, one canonical form.

use rules::{Curriculum, load};

use super::GOOD;
use super::tiers::GOOD_TIERS;
use crate::support::FORKLIFT;

#[test]
fn every_required_course_says_why() {
    let said = |text: &str| -> Vec<(String, String)> {
        let warnings = load("c.yaml", text).unwrap().warnings.into_iter();
        warnings.map(|warning| (warning.path, warning.message)).collect()
    };
    let advice = |path: &str, courses: &str| {
        [(
            path.to_owned(),
            format!("no reason is given for requiring {courses}"),
        )]
    };
    assert_eq!(
        said(GOOD),
        advice("/courses", "a, b"),
        "one line, not one a course"
    );
    let one = GOOD
        .replace("0.8", "0.8\n    title: The first")
        .replace("after: a", "reason: Law.");
    assert_eq!(said(&one), advice("/courses", "The first"));
    assert_eq!(said(&one.replace("title: The first", "reason: Law.")), []);
    let suggested = GOOD.replace("after: a", "suggested: true");
    assert_eq!(
        said(&suggested),
        advice("/courses", "a"),
        "a suggestion needs none"
    );
    assert_eq!(said(GOOD_TIERS), advice("/tiers", "a, g"));
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("title: C", "titel: C")
        .replace("0.8", "80")
        .replace("1 year", "soon");
    let errors = load("c.yaml", &text).unwrap_err();
    let paths: Vec<&str> = errors.0.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "",
            "/titel",
            "/courses/0/passing_score",
            "/certification/validity"
        ]
    );
    assert_eq!(errors.to_string().lines().count(), 4);
}

#[test]
fn texts_have_a_length() {
    load(
        "c.yaml",
        &GOOD.replace("title: C", &format!("title: {}", "x".repeat(200))),
    )
    .unwrap();
    let long = GOOD.replace("title: C", &format!("title: {}", "x".repeat(201)));
    let errors = load("c.yaml", &long).unwrap_err();
    assert!(
        errors
            .to_string()
            .contains("the text is longer than 200 characters"),
        "{errors}"
    );
}

#[test]
fn words_that_may_be_meant() {
    for (word, near) in [
        ("titel", Some("title")),
        ("ti", None),
        ("x", None),
        ("tier", Some("tiers")),
    ] {
        assert_eq!(
            rules::closest(word, ["title", "tiers", "y"].into_iter()),
            near,
            "{word}"
        );
    }
}

#[test]
fn only_suggestions_certify_for_nothing() {
    let text = GOOD
        .replace("0.8", "0.8\n    suggested: true")
        .replace("after: a", "suggested: true");
    let errors = load("c.yaml", &text).unwrap_err();
    assert!(
        errors.to_string().contains("nothing to be certified for"),
        "{errors}"
    );
}

#[test]
fn nothing_to_show_certifies_for_nothing() {
    let (head, _) = GOOD.split_once("courses:").unwrap();
    let errors = load("c.yaml", head).unwrap_err();
    assert_eq!(errors.0.len(), 1, "{errors}");
    assert!(errors.to_string().contains("\"courses\" is missing"), "{errors}");
}

#[test]
fn one_curriculum_has_one_canonical_form() {
    let yaml = load("c.yaml", GOOD).unwrap().curriculum;
    let json = r#"{"title":"C","certification":{"validity":"12 months","title":"T"},"courses":[
        {"id":"a","activity":["https://example.com/a"],"passing_score":"80 %","suggested":false},
        {"id":"b","after":["a"],"activity":"https://example.com/b"}],
        "order":"strict","curriculum":"c","audience":{"roles":["r"]}}"#;
    let json = load("c.json", json).unwrap().curriculum;
    assert_eq!(json, yaml);
    assert_eq!(
        yaml.to_json(),
        r#"{"format":1,"curriculum":"c","title":"C","audience":{"roles":["r"]},"courses":[{"id":"a","activity":["https://example.com/a"],"passing_score":0.8},{"id":"b","activity":["https://example.com/b"],"after":["a"]}],"certification":{"title":"T","validity":"1 year"}}"#
    );
    // Kept definitions are found by their hash: it may never change for what was published.
    assert_eq!(
        yaml.hash(),
        "474e7f5821d5b6034bb77e6e6738dfcc32f19379220e831b13e66520180cd31a"
    );
    assert_eq!(Curriculum::from_json(&yaml.to_json()).unwrap(), yaml);
    assert_ne!(load("c.yaml", FORKLIFT).unwrap().curriculum.hash(), yaml.hash());
}

/// What a member becomes in the canonical form: nothing where it says what holds anyway.
#[test]
fn what_is_the_default_is_left_out() {
    for (said, kept) in [
        ("certification: { validity: 1 year, recovery: 14 days }", None),
        (
            "certification: { validity: 1 year, recovery: 30 days }",
            Some(r#""recovery":"30 days""#),
        ),
        ("review: { ahead: 60 minutes }", None),
        ("review: { ahead: 2 hours }", Some(r#""ahead":"2 hours""#)),
        ("recognition: { points: { met: 10, first_try: 1 } }", None),
        (
            "recognition: { points: { met: 5, first_try: 1 } }",
            Some(r#""met":5"#),
        ),
        (
            "certification: { expires_on: december 31 }",
            Some(r#""expires_on":"31 December""#),
        ),
    ] {
        let (head, _) = GOOD.split_once("certification:").unwrap();
        let own = load("c.yaml", &format!("{head}{said}\n")).unwrap().curriculum;
        let json = own.to_json();
        match kept {
            Some(kept) => assert!(json.contains(kept), "{said}: {json}"),
            None => {
                for member in ["recovery", "ahead", "\"met\""] {
                    assert!(!json.contains(member), "{said}: {json}");
                }
            }
        }
        assert_eq!(Curriculum::from_json(&json).unwrap(), own, "{said}");
    }
}

#[test]
fn warnings_are_no_errors() {
    let text = GOOD
        .replace("courses:", "order: any\ncourses:")
        .replace("0.8", "0");
    let warnings = load("c.yaml", &text).unwrap().warnings;
    let paths: Vec<&str> = warnings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/courses", "/courses/0/passing_score", "/courses/1/after"]
    );

    for (more, message) in [
        (7, "9 courses are required"),
        (4, "no reason is given for requiring"),
    ] {
        let many: String = (0..more)
            .map(|id| format!("  - {{ id: m{id}, activity: 'https://example.com/m{id}' }}\n"))
            .collect();
        let text = GOOD.replace("certification:", &format!("{many}certification:"));
        let first = &load("c.yaml", &text).unwrap().warnings[0];
        assert!(first.message.contains(message), "{more}: {first}");
    }
}
