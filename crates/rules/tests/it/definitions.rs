//! Definitions that are wrong, and what is said about them.

mod broken;
mod conditions;
mod counting;
mod escalation;
mod groups;
mod tiers;
mod whole;

use rules::load;

const GOOD: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses:
  - id: a
    activity: https://example.com/a
    passing_score: 0.8
  - id: b
    activity: https://example.com/b
    after: a
certification: { title: T, validity: 1 year }
";

const GOOD_GROUP: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses:
  - id: g
    at_least: 1
    of:
      - { id: a, activity: https://example.com/a }
      - { id: b, activity: https://example.com/b }
  - id: h
    points: 3
    of:
      - { id: c, activity: https://example.com/c, worth: 2 }
      - { id: d, activity: https://example.com/d, worth: 1 }
";

pub(crate) fn hold(good: &str, table: &[(&str, &str, usize, &str, &[&str])]) {
    load("c.yaml", good).unwrap();
    for (old, new, line, path, parts) in table {
        let text = good.replacen(old, new, 1);
        assert_ne!(text, good, "{old:?} is not there");
        let result = load("c.yaml", &text);
        if parts.is_empty() {
            result.unwrap_or_else(|errors| panic!("{new:?}: {errors}"));
            continue;
        }
        let errors = result.err().unwrap_or_else(|| panic!("{new:?} is accepted"));
        let finding = errors
            .0
            .iter()
            .find(|own| own.path == *path)
            .unwrap_or_else(|| panic!("{new:?}: {errors}"));
        assert_eq!(finding.line, Some(*line), "{new:?}: {errors}");
        for part in *parts {
            assert!(
                finding.to_string().contains(part),
                "{part:?} is not in: {finding}"
            );
        }
        assert!(
            finding.to_string().starts_with(&format!("c.yaml:{line}:")),
            "{finding}"
        );
        assert!(!finding.expected.is_empty(), "{finding}");
    }
}
