//! Valid things, to send as they are or to break in one place. Every call gives new identifiers, so that cases
//! do not meet in the LRS.

mod attachment;
mod whole;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::tools::digest::sha1;

pub(crate) use attachment::{Data, linked_attachment};
pub(crate) use whole::{whole, whole_substatement};

/// The reserved verb (1.0.3, Data 2.3.2).
pub(crate) const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";
/// The verb of most samples.
pub(crate) const VERB: &str = "https://example.org/verbs/tried";

/// A new UUID, as text.
pub(crate) fn uuid() -> String {
    Uuid::new_v4().to_string()
}

/// A new IRI under the sample's own domain.
pub(crate) fn iri(kind: &str) -> String {
    format!("https://example.org/{kind}/{}", Uuid::new_v4())
}

/// A new agent, by its mail address.
pub(crate) fn agent() -> Value {
    json!({ "objectType": "Agent", "mbox": format!("mailto:{}@example.org", Uuid::new_v4().simple()) })
}

/// A kind of identifier, and a new agent that has one.
type Identifier = (&'static str, fn() -> Value);

/// All four kinds.
pub(crate) const IDENTIFIERS: [Identifier; 4] = [
    ("mbox", agent),
    (
        "mbox_sha1sum",
        || json!({ "objectType": "Agent", "mbox_sha1sum": sha1(uuid().as_bytes()) }),
    ),
    (
        "openid",
        || json!({ "objectType": "Agent", "openid": iri("people") }),
    ),
    (
        "account",
        || json!({ "objectType": "Agent", "account": { "homePage": "https://example.org", "name": uuid() } }),
    ),
];

/// A new identified group with one member.
pub(crate) fn group() -> Value {
    json!({
        "objectType": "Group",
        "mbox": format!("mailto:group-{}@example.org", Uuid::new_v4().simple()),
        "member": [agent()]
    })
}

/// A new anonymous group with these members.
pub(crate) fn anonymous_group(members: Vec<Value>) -> Value {
    json!({ "objectType": "Group", "member": members })
}

/// A new activity, without a definition.
pub(crate) fn activity() -> Value {
    json!({ "objectType": "Activity", "id": iri("activities") })
}

/// A new statement of the required members, with an id: new agent, new activity.
pub(crate) fn statement() -> Value {
    json!({
        "id": uuid(),
        "actor": agent(),
        "verb": { "id": VERB, "display": { "en": "tried" } },
        "object": activity()
    })
}

/// The same with this member in place of, or beside, its own.
pub(crate) fn with(member: &str, value: Value) -> Value {
    crate::tools::edit::set(statement(), &format!("/{member}"), value)
}

/// A reference to a statement.
pub(crate) fn reference(id: &str) -> Value {
    json!({ "objectType": "StatementRef", "id": id })
}

/// A statement that refers to another.
pub(crate) fn referring_to(id: &str) -> Value {
    with("object", reference(id))
}

/// A statement that voids another.
pub(crate) fn voiding(id: &str) -> Value {
    crate::tools::edit::set(
        referring_to(id),
        "/verb",
        json!({ "id": VOIDED, "display": { "en-US": "voided" } }),
    )
}

/// A SubStatement of the required members, new agent and new activity.
pub(crate) fn substatement() -> Value {
    json!({
        "objectType": "SubStatement",
        "actor": agent(),
        "verb": { "id": VERB, "display": { "en": "tried" } },
        "object": activity()
    })
}
