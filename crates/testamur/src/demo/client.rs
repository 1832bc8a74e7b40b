use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::Scope;

use crate::failure::{Failure, Outcome};

/// The demo's way to its own server: HTTP, as everybody's.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    key: Key,
}

/// A key and its secret.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// One page of a list.
#[derive(Debug, Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

/// How far the certification engine has come.
#[derive(Debug, Deserialize)]
pub(crate) struct Progress {
    /// The newest entry of the log.
    pub(crate) head: u64,
    /// Whether everything up to it was taken into account.
    pub(crate) settled: bool,
}

/// No answer takes longer than this on one machine, unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a request is sent again to a server that has its hands full.
const RETRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(20);

impl Client {
    /// A client of the server at `url`, with this key.
    ///
    /// # Errors
    /// When there is no HTTP to be had.
    pub(crate) fn new(url: String, key: Key) -> Outcome<Self> {
        // Never by way of a proxy: the server is on this machine.
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
        let http = http.map_err(|error| Failure::new(format!("the demo can not speak HTTP: {error}")))?;
        Ok(Self { http, url, key })
    }

    /// The same server, with another key.
    pub(crate) fn with_key(&self, key: Key) -> Self {
        Self { key, ..self.clone() }
    }

    /// The address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Makes a key.
    pub(crate) async fn make_key(&self, name: &str, scopes: &[Scope]) -> Outcome<Key> {
        self.send(
            self.request(Method::POST, "/api/v1/keys")
                .json(&json!({ "name": name, "scopes": scopes })),
        )
        .await
    }

    /// Publishes a curriculum written in YAML.
    pub(crate) async fn publish(&self, definition: &'static str) -> Outcome<Value> {
        let request = self.request(Method::POST, "/api/v1/curricula");
        self.send(
            request
                .header("Content-Type", "application/yaml")
                .body(definition),
        )
        .await
    }

    /// Adds people.
    pub(crate) async fn import(&self, people: &[Value]) -> Outcome<Value> {
        self.send(self.request(Method::POST, "/api/v1/people").json(people))
            .await
    }

    /// Sends statements, one alone or several as a batch, and waits until they are kept.
    pub(crate) async fn say(&self, statements: &[Value]) -> Outcome<Vec<String>> {
        let request = self
            .request(Method::POST, "/xapi/statements")
            .header("X-Experience-API-Version", "2.0.0");
        self.send(match statements {
            [one] => request.json(one),
            several => request.json(several),
        })
        .await
    }

    /// How far the certification engine has come.
    pub(crate) async fn progress(&self) -> Outcome<Progress> {
        self.send(self.request(Method::GET, "/api/v1/engine")).await
    }

    /// Every item of a list, page by page.
    pub(crate) async fn all<T: DeserializeOwned>(&self, path: &str) -> Outcome<Vec<T>> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page: Page<T> = self.send(self.request(Method::GET, &path)).await?;
            items.extend(page.items);
            next = page.next;
        }
        Ok(items)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.address(path))
            .basic_auth(&self.key.id, Some(&self.key.secret))
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Outcome<T> {
        let failed =
            |error: reqwest::Error| Failure::new(format!("the demo's server did not answer: {error}"));
        for attempt in 0.. {
            let Some(again) = request.try_clone() else { break };
            let response = again.send().await.map_err(failed)?;
            let (status, address) = (response.status(), response.url().path().to_owned());
            if status == StatusCode::SERVICE_UNAVAILABLE && attempt < RETRIES {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            let body = response.bytes().await.map_err(failed)?;
            if !status.is_success() {
                let text = String::from_utf8_lossy(&body);
                return Err(Failure::new(format!(
                    "{address} was answered with {status}: {text}"
                )));
            }
            return serde_json::from_slice(&body)
                .map_err(|error| Failure::new(format!("the answer of {address} can not be read: {error}")));
        }
        Err(Failure::new("a request of the demo could not be made"))
    }
}
