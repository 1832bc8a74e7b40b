//! A small world to certify in: the sample curricula and people, and statements about them.

use std::path::PathBuf;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Api, Key, eventually};

/// A file of the samples.
pub(crate) fn sample(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples")).join(name)
}

pub(crate) fn sample_text(name: &str) -> String {
    std::fs::read_to_string(sample(name)).unwrap()
}

pub(crate) const BASICS: &str = "https://courses.example.com/forklift/basics";
pub(crate) const PRACTICE: &str = "https://courses.example.com/forklift/practice";
pub(crate) const TEST: &str = "https://courses.example.com/forklift/test";

/// That a person of the samples passed something.
pub(crate) fn passed(person: &str, activity: &str, timestamp: &str, score: Option<f64>) -> Value {
    outcome("passed", person, activity, timestamp, score)
}

/// That a person of the samples failed something.
pub(crate) fn failed(person: &str, activity: &str, timestamp: &str, score: Option<f64>) -> Value {
    outcome("failed", person, activity, timestamp, score)
}

fn outcome(verb: &str, person: &str, activity: &str, timestamp: &str, score: Option<f64>) -> Value {
    let mut statement = json!({
        "id": Uuid::new_v4(),
        "timestamp": timestamp,
        "actor": { "account": { "homePage": "https://directory.example.com", "name": person } },
        "verb": { "id": format!("http://adlnet.gov/expapi/verbs/{verb}") },
        "object": { "id": activity },
        "result": { "success": verb == "passed" },
    });
    if let Some(score) = score {
        statement["result"]["score"] = json!({ "scaled": score });
    }
    statement
}

/// That another statement is void.
pub(crate) fn voids(target: &Value) -> Value {
    json!({
        "id": Uuid::new_v4(),
        "actor": { "mbox": "mailto:exams@example.com" },
        "verb": { "id": "http://adlnet.gov/expapi/verbs/voided" },
        "object": { "objectType": "StatementRef", "id": target["id"] },
    })
}

impl Api {
    /// Makes a key; answers its HTTP.
    pub(crate) async fn make_key(&self, scopes: &[&str]) -> Api {
        let made = self
            .post("/api/v1/keys", &json!({ "name": "a test's", "scopes": scopes }))
            .await
            .expect(201)
            .json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        self.with_key(Key {
            id: text("id"),
            secret: text("secret"),
        })
    }

    /// Publishes a definition in YAML.
    pub(crate) async fn publish(&self, definition: &str) -> Value {
        let request = self.request(reqwest::Method::POST, "/api/v1/curricula");
        let request = request
            .header("Content-Type", "application/yaml")
            .body(definition.to_owned());
        super::Answer::of(request).await.expect(201).json()
    }

    /// Imports people from CSV.
    pub(crate) async fn import_csv(&self, people: &str) -> Value {
        let request = self.request(reqwest::Method::POST, "/api/v1/people");
        let request = request.header("Content-Type", "text/csv").body(people.to_owned());
        super::Answer::of(request).await.expect(200).json()
    }

    /// Waits until the engine has taken everything into account.
    pub(crate) async fn settled(&self) {
        eventually("the engine has settled", async || {
            let progress = self.get("/api/v1/engine").await.expect(200).json();
            (progress["settled"] == true).then_some(())
        })
        .await;
    }

    /// Every item of a list, page by page.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let mut page = self.get(&path).await.expect(200).json();
            items.extend(page["items"].take().as_array().unwrap().clone());
            next = page["next"].as_str().map(str::to_owned);
        }
        items
    }

    /// The standing of a person in a curriculum.
    pub(crate) async fn standing(&self, person: &str, curriculum: &str) -> Value {
        let path = format!("/api/v1/people/{person}/standings?curriculum={curriculum}");
        match &self.all(&path).await[..] {
            [only] => only.clone(),
            others => panic!("{person} has {others:?}"),
        }
    }
}

/// The requirement of a standing with this id.
pub(crate) fn requirement<'a>(standing: &'a Value, id: &str) -> &'a Value {
    let requirements = standing["requirements"].as_array().unwrap();
    requirements
        .iter()
        .find(|requirement| requirement["id"] == id)
        .unwrap()
}
