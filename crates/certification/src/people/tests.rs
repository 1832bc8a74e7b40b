use rules::{Finding, Leave, Person, Role};
use serde_json::{Value, json};
use xapi::Ifi;

use super::{PeopleErrors, SCHEMA, from_record, parse_csv, parse_json, parse_person, to_record};

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// Findings as `line path: message; expected`.
fn found<T: std::fmt::Debug>(result: Result<T, PeopleErrors>) -> Vec<String> {
    let say = |finding: Finding| {
        let line = finding.line.map(|line| format!("{line} ")).unwrap_or_default();
        format!(
            "{line}{}: {}; {}",
            finding.path, finding.message, finding.expected
        )
    };
    result.unwrap_err().0.into_iter().map(say).collect()
}

#[test]
fn every_column_is_read() {
    let text = "\u{feff}id,name,email,mbox,account_home_page,account_name,openid,roles,groups,manager,hired,time_zone,leaves,recognition\n\
        7,\"Ann, A.\",ann@example.com,ann@x.example,https://lms.example.com,ann,https://id.example.com/ann,\
        nurse; lead@2026-01-01 ;temp@2025-01-01..2025-06-30,Berlin;Nights,8,2024-02-29,Europe/Berlin,2026-03-01/2026-03-31; 2026-05-01/,true\n";
    let people = parse_csv("people.csv", text).unwrap();
    let role = |role: &str, since: Option<&str>, until: Option<&str>| Role {
        role: role.to_owned(),
        since: since.map(date),
        until: until.map(date),
    };
    let leave = |from: &str, until: Option<&str>| Leave {
        from: date(from),
        until: until.map(date),
    };
    assert_eq!(
        people,
        [Person {
            id: "7".to_owned(),
            name: Some("Ann, A.".to_owned()),
            email: Some("ann@example.com".to_owned()),
            identifiers: vec![
                Ifi::mbox("mailto:ann@x.example").unwrap(),
                Ifi::openid("https://id.example.com/ann").unwrap(),
                Ifi::account("https://lms.example.com", "ann").unwrap(),
            ],
            roles: vec![
                role("nurse", None, None),
                role("lead", Some("2026-01-01"), None),
                role("temp", Some("2025-01-01"), Some("2025-06-30")),
            ],
            groups: vec!["Berlin".to_owned(), "Nights".to_owned()],
            manager: Some("8".to_owned()),
            hired: Some(date("2024-02-29")),
            time_zone: Some("Europe/Berlin".to_owned()),
            leaves: vec![leave("2026-03-01", Some("2026-03-31")), leave("2026-05-01", None),],
            recognition: true,
            ..Person::default()
        }]
    );
}

#[test]
fn whoever_has_no_identifier_is_known_by_their_mail_address() {
    let people = parse_csv("people.csv", "email,id\nann@example.com,1\n,2\n").unwrap();
    let ifis: Vec<_> = people.iter().map(|person| person.identifiers.clone()).collect();
    assert_eq!(ifis, [vec![Ifi::mbox("mailto:ann@example.com").unwrap()], vec![]]);
}

#[test]
fn a_csv_file_is_told_what_is_wrong_by_line_and_column() {
    for (text, expected) in [
        (
            "",
            "1 id: there is no column \"id\"; a header with \"id\", such as id,name,email,roles",
        ),
        (
            "id,mail\n",
            "1 mail: there is no column \"mail\"; some of id, name, email, mbox, account_home_page, account_name, openid, roles, groups, manager, hired, time_zone, leaves, recognition",
        ),
        (
            "id;name\n1;Ann\n",
            "1 : the columns are not separated by commas; commas between columns: id,name",
        ),
        (
            "id,id\n",
            "1 id: the column \"id\" stands there twice; each column once",
        ),
        (
            "id,name\n1\n",
            "2 : the row has 1 fields; 2 fields, as the header has",
        ),
        (
            "id\n\"\"\n",
            "2 id: the id is \"\"; an id of 1 to 200 characters, such as a personnel number",
        ),
        (
            "id,hired\n1,31.1.2026\n",
            "2 hired: \"31.1.2026\" is not a date; a date such as 2026-01-31",
        ),
        (
            "id,hired\n1,2026-02-30\n",
            "2 hired: \"2026-02-30\" is not a date; a date such as 2026-01-31",
        ),
        (
            "id,roles\n1,nurse@spring\n",
            "2 roles: \"spring\" is not a date; a date such as 2026-01-31",
        ),
        (
            "id,roles\n1,nurse@2026-01-02..2026-01-01\n",
            "2 roles: the role \"nurse\" ends on 2026-01-01, before it begins on 2026-01-02; an end that is not before the beginning",
        ),
        (
            "id,recognition\n1,maybe\n",
            "2 recognition: \"maybe\" is neither true nor false; true or false",
        ),
        (
            "id,leaves\n1,spring\n",
            "2 leaves: \"spring\" is no time away; the first and the last day, such as 2026-03-01/2026-03-31, or 2026-03-01/ as long as there is no end",
        ),
        (
            "id,leaves\n1,2026-03-01/31.3.2026\n",
            "2 leaves: \"31.3.2026\" is not a date; a date such as 2026-01-31",
        ),
        (
            "id,leaves\n1,2026-03-02/2026-03-01\n",
            "2 leaves: a leave ends on 2026-03-01, before it begins on 2026-03-02; an end that is not before the beginning",
        ),
        (
            "id,time_zone\n1,Berlin\n",
            "2 time_zone: there is no time zone \"Berlin\"; an IANA name such as \"Europe/Berlin\"",
        ),
        (
            "id,manager\n1,1\n",
            "2 manager: they would be their own manager; the id of another person, or nothing",
        ),
        (
            "id,account_name\n1,ann\n",
            "2 account_home_page: the account has a name and no home page; both or neither",
        ),
        (
            "id,account_home_page\n1,https://x.example\n",
            "2 account_name: the account has a home page and no name; both or neither",
        ),
        (
            "id,email\n1,a@x.example\n\n1,b@x.example\n",
            "4 id: the id \"1\" stands at line 2 already; each person once",
        ),
        (
            "id,email\n1,a@x.example\n2,a@X.example\n",
            "3 identifiers: mailto:a@X.example belongs to the person at line 2 already; each identifier with one person only",
        ),
    ] {
        assert_eq!(found(parse_csv("people.csv", text)), [expected], "in {text:?}");
    }
}

#[test]
fn identifiers_that_are_none_are_told() {
    for (text, column) in [
        ("id,mbox\n1,ann\n", "2 mbox: this is no mbox"),
        ("id,openid\n1,ann\n", "2 openid: this is no openid"),
        (
            "id,account_home_page,account_name\n1,lms,ann\n",
            "2 account_home_page: this is no account_home_page",
        ),
        ("id,email\n1,ann\n", "2 email: found"),
    ] {
        let findings = found(parse_csv("people.csv", text));
        assert!(findings.first().unwrap().starts_with(column), "{findings:?}");
        assert_eq!(findings.len(), 1);
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let text = "id,hired,time_zone\n1,x,y\n2,z,\n";
    let lines: Vec<_> = parse_csv("people.csv", text)
        .unwrap_err()
        .0
        .iter()
        .map(|finding| finding.line.unwrap())
        .collect();
    assert_eq!(
        lines,
        [2, 3, 2],
        "what is wrong with the rows, then with the people in them"
    );
}

#[test]
fn a_file_of_nonsense_is_not_answered_with_a_book() {
    let rows: String = (0..5_000).map(|row| format!("{row},never\n")).collect();
    assert_eq!(
        parse_csv("people.csv", &format!("id,hired\n{rows}"))
            .unwrap_err()
            .0
            .len(),
        100
    );
}

#[test]
fn json_reads_roles_as_names_or_objects() {
    let text = r#"[{"id":"1","identifiers":[{"account":{"homePage":"https://lms.example.com","name":"ann"}},{"mbox":"mailto:a@x.example"}],
        "roles":["nurse",{"role":"lead","since":"2026-01-01"}]}]"#;
    let people = parse_json("people.json", text).unwrap();
    let person = people.first().unwrap();
    assert_eq!(
        person.identifiers.first(),
        Some(&Ifi::account("https://lms.example.com", "ann").unwrap()),
        "the order stays"
    );
    assert_eq!(
        person
            .roles
            .iter()
            .map(|role| (role.role.as_str(), role.since))
            .collect::<Vec<_>>(),
        [("nurse", None), ("lead", Some(date("2026-01-01")))]
    );
}

#[test]
fn json_is_told_what_is_wrong_by_pointer() {
    for (value, path) in [
        (json!({}), ""),
        (json!([1]), "/0"),
        (json!([{}]), "/0"),
        (json!([{"id": 1}]), "/0/id"),
        (json!([{"id": ""}]), "/0/id"),
        (json!([{"id": "1", "mail": "a@b.example"}]), "/0"),
        (json!([{"id": "1", "hired": "yesterday"}]), "/0/hired"),
        (json!([{"id": "1", "roles": [7]}]), "/0/roles/0"),
        (
            json!([{"id": "1", "roles": [{"role": "x", "since": "2026-13-01"}]}]),
            "/0/roles/0",
        ),
        (json!([{"id": "1", "identifiers": [{}]}]), "/0/identifiers/0"),
        (
            json!([{"id": "1", "identifiers": [{"mbox": "ann"}]}]),
            "/0/identifiers/0/mbox",
        ),
        (
            json!([{"id": "1", "identifiers": [{"mbox": "mailto:a@b.example", "openid": "https://x.example"}]}]),
            "/0/identifiers/0",
        ),
        (json!([{"id": "1", "time_zone": "Mars/Base"}]), "/0/time_zone"),
        (json!([{"id": "1", "manager": "1"}]), "/0/manager"),
        (json!([{"id": "1"}, {"id": "1"}]), "/1/id"),
        (
            json!([{"id": "1", "email": "a@b.example"}, {"id": "2", "email": "a@b.example"}]),
            "/1/identifiers",
        ),
    ] {
        let findings = parse_json("people.json", &value.to_string()).unwrap_err().0;
        assert_eq!(findings.first().unwrap().path, path, "in {value}: {findings:?}");
        assert!(
            findings
                .iter()
                .all(|finding| !finding.expected.is_empty() && !finding.message.is_empty()),
            "{findings:?}"
        );
    }
}

#[test]
fn text_that_is_no_json_is_told_by_line_and_column() {
    let findings = parse_json("people.json", "[\n{]").unwrap_err().0;
    let finding = findings.first().unwrap();
    assert_eq!((finding.line, finding.column), (Some(2), Some(2)));
}

#[test]
fn one_person_goes_by_the_id_they_are_put_under() {
    assert_eq!(parse_person("body", r#"{"name":"Ann"}"#, "7").unwrap().id, "7");
    assert_eq!(parse_person("body", r#"{"id":"7"}"#, "7").unwrap().id, "7");
    assert_eq!(
        found(parse_person("body", r#"{"id":"8"}"#, "7")),
        ["/id: the person is to be \"7\", and \"id\" is \"8\"; the same id, or none"]
    );
    assert!(!found(parse_person("body", "[]", "7")).is_empty());
}

#[test]
fn a_person_comes_back_from_the_store_as_they_went_in() {
    let text = "id,name,email,roles,hired\n7,Ann,ann@example.com,nurse@2026-01-01;lead,2024-02-29\n";
    let person = parse_csv("people.csv", text).unwrap().remove(0);
    assert_eq!(from_record(&to_record(&person).unwrap()).unwrap(), person);
}

#[test]
fn the_schema_compiles() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
}
