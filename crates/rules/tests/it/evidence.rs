//! What of a statement becomes evidence, and which statements are of interest.

use rules::{Ask, Evidence, Number};
use serde_json::{Value, json};
use xapi::{Ifi, Statement};

use crate::support::{FORKLIFT, at, course_iri, curriculum};

fn statement() -> Value {
    json!({
        "id": "11111111-1111-4111-8111-111111111111",
        "actor": {"objectType": "Agent", "account": {"homePage": "https://hr.example.com", "name": "p1"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {
            "objectType": "Activity",
            "id": "https://courses.example.com/basics",
            "definition": {"type": "http://adlnet.gov/expapi/activities/course"}
        },
        "result": {
            "success": true, "completion": true, "score": {"scaled": 0.8, "raw": 16, "min": 0, "max": 20},
            "duration": "PT12M", "extensions": {"https://example.com/tries": [1, {"x": null}]}
        },
        "context": {
            "registration": "22222222-2222-4222-8222-222222222222",
            "instructor": {"objectType": "Agent", "mbox": "mailto:kim@example.com"},
            "platform": "LMS",
            "contextActivities": {
                "parent": [{"id": "https://courses.example.com/parent"}],
                "grouping": [{"id": "https://courses.example.com/practice"}],
                "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}]
            },
            "extensions": {"https://example.com/proctored": true}
        },
        "timestamp": "2026-03-02T10:00:00.000Z",
        "stored": "2026-03-02T10:00:05.000Z",
        "authority": {"objectType": "Agent", "account": {"homePage": "https://lrs.example.com", "name": "key-1"}},
        "version": "1.0.3"
    })
}

fn read(statement: &Value) -> Statement {
    Statement::from_stored(&statement.to_string()).unwrap()
}

#[test]
fn everything_evaluation_may_ask_for() {
    let evidence = Evidence::from_statement(&read(&statement())).unwrap();
    assert_eq!(evidence.timestamp, at("2026-03-02T10:00:00Z"));
    assert_eq!(evidence.stored, at("2026-03-02T10:00:05Z"));
    assert_eq!(evidence.activity, course_iri("basics"));
    assert_eq!(evidence.parent, [course_iri("parent")]);
    assert_eq!(evidence.grouping, [course_iri("practice")]);
    assert_eq!((evidence.success, evidence.completion), (Some(true), Some(true)));
    assert_eq!(
        evidence.score.unwrap().scaled,
        Some(Number::parse("0.8").unwrap())
    );
    assert_eq!(evidence.duration.as_ref().unwrap().as_str(), "PT12M");
    assert_eq!(
        evidence.authority,
        Some(Ifi::account("https://lrs.example.com", "key-1").unwrap())
    );
    assert_eq!(
        evidence.instructor,
        Some(Ifi::mbox("mailto:kim@example.com").unwrap())
    );
    assert_eq!(
        evidence.result_extensions.values().next(),
        Some(&json!([1, {"x": null}]))
    );
    assert_eq!(evidence.context_extensions.values().next(), Some(&json!(true)));

    let json = serde_json::to_string(&evidence).unwrap();
    assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), evidence);
}

#[test]
fn what_is_no_evidence() {
    let change = |pointer: &str, value: Value| {
        let mut changed = statement();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed["context"].as_object_mut().unwrap().remove("platform");
        Evidence::from_statement(&read(&changed))
    };
    let agent = json!({"objectType": "Agent", "mbox": "mailto:kim@example.com"});
    assert_eq!(change("/object", agent.clone()), None);
    let group = json!({"objectType": "Group", "mbox": "mailto:all@example.com", "member": [agent]});
    assert_eq!(change("/actor", group), None);
    let reference = json!({"objectType": "StatementRef", "id": "33333333-3333-4333-8333-333333333333"});
    assert_eq!(change("/object", reference), None);
}

#[test]
fn interest_is_in_objects_and_related_activities() {
    let interest = curriculum(FORKLIFT).interest();
    let asks: Vec<Ask> = interest.asks().collect();
    assert_eq!(
        asks,
        ["basics", "history", "practice"].map(|id| Ask::Activity(course_iri(id)))
    );

    let mut other = statement();
    assert!(interest.concerns(&read(&other)));
    other["object"]["id"] = "https://courses.example.com/other".into();
    assert!(interest.concerns(&read(&other)), "its grouping is a course");
    other["context"]["contextActivities"]["grouping"] = json!([]);
    assert!(!interest.concerns(&read(&other)));

    let mut both = interest.clone();
    let yaml = FORKLIFT.replace("courses.example.com/basics", "courses.example.com/other");
    both.union(&curriculum(&yaml).interest());
    assert!(both.concerns(&read(&other)));
    assert_eq!(both.asks().count(), 4);
}
