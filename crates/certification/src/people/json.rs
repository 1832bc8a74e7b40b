//! People as JSON, checked against `schemas/people.schema.json`.

use std::sync::LazyLock;

use rules::{Finding, Person};
use serde_json::{Value, json};

use crate::people::{PeopleErrors, Placed, SCHEMA, finish, settle};
use crate::shape::{Shape, finding};

/// The schema as it ships; that it compiles is held by a test.
static SHAPE: LazyLock<Option<Shape>> = LazyLock::new(|| Shape::new(serde_json::from_str(SCHEMA).ok()?));

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
    let Some(shape) = SHAPE.as_ref() else {
        findings.push(finding(
            file,
            path,
            "the schema of people can not be used",
            "a program built with a valid schema",
        ));
        return None;
    };
    let wrong = shape.findings(file, path, &item);
    if !wrong.is_empty() {
        findings.extend(wrong);
        return None;
    }
    spell_out_roles(&mut item);
    match serde_json::from_value::<Person>(item) {
        Ok(person) => Some(person),
        Err(error) => {
            findings.push(finding(
                file,
                path,
                error.to_string(),
                "a person as in schemas/people.schema.json",
            ));
            None
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
