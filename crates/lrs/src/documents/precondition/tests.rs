use super::*;

fn conditions(if_match: Option<&str>, if_none_match: Option<&str>) -> Preconditions {
    let read = |text: &str| Tags::parse(text).expect("entity tags");
    Preconditions {
        if_match: if_match.map(read),
        if_none_match: if_none_match.map(read),
    }
}

#[test]
fn tags_are_read_as_clients_write_them() {
    let some = |tags: &[&str]| Some(Tags::Some(tags.iter().map(|tag| (*tag).to_owned()).collect()));
    for (text, read) in [
        ("*", Some(Tags::Any)),
        (" * ", Some(Tags::Any)),
        ("\"a\"", some(&["a"])),
        ("\"a\", \"b\"", some(&["a", "b"])),
        ("W/\"a\"", some(&["a"])),
        ("a", some(&["a"])),
        ("\"a-gzip\"", some(&["a"])),
        ("\"a-br\",\"b-zstd\"", some(&["a", "b"])),
        ("", None),
        (",", None),
        ("\"a", None),
        ("a\"b", None),
    ] {
        assert_eq!(Tags::parse(text), read, "{text}");
    }
}

#[test]
fn conditions_hold_or_412() {
    for (if_match, if_none_match, current, holds) in [
        (None, None, None, true),
        (None, None, Some("a"), true),
        (Some("\"a\""), None, Some("a"), true),
        (Some("\"a\""), None, Some("b"), false),
        (Some("\"a\""), None, None, false),
        (Some("\"b\", \"a\""), None, Some("a"), true),
        (Some("*"), None, Some("a"), true),
        (Some("*"), None, None, false),
        (None, Some("*"), None, true),
        (None, Some("*"), Some("a"), false),
        (None, Some("\"a\""), Some("a"), false),
        (None, Some("\"a\""), Some("b"), true),
        (None, Some("\"a\""), None, true),
        (Some("\"a\""), Some("*"), Some("a"), false),
    ] {
        let outcome = conditions(if_match, if_none_match).check(current);
        assert_eq!(
            outcome.is_ok(),
            holds,
            "{if_match:?} {if_none_match:?} {current:?}"
        );
        if let Err(problem) = outcome {
            assert_eq!(problem.status(), StatusCode::PRECONDITION_FAILED);
        }
    }
}

#[test]
fn a_put_without_condition() {
    use Kind::{ActivityProfile, AgentProfile, State};
    use Version::{V1_0, V2_0};
    for (kind, version, current, status) in [
        (State, V1_0, None, None),
        (State, V1_0, Some("a"), None),
        (State, V2_0, None, None),
        (State, V2_0, Some("a"), Some(StatusCode::CONFLICT)),
        (AgentProfile, V1_0, None, Some(StatusCode::BAD_REQUEST)),
        (AgentProfile, V1_0, Some("a"), Some(StatusCode::CONFLICT)),
        (AgentProfile, V2_0, None, None),
        (AgentProfile, V2_0, Some("a"), Some(StatusCode::CONFLICT)),
        (ActivityProfile, V1_0, None, Some(StatusCode::BAD_REQUEST)),
        (ActivityProfile, V1_0, Some("a"), Some(StatusCode::CONFLICT)),
        (ActivityProfile, V2_0, None, None),
        (ActivityProfile, V2_0, Some("a"), Some(StatusCode::CONFLICT)),
    ] {
        let outcome = conditions(None, None).check_put(current, kind, version);
        assert_eq!(
            outcome.err().map(|problem| problem.status()),
            status,
            "{kind:?} {version} {current:?}"
        );
    }
}
