//! Bad requests of every kind over every resource: each gets the right refusal, which names the place, and leaves
//! the store as it was (1.0.3, Communication 3.2).

mod headers;
mod json;
mod multipart;
mod parameters;
mod statement;

use std::collections::HashSet;

use serde_json::json;
use store::{DocumentKey, DocumentScope};
use xapi::{Ifi, Iri};

use crate::harness::{Lab, on_both_stores, query, statement};

on_both_stores!(every_bad_request_is_refused_and_changes_nothing);

/// One bad request.
pub(crate) struct Bad {
    /// What is wrong with it.
    pub(crate) name: String,
    pub(crate) method: reqwest::Method,
    pub(crate) path: String,
    pub(crate) version: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) status: u16,
    /// What the problem must name: the member and its value.
    pub(crate) place: (&'static str, String),
    /// What its sentence must have in it.
    pub(crate) says: String,
}

impl Bad {
    pub(crate) fn new(name: impl Into<String>, method: &str, path: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            method: method.parse().expect("a method"),
            path: path.into(),
            version: "1.0.3",
            headers: Vec::new(),
            body: Vec::new(),
            status: 400,
            place: ("path", "$".to_owned()),
            says: String::new(),
        }
    }

    pub(crate) fn post(name: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let mut bad = Self::new(name, "POST", "/statements").header("Content-Type", "application/json");
        bad.body = body.into();
        bad
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn path(self, path: impl Into<String>) -> Self {
        self.names("path", path)
    }

    pub(crate) fn parameter(self, name: &str) -> Self {
        self.names("parameter", name)
    }

    pub(crate) fn names(mut self, member: &'static str, value: impl Into<String>) -> Self {
        self.place = (member, value.into());
        self
    }

    pub(crate) fn says(mut self, words: impl Into<String>) -> Self {
        self.says = words.into();
        self
    }

    fn identity(&self) -> String {
        format!(
            "{} {} {} {:?} {:?}",
            self.method, self.path, self.version, self.headers, self.body
        )
    }
}

pub(crate) const AGENT: &str = r#"{"mbox":"mailto:ann@example.com"}"#;
pub(crate) const ACTIVITY: &str = "http://example.com/activities/it";

fn all() -> Vec<Bad> {
    [
        statement::bad(),
        json::bad(),
        parameters::bad(),
        headers::bad(),
        multipart::bad(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn every_bad_request_is_refused_and_changes_nothing(lab: Lab) {
    let bad = all();
    let distinct: HashSet<_> = bad.iter().map(Bad::identity).collect();
    assert_eq!(distinct.len(), bad.len(), "no request is there twice");
    assert!(bad.len() >= 300, "{} requests", bad.len());

    lab.write(&statement("ann", "did", "it")).await;
    let owner = query(&[("activityId", ACTIVITY), ("agent", AGENT), ("stateId", "s")]);
    lab.put(&format!("/activities/state?{owner}"))
        .json(&json!({"kept": 1}))
        .send()
        .await
        .expect(204);
    for path in profiles() {
        lab.put(&path)
            .header("If-None-Match", "*")
            .json(&json!({"kept": 1}))
            .send()
            .await
            .expect(204);
    }

    let before = Snapshot::of(&lab).await;
    let mut wrong = Vec::new();
    for bad in bad {
        let mut request = lab
            .request(bad.method.clone(), &bad.path)
            .version(bad.version)
            .body(bad.body.clone());
        for (name, value) in &bad.headers {
            request = request.header(name, value.clone());
        }
        let answer = request.send().await;
        let said = answer.text();
        let (member, place) = &bad.place;
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let named = problem[member].as_str() == Some(place)
            && problem["detail"]
                .as_str()
                .is_some_and(|detail| detail.len() > 10 && detail.contains(&bad.says))
            && answer.header("content-type") == Some("application/problem+json")
            && answer.header("x-experience-api-version").is_some();
        if answer.status.as_u16() != bad.status || !named {
            wrong.push(format!(
                "{}: expected {} at {member} {place}\n    {} {said}",
                bad.name, bad.status, answer.status
            ));
        } else if Snapshot::of(&lab).await != before {
            panic!("{} changed the store", bad.name);
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(Snapshot::of(&lab).await, before);
}

pub(crate) fn profiles() -> [String; 2] {
    [
        format!(
            "/agents/profile?{}",
            query(&[("agent", AGENT), ("profileId", "p")])
        ),
        format!(
            "/activities/profile?{}",
            query(&[("activityId", ACTIVITY), ("profileId", "p")])
        ),
    ]
}

/// Everything the requests could have changed.
#[derive(Debug, PartialEq)]
struct Snapshot {
    head: i64,
    documents: Vec<Option<store::Document>>,
    ids: Vec<Vec<String>>,
    definition: Option<String>,
}

impl Snapshot {
    async fn of(lab: &Lab) -> Self {
        let agent = Ifi::mbox("mailto:ann@example.com").expect("an address");
        let activity = Iri::parse(ACTIVITY).expect("an IRI");
        let scopes = [
            DocumentScope::State {
                activity: activity.clone(),
                agent: agent.clone(),
                registration: None,
            },
            DocumentScope::AgentProfile { agent },
            DocumentScope::ActivityProfile {
                activity: activity.clone(),
            },
        ];
        let (mut documents, mut ids) = (Vec::new(), Vec::new());
        for (scope, id) in scopes.into_iter().zip(["s", "p", "p"]) {
            ids.push(
                lab.store
                    .list_documents(&scope, true, None)
                    .await
                    .expect("a list")
                    .ids,
            );
            let key = DocumentKey {
                scope,
                id: id.to_owned(),
            };
            documents.push(lab.store.document(&key).await.expect("an answer"));
        }
        Self {
            head: lab.store.head().await.expect("a head").0,
            documents,
            ids,
            definition: lab.store.activity_definition(&activity).await.expect("an answer"),
        }
    }
}
