use super::*;

fn params(query: &str) -> Params {
    Params::of_query(query).expect("a query string")
}

#[test]
fn query_strings_are_decoded() {
    for (query, pairs) in [
        ("", vec![]),
        ("a=1&b=2", vec![("a", "1"), ("b", "2")]),
        ("a=1&&b", vec![("a", "1"), ("b", "")]),
        ("a%20b=c+d", vec![("a b", "c d")]),
        ("a=%C3%A4%3D%26", vec![("a", "ä=&")]),
        ("a=b=c", vec![("a", "b=c")]),
    ] {
        assert_eq!(params(query).iter().collect::<Vec<_>>(), pairs, "{query}");
    }
    for query in ["a=%", "a=%2", "a=%zz", "%=1", "a=%ff", "a=1&a=2", "a=1&%61=2"] {
        assert!(Params::of_query(query).is_err(), "{query}");
    }
    assert!(Params::of_query(&"a".repeat(MAX_LENGTH + 1)).is_err());
}

#[test]
fn only_known_parameters_in_their_case() {
    let known = ["statementId", "format"];
    assert!(params("statementId=1&format=ids").only(&known).is_ok());
    for (query, hint) in [("StatementId=1", "statementId"), ("foo=1", "format"), ("", "")] {
        match params(query).only(&known) {
            Ok(()) => assert_eq!(query, ""),
            Err(problem) => assert!(problem.to_string().contains(hint), "{problem}"),
        }
    }
}

#[test]
fn values_are_read_strictly() {
    let boolean = |text: &str| params(&format!("x={text}")).boolean("x").ok();
    assert_eq!(
        ["true", "false", "TRUE", "1", ""].map(boolean),
        [Some(true), Some(false), None, None, None]
    );
    let integer = |text: &str| params(&format!("x={text}")).integer("x").ok().flatten();
    assert_eq!(
        ["0", "17", "99999999999999999999999", "-1", "%2B1", "1.0", "", "x"].map(integer),
        [Some(0), Some(17), Some(u64::MAX), None, None, None, None, None]
    );
    let uuid = |text: &str| params(&format!("x={text}")).uuid("x").is_ok();
    assert!(uuid("ec531277-b57b-4c15-8d91-d292c5b2b8f7"));
    assert!(uuid("EC531277-B57B-4C15-8D91-D292C5B2B8F7"));
    for text in [
        "ec531277b57b4c158d91d292c5b2b8f7",
        "{ec531277-b57b-4c15-8d91-d292c5b2b8f7}",
        "x",
        "",
        "ec531277-b57b-4c15-8d91-d292c5b2b8fz",
    ] {
        assert!(!uuid(text), "{text}");
    }
}
