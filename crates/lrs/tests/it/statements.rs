//! PUT, POST and GET of single statements; immutability and voiding (1.0.3, Communication 2.1.1 and 2.1.2, Data 2.3).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Lab, on_both_stores, run_with, statement, with_id};

on_both_stores!(
    what_was_sent_comes_back,
    text_is_kept_as_it_was_sent,
    whatever_is_valid_comes_back,
    post_answers_ids_in_order,
    made_ids_are_those_of_rfc_4122,
    put_needs_its_id,
    the_same_again_changes_nothing,
    another_under_the_same_id_is_a_conflict,
    a_batch_is_kept_whole_or_not_at_all,
    the_same_id_twice_in_a_batch,
    an_empty_batch_is_nothing,
    authority_is_the_keys,
    voided_statements_are_found_as_such,
    voiding_comes_before_its_target,
    voiding_statements_can_not_be_voided,
    consistent_through_is_on_every_answer,
    head_is_get_without_a_body,
);

async fn one(lab: &Lab, id: &str) -> Answer {
    lab.get(&format!("/statements?statementId={id}")).send().await
}

async fn what_was_sent_comes_back(lab: Lab) {
    let mut sent = statement("ann", "passed", "exam");
    sent["result"] = json!({"score": {"scaled": 0.5}, "duration": "PT1H0M0.123S", "extensions": {"http://e.com/x": {"a": [1, null]}}});
    sent["timestamp"] = json!("2026-01-01T00:00:00.000+02:00");
    let id = Uuid::new_v4();
    let answer = lab
        .post("/statements")
        .json(&with_id(sent.clone(), id))
        .send()
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json(), json!([id.to_string()]));

    let answer = one(&lab, &id.to_string()).await.expect(200);
    let read = answer.json();
    for member in ["actor", "verb", "object", "result", "timestamp"] {
        assert_eq!(read[member], sent[member], "{member}");
    }
    assert_eq!(read["id"], id.to_string());
    assert_eq!(read["version"], "1.0.0");
    let stored = xapi::Timestamp::parse(read["stored"].as_str().expect("stored")).expect("a timestamp");
    let modified = answer.header("last-modified").expect("Last-Modified");
    let date = httpdate::parse_http_date(modified).expect("a date of HTTP");
    let seconds = date
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    assert_eq!(
        i64::try_from(seconds).expect("fits"),
        stored.as_micros() / 1_000_000
    );
    one(&lab, &Uuid::new_v4().to_string()).await.expect(404);
}

async fn text_is_kept_as_it_was_sent(lab: Lab) {
    let sent = concat!(
        r#"{"verb":{"display":{"zz-ZZ":"tat\u00e9"},"id":"http://example.com/did"},"actor":{"mbox":"mailto:a@example.com"},"#,
        r#""object":{"id":"http://example.com/a"},"result":{"score":{"raw":1.10,"max":1E2},"#,
        r#""extensions":{"http://e.com/n":123456789012345678901234567890.5000,"http://e.com/z":-0.0}}}"#,
    );
    let ids = lab
        .post("/statements")
        .header("Content-Type", "application/json")
        .body(sent)
        .send()
        .await
        .expect(200)
        .json();
    let text = one(&lab, ids[0].as_str().expect("an id"))
        .await
        .expect(200)
        .text();
    let members = sent.strip_suffix('}').expect("an object");
    assert!(text.starts_with(members), "{text}");
}

async fn whatever_is_valid_comes_back(lab: Lab) {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let some = proptest::collection::vec(xapi::testing::statement_json(), 1..20);
    for _ in 0..20 {
        let mut sent = some.new_tree(&mut runner).expect("statements").current();
        // Contents of attachments have tests of their own.
        sent.retain(|text| {
            let statement: Value = serde_json::from_str(text).expect("JSON");
            [&statement, &statement["object"]]
                .into_iter()
                .all(|part| part.get("attachments").is_none())
        });
        let body = format!("[{}]", sent.join(","));
        let answer = lab
            .post("/statements")
            .version("2.0.0")
            .header("Content-Type", "application/json")
            .body(body);
        let ids = answer.send().await.expect(200).json();
        for (sent, id) in sent.iter().zip(ids.as_array().expect("ids")) {
            let kept = lab.read(id.as_str().expect("an id")).await;
            let sent: Value = serde_json::from_str(sent).expect("JSON");
            for (name, value) in sent.as_object().expect("a statement") {
                // Single context activities come back in arrays (Data 2.4.6.2); what the server sets is its own.
                if !matches!(name.as_str(), "stored" | "authority" | "context" | "object") {
                    assert_eq!(&kept[name], value, "{name} of {sent}");
                }
            }
        }
    }
}

async fn post_answers_ids_in_order(lab: Lab) {
    let own = Uuid::new_v4().to_string();
    let mut second = statement("ann", "did", "two");
    second["id"] = json!(own);
    let ids = lab
        .write(&json!([
            statement("ann", "did", "one"),
            second,
            statement("ann", "did", "three")
        ]))
        .await;
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[1], own);
    for (id, activity) in ids.iter().zip(["one", "two", "three"]) {
        assert!(
            lab.read(id).await["object"]["id"]
                .as_str()
                .is_some_and(|iri| iri.ends_with(activity))
        );
    }
}

async fn made_ids_are_those_of_rfc_4122(lab: Lab) {
    let [id] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    let id = Uuid::try_parse(&id).expect("a UUID");
    // PyPI's tincan, for one, takes versions 1 to 5 and no others (Data 4.4).
    assert!((1..=5).contains(&id.get_version_num()), "{id}");
    assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
}

async fn put_needs_its_id(lab: Lab) {
    let id = Uuid::new_v4();
    let path = format!("/statements?statementId={id}");
    let sent = statement("ann", "did", "it");
    let answer = lab.put(&path).json(&sent).send().await.expect(204);
    assert!(answer.body.is_empty());
    assert_eq!(lab.read(&id.to_string()).await["id"], id.to_string());
    lab.put(&path)
        .json(&with_id(sent.clone(), id))
        .send()
        .await
        .expect(204);
    let upper = format!("/statements?statementId={}", id.to_string().to_uppercase());
    lab.put(&upper)
        .json(&with_id(sent.clone(), id))
        .send()
        .await
        .expect(204);

    let problem = lab
        .put(&path)
        .json(&with_id(sent.clone(), Uuid::new_v4()))
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(problem["path"], "$.id");
    lab.put("/statements").json(&sent).send().await.expect(400);
    lab.put(&path).json(&json!([sent])).send().await.expect(400);
    assert_eq!(lab.ids("").await.len(), 1);
}

async fn the_same_again_changes_nothing(lab: Lab) {
    let sent = with_id(statement("ann", "did", "it"), Uuid::new_v4());
    let id = sent["id"].as_str().expect("an id").to_owned();
    lab.write(&sent).await;
    let kept = lab.read(&id).await;
    let mut again = sent.clone();
    // What the standard does not compare: display, definitions, names.
    again["verb"]["display"] = json!({"en": "did"});
    assert_eq!(lab.write(&sent).await, std::slice::from_ref(&id));
    assert_eq!(lab.write(&again).await, std::slice::from_ref(&id));
    assert_eq!(
        lab.write(&json!([statement("ann", "did", "more"), sent]))
            .await
            .len(),
        2,
        "one known among new ones"
    );
    lab.put(&format!("/statements?statementId={id}"))
        .json(&sent)
        .send()
        .await
        .expect(204);
    assert_eq!(lab.read(&id).await, kept);
    assert_eq!(lab.ids("").await.len(), 2);
}

async fn another_under_the_same_id_is_a_conflict(lab: Lab) {
    let id = Uuid::new_v4();
    lab.write(&with_id(statement("ann", "did", "it"), id)).await;
    let kept = lab.read(&id.to_string()).await;
    let other = with_id(statement("bob", "did", "it"), id);

    let problem = lab
        .post("/statements")
        .json(&other)
        .send()
        .await
        .expect(409)
        .json();
    assert_eq!(
        (&problem["path"], &problem["statement"]),
        (&json!("$.id"), &json!(id.to_string()))
    );
    let problem = lab
        .post("/statements")
        .json(&json!([statement("x", "y", "z"), other]))
        .send()
        .await
        .expect(409)
        .json();
    assert_eq!(problem["path"], "$[1].id");
    lab.put(&format!("/statements?statementId={id}"))
        .json(&other)
        .send()
        .await
        .expect(409);
    assert_eq!(lab.read(&id.to_string()).await, kept);
    assert_eq!(lab.ids("").await, [id.to_string()]);
}

async fn a_batch_is_kept_whole_or_not_at_all(lab: Lab) {
    let good = statement("ann", "did", "it");
    let mut bad = good.clone();
    bad["verb"]["id"] = json!("not an iri");
    let problem = lab
        .post("/statements")
        .json(&json!([good, bad, good]))
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(
        (&problem["path"], &problem["statement_index"]),
        (&json!("$[1].verb.id"), &json!(1))
    );
    assert!(lab.ids("").await.is_empty());
    assert_eq!(lab.store.head().await.expect("a head").0, 0);
}

async fn the_same_id_twice_in_a_batch(lab: Lab) {
    let id = Uuid::new_v4();
    let sent = with_id(statement("ann", "did", "it"), id);
    let other = with_id(statement("bob", "did", "it"), id);
    lab.post("/statements")
        .json(&json!([sent, other]))
        .send()
        .await
        .expect(400);
    lab.post("/statements")
        .version("2.0.0")
        .json(&json!([sent, sent]))
        .send()
        .await
        .expect(400);
    assert!(lab.ids("").await.is_empty());
    // A backfill of 1.0.x does not fail over one that was doubled on the way.
    assert_eq!(
        lab.write(&json!([sent, statement("x", "y", "z"), sent]))
            .await
            .len(),
        3
    );
    assert_eq!(lab.ids("").await.len(), 2);
}

async fn an_empty_batch_is_nothing(lab: Lab) {
    let answer = lab.post("/statements").json(&json!([])).send().await.expect(200);
    assert_eq!(answer.text(), "[]");
}

async fn authority_is_the_keys(lab: Lab) {
    let own = json!({"objectType": "Agent", "account": {"homePage": crate::harness::HOME_PAGE, "name": crate::harness::KEY}});
    let mut sent = statement("ann", "did", "it");
    sent["authority"] = json!({"mbox": "mailto:boss@example.com"});
    sent["stored"] = json!("2001-01-01T00:00:00Z");
    let [id] = lab.write(&sent).await.try_into().expect("one id");
    let read = lab.read(&id).await;
    assert_eq!(read["authority"], own);
    assert_ne!(read["stored"], sent["stored"]);
    assert_eq!(
        read["authority"],
        serde_json::from_str::<Value>(
            &lrs::authority(crate::harness::HOME_PAGE, crate::harness::KEY).to_json()
        )
        .expect("JSON")
    );
    sent["authority"] = json!({"objectType": "Group", "member": [{"mbox": "mailto:a@example.com"}]});
    let problem = lab
        .post("/statements")
        .json(&sent)
        .send()
        .await
        .expect(400)
        .json();
    assert!(
        problem["path"]
            .as_str()
            .is_some_and(|path| path.starts_with("$.authority")),
        "{problem}"
    );
}

fn voiding(target: &str) -> Value {
    let mut voiding = statement("admin", "x", "x");
    voiding["verb"]["id"] = json!(xapi::VOIDED);
    voiding["object"] = json!({"objectType": "StatementRef", "id": target});
    voiding
}

async fn voided_statements_are_found_as_such(lab: Lab) {
    let [target] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    let by_voided = format!("/statements?voidedStatementId={target}");
    lab.get(&by_voided).send().await.expect(404);
    let kept = lab.read(&target).await;
    let [by] = lab.write(&voiding(&target)).await.try_into().expect("one id");

    one(&lab, &target).await.expect(404);
    assert_eq!(lab.get(&by_voided).send().await.expect(200).json(), kept);
    one(&lab, &by).await.expect(200);
    assert_eq!(lab.ids("").await, std::slice::from_ref(&by));
    // The voiding statement answers to what its target was about.
    assert_eq!(lab.ids("verb=http://example.com/verbs/did").await, [by]);
}

async fn voiding_comes_before_its_target(lab: Lab) {
    let id = Uuid::new_v4();
    lab.write(&voiding(&id.to_string())).await;
    lab.write(&with_id(statement("ann", "did", "it"), id)).await;
    one(&lab, &id.to_string()).await.expect(404);
    lab.get(&format!("/statements?voidedStatementId={id}"))
        .send()
        .await
        .expect(200);
}

async fn voiding_statements_can_not_be_voided(lab: Lab) {
    let [target] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    let [first] = lab.write(&voiding(&target)).await.try_into().expect("one id");
    lab.write(&voiding(&first)).await;
    one(&lab, &first).await.expect(200);
    one(&lab, &target).await.expect(404);
    lab.get(&format!("/statements?voidedStatementId={first}"))
        .send()
        .await
        .expect(404);
}

async fn consistent_through_is_on_every_answer(lab: Lab) {
    let through = |answer: &Answer| {
        let header = answer
            .header("x-experience-api-consistent-through")
            .expect("the header");
        xapi::Timestamp::parse(header).expect("a timestamp")
    };
    let mut last = None;
    for request in [
        lab.post("/statements").json(&statement("ann", "did", "it")),
        lab.get("/statements"),
        lab.get("/statements?statementId=x"),
        lab.get(&format!("/statements?statementId={}", Uuid::new_v4())),
        lab.post("/statements").json(&json!({})),
        lab.head("/statements"),
        lab.get("/statements").anonymous(),
    ] {
        let now = through(&request.send().await);
        assert!(last <= Some(now), "time goes on");
        last = Some(now);
    }
    // What is kept when the promise is made is in the very answer that makes it.
    lab.write(&statement("ann", "did", "more")).await;
    let answer = lab.get("/statements").send().await.expect(200);
    let newest = answer.json()["statements"][0]["stored"]
        .as_str()
        .map(xapi::Timestamp::parse)
        .expect("stored");
    let until = lab
        .get(&format!("/statements?until={}", through(&answer)))
        .send()
        .await
        .expect(200)
        .json();
    if newest.expect("a timestamp") <= through(&answer) {
        assert_eq!(until["statements"].as_array().map(Vec::len), Some(2));
    }
    assert!(
        lab.get("/activities?activityId=http://e.com/a")
            .send()
            .await
            .header("x-experience-api-consistent-through")
            .is_none()
    );
}

async fn head_is_get_without_a_body(lab: Lab) {
    let [id] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    for path in [
        "/statements".to_owned(),
        format!("/statements?statementId={id}"),
        "/statements?attachments=true".to_owned(),
    ] {
        let get = lab.get(&path).send().await.expect(200);
        let head = lab.head(&path).send().await.expect(200);
        assert!(head.body.is_empty());
        let kind = |answer: &Answer| {
            answer
                .header("content-type")
                .map(|kind| kind.split(';').next().unwrap_or_default().to_owned())
        };
        assert_eq!(kind(&head), kind(&get), "{path}");
        assert_eq!(head.header("last-modified"), get.header("last-modified"));
        assert!(head.header("x-experience-api-consistent-through").is_some());
    }
    lab.head(&format!("/statements?statementId={}", Uuid::new_v4()))
        .send()
        .await
        .expect(404);
    lab.head("/statements?x=1").send().await.expect(400);
}

mod limits {
    use super::*;
    use crate::harness::Backing;
    use lrs::LrsOptions;

    #[test]
    fn bodies_are_limited() {
        let options = LrsOptions {
            max_body_bytes: 2_000,
            max_statements: 3,
            ..LrsOptions::default()
        };
        run_with(Backing::Sqlite, options, |lab| async move {
            let mut long = statement("ann", "did", "it");
            long["result"] = json!({"response": "x".repeat(2_000)});
            lab.post("/statements").json(&long).send().await.expect(413);
            lab.put(&format!("/statements?statementId={}", Uuid::new_v4()))
                .json(&long)
                .send()
                .await
                .expect(413);
            let few: Vec<_> = (0..3).map(|_| statement("a", "b", "c")).collect();
            lab.write(&json!(few)).await;
            let many: Vec<_> = (0..4).map(|_| statement("a", "b", "c")).collect();
            let refused = lab.post("/statements").json(&json!(many)).send().await;
            assert!(refused.status.is_client_error(), "{}", refused.text());
            // The length is not believed: a body that says nothing of it is counted as it comes.
            let chunks = futures_util::stream::iter(
                (0..5).map(|_| Ok::<_, std::io::Error>(bytes::Bytes::from(vec![b' '; 1_000]))),
            );
            lab.post("/statements")
                .header("Content-Type", "application/json")
                .body(reqwest::Body::wrap_stream(chunks))
                .send()
                .await
                .expect(413);
            assert_eq!(lab.ids("").await.len(), 3);
        });
    }
}
