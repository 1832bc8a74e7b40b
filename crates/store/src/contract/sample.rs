//! Statements to test with, made from their JSON as a request brings them.

use serde_json::{Value, json};
use uuid::Uuid;
use xapi::{Actor, Agent, Ifi, Iri, Limits, Timestamp, Version};

use crate::{NewStatement, StoredStatement};

/// The authority statements are kept under where a test does not say otherwise.
#[must_use]
pub fn authority() -> Ifi {
    Ifi::account("https://testamur.example/keys", "contract").expect("an account")
}

/// An agent by number.
#[must_use]
pub fn agent(number: usize) -> Ifi {
    Ifi::mbox(&format!("mailto:agent{number}@example.com")).expect("a mail address")
}

/// An activity by number.
#[must_use]
pub fn activity(number: usize) -> Iri {
    iri(&format!("https://example.com/activities/{number}"))
}

/// A verb by number.
#[must_use]
pub fn verb(number: usize) -> Iri {
    iri(&format!("https://example.com/verbs/{number}"))
}

/// An IRI from a text that is one.
#[must_use]
pub fn iri(text: &str) -> Iri {
    Iri::parse(text).expect("an IRI")
}

/// An agent as JSON.
#[must_use]
pub fn agent_json(ifi: &Ifi) -> Value {
    serde_json::from_str(&ifi.to_json()).expect("JSON")
}

/// A statement by agent, verb and activity number.
#[must_use]
pub fn simple(id: Uuid, agent_number: usize, verb_number: usize, activity_number: usize) -> Value {
    json!({
        "id": id,
        "actor": agent_json(&agent(agent_number)),
        "verb": {"id": verb(verb_number)},
        "object": {"id": activity(activity_number)},
    })
}

/// A statement whose object refers to another.
#[must_use]
pub fn reference(id: Uuid, agent_number: usize, verb_number: usize, target: Uuid) -> Value {
    let mut statement = simple(id, agent_number, verb_number, 0);
    statement["object"] = json!({"objectType": "StatementRef", "id": target});
    statement
}

/// A statement that voids another.
#[must_use]
pub fn voiding(id: Uuid, agent_number: usize, target: Uuid) -> Value {
    let mut statement = reference(id, agent_number, 0, target);
    statement["verb"]["id"] = json!(xapi::VOIDED);
    statement
}

/// Validates and seals a statement, as an ingest does, under an authority.
#[must_use]
pub fn sealed_by(statement: &Value, authority: &Ifi) -> NewStatement {
    let body = statement.to_string();
    let mut received = xapi::parse_statements(body.as_bytes(), Version::V2_0, &Limits::default())
        .unwrap_or_else(|error| panic!("{error}: {body}"))
        .statements;
    let received = received.remove(0);
    let id = received.statement().id.unwrap_or_else(Uuid::new_v4);
    let actor = Actor::Agent(Agent {
        name: None,
        ifi: authority.clone(),
    });
    NewStatement::new(received.seal(id, &actor), authority, true)
}

/// Validates and seals a statement under [`authority`].
#[must_use]
pub fn sealed(statement: &Value) -> NewStatement {
    sealed_by(statement, &authority())
}

/// A new random id.
#[must_use]
pub fn id() -> Uuid {
    Uuid::new_v4()
}

/// The ids of statements, in their order.
#[must_use]
pub fn ids(statements: &[StoredStatement]) -> Vec<Uuid> {
    statements.iter().map(|statement| statement.id).collect()
}

/// A moment, in microseconds.
#[must_use]
pub const fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}
