//! A store of either backing with an engine on it, and what tests do to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use certification::{Engine, EngineOptions, PublicUrl};
use mongodb::Client;
use rules::Person;
use serde_json::{Value, json};
use store::{NewStatement, StandingFilter, StatementQuery, Store};
use store_mongodb::{MongoOptions, MongoStore};
use store_sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;
use uuid::Uuid;
use xapi::{Agent, Ifi, Limits, Timestamp, Version};

/// The two backings.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Backing {
    Sqlite,
    Mongodb,
}

/// What goes away with the site.
enum Kept {
    Folder(#[expect(dead_code, reason = "removed when dropped")] TempDir),
    Database { uri: String, name: String },
}

/// A store, and the time it is there.
pub(crate) struct Site {
    pub(crate) store: Arc<dyn Store>,
    now: Arc<AtomicI64>,
    kept: Kept,
}

/// The URL that statements of these tests' engines begin with.
pub(crate) const URL: &str = "https://testamur.example.com";

/// Noon of a day, counted from the first of January 2026.
pub(crate) fn day(day: i64) -> Timestamp {
    let first = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
    Timestamp::from_micros(first.as_micros() + day * 86_400_000_000)
}

pub(crate) fn agent(name: &str) -> Ifi {
    Ifi::mbox(&format!("mailto:{name}@example.com")).unwrap()
}

/// Somebody in the role of a nurse, known by `ID@example.com`.
pub(crate) fn nurse(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        name: Some(id.to_uppercase()),
        identifiers: vec![agent(id)],
        roles: vec![rules::Role {
            role: "nurse".to_owned(),
            ..rules::Role::default()
        }],
        ..Person::default()
    }
}

pub(crate) fn course(name: &str) -> String {
    format!("https://example.com/courses/{name}")
}

/// A statement of cmi5's shape: `verb` is the last part of an ADL verb.
pub(crate) fn statement(
    id: u128,
    who: &str,
    verb: &str,
    course_name: &str,
    at: Timestamp,
    scaled: f64,
) -> Value {
    json!({
        "id": Uuid::from_u128(id),
        "actor": { "mbox": format!("mailto:{who}@example.com") },
        "verb": { "id": format!("http://adlnet.gov/expapi/verbs/{verb}") },
        "object": { "id": course(course_name) },
        "result": { "score": { "scaled": scaled }, "success": verb != "failed", "completion": verb == "completed" },
        "timestamp": at,
    })
}

pub(crate) fn passed(id: u128, who: &str, course_name: &str, on: i64, scaled: f64) -> Value {
    statement(id, who, "passed", course_name, day(on), scaled)
}

pub(crate) fn void(id: u128, target: u128) -> Value {
    json!({
        "id": Uuid::from_u128(id),
        "actor": { "mbox": "mailto:office@example.com" },
        "verb": { "id": "http://adlnet.gov/expapi/verbs/voided" },
        "object": { "objectType": "StatementRef", "id": Uuid::from_u128(target) },
    })
}

/// A curriculum for nurses: courses in order, each after the one before.
pub(crate) fn curriculum(id: &str, courses: &[&str], passing_score: f64, validity: Option<&str>) -> String {
    let mut text =
        format!("curriculum: {id}\ntitle: {id} for nurses\naudience:\n  roles: [nurse]\ncourses:\n");
    for (index, name) in courses.iter().enumerate() {
        text.push_str(&format!(
            "  - id: {name}\n    activity: {}\n    passing_score: {passing_score}\n",
            course(name)
        ));
        if let Some(before) = index.checked_sub(1).and_then(|before| courses.get(before)) {
            text.push_str(&format!("    after: {before}\n"));
        }
    }
    if let Some(validity) = validity {
        text.push_str(&format!(
            "certification:\n  title: {id} certificate\n  validity: {validity}\n"
        ));
    }
    text
}

/// Seals and appends, as the LRS does for a learning platform.
pub(crate) async fn append(store: &dyn Store, statements: &[Value]) {
    let platform = Agent {
        name: None,
        ifi: Ifi::account("https://lms.example.com", "lms").unwrap(),
    };
    let batch = statements
        .iter()
        .map(|statement| {
            let text = statement.to_string();
            let received = xapi::parse_statement(text.as_bytes(), Version::V1_0, &Limits::default()).unwrap();
            let id = received.statement().id.unwrap();
            NewStatement::new(received.seal(id, &platform.clone().into()), &platform.ifi, true)
        })
        .collect();
    store.append(batch).await.unwrap();
}

pub(crate) async fn publish(store: &dyn Store, definition: &str) {
    let loaded =
        rules::load("test.yaml", definition).unwrap_or_else(|errors| panic!("{errors}\n{definition}"));
    certification::curricula::publish(store, &loaded.curriculum)
        .await
        .unwrap();
}

pub(crate) fn engine_on(store: Arc<dyn Store>, now: Arc<AtomicI64>) -> Engine {
    let authority = Agent {
        name: Some("Testamur".to_owned()),
        ifi: Ifi::account(URL, "engine").unwrap(),
    };
    let clock = move || Timestamp::from_micros(now.load(Ordering::SeqCst));
    // Small batches and pages, so that tests meet their edges.
    let options = EngineOptions {
        batch: 3,
        page: 2,
        clock: Arc::new(clock),
        ..EngineOptions::new(authority, PublicUrl::parse(URL).unwrap())
    };
    Engine::new(store, options)
}

impl Site {
    pub(crate) async fn open(backing: Backing) -> Self {
        let (store, kept): (Arc<dyn Store>, _) = match backing {
            Backing::Sqlite => {
                let folder = TempDir::new().unwrap();
                let store = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap();
                (Arc::new(store), Kept::Folder(folder))
            }
            Backing::Mongodb => {
                let uri = std::env::var("TESTAMUR_TEST_MONGODB").expect(
                    "TESTAMUR_TEST_MONGODB must name a MongoDB replica set for these tests, such as \
                     mongodb://127.0.0.1:27017/?replicaSet=dev; `cargo xtask test` starts one",
                );
                let name = format!("testamur-certification-{}", Uuid::new_v4().simple());
                let uri = with_database(&uri, &name);
                let store = MongoStore::connect(&uri, MongoOptions::default()).await.unwrap();
                (Arc::new(store), Kept::Database { uri, name })
            }
        };
        Self {
            store,
            now: Arc::new(AtomicI64::new(day(0).as_micros())),
            kept,
        }
    }

    /// Closes the store and removes what it kept.
    pub(crate) async fn close(self) {
        self.store.close().await.unwrap();
        if let Kept::Database { uri, name } = self.kept {
            Client::with_uri_str(&uri)
                .await
                .unwrap()
                .database(&name)
                .drop()
                .await
                .unwrap();
        }
    }

    pub(crate) fn clock(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.now)
    }

    pub(crate) fn set_time(&self, now: Timestamp) {
        self.now.store(now.as_micros(), Ordering::SeqCst);
    }

    pub(crate) fn engine(&self) -> Engine {
        engine_on(Arc::clone(&self.store), self.clock())
    }

    /// Lets an engine do all there is to do on this day.
    pub(crate) async fn settle_on(&self, on: i64) {
        self.set_time(day(on));
        self.engine().settle().await.unwrap();
    }

    /// Lets an engine do all there is to do at this moment, by the clock that acts are recorded by.
    pub(crate) async fn settle_now(&self) {
        let now = web::now();
        self.set_time(Timestamp::from_micros(now.as_micros() + 1_000_000));
        self.engine().settle().await.unwrap();
    }

    pub(crate) async fn append(&self, statements: &[Value]) {
        append(self.store.as_ref(), statements).await;
    }

    pub(crate) async fn publish(&self, definition: &str) {
        publish(self.store.as_ref(), definition).await;
    }

    pub(crate) async fn put(&self, people: Vec<Person>) {
        certification::people::import_people(self.store.as_ref(), people)
            .await
            .unwrap();
    }

    /// The status of a person's standing in a curriculum, if there is one.
    pub(crate) async fn status(&self, person: &str, curriculum: &str) -> Option<String> {
        let filter = StandingFilter {
            person: Some(person.to_owned()),
            curriculum: Some(curriculum.to_owned()),
            limit: 1,
            ..StandingFilter::default()
        };
        self.store
            .standings(&filter)
            .await
            .unwrap()
            .pop()
            .map(|standing| standing.status)
    }

    /// A person's certificates with all that happened to them, as `STATUS: kind kind`.
    pub(crate) async fn ledger(&self, person: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for certificate in self.store.certificates_of(&[person.to_owned()]).await.unwrap() {
            let entries = self.store.ledger(certificate.id).await.unwrap();
            let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
            lines.push(format!(
                "{} {}: {}",
                certificate.curriculum,
                certificate.status,
                kinds.join(" ")
            ));
        }
        lines
    }

    /// The engine's own statements, oldest first.
    pub(crate) async fn told(&self) -> Vec<Value> {
        let mut query = StatementQuery {
            authority: Some(Ifi::account(URL, "engine").unwrap()),
            ascending: true,
            limit: 100,
            ..StatementQuery::default()
        };
        let mut told = Vec::new();
        loop {
            let page = self.store.query(&query).await.unwrap();
            told.extend(
                page.statements
                    .iter()
                    .map(|entry| serde_json::from_str(&entry.text).unwrap()),
            );
            query.after = page.next;
            if query.after.is_none() {
                return told;
            }
        }
    }
}

/// The URI with this database in its path.
fn with_database(uri: &str, name: &str) -> String {
    let (base, options) = uri.split_once('?').unwrap_or((uri, ""));
    let (scheme, rest) = base.split_once("://").unwrap();
    let hosts = rest.split('/').next().unwrap();
    format!("{scheme}://{hosts}/{name}?{options}")
}

/// Every test of `mod cases` on both backings.
#[macro_export]
macro_rules! on_both_stores {
    ($($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[actix_web::test]
            async fn $case() {
                super::$case($crate::site::Backing::Sqlite).await;
            })*
        }
        mod mongodb {
            $(#[actix_web::test]
            async fn $case() {
                super::$case($crate::site::Backing::Mongodb).await;
            })*
        }
    };
}
