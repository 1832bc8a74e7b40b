//! Keys and scopes (1.0.3, Communication 4.0 and 4.2).

use serde_json::json;
use store::Scope;

use crate::harness::{Answer, KEY, Lab, SECRET, encode, on_both_stores, query, statement};

on_both_stores!(
    without_a_good_key_401,
    each_scope_opens_its_own,
    mine_is_what_the_key_wrote,
    definitions_need_define,
    a_revoked_key_is_refused,
);

async fn without_a_good_key_401(lab: Lab) {
    for path in [
        "/statements",
        "/activities/state",
        "/agents",
        "/activities",
        "/agents/profile",
        "/activities/profile",
        "/nothing",
    ] {
        let refused = lab.get(path).anonymous().send().await.expect(401);
        assert!(
            refused
                .header("www-authenticate")
                .is_some_and(|challenge| challenge.starts_with("Basic"))
        );
        assert!(refused.header("x-experience-api-version").is_some());
        lab.get(path).key("nobody").send().await.expect(401);
        lab.get(path)
            .anonymous()
            .header("Authorization", "Basic:xyz")
            .send()
            .await
            .expect(401);
        lab.get(path)
            .anonymous()
            .header("Authorization", "Bearer xyz")
            .send()
            .await
            .expect(401);
        lab.get(path)
            .anonymous()
            .header("Authorization", "Basic ####")
            .send()
            .await
            .expect(401);
    }
    let answer = lab
        .post("/statements")
        .key("nobody")
        .json(&statement("ann", "did", "it"))
        .send()
        .await
        .expect(401);
    assert!(!answer.text().contains(SECRET));
    assert_eq!(lab.store.head().await.expect("a head").0, 0);
}

async fn each_scope_opens_its_own(lab: Lab) {
    let agent = json!({"mbox": "mailto:ann@example.com"}).to_string();
    let activity = "http://example.com/a";
    let state = format!(
        "/activities/state?{}",
        query(&[("agent", &agent), ("activityId", activity), ("stateId", "s")])
    );
    let agent_profile = format!(
        "/agents/profile?{}",
        query(&[("agent", &agent), ("profileId", "p")])
    );
    let activity_profile = format!(
        "/activities/profile?{}",
        query(&[("activityId", activity), ("profileId", "p")])
    );
    let agents = format!("/agents?agent={}", encode(&agent));
    let activities = format!("/activities?activityId={}", encode(activity));
    lab.put(&state).body("x").send().await.expect(204);
    lab.put(&agent_profile)
        .header("If-None-Match", "*")
        .body("x")
        .send()
        .await
        .expect(204);
    lab.put(&activity_profile)
        .header("If-None-Match", "*")
        .body("x")
        .send()
        .await
        .expect(204);

    // What a key with one scope may do: write and read statements, write and read state, and so on.
    for (scope, allowed) in [
        (Scope::StatementsWrite, "1000000000"),
        (Scope::StatementsReadMine, "0100000011"),
        (Scope::StatementsRead, "0100000011"),
        (Scope::State, "0011000011"),
        (Scope::Profile, "0000111111"),
        (Scope::Define, "0000000011"),
        (Scope::AllRead, "0101010111"),
        (Scope::All, "1111111111"),
        (Scope::Admin, "0000000000"),
    ] {
        let key = scope.as_str().replace('/', "-");
        lab.create_key(&key, &[scope]).await;
        let answers: [Answer; 10] = [
            lab.post("/statements")
                .key(&key)
                .json(&statement("ann", "did", "it"))
                .send()
                .await,
            lab.get("/statements").key(&key).send().await,
            lab.put(&state).key(&key).body("x").send().await,
            lab.get(&state).key(&key).send().await,
            lab.put(&agent_profile)
                .key(&key)
                .header("If-Match", "*")
                .body("x")
                .send()
                .await,
            lab.get(&agent_profile).key(&key).send().await,
            lab.put(&activity_profile)
                .key(&key)
                .header("If-Match", "*")
                .body("x")
                .send()
                .await,
            lab.get(&activity_profile).key(&key).send().await,
            lab.get(&agents).key(&key).send().await,
            lab.get(&activities).key(&key).send().await,
        ];
        let found: String = answers
            .iter()
            .map(|answer| if answer.status.is_success() { '1' } else { '0' })
            .collect();
        assert_eq!(found, allowed, "{scope}");
        for answer in answers {
            if !answer.status.is_success() {
                let problem = answer.expect(403).json();
                assert_eq!(problem["code"], "scope-missing");
                assert!(problem["scope"].is_string(), "{problem}");
            }
        }
    }
}

async fn mine_is_what_the_key_wrote(lab: Lab) {
    lab.create_key("one", &[Scope::StatementsWrite, Scope::StatementsReadMine])
        .await;
    let [others] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    let mine = lab
        .post("/statements")
        .key("one")
        .json(&statement("ann", "did", "that"))
        .send()
        .await
        .expect(200)
        .json();
    let mine = mine[0].as_str().expect("an id");

    let page = lab.get("/statements").key("one").send().await.expect(200).json();
    assert_eq!(page["statements"].as_array().expect("statements").len(), 1);
    assert_eq!(page["statements"][0]["id"], mine);
    assert_eq!(
        page["statements"][0]["authority"],
        json!({"objectType": "Agent", "account": {"homePage": crate::harness::HOME_PAGE, "name": "one"}})
    );
    lab.get(&format!("/statements?statementId={mine}"))
        .key("one")
        .send()
        .await
        .expect(200);
    lab.get(&format!("/statements?statementId={others}"))
        .key("one")
        .send()
        .await
        .expect(404);
    assert_eq!(lab.ids("").await.len(), 2);
}

async fn definitions_need_define(lab: Lab) {
    lab.create_key("writer", &[Scope::StatementsWrite]).await;
    lab.create_key("definer", &[Scope::StatementsWrite, Scope::Define])
        .await;
    let mut told = statement("ann", "did", "it");
    told["object"]["definition"] = json!({"name": {"en": "It"}});
    let path = format!(
        "/activities?activityId={}",
        encode("http://example.com/activities/it")
    );

    lab.post("/statements")
        .key("writer")
        .json(&told)
        .send()
        .await
        .expect(200);
    assert!(
        lab.get(&path)
            .send()
            .await
            .expect(200)
            .json()
            .get("definition")
            .is_none()
    );
    lab.post("/statements")
        .key("definer")
        .json(&told)
        .send()
        .await
        .expect(200);
    assert_eq!(
        lab.get(&path).send().await.expect(200).json()["definition"]["name"]["en"],
        "It"
    );
}

async fn a_revoked_key_is_refused(lab: Lab) {
    lab.create_key("leaver", &[Scope::All]).await;
    lab.store
        .revoke_key("leaver", web::now())
        .await
        .expect("to revoke");
    lab.get("/statements").key("leaver").send().await.expect(401);
    lab.get("/statements").key(KEY).send().await.expect(200);
}
