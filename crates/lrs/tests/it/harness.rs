//! A server with a fresh store, and a client that speaks xAPI to it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use bytes::Bytes;
use futures_util::FutureExt as _;
use lrs::{Lrs, LrsOptions};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::{KeyRecord, Scope, Scopes, Secret, Store};
use uuid::Uuid;

/// The key that may do everything of xAPI.
pub(crate) const KEY: &str = "tester";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const HOME_PAGE: &str = "http://lrs.example.com";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backing {
    Sqlite,
    MongoDb,
}

/// One server over one fresh store.
pub(crate) struct Lab {
    pub(crate) store: Arc<dyn Store>,
    /// `http://127.0.0.1:port`
    pub(crate) origin: String,
    client: reqwest::Client,
}

/// Runs a test on a store of its own, and takes the store away again.
pub(crate) fn run<F, T>(backing: Backing, test: T)
where
    F: Future<Output = ()>,
    T: FnOnce(Lab) -> F,
{
    run_with(backing, LrsOptions::default(), test);
}

pub(crate) fn run_with<F, T>(backing: Backing, options: LrsOptions, test: T)
where
    F: Future<Output = ()>,
    T: FnOnce(Lab) -> F,
{
    actix_web::rt::System::new().block_on(async move {
        match backing {
            Backing::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let store = store_sqlite::SqliteStore::open(folder.path(), store_sqlite::SqliteOptions::default())
                    .expect("a store in a file");
                test(Lab::start(Arc::new(store), options).await).await;
            }
            Backing::MongoDb => {
                let server = std::env::var("TESTAMUR_TEST_MONGODB").expect(
                    "TESTAMUR_TEST_MONGODB is not set: it must hold the URI of a MongoDB replica set for tests, such \
                     as mongodb://127.0.0.1:27017/?replicaSet=rs0",
                );
                let name = format!("lrs_test_{}", Uuid::new_v4().simple());
                let uri = with_database(&server, &name);
                let store = store_mongodb::MongoStore::connect(&uri, store_mongodb::MongoOptions::default())
                    .await
                    .expect("a store on MongoDB");
                let lab = Lab::start(Arc::new(store), options).await;
                let outcome = AssertUnwindSafe(test(lab)).catch_unwind().await;
                let client = mongodb::Client::with_uri_str(&server).await.expect("a client");
                client.database(&name).drop().await.expect("to drop the test's database");
                if let Err(panic) = outcome {
                    std::panic::resume_unwind(panic);
                }
            }
        }
    });
}

/// The URI with this database in its path.
fn with_database(uri: &str, name: &str) -> String {
    let (scheme, rest) = uri.split_once("://").expect("a URI with a scheme");
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let hosts = rest.split('/').next().expect("hosts");
    format!("{scheme}://{hosts}/{name}?{query}")
}

impl Lab {
    async fn start(store: Arc<dyn Store>, options: LrsOptions) -> Self {
        let options = LrsOptions {
            authority_home_page: HOME_PAGE.to_owned(),
            ..options
        };
        let lrs = Lrs::new(Arc::clone(&store), options);
        let gate = Data::new(::web::Gate::new(Arc::clone(&store) as Arc<dyn store::Keys>));
        let server = HttpServer::new(move || {
            let lrs = lrs.clone();
            App::new()
                .app_data(gate.clone())
                .service(web::scope("/xapi").configure(move |config| lrs.configure(config)))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a free port");
        let port = server.addrs().first().expect("an address").port();
        actix_web::rt::spawn(server.run());
        let lab = Self {
            store,
            origin: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::new(),
        };
        lab.create_key(KEY, &[Scope::All]).await;
        lab
    }

    /// Makes a key whose secret is [`SECRET`].
    pub(crate) async fn create_key(&self, id: &str, scopes: &[Scope]) {
        self.store
            .create_key(KeyRecord {
                id: id.to_owned(),
                name: id.to_owned(),
                secret: Secret::new(SECRET).hash(),
                scopes: Scopes(scopes.to_vec()),
                created_at: ::web::now(),
                revoked_at: None,
            })
            .await
            .expect("to make a key");
    }

    /// A request by [`KEY`] in version 1.0.3; `path` is below `/xapi`.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        let url = if path.starts_with("/xapi") {
            format!("{}{path}", self.origin)
        } else {
            format!("{}/xapi{path}", self.origin)
        };
        Request {
            client: self.client.clone(),
            method,
            url,
            key: Some(KEY.to_owned()),
            version: Some("1.0.3".to_owned()),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    pub(crate) fn head(&self, path: &str) -> Request {
        self.request(Method::HEAD, path)
    }

    pub(crate) fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// Posts statements, which must be taken; answers their ids.
    pub(crate) async fn write(&self, statements: &Value) -> Vec<String> {
        let answer = self.post("/statements").json(statements).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        serde_json::from_value(answer.json()).expect("an array of ids")
    }

    /// The statement, which must be there.
    pub(crate) async fn read(&self, id: &str) -> Value {
        let answer = self
            .get(&format!("/statements?statementId={id}"))
            .version("2.0.0")
            .send()
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// The ids that a query answers, page after page.
    pub(crate) async fn ids(&self, query: &str) -> Vec<String> {
        let mut path = format!("/statements?{query}");
        let mut ids = Vec::new();
        loop {
            let answer = self.get(&path).send().await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            let page = answer.json();
            ids.extend(
                page["statements"]
                    .as_array()
                    .expect("statements")
                    .iter()
                    .map(|statement| statement["id"].as_str().expect("an id").to_owned()),
            );
            match page["more"].as_str().expect("more") {
                "" => return ids,
                more => path = more.to_owned(),
            }
        }
    }
}

/// A request that is being put together.
pub(crate) struct Request {
    client: reqwest::Client,
    method: Method,
    url: String,
    key: Option<String>,
    version: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<reqwest::Body>,
}

impl Request {
    pub(crate) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub(crate) fn anonymous(mut self) -> Self {
        self.key = None;
        self
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        self.version = Some(version.to_owned());
        self
    }

    pub(crate) fn no_version(mut self) -> Self {
        self.version = None;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<reqwest::Body>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub(crate) fn json(self, value: &Value) -> Self {
        self.header("Content-Type", "application/json")
            .body(value.to_string())
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = self.client.request(self.method, &self.url);
        if let Some(key) = self.key {
            request = request.basic_auth(key, Some(SECRET));
        }
        if let Some(version) = self.version {
            request = request.header("X-Experience-API-Version", version);
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("the answer's body"),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }

    /// Checks the status, and that a refusal is a problem that says something.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if status >= 400 && !self.body.is_empty() {
            assert_eq!(self.header("content-type"), Some("application/problem+json"));
            let problem = self.json();
            assert_eq!(problem["status"], status);
            assert!(
                problem["detail"].as_str().is_some_and(|detail| detail.len() > 10),
                "{problem}"
            );
        }
        self
    }
}

/// A plain statement of somebody about something.
pub(crate) fn statement(actor: &str, verb: &str, activity: &str) -> Value {
    json!({
        "actor": {"mbox": format!("mailto:{actor}@example.com")},
        "verb": {"id": format!("http://example.com/verbs/{verb}")},
        "object": {"id": format!("http://example.com/activities/{activity}")},
    })
}

/// The same with an id.
pub(crate) fn with_id(mut statement: Value, id: Uuid) -> Value {
    statement["id"] = json!(id.to_string());
    statement
}

pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A query string.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// Makes a test on each store of each `async fn(Lab)`.
macro_rules! on_both_stores {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                crate::harness::run(crate::harness::Backing::Sqlite, super::$test);
            })*
        }
        mod mongodb {
            $(#[test]
            fn $test() {
                crate::harness::run(crate::harness::Backing::MongoDb, super::$test);
            })*
        }
    };
}
pub(crate) use on_both_stores;
