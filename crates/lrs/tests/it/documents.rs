//! The document resources (1.0.3, Communication 2.2, 2.3, 2.6, 2.7) and their concurrency (3.1).

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use crate::harness::{Lab, on_both_stores, query};

on_both_stores!(
    a_document_comes_back_as_it_was_sent,
    posts_merge_objects,
    only_json_objects_merge,
    a_put_must_have_seen_what_it_replaces,
    a_put_must_have_seen_what_it_replaces_in_2_0,
    conditions_are_checked_on_every_write,
    state_belongs_to_registrations,
    ids_are_listed_since,
    documents_have_owners_of_their_own,
    many_writers_lose_nothing,
    a_client_that_knows_gets_304,
);

const AGENT: &str = r#"{"mbox":"mailto:ann@example.com"}"#;
const ACTIVITY: &str = "http://example.com/activities/it";

fn state(id: &str) -> String {
    format!(
        "/activities/state?{}",
        query(&[("activityId", ACTIVITY), ("agent", AGENT), ("stateId", id)])
    )
}

fn agent_profile(id: &str) -> String {
    format!(
        "/agents/profile?{}",
        query(&[("agent", AGENT), ("profileId", id)])
    )
}

fn activity_profile(id: &str) -> String {
    format!(
        "/activities/profile?{}",
        query(&[("activityId", ACTIVITY), ("profileId", id)])
    )
}

fn each(id: &str) -> [String; 3] {
    [state(id), agent_profile(id), activity_profile(id)]
}

async fn a_document_comes_back_as_it_was_sent(lab: Lab) {
    for path in each("a document/ä") {
        lab.get(&path).send().await.expect(404);
        for (content, kind) in [
            (&b"\x00\xff\r\n"[..], "application/x-thing"),
            (b"", "text/plain; charset=utf-8"),
            (b"{ \"a\": 1.0 }", "application/json"),
        ] {
            let current = lab.get(&path).send().await;
            let condition = match current.header("etag") {
                Some(etag) => ("If-Match", etag.to_owned()),
                None => ("If-None-Match", "*".to_owned()),
            };
            lab.put(&path)
                .header(condition.0, condition.1)
                .header("Content-Type", kind)
                .body(content.to_vec())
                .send()
                .await
                .expect(204);
            let answer = lab.get(&path).send().await.expect(200);
            assert_eq!(answer.body, content);
            assert_eq!(answer.header("content-type"), Some(kind));
            let sha1: String = Sha1::digest(content)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(
                answer.header("etag"),
                Some(format!("\"{sha1}\"").as_str()),
                "SHA-1 in hex, in quotes (1.0.3, Communication 3.1)"
            );
            assert!(
                httpdate::parse_http_date(answer.header("last-modified").expect("Last-Modified")).is_ok()
            );
            let head = lab.head(&path).send().await.expect(200);
            assert!(head.body.is_empty());
            assert_eq!(head.header("etag"), answer.header("etag"));
            assert_eq!(head.header("last-modified"), answer.header("last-modified"));
        }
        lab.delete(&path).send().await.expect(204);
        lab.get(&path).send().await.expect(404);
        lab.head(&path).send().await.expect(404);
        lab.delete(&path).send().await.expect(204);
        // Without a type it is what any bytes are.
        lab.put(&path)
            .header("If-None-Match", "*")
            .body("x")
            .send()
            .await
            .expect(204);
        assert_eq!(
            lab.get(&path).send().await.header("content-type"),
            Some("application/octet-stream")
        );
    }
}

async fn posts_merge_objects(lab: Lab) {
    for path in each("p") {
        lab.post(&path)
            .json(&json!({"x": "foo", "y": {"deep": 1}}))
            .send()
            .await
            .expect(204);
        lab.post(&path)
            .header("Content-Type", "application/json; charset=utf-8")
            .body(r#"{"y":{"new":1.0},"z":null}"#)
            .send()
            .await
            .expect(204);
        assert_eq!(
            lab.get(&path).send().await.text(),
            r#"{"x":"foo","y":{"new":1.0},"z":null}"#
        );
    }
}

async fn only_json_objects_merge(lab: Lab) {
    for path in each("p") {
        for (kind, body) in [
            ("text/plain", "{}"),
            ("application/octet-stream", "{}"),
            ("application/json", "[]"),
            ("application/json", "1"),
            ("application/json", "{"),
            ("application/json", ""),
            ("application/json", r#"{"a":1,"a":2}"#),
        ] {
            lab.post(&path)
                .header("Content-Type", kind)
                .body(body)
                .send()
                .await
                .expect(400);
            lab.get(&path).send().await.expect(404);
        }
        lab.put(&path)
            .header("If-None-Match", "*")
            .header("Content-Type", "text/plain")
            .body("text")
            .send()
            .await
            .expect(204);
        lab.post(&path).json(&json!({"a": 1})).send().await.expect(400);
        assert_eq!(lab.get(&path).send().await.text(), "text");
        lab.put(&path)
            .header("If-Match", "*")
            .json(&json!([1]))
            .send()
            .await
            .expect(204);
        lab.post(&path).json(&json!({"a": 1})).send().await.expect(400);
        assert_eq!(lab.get(&path).send().await.text(), "[1]");
        // A PUT may be any JSON, but what says it is JSON must be.
        lab.put(&path)
            .header("If-Match", "*")
            .header("Content-Type", "application/json")
            .body("{a:1}")
            .send()
            .await
            .expect(400);
        assert_eq!(lab.get(&path).send().await.text(), "[1]");
    }
}

async fn a_put_must_have_seen_what_it_replaces(lab: Lab) {
    // State conflicts are unlikely, so 1.0.x asks nothing of state.
    let path = state("s");
    lab.put(&path).body("1").send().await.expect(204);
    lab.put(&path).body("2").send().await.expect(204);
    assert_eq!(lab.get(&path).send().await.text(), "2");
    for path in [agent_profile("p"), activity_profile("p")] {
        let problem = lab.put(&path).body("1").send().await.expect(400).json();
        assert_eq!(problem["header"], "If-None-Match");
        lab.get(&path).send().await.expect(404);
        lab.put(&path)
            .header("If-None-Match", "*")
            .body("1")
            .send()
            .await
            .expect(204);
        let problem = lab.put(&path).body("2").send().await.expect(409).json();
        let etag = lab
            .get(&path)
            .send()
            .await
            .header("etag")
            .expect("a tag")
            .to_owned();
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains("If-Match") && detail.contains(&etag)),
            "{problem}"
        );
        assert_eq!(lab.get(&path).send().await.text(), "1");
    }
}

async fn a_put_must_have_seen_what_it_replaces_in_2_0(lab: Lab) {
    for path in each("p") {
        lab.put(&path).version("2.0.0").body("1").send().await.expect(204);
        lab.put(&path).version("2.0.0").body("2").send().await.expect(409);
        assert_eq!(lab.get(&path).version("2.0.0").send().await.text(), "1");
        lab.put(&path)
            .version("2.0.0")
            .header("If-Match", "*")
            .body("2")
            .send()
            .await
            .expect(204);
        lab.post(&path)
            .version("2.0.0")
            .header("If-Match", "\"0\"")
            .json(&json!({}))
            .send()
            .await
            .expect(412);
    }
}

async fn conditions_are_checked_on_every_write(lab: Lab) {
    for path in each("p") {
        let object = json!({"a": 1});
        lab.put(&path)
            .header("If-Match", "\"x\"")
            .json(&object)
            .send()
            .await
            .expect(412);
        lab.post(&path)
            .header("If-Match", "*")
            .json(&object)
            .send()
            .await
            .expect(412);
        lab.delete(&path)
            .header("If-Match", "\"x\"")
            .send()
            .await
            .expect(412);
        lab.get(&path).send().await.expect(404);

        lab.post(&path)
            .header("If-None-Match", "*")
            .json(&object)
            .send()
            .await
            .expect(204);
        let etag = lab
            .get(&path)
            .send()
            .await
            .header("etag")
            .expect("a tag")
            .to_owned();
        for request in [lab.put(&path), lab.post(&path)] {
            let problem = request
                .header("If-None-Match", "*")
                .json(&json!({"b": 1}))
                .send()
                .await
                .expect(412)
                .json();
            assert_eq!(problem["header"], "If-None-Match");
        }
        for wrong in ["\"x\"", "\"x\", \"y\"", "W/\"x\""] {
            for request in [lab.put(&path), lab.post(&path), lab.delete(&path)] {
                let problem = request
                    .header("If-Match", wrong)
                    .json(&json!({"b": 1}))
                    .send()
                    .await
                    .expect(412)
                    .json();
                assert_eq!(problem["header"], "If-Match");
            }
        }
        assert_eq!(lab.get(&path).send().await.json(), object);

        lab.put(&path)
            .header("If-Match", &*etag)
            .json(&json!({"c": 1}))
            .send()
            .await
            .expect(204);
        lab.put(&path)
            .header("If-Match", &*etag)
            .json(&json!({"d": 1}))
            .send()
            .await
            .expect(412);
        let etag = lab
            .get(&path)
            .send()
            .await
            .header("etag")
            .expect("a tag")
            .to_owned();
        // One of several; bare, as clients send that calculate it themselves; as a proxy marks it.
        lab.post(&path)
            .header("If-Match", format!("\"x\", {etag}"))
            .json(&json!({"d": 1}))
            .send()
            .await
            .expect(204);
        let etag = lab
            .get(&path)
            .send()
            .await
            .header("etag")
            .expect("a tag")
            .to_owned();
        lab.post(&path)
            .header("If-Match", etag.trim_matches('"'))
            .json(&json!({"e": 1}))
            .send()
            .await
            .expect(204);
        let etag = lab
            .get(&path)
            .send()
            .await
            .header("etag")
            .expect("a tag")
            .to_owned();
        lab.delete(&path)
            .header("If-Match", format!("W/{etag}"))
            .send()
            .await
            .expect(204);
        lab.get(&path).send().await.expect(404);
    }
}

async fn state_belongs_to_registrations(lab: Lab) {
    let [one, two] = [
        "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "ec531277-b57b-4c15-8d91-d292c5b2b8f8",
    ];
    let of = |registration: &str| format!("{}&registration={registration}", state("s"));
    lab.put(&state("s")).body("none").send().await.expect(204);
    lab.put(&of(one)).body("one").send().await.expect(204);
    lab.put(&of(two)).body("two").send().await.expect(204);
    lab.put(&state("other")).body("other").send().await.expect(204);
    assert_eq!(lab.get(&state("s")).send().await.text(), "none");
    assert_eq!(lab.get(&of(one)).send().await.text(), "one");

    let all = format!(
        "/activities/state?{}",
        query(&[("activityId", ACTIVITY), ("agent", AGENT)])
    );
    let all_of = |registration: &str| format!("{all}&registration={registration}");
    assert_eq!(
        lab.get(&all).send().await.expect(200).json(),
        json!(["other", "s"])
    );
    assert_eq!(
        lab.get(&all_of(one)).send().await.expect(200).json(),
        json!(["s"])
    );
    lab.delete(&all_of(one)).send().await.expect(204);
    assert_eq!(lab.get(&all_of(one)).send().await.expect(200).json(), json!([]));
    assert_eq!(lab.get(&of(two)).send().await.text(), "two");
    lab.delete(&all).send().await.expect(204);
    assert_eq!(lab.get(&all).send().await.expect(200).json(), json!([]));
    lab.get(&of(two)).send().await.expect(404);
}

async fn ids_are_listed_since(lab: Lab) {
    for (one, two, list) in [
        (
            state("one"),
            state("two"),
            format!(
                "/activities/state?{}",
                query(&[("activityId", ACTIVITY), ("agent", AGENT)])
            ),
        ),
        (
            agent_profile("one"),
            agent_profile("two"),
            format!("/agents/profile?{}", query(&[("agent", AGENT)])),
        ),
        (
            activity_profile("one"),
            activity_profile("two"),
            format!("/activities/profile?{}", query(&[("activityId", ACTIVITY)])),
        ),
    ] {
        assert_eq!(lab.get(&list).send().await.expect(200).json(), json!([]));
        lab.put(&one)
            .header("If-None-Match", "*")
            .body("1")
            .send()
            .await
            .expect(204);
        let between = web::now();
        lab.put(&two)
            .header("If-None-Match", "*")
            .body("2")
            .send()
            .await
            .expect(204);
        let listed = lab.get(&list).send().await.expect(200);
        assert_eq!(listed.json(), json!(["one", "two"]));
        assert!(listed.header("etag").is_some());
        assert_eq!(
            lab.get(&format!("{list}&since={between}"))
                .send()
                .await
                .expect(200)
                .json(),
            json!(["two"])
        );
        assert_eq!(
            lab.get(&format!("{list}&since={}", web::now()))
                .send()
                .await
                .expect(200)
                .json(),
            json!([])
        );
        lab.get(&format!("{one}&since={between}"))
            .send()
            .await
            .expect(400);
        assert!(lab.head(&list).send().await.expect(200).body.is_empty());
    }
}

async fn documents_have_owners_of_their_own(lab: Lab) {
    for [path, content] in each("same")
        .iter()
        .zip(["state", "agent", "activity"])
        .map(|(path, content)| [path.as_str(), content])
    {
        lab.put(path)
            .header("If-None-Match", "*")
            .body(content.to_owned())
            .send()
            .await
            .expect(204);
    }
    for (path, content) in each("same").iter().zip(["state", "agent", "activity"]) {
        assert_eq!(lab.get(path).send().await.text(), content);
    }
    // The domain of an address is the same in any case; the name before it is not.
    let other = |agent: &str| {
        format!(
            "/agents/profile?{}",
            query(&[("agent", agent), ("profileId", "same")])
        )
    };
    assert_eq!(
        lab.get(&other(r#"{"mbox":"mailto:ann@EXAMPLE.COM","name":"Ann"}"#))
            .send()
            .await
            .text(),
        "agent"
    );
    lab.get(&other(r#"{"mbox":"mailto:bob@example.com"}"#))
        .send()
        .await
        .expect(404);
    lab.get(&other(
        r#"{"objectType":"Group","mbox":"mailto:ann@example.com"}"#,
    ))
    .send()
    .await
    .expect(400);
}

async fn many_writers_lose_nothing(lab: Lab) {
    let path = state("shared");
    let writers = (0..8).map(|at| lab.post(&path).json(&json!({format!("m{at}"): at})).send());
    for answer in futures_util::future::join_all(writers).await {
        answer.expect(204);
    }
    let kept: Value = lab.get(&path).send().await.json();
    assert_eq!(kept.as_object().map(serde_json::Map::len), Some(8), "{kept}");
}

async fn a_client_that_knows_gets_304(lab: Lab) {
    let path = state("s");
    lab.put(&path).body("1").send().await.expect(204);
    let list = format!(
        "/activities/state?{}",
        query(&[("activityId", ACTIVITY), ("agent", AGENT)])
    );
    for path in [path, list] {
        let etag = lab
            .get(&path)
            .send()
            .await
            .header("etag")
            .expect("a tag")
            .to_owned();
        let answer = lab
            .get(&path)
            .header("If-None-Match", &*etag)
            .send()
            .await
            .expect(304);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), Some(&*etag));
        lab.get(&path)
            .header("If-None-Match", "\"other\"")
            .send()
            .await
            .expect(200);
    }
}
