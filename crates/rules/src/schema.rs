//! The first check of a definition: its shape, by `schemas/curriculum.schema.json`. What the schema says in
//! `description` is what people are told was expected.

use std::sync::LazyLock;

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde_json::Value;

use crate::source::{Problem, join};

const SCHEMA_TEXT: &str = include_str!("../../../schemas/curriculum.schema.json");

/// The text is part of the program, so whether it can be used is decided when the tests run.
static SCHEMA: LazyLock<Result<(Value, Validator), String>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA_TEXT).map_err(|error| error.to_string())?;
    let validator = jsonschema::options()
        .build(&schema)
        .map_err(|error| error.to_string())?;
    Ok((schema, validator))
});

/// Everything about the shape of a definition that the schema does not allow.
pub(crate) fn check(value: &Value) -> Vec<Problem> {
    match &*SCHEMA {
        Err(error) => vec![Problem::at(
            "",
            format!("the schema of curricula cannot be used: {error}"),
            "",
        )],
        Ok((schema, validator)) => validator
            .iter_errors(value)
            .flat_map(|error| problems(schema, &error))
            .collect(),
    }
}

fn problems(schema: &Value, error: &ValidationError<'_>) -> Vec<Problem> {
    let path = error.instance_path().as_str();
    let rule = parent(error.schema_path().as_str());
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| {
                let expected = known_members(schema, rule, name);
                Problem::at(
                    join(path, name),
                    format!("there is no member {name:?} here"),
                    expected,
                )
            })
            .collect(),
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let expected = description(schema, &format!("{rule}/properties/{name}"));
            vec![Problem::at(
                path,
                format!("{name:?} is missing"),
                format!("\"{name}\": {expected}"),
            )]
        }
        kind => vec![Problem::at(
            path,
            message(kind, error.instance()),
            description(schema, rule),
        )],
    }
}

fn message(kind: &ValidationErrorKind, found: &Value) -> String {
    match kind {
        ValidationErrorKind::Type { .. } => match found {
            Value::Null => String::from("there is no value"),
            Value::Object(_) => String::from("this is a mapping"),
            Value::Array(_) => String::from("this is a list"),
            other => format!("found {}", shown(other)),
        },
        ValidationErrorKind::MinItems { .. } => String::from("the list is empty"),
        ValidationErrorKind::MinProperties { .. } => String::from("the mapping is empty"),
        ValidationErrorKind::MinLength { .. } => String::from("the text is empty"),
        ValidationErrorKind::MaxLength { limit } => format!("the text is longer than {limit} characters"),
        ValidationErrorKind::MaxItems { limit } => format!("the list has more than {limit} entries"),
        ValidationErrorKind::UniqueItems => String::from("the list has the same entry twice"),
        _ => format!("found {}", shown(found)),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        None => text,
        Some((cut, _)) => format!("{}...", text.get(..cut).unwrap_or_default()),
    }
}

/// The description nearest to a place in the schema, by its pointer.
fn description<'s>(schema: &'s Value, pointer: &str) -> &'s str {
    let mut best = None;
    walk(schema, pointer, &mut |part, described| {
        // What the referring place says of itself is closer to the point than what it refers to.
        if let Some(text) = part
            .get("description")
            .and_then(Value::as_str)
            .filter(|_| !described)
        {
            best = Some(text);
        }
    });
    best.unwrap_or_default()
}

fn known_members(schema: &Value, pointer: &str, found: &str) -> String {
    let mut members: Vec<&str> = Vec::new();
    walk(schema, pointer, &mut |part, _| {
        if let Some(properties) = part.get("properties").and_then(Value::as_object) {
            members = properties.keys().map(String::as_str).collect();
        }
    });
    let meant = MEANT
        .iter()
        .find(|(word, member, _)| *word == found && members.contains(member));
    match (meant, closest(found, members.iter().copied())) {
        (Some((_, _, instead)), _) => (*instead).to_owned(),
        (None, Some(name)) => format!("one of the members that are allowed here; did you mean \"{name}\"?"),
        (None, None) => format!("one of {}", members.join(", ")),
    }
}

/// Words that people write for what has another name here: where this member is allowed, what to write instead.
const MEANT: &[(&str, &str, &str)] = &[
    ("any_of", "of", "\"of\" with the list, and \"at_least: 1\""),
    ("one_of", "of", "\"of\" with the list, and \"at_least: 1\""),
    ("all_of", "of", "\"of\" with the list: all of it is needed"),
    (
        "hours",
        "worth",
        "\"points\" at the group: how many are needed; \"worth\" at each course in it",
    ),
    (
        "credits",
        "worth",
        "\"points\" at the group: how many are needed; \"worth\" at each course in it",
    ),
    (
        "optional",
        "suggested",
        "\"suggested: true\" at a course that is not required",
    ),
    (
        "required",
        "suggested",
        "\"suggested: true\" at a course that is not required; all others are",
    ),
    (
        "mandatory",
        "suggested",
        "\"suggested: true\" at a course that is not required; all others are",
    ),
    (
        "require",
        "courses",
        "\"courses\", with \"suggested: true\" at those that are not required",
    ),
    (
        "suggest",
        "courses",
        "\"courses\", with \"suggested: true\" at those that are not required",
    ),
    (
        "prerequisite",
        "after",
        "\"after\" with the id of the course that comes first",
    ),
    (
        "prerequisites",
        "after",
        "\"after\" with the ids of the courses that come first",
    ),
    (
        "requires",
        "after",
        "\"after\" with the id of the course that comes first",
    ),
    ("pass_mark", "passing_score", "\"passing_score\", such as 80 %"),
    ("score", "passing_score", "\"passing_score\", such as 80 %"),
    ("deadline", "due", "\"due\", such as 30 days after hire"),
    (
        "expires",
        "validity",
        "\"validity\", such as 2 years, or \"expires_on\", such as 31 December",
    ),
    ("valid_for", "validity", "\"validity\", such as 2 years"),
    ("max", "maximum", "\"maximum\""),
];

/// Follows a pointer through the schema, through `$ref` where there is one, and shows every part on the way, and
/// whether the place that refers to it has a description of its own.
fn walk<'s>(schema: &'s Value, pointer: &str, see: &mut dyn FnMut(&'s Value, bool)) {
    let mut part = schema;
    see(part, false);
    for step in pointer.split('/').skip(1) {
        if step != "$ref" {
            let index = || part.get(step.parse::<usize>().ok()?);
            let Some(next) = part.get(step).or_else(index) else {
                return;
            };
            part = next;
            see(part, false);
        }
        let target = part
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|target| target.strip_prefix('#'));
        if let Some(target) = target.and_then(|target| schema.pointer(target)) {
            let described = part.get("description").is_some();
            part = target;
            see(part, described);
        }
    }
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The known word nearest to one that is not known, if it is near enough to be meant: two in five letters may differ.
pub fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, known)| {
            let letters = known.chars().count().max(word.chars().count());
            letters > 1 && *distance <= (letters * 2 / 5).max(1)
        })
        .min()
        .map(|(_, known)| known)
}
