use serde_json::{Value, json};

use super::{activity, agent, group, iri, linked_attachment, reference, statement, uuid};
use crate::Version;
use crate::tools::edit::set;

fn definition() -> Value {
    json!({
        "name": { "en": "A question", "de-AT": "Eine Frage" },
        "description": { "en": "Which of these?" },
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "moreInfo": "https://example.org/questions/1",
        "interactionType": "choice",
        "correctResponsesPattern": ["b[,]a", "c"],
        "choices": [
            { "id": "a", "description": { "en": "The first" } },
            { "id": "b", "description": { "en": "The second" } },
            { "id": "c" }
        ],
        "extensions": { "https://example.org/extensions/weight": { "n": 3, "list": [2, 1, null] } }
    })
}

fn actor() -> Value {
    json!({
        "objectType": "Group",
        "name": "A team",
        "mbox": format!("mailto:team-{}@example.org", uuid()),
        "member": [
            { "objectType": "Agent", "name": "Ann", "account": { "homePage": "https://example.org", "name": uuid() } }
        ]
    })
}

fn result() -> Value {
    json!({
        "score": { "scaled": 0.875, "raw": 17.5, "min": 0, "max": 20 },
        "success": true,
        "completion": false,
        "response": "b[,]a",
        "duration": "PT1H2M3.45S",
        "extensions": { "https://example.org/extensions/tries": [3, 2, 1] }
    })
}

fn context(version: Version) -> Value {
    let context = json!({
        "registration": uuid(),
        "instructor": agent(),
        "team": group(),
        "contextActivities": {
            "parent": [activity()],
            "grouping": [activity(), activity()],
            "category": [activity()],
            "other": [activity()]
        },
        "revision": "3rd",
        "platform": "A course player",
        "language": "en-GB",
        "statement": reference(&uuid()),
        "extensions": { "https://example.org/extensions/seat": "12A" }
    });
    if version == Version::V1_0_3 {
        return context;
    }
    let agents = json!([{
        "objectType": "contextAgent", "agent": agent(), "relevantTypes": [iri("types")]
    }]);
    let groups = json!([{
        "objectType": "contextGroup", "group": group(), "relevantTypes": [iri("types")]
    }]);
    set(set(context, "/contextAgents", agents), "/contextGroups", groups)
}

/// A statement with every member that a client may send, each filled.
pub(crate) fn whole(version: Version) -> Value {
    let mut whole = statement();
    for (member, value) in [
        ("/actor", actor()),
        ("/object/definition", definition()),
        ("/result", result()),
        ("/context", context(version)),
        ("/timestamp", json!("2024-02-29T12:34:56.789Z")),
        ("/attachments", json!([linked_attachment()])),
    ] {
        whole = set(whole, member, value);
    }
    whole
}

/// A statement whose object is a SubStatement with every member that one may have.
pub(crate) fn whole_substatement(version: Version) -> Value {
    let mut inner = whole(version);
    if let Value::Object(members) = &mut inner {
        members.shift_remove("id");
        members.insert("objectType".to_owned(), json!("SubStatement"));
    }
    set(statement(), "/object", inner)
}
