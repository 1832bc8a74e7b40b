//! Real statements: 22,000 of FUN-MOOC (tests/data/README.md). Two curricula over their videos must certify
//! exactly those people, at exactly those moments, that a plain loop over the file finds.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use chrono::{DateTime, Utc};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::support::{Api, Backing, TestServer};

on_both_stores!(the_people_a_plain_script_finds_are_certified);

const FILE: &[u8] = include_bytes!("../data/fun-mooc-video-statements.ndjson.gz");
const IN_ORDER: &str = include_str!("../data/fun-mooc-in-order.yaml");
const ANY_AND_ONE: &str = include_str!("../data/fun-mooc-any-and-one.yaml");

/// Statements a request brings.
const BATCH: usize = 500;

/// Who earned it, and when.
type Certified = BTreeMap<String, DateTime<Utc>>;

async fn the_people_a_plain_script_finds_are_certified(backing: Backing) {
    let statements = statements();
    assert_eq!(statements.len(), 22_000);
    let server = TestServer::start(&backing).await;
    let api = server.api();

    // One curriculum and the people are there before the statements, the other curriculum comes after them.
    api.publish(IN_ORDER).await;
    import(&api, &statements).await;
    for batch in statements.chunks(BATCH) {
        let ids = api.statements(&json!(batch)).await;
        let sent: Vec<&str> = batch
            .iter()
            .map(|statement| statement["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, sent);
    }
    api.settled().await;
    api.publish(ANY_AND_ONE).await;
    api.settled().await;

    let (in_order, any_and_one) = (in_order(&statements), any_and_one(&statements));
    assert_eq!(certified(&api, "fun-mooc-in-order").await, in_order);
    assert_eq!(certified(&api, "fun-mooc-any-and-one").await, any_and_one);
    // Neither nobody nor everybody, nor everybody who did both.
    assert_eq!((in_order.len(), any_and_one.len()), (8, 26));
    server.stop().await;
}

fn statements() -> Vec<Value> {
    let mut text = String::new();
    GzDecoder::new(FILE).read_to_string(&mut text).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Makes people of the actors.
async fn import(api: &Api, statements: &[Value]) {
    let names: BTreeSet<&str> = statements.iter().map(name).collect();
    assert_eq!(names.len(), 1_452);
    let people: Vec<Value> = names
        .into_iter()
        .map(|name| {
            let account = json!({ "homePage": "http://fun-mooc.fr", "name": name });
            json!({ "id": name, "identifiers": [{ "account": account }], "roles": ["viewer"] })
        })
        .collect();
    let answer = api
        .post("/api/v1/people", &json!(people))
        .await
        .expect(200)
        .json();
    assert_eq!(answer["changed"], 1_452);
}

/// Who is certified by the server.
async fn certified(api: &Api, curriculum: &str) -> Certified {
    let path = format!("/api/v1/certificates?curriculum={curriculum}&status=active&limit=500");
    let certificates = api.all(&path).await;
    certificates
        .into_iter()
        .map(|found| {
            (
                found["person"].as_str().unwrap().to_owned(),
                found["issued_at"].as_str().unwrap().parse().unwrap(),
            )
        })
        .collect()
}

// The plain script.

fn name(statement: &Value) -> &str {
    statement["actor"]["account"]["name"].as_str().unwrap()
}

/// When each person completed one of these videos.
fn completions<'a>(statements: &'a [Value], videos: &[&str]) -> BTreeMap<&'a str, Vec<DateTime<Utc>>> {
    let mut found: BTreeMap<&str, Vec<DateTime<Utc>>> = BTreeMap::new();
    for statement in statements {
        let is_completion = statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed";
        if is_completion && videos.iter().any(|video| statement["object"]["id"] == *video) {
            let at = statement["timestamp"].as_str().unwrap().parse().unwrap();
            found.entry(name(statement)).or_default().push(at);
        }
    }
    found
}

fn in_order(statements: &[Value]) -> Certified {
    let first = completions(statements, &["uuid://d613b564-5d18-4238-a69c-0fc8cee5d0e7"]);
    let second = completions(statements, &["uuid://0aecfa93-cef3-45ae-b7f5-a603e9e45f50"]);
    let mut certified = Certified::new();
    for (person, times) in first {
        let begun = times.iter().min().unwrap();
        let later = second
            .get(person)
            .into_iter()
            .flatten()
            .filter(|time| *time > begun)
            .min();
        if let Some(later) = later {
            certified.insert(person.to_owned(), *later);
        }
    }
    certified
}

fn any_and_one(statements: &[Value]) -> Certified {
    let choice = completions(
        statements,
        &[
            "uuid://0aecfa93-cef3-45ae-b7f5-a603e9e45f50",
            "uuid://dd38149d-956a-483d-8975-c1506de1e1a9",
            "uuid://541dab6b-50ae-4444-b230-494f0621f132",
            "uuid://1c0c127a-f121-4bd1-8db6-918605c2645d",
            "uuid://7d4f3c70-1e79-4243-9b7d-166076ce8bfb",
        ],
    );
    let certain = completions(statements, &["uuid://d613b564-5d18-4238-a69c-0fc8cee5d0e7"]);
    let mut certified = Certified::new();
    for (person, times) in choice {
        if let Some(others) = certain.get(person) {
            certified.insert(
                person.to_owned(),
                *times.iter().min().unwrap().max(others.iter().min().unwrap()),
            );
        }
    }
    certified
}
