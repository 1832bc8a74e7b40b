//! The Agents and Activities Resources (1.0.3, Communication 2.4 and 2.5).

use serde_json::json;
use store::{PersonRecord, Scope};
use xapi::Ifi;

use crate::harness::{Lab, encode, on_both_stores, statement};

on_both_stores!(
    an_unknown_agent_is_a_person_all_the_same,
    a_known_person_has_all_identifiers_for_those_who_may_see_them,
    an_unknown_activity_is_bare,
    definitions_are_merged,
);

async fn an_unknown_agent_is_a_person_all_the_same(lab: Lab) {
    for (agent, person) in [
        (
            json!({"mbox": "mailto:a@example.com", "name": "Ann"}),
            json!({"objectType": "Person", "name": ["Ann"], "mbox": ["mailto:a@example.com"]}),
        ),
        (
            json!({"objectType": "Agent", "openid": "http://a.example.com"}),
            json!({"objectType": "Person", "openid": ["http://a.example.com"]}),
        ),
        (
            json!({"mbox_sha1sum": "0123456789012345678901234567890123456789"}),
            json!({"objectType": "Person", "mbox_sha1sum": ["0123456789012345678901234567890123456789"]}),
        ),
        (
            json!({"account": {"homePage": "http://a.example.com", "name": "a\"b"}}),
            json!({"objectType": "Person", "account": [{"homePage": "http://a.example.com", "name": "a\"b"}]}),
        ),
    ] {
        let path = format!("/agents?agent={}", encode(&agent.to_string()));
        let answer = lab.get(&path).send().await.expect(200);
        assert_eq!(answer.json(), person);
        let etag = answer.header("etag").expect("an entity tag").to_owned();
        lab.get(&path)
            .header("If-None-Match", etag)
            .send()
            .await
            .expect(304);
        assert!(lab.head(&path).send().await.expect(200).body.is_empty());
    }
}

async fn a_known_person_has_all_identifiers_for_those_who_may_see_them(lab: Lab) {
    let ifis = vec![
        Ifi::mbox("mailto:ann@example.com").expect("an address"),
        Ifi::account("http://hr.example.com", "7").expect("an account"),
    ];
    let record = PersonRecord {
        id: "7".to_owned(),
        ifis,
        manager: None,
        body: json!({"id": "7"}).to_string(),
    };
    lab.store
        .put_people(vec![record])
        .await
        .expect("to keep a person");
    lab.create_key("reader", &[Scope::StatementsRead]).await;
    let path = format!("/agents?agent={}", encode(r#"{"mbox":"mailto:ann@example.com"}"#));
    assert_eq!(
        lab.get(&path).send().await.expect(200).json(),
        json!({"objectType": "Person", "mbox": ["mailto:ann@example.com"], "account": [{"homePage": "http://hr.example.com", "name": "7"}]})
    );
    assert_eq!(
        lab.get(&path).key("reader").send().await.expect(200).json(),
        json!({"objectType": "Person", "mbox": ["mailto:ann@example.com"]})
    );
}

async fn an_unknown_activity_is_bare(lab: Lab) {
    let answer = lab
        .get("/activities?activityId=http://example.com/never")
        .send()
        .await
        .expect(200);
    assert_eq!(
        answer.json(),
        json!({"objectType": "Activity", "id": "http://example.com/never"})
    );
    assert!(answer.header("etag").is_some());
}

async fn definitions_are_merged(lab: Lab) {
    let mut told = statement("ann", "did", "it");
    told["object"]["definition"] = json!({"name": {"en": "It"}, "type": "http://example.com/types/t", "extensions": {"http://e.com/n": "N"}});
    let text = told.to_string().replace("\"N\"", "1.50");
    lab.post("/statements")
        .header("Content-Type", "application/json")
        .body(text)
        .send()
        .await
        .expect(200);
    told["object"]["definition"] = json!({"name": {"de": "Es"}, "description": {"en": "That"}});
    lab.write(&told).await;
    let mut elsewhere = statement("ann", "did", "other");
    elsewhere["context"] = json!({"contextActivities": {"parent": [{"id": "http://example.com/activities/it", "definition": {"moreInfo": "http://example.com/more"}}]}});
    lab.write(&elsewhere).await;
    let path = format!(
        "/activities?activityId={}",
        encode("http://example.com/activities/it")
    );
    let answer = lab.get(&path).send().await.expect(200);
    let definition = &answer.json()["definition"];
    assert_eq!(definition["name"], json!({"en": "It", "de": "Es"}));
    assert_eq!(definition["description"], json!({"en": "That"}));
    assert_eq!(definition["type"], "http://example.com/types/t");
    assert_eq!(definition["moreInfo"], "http://example.com/more");
    assert!(
        answer.text().contains("1.50"),
        "numbers keep their text: {}",
        answer.text()
    );
}
