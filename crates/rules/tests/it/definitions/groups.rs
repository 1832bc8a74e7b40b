//! What is wrong in groups.

use super::{GOOD_GROUP, hold};

#[test]
fn broken_groups() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "at_least: 1",
            "at_least: 3",
            6,
            "/courses/0/at_least",
            &["3 of 2", "at most 2"],
        ),
        (
            "at_least: 1",
            "at_least: 0",
            6,
            "/courses/0/at_least",
            &["found 0", "from 1"],
        ),
        (
            "at_least: 1",
            "at_least: some",
            6,
            "/courses/0/at_least",
            &["\"some\"", "a whole number"],
        ),
        (
            "at_least: 1",
            "atleast: 1",
            6,
            "/courses/0/atleast",
            &["did you mean \"at_least\"?"],
        ),
        (
            "at_least: 1",
            "completion: true",
            6,
            "/courses/0/completion",
            &["a group has courses"],
        ),
        (
            "at_least: 1",
            "activity: 'x:y'",
            6,
            "/courses/0/activity",
            &["a group has courses"],
        ),
        (
            "at_least: 1",
            "points: 1",
            8,
            "/courses/0/of/0",
            &["\"worth\" is missing"],
        ),
        (
            "at_least: 1",
            "worth: 1",
            6,
            "/courses/0/worth",
            &["nothing around it counts points"],
        ),
        (
            "points: 3",
            "points: 3.5",
            11,
            "/courses/1/points",
            &["worth 3 together", "at most 3"],
        ),
        (
            "points: 3",
            "points: 3\n    at_least: 1",
            11,
            "/courses/1/points",
            &["either"],
        ),
        (
            "points: 3",
            "points: 0",
            11,
            "/courses/1/points",
            &["found 0", "above 0"],
        ),
        (
            "worth: 1",
            "worth: -1",
            14,
            "/courses/1/of/1/worth",
            &["found -1"],
        ),
        (
            "worth: 1",
            "worth: 1, at_least: 1",
            14,
            "/courses/1/of/1/at_least",
            &["only a group"],
        ),
        (
            "worth: 1",
            "worth: 1, suggested: true",
            14,
            "/courses/1/of/1/suggested",
            &["on its own"],
        ),
        (
            "id: d",
            "id: a",
            14,
            "/courses/1/of/1/id",
            &["that of /courses/0/of/0"],
        ),
        (
            "example.com/d",
            "example.com/a",
            14,
            "/courses/1/of/1/activity",
            &["/courses/0/of/0/activity"],
        ),
        (
            "worth: 1",
            "worth: 1, after: h",
            14,
            "/courses/1/of/1/after",
            &["wait for each other: h waits for d"],
        ),
        (
            "points: 3",
            "points: 3\n    after: [d]",
            12,
            "/courses/1/after",
            &["wait for each other"],
        ),
        (
            "worth: 1",
            "worth: 1, after: e",
            14,
            "/courses/1/of/1/after/0",
            &["no course with the id \"e\""],
        ),
        ("at_least: 1", "suggested: true", 0, "", &[]),
        ("at_least: 1", "at_least: 2", 0, "", &[]),
        ("points: 3", "points: 3\n    after: g", 0, "", &[]),
    ];
    hold(GOOD_GROUP, table);
}
