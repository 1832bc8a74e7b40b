//! POST of a JSON object onto a JSON object: its members are set, all others stay (1.0.3, Communication 2.2).

use bytes::Bytes;
use web::Problem;
use xapi::{Limits, json};

use crate::refusal;

const RULE: &str = "xAPI 1.0.3 Communication 2.2";

/// Documents are their owner's: they may be deeper than statements.
fn limits() -> Limits {
    Limits {
        max_depth: 128,
        ..Limits::default()
    }
}

/// 400 unless `content` is a JSON object.
pub(super) fn check_object(content: &[u8]) -> Result<(), Problem> {
    object(content).map(|_| ())
}

/// 400 unless `content` is JSON, of whatever kind.
pub(super) fn check_json(content: &[u8]) -> Result<(), Problem> {
    json::parse(content, &limits())
        .map(|_| ())
        .map_err(|error| refusal::body(&error))
}

/// The old document with the members of the new one, each as the text it came as: members keep their place, new
/// ones follow.
pub(super) fn merge(old: &[u8], new: &[u8]) -> Result<Bytes, Problem> {
    let new = object(new)?;
    let old = object(old).map_err(|_| {
        refusal::at("$", RULE, "the document that is there is not a JSON object, so nothing can be merged into it; PUT replaces it")
    })?;
    let mut out = String::with_capacity(old.text().len() + new.text().len());
    let mut write = |name: &str, value: &str| {
        out.push(if out.is_empty() { '{' } else { ',' });
        json::write_string(name, &mut out);
        out.push(':');
        out.push_str(value);
    };
    for member in old.root().members().unwrap_or_default() {
        let value = new
            .root()
            .get(&member.name)
            .map_or_else(|| old.raw(&member.value), |value| new.raw(value));
        write(&member.name, value);
    }
    for member in new.root().members().unwrap_or_default() {
        if old.root().get(&member.name).is_none() {
            write(&member.name, new.raw(&member.value));
        }
    }
    if out.is_empty() {
        out.push('{');
    }
    out.push('}');
    Ok(Bytes::from(out))
}

fn object(content: &[u8]) -> Result<json::Document<'_>, Problem> {
    let document = json::parse(content, &limits()).map_err(|error| refusal::body(&error))?;
    if document.root().members().is_none() {
        return Err(refusal::at(
            "$",
            RULE,
            "a POSTed document must be a JSON object; PUT takes anything",
        ));
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_level_members_are_set_and_keep_their_text() {
        for (old, new, merged) in [
            ("{}", "{}", "{}"),
            ("{}", r#"{"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1}"#, "{}", r#"{"a":1}"#),
            (
                r#"{"x":"foo","y":"bar"}"#,
                r#"{"x":"bash","z":"faz"}"#,
                r#"{"x":"bash","y":"bar","z":"faz"}"#,
            ),
            (r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"b":3}}"#, r#"{"a":{"b":3}}"#),
            (
                r#"{"n":1.10,"m":1e400}"#,
                r#"{"k":0.30000000000000000001}"#,
                r#"{"n":1.10,"m":1e400,"k":0.30000000000000000001}"#,
            ),
            (r#"{ "a" : 1 }"#, r#"{"\u0061":2}"#, r#"{"a":2}"#),
            (r#"{"ä":null}"#, r#"{"b":[1, 2]}"#, r#"{"ä":null,"b":[1, 2]}"#),
        ] {
            let out = merge(old.as_bytes(), new.as_bytes()).expect("two objects");
            assert_eq!(out, merged, "{old} + {new}");
        }
    }

    #[test]
    fn only_objects_merge() {
        for (old, new) in [
            ("[]", "{}"),
            ("{}", "[]"),
            ("1", "{}"),
            ("{}", "nope"),
            ("", "{}"),
            ("{}", r#"{"a":1,"a":2}"#),
        ] {
            assert!(merge(old.as_bytes(), new.as_bytes()).is_err(), "{old} + {new}");
        }
    }
}
