//! What a definition says in words.

use crate::support::curriculum;

/// Each definition with lines that are said of it.
#[test]
fn what_is_said() {
    let a = "activity: https://courses.example.com/a";
    let one = |more: &str| format!("courses: [{{ id: a, {a} }}]\n{more}");
    let two = |more: &str| format!("courses: [{{ id: a, {a} }}, {{ id: b, activity: 'x:b' }}]\n{more}");
    for (definition, line) in [
        (
            one("certification: { validity: 1 year }"),
            "Who has shown that is certified as \"C\" for 1 year from the moment the last of it was shown.",
        ),
        (
            two("certification: { validity: 1 year }"),
            "Who has shown both is certified as \"C\" for 1 year from the moment the last of it was shown.",
        ),
        (one(""), "Who has shown that is certified as \"C\", for good."),
        (
            one("certification: { expires_on: 31 December }"),
            "Who has shown that is certified as \"C\" until the end of the next 31 December, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 1 year }"),
            "Who has shown that is certified as \"C\" until the end of the next 31 December, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 2 years }"),
            "Who has shown that is certified as \"C\" until the end of the second 31 December from then on, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 3 years }"),
            "Who has shown that is certified as \"C\" until the end of the third 31 December from then on, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 4 years }"),
            "Who has shown that is certified as \"C\" until the end of the fourth 31 December from then on, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 5 years }"),
            "Who has shown that is certified as \"C\" until the end of the fifth 31 December from then on, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 6 years }"),
            "Who has shown that is certified as \"C\" until the end of the 6th 31 December from then on, where they are.",
        ),
        (
            one("certification: { expires_on: 31 December, validity: 10 years }"),
            "Who has shown that is certified as \"C\" until the end of the 10th 31 December from then on, where they are.",
        ),
        (
            "courses: [{ id: a, credential: 'x:c' }]".to_owned(),
            "  - a: hold the credential x:c.",
        ),
        (
            "courses: [{ id: a, credential: ['x:c', 'x:d'], issuer: ['x:i', 'x:j'] }]".to_owned(),
            "  - a: hold the credential x:c or x:d of x:i or x:j.",
        ),
        (
            "courses: [{ id: a, credential: 'x:c', needed: active_always }]".to_owned(),
            "  - a: hold the credential x:c, all the time: without it the certificate is suspended.",
        ),
        (
            "courses: [{ id: a, certificate: d, needed: active_always }]".to_owned(),
            "  - a: hold the certificate of d, all the time: without it the certificate is suspended.",
        ),
        (
            one("measures: [{ id: m, observed: 'x:y', course: a }]"),
            "  - m, level 3 (behaviour): whether it is done at work, as others see it, after a.",
        ),
        (
            one("measures: [{ id: m, survey: 'x:y', course: a }]"),
            "  - m, level 1 (reaction): how learners rate it, of a.",
        ),
        (
            one("measures: [{ id: m, learning: attempts, course: a, target: 2 }]"),
            "  - m, level 2 (learning): how many attempts people make up to the first pass, of a; at most 2 is the target.",
        ),
    ] {
        let yaml = format!("curriculum: c\ntitle: C\naudience: {{ roles: [r] }}\n{definition}\n");
        let words = curriculum(&yaml).describe();
        assert!(words.lines().any(|own| own == line), "{line}\n{words}");
    }
}

/// Who must do it: an article by the sound, the group, or anybody.
#[test]
fn who_must_do_it() {
    for (audience, subject) in [
        ("roles: [driver]", "A driver who takes up the role today must"),
        (
            "roles: [operator]",
            "An operator who takes up the role today must",
        ),
        ("roles: [FST-1]", "An FST-1 who takes up the role today must"),
        ("roles: [Foreman]", "A Foreman who takes up the role today must"),
        ("roles: [BOSS]", "A BOSS who takes up the role today must"),
        (
            "roles: [Engineer]",
            "An Engineer who takes up the role today must",
        ),
        (
            "groups: [site-a, site-b]",
            "Somebody in the group site-a or site-b hired today must",
        ),
        ("groups: [site-a], everyone: true", "Somebody hired today must"),
        ("roles: [driver], everyone: true", "Somebody hired today must"),
        ("everyone: true", "Somebody hired today must"),
    ] {
        let words = curriculum(&format!(
            "curriculum: c\ntitle: C\naudience: {{ {audience} }}\ndue: 30 days\n\
             courses: [{{ id: a, activity: https://courses.example.com/a }}]\n"
        ))
        .describe();
        assert!(
            words.contains(&format!("{subject} pass a within 30 days.")),
            "{subject}\n{words}"
        );
    }
}
