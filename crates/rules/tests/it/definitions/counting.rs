//! What is wrong in rules over several statements, and in what is held.

use rules::load;

use super::{GOOD, GOOD_GROUP, hold};

#[test]
fn broken_attempts() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "passing_score: 0.8",
            "attempts: last",
            7,
            "/courses/0/attempts",
            &["\"last\"", "latest"],
        ),
        (
            "passing_score: 0.8",
            "attempts: {}",
            7,
            "/courses/0/attempts",
            &["the mapping is empty", "maximum: 3"],
        ),
        (
            "passing_score: 0.8",
            "attempts: { maximum: 0 }",
            7,
            "/courses/0/attempts/maximum",
            &["found 0", "from 1"],
        ),
        (
            "passing_score: 0.8",
            "attempts: { maxim: 3 }",
            7,
            "/courses/0/attempts/maxim",
            &["did you mean \"maximum\"?"],
        ),
        (
            "passing_score: 0.8",
            "attempts: { cool_down: soon }",
            7,
            "/courses/0/attempts/cool_down",
            &["\"soon\"", "90 days"],
        ),
        (
            "passing_score: 0.8",
            "attempts: average",
            7,
            "/courses/0/attempts",
            &["no score for the average", "\"passing_score\" beside it"],
        ),
        (
            "passing_score: 0.8",
            "completion: true\n    attempts: latest",
            8,
            "/courses/0/attempts",
            &["no attempt can fail", "\"passing_score\" beside it"],
        ),
        (
            "activity: https://example.com/a",
            "certificate: other\n    attempts: latest",
            7,
            "/courses/0/attempts",
            &["not statements"],
        ),
    ];
    hold(GOOD, table);
    let group: &[(&str, &str, usize, &str, &[&str])] = &[(
        "id: g\n",
        "id: g\n    attempts: latest\n",
        6,
        "/courses/0/attempts",
        &["a group has courses", "this at the courses in \"of\""],
    )];
    hold(GOOD_GROUP, group);
    // Each mistake is said once.
    for (good, old, new) in [
        (GOOD_GROUP, "id: g\n", "id: g\n    attempts: latest\n"),
        (
            GOOD,
            "activity: https://example.com/a\n    passing_score: 0.8",
            "certificate: other\n    attempts: latest",
        ),
    ] {
        let errors = load("c.yaml", &good.replace(old, new)).unwrap_err();
        assert_eq!(errors.0.len(), 1, "{errors}");
    }
}

#[test]
fn broken_countings() {
    // Each is put in the place of the passing score of the first course.
    let table: &[(&str, &str, &[&str])] = &[
        ("count: 3", "count", &["found 3", "at_least: 3"]),
        ("count: { distinct: day }", "count", &["\"at_least\" is missing"]),
        (
            "count: { at_least: 2, distinct: week }",
            "count/distinct",
            &["\"week\"", "registration"],
        ),
        (
            "count: { at_least: 2, distinct: activity }",
            "count",
            &["differ in are 1", "\"match\""],
        ),
        (
            "count: { at_least: 2, within: ever }",
            "count/within",
            &["\"ever\"", "90 days"],
        ),
        (
            "sum: { of: result.length, at_least: 3 }",
            "sum/of",
            &["\"result.length\"", "result.duration"],
        ),
        (
            "sum: { of: result.duration, at_least: 3 }",
            "sum/at_least",
            &["10 hours"],
        ),
        (
            "sum: { of: result.duration, at_least: 1 month }",
            "sum/at_least",
            &["without months"],
        ),
        (
            "sum: { of: result.score.raw, at_least: 3 hours }",
            "sum/at_least",
            &["a number"],
        ),
        (
            "sum: { of: result.score.raw, at_least: lots }",
            "sum/at_least",
            &["\"lots\""],
        ),
        (
            "attempts: latest, count: { at_least: 2 }",
            "count",
            &["by \"attempts\" already", "one of"],
        ),
        ("absent: ever", "absent", &["\"ever\"", "90 days"]),
        (
            "absent: 90 days, completion: true",
            "completion",
            &["nothing happening for 90 days", "\"where\" and \"by\""],
        ),
        (
            "absent: 90 days, passing_score: 0.8",
            "passing_score",
            &["which nobody can pass"],
        ),
        (
            "absent: 90 days, after: b",
            "after",
            &["nothing happening for 90 days"],
        ),
        (
            "observed_by: somebody",
            "observed_by",
            &["\"somebody\"", "\"instructor\""],
        ),
        (
            "observed_by: [other, nobody]",
            "observed_by/1",
            &["\"nobody\"", "\"instructor\""],
        ),
        (
            "not_before: 60 days",
            "not_before",
            &["\"60 days\"", "after basics"],
        ),
        (
            "not_before: 60 days after c",
            "not_before",
            &["no course with the id \"c\""],
        ),
        (
            "not_before: 60 days after a",
            "not_before",
            &["wait for each other: a waits for a"],
        ),
        (
            "not_before: 60 days after b",
            "not_before",
            &["wait for each other"],
        ),
        ("satisfied: 'x:y'", "satisfied", &["only a group"]),
    ];
    for (new, path, parts) in table {
        let text = GOOD.replace(
            "  - id: a\n    activity: https://example.com/a\n    passing_score: 0.8\n",
            &format!("  - {{ id: a, activity: 'https://example.com/a', {new} }}\n"),
        );
        let errors = load("c.yaml", &text)
            .err()
            .unwrap_or_else(|| panic!("{new:?} is accepted"));
        // What waits in a circle is told at one that waits.
        let paths = [format!("/courses/0/{path}"), "/courses/1/after".to_owned()];
        let found = errors.0.iter().find(|own| paths.contains(&own.path));
        let found = found.unwrap_or_else(|| panic!("{new:?}: {errors}")).to_string();
        for part in *parts {
            assert!(found.contains(part), "{part:?} is not in: {found}");
        }
    }
    let group: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "id: g\n",
            "id: g\n    count: { at_least: 2 }\n",
            6,
            "/courses/0/count",
            &["a group has courses"],
        ),
        (
            "id: g\n",
            "id: g\n    absent: 1 day\n",
            6,
            "/courses/0/absent",
            &["a group has courses"],
        ),
        (
            "id: g\n",
            "id: g\n    not_before: 1 day after h\n",
            6,
            "/courses/0/not_before",
            &["a group has courses"],
        ),
        (
            "id: g\n",
            "id: g\n    satisfied: no iri\n",
            6,
            "/courses/0/satisfied",
            &["\"no iri\""],
        ),
    ];
    hold(GOOD_GROUP, group);
}

#[test]
fn what_is_held_is_met_by_nothing_else() {
    let definition = |course: &str| {
        format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses:\n  - {{ id: a, {course} }}\n"
        )
    };
    for (course, error) in [
        (
            "credential: https://x.example/c, certificate: d",
            "/courses/0/certificate: a credential of an outside issuer meets it already; expected either \
             \"credential\" or \"certificate\"; two courses, in a group with \"at_least: 1\", for one of both",
        ),
        (
            "certificate: d, passing_score: 0.8",
            "/courses/0/passing_score: a credential or certificate meets it, not statements; expected no \
             such member, or \"activity\" instead",
        ),
        (
            "activity: https://x.example/a, issuer: https://x.example",
            "/courses/0/issuer: only a credential has an issuer; expected \"credential\" beside it, or no \
             such member",
        ),
        (
            "activity: https://x.example/a, needed: active_always",
            "/courses/0/needed: only a certificate or a credential can be needed all the time; expected \"certificate\" or \"credential\" \
             beside it, or no such member",
        ),
        (
            "certificate: c",
            "/courses/0/certificate: the curriculum asks for its own certificate; expected the id of \
             another curriculum",
        ),
        (
            "certificate: d, needed: sometimes",
            "/courses/0/needed: found \"sometimes\"; expected \"active_at_award\" (that credential or certificate must be \
             in force when this one is awarded or renewed) or \"active_always\" (while it is not in force, this one is \
             suspended)",
        ),
        (
            "credential: no iri",
            "/courses/0/credential: found \"no iri\"; expected an IRI with a scheme, such as \
             \"https://example.com/course\"",
        ),
    ] {
        let found = rules::load("t.yaml", &definition(course))
            .unwrap_err()
            .to_string();
        assert_eq!(found.split_once(": ").unwrap().1, error, "{course}");
    }
}

#[test]
fn what_waits_for_what() {
    let with = |a: &str, b: &str| {
        load(
            "c.yaml",
            &format!(
                "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses:\n  \
                 - {{ id: a, activity: 'x:a', {a} }}\n  - {{ id: b, activity: 'x:b', {b} }}\n  \
                 - {{ id: c, activity: 'x:c' }}\n"
            ),
        )
    };
    let said = |a: &str, b: &str| -> Vec<String> {
        let errors = with(a, b).err().map_or_else(Vec::new, |errors| errors.0);
        errors.into_iter().map(|finding| finding.message).collect()
    };
    // A required course cannot wait for a suggested one.
    let wait = "not_before: 1 day after b";
    assert_eq!(
        said(wait, "suggested: true"),
        ["the course \"b\" is only suggested, and a required one cannot wait for it"]
    );
    for (a, b) in [
        (format!("{wait}, suggested: true"), "suggested: true"),
        (format!("{wait}, suggested: true"), "completion: true"),
        (wait.to_owned(), "completion: true"),
    ] {
        assert_eq!(said(&a, b), [""; 0], "{a} {b}");
    }
    // Each circle is said once, and that something comes after itself is not said as a circle.
    assert_eq!(
        said("after: a", "after: a"),
        ["the course \"a\" comes after itself"]
    );
    assert_eq!(
        said("after: b", "after: a"),
        ["the courses wait for each other: a waits for b waits for a"]
    );
    let mut both = said("after: [b, a]", "after: a");
    both.sort();
    assert_eq!(
        both,
        [
            "the course \"a\" comes after itself",
            "the courses wait for each other: a waits for b waits for a"
        ]
    );
}

#[test]
fn as_many_activities_as_times_differ() {
    for (activities, is_enough) in [("['x:a', 'x:b']", true), ("['x:a']", false)] {
        let found = load(
            "c.yaml",
            &format!(
                "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\n\
                 courses: [{{ id: a, activity: {activities}, count: {{ at_least: 2, distinct: activity }} }}]\n"
            ),
        );
        assert_eq!(found.is_ok(), is_enough, "{activities}");
    }
}

#[test]
fn what_nobody_does_renews_nothing() {
    let absence = "{ id: clean, activity: 'https://example.com/incident', absent: 90 days }";
    let other = "{ id: other, activity: 'https://example.com/other' }";
    let definition = |courses: &str, certification: &str| {
        format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses: [{courses}]\ncertification: \
             {{ {certification} }}\n"
        )
    };
    let renewal = |courses: &str| format!("validity: 1 year, renewal: {{ courses: [{courses}] }}");
    let both = format!("{absence}, {other}");
    let group = |needs: &str, worth: &str| {
        let parts = [absence, other].map(|part| part.replace(" }", &format!("{worth} }}")));
        format!("{{ id: some, {needs} of: [{}] }}", parts.join(", "))
    };
    let yearly = || "validity: 1 year".to_owned();
    for (courses, certification, path) in [
        (absence, "validity: 1 year".to_owned(), Some("/courses")),
        (absence, "expires_on: 31 December".to_owned(), Some("/courses")),
        (absence, "title: Clean".to_owned(), None),
        (&both, "validity: 1 year".to_owned(), None),
        (
            other,
            renewal(&absence.replace("clean", "still")),
            Some("/certification/renewal/courses"),
        ),
        (other, renewal(&both.replace("id: other", "id: again")), None),
        // What is not needed beside it makes no difference.
        (&group("", ""), yearly(), None),
        (&group("at_least: 1,", ""), yearly(), Some("/courses")),
        (&group("at_least: 2,", ""), yearly(), None),
        (&group("points: 3,", ", worth: 2"), yearly(), None),
        (&group("points: 2,", ", worth: 2"), yearly(), Some("/courses")),
        (
            &group("at_least: 1, satisfied: 'https://example.com/block',", ""),
            yearly(),
            None,
        ),
        (
            &format!("{absence}, {}", other.replace(" }", ", suggested: true }")),
            yearly(),
            Some("/courses"),
        ),
    ] {
        let text = definition(courses, &certification);
        let found = load("c.yaml", &text).err();
        let paths: Option<Vec<String>> = found
            .as_ref()
            .map(|errors| errors.0.iter().map(|own| own.path.clone()).collect());
        assert_eq!(paths, path.map(|path| vec![path.to_owned()]), "{text}");
        if let Some(errors) = found {
            let said = errors.to_string();
            assert!(said.contains("nothing anybody does would renew it"), "{said}");
            assert!(
                said.contains("shown beside it, not only as one of several that would do"),
                "{said}"
            );
        }
    }
}
