//! Versions of the standard (1.0.3, Communication 3.3).

use serde_json::json;
use store::Scope;

use crate::harness::{Lab, on_both_stores, statement};

on_both_stores!(
    versions_are_negotiated,
    every_answer_names_its_version,
    a_2_0_statement_is_read_under_1_0,
    a_1_0_statement_is_read_under_2_0,
    what_only_2_0_knows_is_refused_under_1_0,
);

async fn versions_are_negotiated(lab: Lab) {
    for (version, answered) in [
        ("1.0", "1.0.3"),
        ("1.0.0", "1.0.3"),
        ("1.0.1", "1.0.3"),
        ("1.0.2", "1.0.3"),
        ("1.0.3", "1.0.3"),
        ("1.0.9", "1.0.3"),
        ("2.0", "2.0.0"),
        ("2.0.0", "2.0.0"),
        ("2.0.1", "2.0.0"),
    ] {
        let answer = lab.get("/statements").version(version).send().await.expect(200);
        assert_eq!(
            answer.header("x-experience-api-version"),
            Some(answered),
            "{version}"
        );
    }
    for version in [
        "0.9",
        "0.95",
        "1.1.0",
        "1.1",
        "2.1.0",
        "3.0.0",
        "1",
        "2",
        "1.0.",
        "1.0.x",
        "latest",
        "1.0.3, 2.0.0",
        "",
    ] {
        let problem = lab
            .get("/statements")
            .version(version)
            .send()
            .await
            .expect(400)
            .json();
        assert_eq!(problem["header"], "X-Experience-API-Version", "{version}");
    }
}

async fn every_answer_names_its_version(lab: Lab) {
    // A key is answered in the version it last spoke where a request names none.
    for (version, answered) in [("1.0.2", "1.0.3"), ("2.0.0", "2.0.0"), ("1.0.3", "1.0.3")] {
        lab.get("/statements").version(version).send().await.expect(200);
        let refused = lab.get("/statements").no_version().send().await.expect(400);
        assert_eq!(refused.header("x-experience-api-version"), Some(answered));
    }
    for answer in [
        lab.get("/nothing").send().await.expect(404),
        lab.delete("/statements").send().await.expect(405),
        lab.get("/statements?x=1").send().await.expect(400),
        lab.post("/statements").json(&json!(1)).send().await.expect(400),
        lab.head("/statements").send().await.expect(200),
    ] {
        assert_eq!(answer.header("x-experience-api-version"), Some("1.0.3"));
    }
    lab.create_key("newcomer", &[Scope::All]).await;
    let refused = lab
        .get("/statements")
        .key("newcomer")
        .no_version()
        .send()
        .await
        .expect(400);
    assert_eq!(refused.header("x-experience-api-version"), Some("2.0.0"));
}

async fn a_2_0_statement_is_read_under_1_0(lab: Lab) {
    let mut sent = statement("ann", "did", "it");
    sent["context"] = json!({
        "platform": "here",
        "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:bob@example.com"}}],
        "contextGroups": [{
            "objectType": "contextGroup",
            "group": {"objectType": "Group", "mbox": "mailto:team@example.com"},
            "relevantTypes": ["http://example.com/types/team"],
        }],
    });
    let ids = lab
        .post("/statements")
        .version("2.0.0")
        .json(&sent)
        .send()
        .await
        .expect(200)
        .json();
    let path = format!("/statements?statementId={}", ids[0].as_str().expect("an id"));

    let new = lab.get(&path).version("2.0.0").send().await.expect(200).json();
    assert_eq!(new["version"], "2.0.0");
    assert_eq!(new["context"], sent["context"]);
    let old = lab.get(&path).version("1.0.3").send().await.expect(200).json();
    assert_eq!(old["version"], "1.0.0");
    assert_eq!(old["context"], json!({"platform": "here"}));
    let listed = lab
        .get("/statements")
        .version("1.0.3")
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed["statements"][0], old);
    assert_eq!(
        lab.read(ids[0].as_str().expect("an id")).await,
        new,
        "what is kept stays as it is"
    );
}

async fn a_1_0_statement_is_read_under_2_0(lab: Lab) {
    let [id] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    let read = lab.read(&id).await;
    assert_eq!(read["version"], "1.0.0");
    assert_eq!(
        read,
        lab.get(&format!("/statements?statementId={id}"))
            .send()
            .await
            .expect(200)
            .json()
    );
}

async fn what_only_2_0_knows_is_refused_under_1_0(lab: Lab) {
    let mut sent = statement("ann", "did", "it");
    sent["context"] =
        json!({"contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:b@example.com"}}]});
    let problem = lab
        .post("/statements")
        .json(&sent)
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(problem["path"], "$.context.contextAgents");
    lab.post("/statements")
        .version("2.0.0")
        .json(&sent)
        .send()
        .await
        .expect(200);
}
