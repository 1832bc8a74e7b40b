use serde_json::json;

use super::*;

fn yaml(text: &str) -> Result<Source, Problem> {
    Source::read("c.yaml", text)
}

fn place(line: usize, column: usize) -> Option<Place> {
    Some(Place { line, column })
}

#[test]
fn yaml_becomes_values_with_places() {
    let source = yaml("a: 1\nb:\n  - x\n  - {c: 0.8, d: \"7\"}\ne: no\nf: ~\ng: -2\nh: 1.2.3\n").unwrap();
    assert_eq!(
        source.value,
        json!({"a": 1, "b": ["x", {"c": 0.8, "d": "7"}], "e": "no", "f": null, "g": -2, "h": "1.2.3"})
    );
    assert_eq!(source.place("/b"), place(2, 1));
    assert_eq!(source.place("/b/1"), place(4, 5));
    assert_eq!(source.place("/b/1/c"), place(4, 6));
    assert_eq!(source.place("/b/1/nowhere/at/all"), place(4, 5));
}

#[test]
fn words_are_no_numbers() {
    for text in ["inf", "nan", "-.inf", "e", "+-", "1_000", "1e", "0x10"] {
        assert_eq!(yaml(&format!("a: {text}\n")).unwrap().value, json!({ "a": text }));
    }
    assert_eq!(
        yaml("- +1\n- -2.50\n- 1e3\n- .5\n").unwrap().value,
        json!([1, -2.5, 1000.0, 0.5])
    );
}

#[test]
fn json_becomes_values_with_places() {
    let source = Source::read(
        "c.json",
        "{\n\t\"a\": 1,\n\t\"ü\": [\"x\", {\"c\": 8e-1}, null, true]\n}",
    )
    .unwrap();
    assert_eq!(source.value, json!({"a": 1, "ü": ["x", {"c": 0.8}, null, true]}));
    assert_eq!(source.place("/a"), place(2, 7));
    assert_eq!(source.place("/ü/1"), place(3, 13));
}

#[test]
fn json_is_known_by_its_first_character() {
    assert_eq!(
        yaml("\u{feff} \n {\"a\": \"\\u00e9\"}").unwrap().value,
        json!({"a": "é"})
    );
}

#[test]
fn aliases_are_followed() {
    let source = yaml("a: &x [1, 2]\nb: *x\n").unwrap();
    assert_eq!(source.value, json!({"a": [1, 2], "b": [1, 2]}));
    assert_eq!(source.place("/b/0"), place(2, 1));
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    for (text, line, part) in [
        ("a: [1\nb: 2\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 1, "a tab"),
        ("a: 1\na: 2\n", 2, "given twice"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document"),
        ("a: !secret x\n", 1, "tag"),
        ("? [x]\n: 1\n", 1, "name is not a text"),
        ("a: *nowhere\n", 1, "not YAML"),
        ("{\"a\": 1,\n \"a\": 2}", 2, "given twice"),
        ("{\"a\": 1,\n}", 2, "not JSON"),
        ("{\"a\": 1}\n x", 2, "not JSON"),
    ] {
        let problem = yaml(text).err().unwrap();
        assert!(problem.message.contains(part), "{text:?}: {problem:?}");
        assert_eq!(
            problem.place.map(|place| place.line),
            Some(line),
            "{text:?}: {problem:?}"
        );
    }
    assert!(yaml("").err().unwrap().message.contains("empty"));
    assert!(yaml("# nothing\n").is_err());
}

#[test]
fn what_cannot_be_read_is_said_with_its_column() {
    let problem = yaml("title: C\ncourses: [1, ]]\n").err().unwrap();
    assert_eq!(problem.place, place(2, 15), "{problem:?}");
    let problem = Source::read("c.json", "{\n  \"a\": x}").err().unwrap();
    assert_eq!(problem.place, place(2, 8), "{problem:?}");
}

#[test]
fn as_many_values_as_may_be() {
    // The mapping, two lists, the 1,000 values of `a`, each alias as many again.
    let text = |more: usize| {
        let items = "x, ".repeat(999);
        let aliases = "*a, ".repeat(40);
        format!("a: &a [{items}]\nb: [{aliases}]\nc: [{}]\n", "x, ".repeat(more))
    };
    let rest = 50_000 - (1 + 1_000 + 1 + 40_000 + 1);
    assert!(yaml(&text(rest)).is_ok());
    assert!(
        yaml(&text(rest + 1))
            .err()
            .unwrap()
            .message
            .contains("too many values")
    );
}

#[test]
fn as_deep_as_may_be() {
    // What is nested so many levels deep, and as much deeper again where an alias repeats it.
    let lists = |levels: usize| format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
    let members = |levels: usize| format!("{}x{}", "{b: ".repeat(levels), "}".repeat(levels));
    for anchored in [lists(10), members(10)] {
        for (around, is_read) in [(0, true), (21, true), (22, false), (23, false), (30, false)] {
            let text = format!(
                "a: &a {anchored}\nc: {}*a{}\n",
                "[".repeat(around),
                "]".repeat(around)
            );
            match yaml(&text) {
                Ok(_) => assert!(is_read, "{text}"),
                Err(problem) => {
                    assert!(!is_read && problem.message.contains("too deeply"), "{problem:?}");
                    assert_eq!(problem.place, place(2, 4 + around), "{text}");
                }
            }
        }
    }
    for (levels, is_read) in [(32, true), (33, false)] {
        let (open, close) = ("{\"a\": ".repeat(levels), "}".repeat(levels));
        let found = Source::read("c.json", &format!("{open}1{close}"));
        assert_eq!(found.is_ok(), is_read, "{levels}");
    }
}

#[test]
fn as_long_as_may_be() {
    for (length, is_read) in [(1024 * 1024, true), (1024 * 1024 + 1, false)] {
        let text = format!("a: {}", "x".repeat(length - 3));
        assert_eq!(yaml(&text).is_ok(), is_read, "{length}");
    }
}

#[test]
fn a_small_text_cannot_become_a_large_value() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let inner = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            inner.trim_end_matches(", ")
        ));
    }
    let many = yaml(&bomb).err().unwrap();
    assert!(many.message.contains("too many values"));
    assert!(many.place.is_some_and(|place| place.line > 1), "{many:?}");

    let deep = format!("a: {}{}", "[".repeat(2_000), "]".repeat(2_000));
    assert!(yaml(&deep).is_err());
    for (levels, is_read) in [(32, true), (33, false)] {
        let lists = format!("x: 1\na: {}{}", "[".repeat(levels), "]".repeat(levels));
        let members = format!(
            "x: 1\na: {}{{}}{}",
            "{b: ".repeat(levels - 1),
            "}".repeat(levels - 1)
        );
        for text in [lists, members] {
            match yaml(&text) {
                Ok(_) => assert!(is_read, "{text}"),
                Err(problem) => {
                    assert!(!is_read && problem.message.contains("too deeply"), "{problem:?}");
                    assert_eq!(problem.place.map(|place| place.line), Some(2));
                }
            }
        }
    }
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(
        Source::read("c.json", &deep)
            .err()
            .unwrap()
            .message
            .contains("too deeply")
    );
    let chain: String = (1..40).fold(String::from("a0: &a0 [x]\n"), |text, level| {
        text + &format!("a{level}: &a{level} [*a{}]\n", level - 1)
    });
    assert!(yaml(&chain).err().unwrap().message.contains("too deeply"));

    let long = format!("a: {}", "x".repeat(2 * 1024 * 1024));
    assert!(yaml(&long).err().unwrap().message.contains("bytes"));
}
