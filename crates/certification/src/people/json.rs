//! People as JSON, checked against `schemas/people.schema.json`.

use std::sync::LazyLock;

use jsonschema::Validator;
use rules::{Finding, Person};
use serde_json::{Value, json};

use crate::people::{PeopleErrors, Placed, SCHEMA, finish, settle};

/// The schema as it ships; that it compiles is held by a test.
static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).ok()?;
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .ok()
});

/// Reads people from a JSON array of them. `file` is what the findings call it.
///
/// # Errors
/// All that is wrong, each with its JSON pointer.
pub fn parse_json(file: &str, text: &str) -> Result<Vec<Person>, PeopleErrors> {
    let value = parse(file, text)?;
    let Value::Array(items) = value else {
        return Err(one(
            file,
            None,
            None,
            "",
            "this is not an array",
            "a JSON array of people",
        ));
    };
    let mut findings = Vec::new();
    let mut people = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let path = format!("/{index}");
        if let Some(person) = read(file, &path, item, &mut findings) {
            people.push(Placed {
                person,
                line: None,
                path,
            });
        }
    }
    let people = settle(file, people, &mut findings);
    finish(people, findings)
}

/// Reads one person from a JSON object. Without a member `id` it gets `id`; with another one it is refused.
///
/// # Errors
/// All that is wrong, each with its JSON pointer.
pub fn parse_person(file: &str, text: &str, id: &str) -> Result<Person, PeopleErrors> {
    let mut value = parse(file, text)?;
    if let Value::Object(members) = &mut value {
        let given = members
            .entry("id")
            .or_insert_with(|| Value::String(id.to_owned()));
        if given.as_str() != Some(id) {
            let message = format!("the person is to be {id:?}, and \"id\" is {given}");
            return Err(one(file, None, None, "/id", &message, "the same id, or none"));
        }
    }
    let mut findings = Vec::new();
    let read = read(file, "", value, &mut findings);
    let placed = read
        .into_iter()
        .map(|person| Placed {
            person,
            line: None,
            path: String::new(),
        })
        .collect();
    let people = settle(file, placed, &mut findings);
    finish(people, findings)?.pop().ok_or_else(|| {
        one(
            file,
            None,
            None,
            "",
            "there is nobody in it",
            "one person as a JSON object",
        )
    })
}

fn parse(file: &str, text: &str) -> Result<Value, PeopleErrors> {
    serde_json::from_str(text).map_err(|error| {
        one(
            file,
            Some(error.line()),
            Some(error.column()),
            "",
            &error.to_string(),
            "JSON (RFC 8259)",
        )
    })
}

fn one(
    file: &str,
    line: Option<usize>,
    column: Option<usize>,
    path: &str,
    message: &str,
    expected: &str,
) -> PeopleErrors {
    PeopleErrors(vec![Finding {
        file: file.to_owned(),
        line,
        column,
        path: path.to_owned(),
        message: message.to_owned(),
        expected: expected.to_owned(),
    }])
}

/// One person, if the schema finds nothing wrong.
fn read(file: &str, path: &str, mut item: Value, findings: &mut Vec<Finding>) -> Option<Person> {
    let mut find = |at: String, message: String, expected: String| {
        findings.push(Finding {
            file: file.to_owned(),
            line: None,
            column: None,
            path: at,
            message,
            expected,
        });
    };
    let Some(validator) = VALIDATOR.as_ref() else {
        find(
            path.to_owned(),
            "the schema of people can not be used".to_owned(),
            "a program built with a valid schema".to_owned(),
        );
        return None;
    };
    let mut valid = true;
    for error in validator.iter_errors(&item) {
        valid = false;
        let at = format!("{path}{}", error.instance_path());
        let expected = expected_at(&error.schema_path().to_string());
        find(at, error.to_string(), expected);
    }
    if !valid {
        return None;
    }
    spell_out_roles(&mut item);
    match serde_json::from_value::<Person>(item) {
        Ok(person) => Some(person),
        Err(error) => {
            find(
                path.to_owned(),
                error.to_string(),
                "a person as in schemas/people.schema.json".to_owned(),
            );
            None
        }
    }
}

/// The schema's own words on what belongs where an error was found: the nearest `description` above it.
fn expected_at(schema_path: &str) -> String {
    let fallback = || "what schemas/people.schema.json describes".to_owned();
    let Ok(schema) = serde_json::from_str::<Value>(SCHEMA) else {
        return fallback();
    };
    let mut pointer = schema_path;
    loop {
        if let Some(Value::String(text)) = schema.pointer(pointer).and_then(|place| place.get("description"))
        {
            return text.clone();
        }
        match pointer.rsplit_once('/') {
            Some((above, _)) => pointer = above,
            None => return fallback(),
        }
    }
}

/// A role may be written as its name alone.
fn spell_out_roles(person: &mut Value) {
    if let Some(Value::Array(roles)) = person.get_mut("roles") {
        for role in roles {
            if role.is_string() {
                *role = json!({ "role": role.take() });
            }
        }
    }
}
