//! Ladders as they are written: what is wrong with them, what is warned of, how they are put in words.

use rules::Curriculum;

use super::hold;
use crate::ladder::LADDER;
use crate::support::curriculum;

const BROKEN: &[(&str, &str, usize, &str, &[&str])] = &[
    (
        "14 days before due",
        "14 days before",
        7,
        "/escalation/0/when",
        &["\"14 days before\"", "7 days after due"],
    ),
    (
        "14 days before due",
        "two weeks before due",
        7,
        "/escalation/0/when",
        &["two weeks before due", "14 days before due"],
    ),
    (
        "14 days before due, tell: learner",
        "14 days before due",
        7,
        "/escalation/0",
        &["\"tell\" is missing", "manager_of_manager"],
    ),
    (
        "tell: [learner, manager]",
        "tell: [learner, manger]",
        8,
        "/escalation/1/tell/1",
        &["\"manger\"", "did you mean \"manager\"?"],
    ),
    (
        "tell: training",
        "tell: boss",
        11,
        "/escalation/4/tell",
        &["\"boss\"", "manager_of_manager"],
    ),
    (
        "7 days after due",
        "15 days before due",
        9,
        "/escalation/2/when",
        &[
            "\"15 days before due\" does not come after \"due\"",
            "in the order of time",
        ],
    ),
    (
        "consequence: No shifts on the line",
        "consequences: No shifts on the line",
        9,
        "/escalation/2/consequences",
        &["did you mean \"consequence\"?"],
    ),
    (
        "certification: { validity: 1 year }",
        "certification: { title: C }",
        10,
        "/escalation/3/when",
        &["never expires", "\"validity\""],
    ),
];

#[test]
fn broken_ladders() {
    hold(LADDER, BROKEN);
}

#[test]
fn a_ladder_has_one_canonical_form_and_is_put_in_words() {
    let other = LADDER
        .replace("14 days before due", "  2 weeks   before due")
        .replace("tell: learner,", "tell: [learner],");
    assert_eq!(curriculum(&other).hash(), curriculum(LADDER).hash());
    let again = Curriculum::from_json(&curriculum(LADDER).to_json()).unwrap();
    assert_eq!(again, curriculum(LADDER));
    let words = curriculum(LADDER).describe();
    for line in [
        "What happens when it is not done in time:",
        "  - 2 weeks before it is due: the learner is told \"Two weeks left\".",
        "  - when it is due: the learner and the manager are told.",
        "  - 1 week after it is due: the manager's manager is told. Consequence: No shifts on the line.",
        "  - 30 days before the certificate expires: the learner is told.",
        "  - 1 month after the certificate expired: the training office is told.",
    ] {
        assert!(words.lines().any(|found| found == line), "{line}\n{words}");
    }
}

#[test]
fn a_ladder_says_what_its_days_are_counted_from() {
    let own = |replaced: &[(&str, &str)]| {
        let text = replaced
            .iter()
            .fold(LADDER.to_owned(), |text, (old, new)| text.replace(old, new));
        curriculum(&text).describe()
    };
    let without_expiry = [
        ("  - { when: 30 days before expiry, tell: learner }\n", ""),
        ("  - { when: 1 month after expiry, tell: training }\n", ""),
    ];
    let for_good = [
        without_expiry[0],
        without_expiry[1],
        ("certification: { validity: 1 year }", "due: 30 days"),
    ];
    for (words, expected) in [
        (own(&[]), "when it is due:"),
        (own(&without_expiry), "when it is due or the certificate expires:"),
        (own(&for_good), "when it is due:"),
    ] {
        assert!(
            words.contains(&format!("  - {expected} the learner and the manager are told.")),
            "{words}"
        );
    }
}

#[test]
fn a_ladder_that_nobody_can_be_on_is_warned_of() {
    let with = |said: &str| {
        let text = format!(
            "curriculum: c\ntitle: C\naudience: {{ roles: [r] }}\n{said}\n\
             escalation: [{{ when: due, tell: learner }}]\n"
        );
        rules::load("c.yaml", &text).unwrap().warnings
    };
    let a = "id: a, activity: https://example.com/a, reason: Law.";
    let warnings = with(&format!("courses: [{{ {a} }}]"));
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].path, "/escalation");
    assert!(warnings[0].message.contains("ever due"), "{}", warnings[0]);
    for something_is_due in [
        format!("due: 30 days\ncourses: [{{ {a} }}]"),
        format!("courses: [{{ {a}, due: 30 days }}]"),
        format!("courses: [{{ id: g, due: 30 days, reason: Law., of: [{{ {a} }}] }}]"),
        format!("tiers: [{{ id: t, courses: [{{ {a}, due: 30 days }}] }}]"),
        format!("courses: [{{ {a} }}]\ncertification: {{ validity: 1 year }}"),
        format!("courses: [{{ {a} }}]\ncertification: {{ expires_on: 31 December }}"),
    ] {
        assert_eq!(with(&something_is_due), [], "{something_is_due}");
    }
}
