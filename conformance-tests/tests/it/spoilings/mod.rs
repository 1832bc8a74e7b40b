//! The ways of spoiling, each with the requirement that must catch it.

mod attachments;
mod documents;
mod headers;
mod members;
mod memory;
mod queries;
mod requests;
mod resources;
mod statuses;
mod validation;

use conformance_tests::Version;
use serde_json::Value;

use crate::proxy::{Memory, Request, Response, Spoiling};

/// All of them.
pub(crate) fn all() -> Vec<Spoiling> {
    [
        headers::all(),
        statuses::all(),
        members::all(),
        memory::all(),
        queries::all(),
        validation::all(),
        attachments::all(),
        documents::all(),
        requests::all(),
        resources::all(),
    ]
    .concat()
}

/// The one of this name.
pub(crate) fn named(name: &str) -> Spoiling {
    let found = all().into_iter().find(|spoiling| spoiling.name == name);
    found.unwrap_or_else(|| panic!("no spoiling {name}"))
}

/// Spoils requests.
fn before(
    name: &'static str,
    caught_by: &'static str,
    before: fn(&mut Request, &mut Memory) -> Option<Response>,
) -> Spoiling {
    Spoiling {
        name,
        caught_by,
        version: Version::V2_0_0,
        before,
        after: |_, _, _| {},
    }
}

/// Spoils answers.
fn after(
    name: &'static str,
    caught_by: &'static str,
    after: fn(&Request, &mut Response, &mut Memory),
) -> Spoiling {
    Spoiling {
        name,
        caught_by,
        version: Version::V2_0_0,
        before: |_, _| None,
        after,
    }
}

impl Spoiling {
    /// The same, under 1.0.3.
    fn in_1_0_3(self) -> Self {
        Self {
            version: Version::V1_0_3,
            ..self
        }
    }
}

/// Changes every statement of an answer of the statements resource.
fn each_statement(request: &Request, response: &mut Response, change: fn(&mut Value)) {
    if !request.at("statements") || request.method != "GET" || response.status != 200 {
        return;
    }
    let Some(mut json) = response.json() else { return };
    match json.get_mut("statements").and_then(Value::as_array_mut) {
        Some(statements) => statements.iter_mut().for_each(change),
        None => change(&mut json),
    }
    response.set_json(&json);
}

/// Changes the list of a StatementResult.
fn list(request: &Request, response: &mut Response, change: impl FnOnce(&mut Vec<Value>)) {
    if !request.at("statements") || response.status != 200 {
        return;
    }
    let Some(mut json) = response.json() else { return };
    if let Some(statements) = json.get_mut("statements").and_then(Value::as_array_mut) {
        change(statements);
        response.set_json(&json);
    }
}

/// Changes every value of a JSON value, at every depth.
fn each_value(value: &mut Value, change: &dyn Fn(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_value(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_value(member, change)),
        _ => {}
    }
    change(value);
}
