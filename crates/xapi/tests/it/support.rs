//! Statements made by changing one member of a plain one.

use serde_json::Value;
use xapi::{
    Limits, ReceivedStatement, Statements, ValidationError, Version, parse_statement, parse_statements,
};

pub(crate) const PLAIN: &str = r#"{
    "actor": {"objectType": "Agent", "name": "Ann", "mbox": "mailto:ann@example.com"},
    "verb": {"id": "http://example.com/verbs/did", "display": {"en": "did"}},
    "object": {"objectType": "Activity", "id": "http://example.com/activities/1"}
}"#;

/// The object of a plain SubStatement.
pub(crate) const SUB: &str = r#"{
    "objectType": "SubStatement",
    "actor": {"mbox": "mailto:ben@example.com"},
    "verb": {"id": "http://example.com/verbs/will"},
    "object": {"id": "http://example.com/activities/2"}
}"#;

pub(crate) const BOTH: [Version; 2] = Version::ALL;

/// `base` with the member at a dotted path set to `json`, whose text stays as it is.
pub(crate) fn with(base: &str, path: &str, json: &str) -> String {
    const HERE: &str = "the value goes here";
    changed(base, path, Some(HERE.into())).replace(&format!("{HERE:?}"), json)
}

pub(crate) fn without(base: &str, path: &str) -> String {
    changed(base, path, None)
}

fn changed(base: &str, path: &str, value: Option<Value>) -> String {
    let mut root: Value = serde_json::from_str(base).unwrap();
    let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = &mut root;
    for step in owner.split('.').filter(|step| !step.is_empty()) {
        place = match step.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[step],
        };
    }
    let owner = place
        .as_object_mut()
        .unwrap_or_else(|| panic!("{path} has no owner in {base}"));
    match value {
        Some(value) => drop(owner.insert(name.to_owned(), value)),
        None => drop(
            owner
                .shift_remove(name)
                .unwrap_or_else(|| panic!("{path} is not in {base}")),
        ),
    }
    root.to_string()
}

pub(crate) fn received(json: &str, version: Version) -> Result<ReceivedStatement, ValidationError> {
    parse_statement(json.as_bytes(), version, &Limits::default())
}

pub(crate) fn posted(json: &str, version: Version) -> Result<Statements, ValidationError> {
    parse_statements(json.as_bytes(), version, &Limits::default())
}

/// The body is accepted under these versions.
pub(crate) fn accepted(json: &str, versions: &[Version]) {
    for version in versions {
        if let Err(error) = received(json, *version) {
            panic!("{version} refuses {json}\n{error}");
        }
    }
}

/// The body is refused under these versions, and the error points to `path`.
pub(crate) fn refused(json: &str, versions: &[Version], path: &str) {
    for version in versions {
        match received(json, *version) {
            Ok(_) => panic!("{version} accepts {json}"),
            Err(error) => {
                assert_eq!(error.path(), path, "{version}: {error}\n{json}");
                assert!(!error.message().is_empty() && !error.rule().is_empty(), "{error}");
            }
        }
    }
}

/// Each value is accepted at a path of the base.
pub(crate) fn accepts(base: &str, path: &str, values: &[&str]) {
    for value in values {
        accepted(&with(base, path, value), &BOTH);
    }
}

/// Each value is refused at a path of the base, with an error that points to the path named beside it.
pub(crate) fn refuses(base: &str, path: &str, rows: &[(&str, &str)]) {
    for (value, at) in rows {
        refused(&with(base, path, value), &BOTH, at);
    }
}

/// Values that are of another kind than a string, all refused at the path itself.
pub(crate) fn refuses_but_strings(base: &str, path: &str) {
    for value in ["null", "true", "12345", r#"{"key":"value"}"#, "[]"] {
        refused(&with(base, path, value), &BOTH, &format!("$.{path}"));
    }
}
