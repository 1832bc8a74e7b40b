//! How fast statements go in and pages come out, beside the raw driver writing the same documents.
//!
//! ```text
//! TESTAMUR_TEST_MONGODB=… cargo bench -p store-mongodb -- [SECONDS] [STORED]
//! ```
//!
//! Each figure is measured for SECONDS (default 5); queries are asked when at least STORED statements
//! (default 100,000) are there. The database is dropped at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mongodb::bson::RawDocumentBuf;
use mongodb::bson::{Binary, doc, spec::BinarySubtype};
use mongodb::options::{Acknowledgment, WriteConcern};
use mongodb::{Client, Collection, IndexModel};
use serde_json::json;
use store::{NewStatement, Position, StatementLog, StatementQuery, Store};
use store_mongodb::{MongoOptions, MongoStore};
use uuid::Uuid;
use xapi::{Actor, Agent, Ifi, Iri, Limits, Version};

const ACTORS: u64 = 1_000;
const ACTIVITIES: u64 = 50;
const VERBS: [&str; 6] = [
    "launched",
    "initialized",
    "progressed",
    "completed",
    "passed",
    "terminated",
];

fn main() -> Result<()> {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let seconds = Duration::from_secs(numbers.first().copied().unwrap_or(5));
    let stored = numbers.get(1).copied().unwrap_or(100_000);
    let uri = std::env::var("TESTAMUR_TEST_MONGODB")
        .context("run `cargo xtask test`, or set TESTAMUR_TEST_MONGODB to the URI of a replica set")?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(&uri, seconds, stored))
}

async fn run(uri: &str, seconds: Duration, stored: u64) -> Result<()> {
    let name = format!("testamur_bench_{}", Uuid::new_v4().simple());
    let uri = with_database(uri, &name)?;
    let client = Client::with_uri_str(&uri).await?;
    let measured = measure(&uri, &client, &name, seconds, stored).await;
    client.database(&name).drop().await?;
    measured
}

async fn measure(uri: &str, client: &Client, name: &str, seconds: Duration, stored: u64) -> Result<()> {
    let store = MongoStore::connect(uri, MongoOptions::default()).await?;
    let made = Arc::new(AtomicU64::new(0));
    println!(
        "a statement has {} bytes",
        statement(0)?.sealed.text(xapi::Timestamp::from_micros(0)).len()
    );

    let one = append(&store, &made, 8, 1, seconds).await?;
    report("append, 8 connections, 1 a batch", &one);
    let fifty = append(&store, &made, 4, 50, seconds).await?;
    report("append, 4 connections, 50 a batch", &fifty);
    for (connections, size, ours) in [(8, 1, &one), (4, 50, &fifty)] {
        let raw = raw(client, name, &store, connections, size, seconds).await?;
        let what = format!("raw driver, {connections} connections, {size} a batch");
        report(&what, &raw);
        println!("append / raw driver: {:.2}", ours.per_second() / raw.per_second());
    }

    while made.load(Ordering::Relaxed) < stored {
        let more = append(&store, &made, 4, 200, Duration::from_secs(2)).await?;
        println!(
            "{} stored, {:.0}/s",
            made.load(Ordering::Relaxed),
            more.per_second()
        );
    }
    if stored > 100_000 {
        let fifty = append(&store, &made, 4, 50, seconds).await?;
        report("append into these, 4 connections, 50 a batch", &fifty);
    }
    let following = tokio::spawn(follow(store.clone()));
    let fifty = append(&store, &made, 4, 50, seconds).await?;
    report("append while a follower waits and reads, 4x50", &fifty);
    following.abort();

    let head = store.head().await?.0;
    let middle = store
        .read_log(Position(head / 2), 1)
        .await?
        .first()
        .map(|entry| entry.stored);
    let kinds: [(&str, Query); 5] = [
        ("agent", |n| {
            Ok(StatementQuery {
                agent: Some(agent(n)?),
                ..page()
            })
        }),
        ("verb and activity", |n| {
            Ok(StatementQuery {
                verb: Some(verb(n)?),
                activity: Some(activity(n / 7)?),
                ..page()
            })
        }),
        ("related agent", |n| {
            Ok(StatementQuery {
                agent: Some(agent(n)?),
                related_agents: true,
                ..page()
            })
        }),
        ("registration", |n| {
            Ok(StatementQuery {
                registration: Some(registration(n)),
                ..page()
            })
        }),
        ("agent, verb and activity", |n| {
            Ok(StatementQuery {
                agent: Some(agent(n)?),
                verb: Some(verb(n)?),
                activity: Some(activity(n / 7)?),
                ..page()
            })
        }),
    ];
    for (kind, query) in kinds {
        let asked = ask(&store, seconds, query).await?;
        report(&format!("query by {kind}, 4 connections, 50 newest"), &asked);
    }
    let asked = ask(&store, seconds, move |_| {
        Ok(StatementQuery {
            since: middle,
            ..page()
        })
    })
    .await?;
    report("query since, 4 connections, 50 newest", &asked);
    store.close().await?;
    Ok(())
}

/// Makes a query from a number.
type Query = fn(u64) -> Result<StatementQuery>;

struct Measured {
    items: u64,
    took: Duration,
    latencies: Vec<Duration>,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.items as f64 / self.took.as_secs_f64()
    }

    fn percentile(&self, percent: usize) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }
}

fn report(what: &str, measured: &Measured) {
    println!(
        "{what:<50} {:>8.0}/s  p50 {:>6.2} ms  p99 {:>6.2} ms",
        measured.per_second(),
        measured.percentile(50).as_secs_f64() * 1e3,
        measured.percentile(99).as_secs_f64() * 1e3,
    );
}

/// Runs `connections` loops of `work`, which answers how many items it did, until time is up.
async fn load<F>(connections: u64, seconds: Duration, work: impl Fn(u64) -> F) -> Result<Measured>
where
    F: Future<Output = Result<(u64, Vec<Duration>)>> + Send + 'static,
{
    let began = Instant::now();
    let loops: Vec<_> = (0..connections)
        .map(|number| tokio::spawn(work(number)))
        .collect();
    let mut measured = Measured {
        items: 0,
        took: seconds,
        latencies: Vec::new(),
    };
    for one in loops {
        let (items, latencies) = one.await??;
        measured.items += items;
        measured.latencies.extend(latencies);
    }
    measured.took = began.elapsed();
    measured.latencies.sort_unstable();
    Ok(measured)
}

async fn append(
    store: &MongoStore,
    made: &Arc<AtomicU64>,
    connections: u64,
    size: u64,
    seconds: Duration,
) -> Result<Measured> {
    load(connections, seconds, |_| {
        let (store, made) = (store.clone(), made.clone());
        async move {
            let (mut items, mut latencies) = (0, Vec::new());
            let until = Instant::now() + seconds;
            while Instant::now() < until {
                let from = made.fetch_add(size, Ordering::Relaxed);
                let batch = (from..from + size).map(statement).collect::<Result<Vec<_>>>()?;
                let began = Instant::now();
                store.append(batch).await?;
                latencies.push(began.elapsed());
                items += size;
            }
            Ok((items, latencies))
        }
    })
    .await
}

/// The driver's `insert_many` of documents that the store wrote, with new ids and positions, into a collection
/// with one index on their keys; majority and journal, as the store does.
async fn raw(
    client: &Client,
    name: &str,
    store: &MongoStore,
    connections: u64,
    size: u64,
    seconds: Duration,
) -> Result<Measured> {
    let kept: Collection<RawDocumentBuf> = client.database(name).collection("statements");
    let head = store.head().await?.0;
    let sample = kept.find_one(doc! { "n": head }).await?.context("a statement")?;
    let options = mongodb::options::CollectionOptions::builder()
        .write_concern(
            WriteConcern::builder()
                .w(Acknowledgment::Majority)
                .journal(true)
                .build(),
        )
        .build();
    let into: Collection<RawDocumentBuf> = client.database(name).collection_with_options("raw", options);
    into.drop().await?;
    into.create_index(IndexModel::builder().keys(doc! { "k": 1, "n": 1 }).build())
        .await?;
    let numbers = Arc::new(AtomicU64::new(0));
    load(connections, seconds, |_| {
        let (into, sample, numbers) = (into.clone(), sample.clone(), numbers.clone());
        async move {
            let (mut items, mut latencies) = (0, Vec::new());
            let until = Instant::now() + seconds;
            while Instant::now() < until {
                let from = numbers.fetch_add(size, Ordering::Relaxed);
                let documents = (from..from + size)
                    .map(|n| again(&sample, n))
                    .collect::<Result<Vec<RawDocumentBuf>>>()?;
                let began = Instant::now();
                into.insert_many(documents).ordered(false).await?;
                latencies.push(began.elapsed());
                items += size;
            }
            Ok((items, latencies))
        }
    })
    .await
}

/// The same document under another id, at another position, with other keys where statements differ.
fn again(sample: &RawDocumentBuf, n: u64) -> Result<RawDocumentBuf> {
    let mut document = RawDocumentBuf::new();
    let keys = statement(n)?.keys;
    for element in sample.iter() {
        let (field, value) = element?;
        match field.as_str() {
            "_id" => {
                let id = Binary {
                    subtype: BinarySubtype::Uuid,
                    bytes: Uuid::new_v4().as_bytes().to_vec(),
                };
                document.append(field, id);
            }
            "k" => {
                let mut keys: Vec<i64> = keys.as_slice().iter().map(|key| key.0).collect();
                keys.push(i64::try_from(n % 300)? << 3 | 7);
                document.append(field, mongodb::bson::raw::RawArrayBuf::from_iter(keys));
            }
            "n" => document.append(field, i64::try_from(n)?),
            _ => document.append(field, value),
        }
    }
    Ok(document)
}

async fn follow(store: MongoStore) -> Result<()> {
    let mut at = store.head().await?;
    loop {
        store.wait_beyond(at).await?;
        if let Some(last) = store.read_log(at, 1_000).await?.last() {
            at = last.position;
        }
    }
}

async fn ask(
    store: &MongoStore,
    seconds: Duration,
    query: impl Fn(u64) -> Result<StatementQuery> + Copy + Send + Sync + 'static,
) -> Result<Measured> {
    load(4, seconds, |number| {
        let store = store.clone();
        async move {
            let (mut items, mut latencies) = (0, Vec::new());
            let until = Instant::now() + seconds;
            let mut at = number * 7_919;
            let mut found = 0;
            while Instant::now() < until {
                let query = query(at)?;
                at += 1;
                let began = Instant::now();
                found += store.query(&query).await?.statements.len();
                latencies.push(began.elapsed());
                items += 1;
            }
            ensure!(found > 0, "no query found anything");
            Ok((items, latencies))
        }
    })
    .await
}

fn page() -> StatementQuery {
    StatementQuery {
        limit: 50,
        ..StatementQuery::default()
    }
}

fn agent(n: u64) -> Result<Ifi> {
    Ok(Ifi::account(
        "https://people.example.com",
        &format!("learner-{:05}", n % ACTORS),
    )?)
}

fn activity(n: u64) -> Result<Iri> {
    Ok(Iri::parse(&format!(
        "https://courses.example.com/course-{}/au",
        n % ACTIVITIES
    ))?)
}

fn verb(n: u64) -> Result<Iri> {
    let number = usize::try_from(n % VERBS.len() as u64)?;
    Ok(Iri::parse(&format!(
        "http://adlnet.gov/expapi/verbs/{}",
        VERBS[number]
    ))?)
}

/// One registration for about twenty statements of an actor.
fn registration(n: u64) -> Uuid {
    Uuid::from_u128(u128::from(n % ACTORS) << 64 | u128::from(n / ACTORS / 20) | 0x4000_8000_0000_0000_0000)
}

/// As a cmi5 package sends them.
fn statement(n: u64) -> Result<NewStatement> {
    let authority = Ifi::account("https://lrs.example.com/keys", "bench")?;
    let course = activity(n / 7)?;
    let registration = registration(n);
    let body = json!({
        "id": Uuid::new_v4(),
        "actor": {"objectType": "Agent", "name": format!("Learner {n}"),
            "account": {"homePage": "https://people.example.com", "name": format!("learner-{:05}", n % ACTORS)}},
        "verb": {"id": verb(n)?, "display": {"en": VERBS[usize::try_from(n % 6)?]}},
        "object": {"objectType": "Activity", "id": course, "definition": {
            "name": {"en": "Handling of dangerous goods, unit 3"},
            "description": {"en": "What to check before a container is moved, and whom to call."},
            "type": "http://adlnet.gov/expapi/activities/lesson"}},
        "result": {"score": {"scaled": 0.92, "raw": 92, "min": 0, "max": 100}, "success": true,
            "completion": true, "duration": "PT12M30.5S"},
        "context": {"registration": registration,
            "contextActivities": {
                "grouping": [{"id": format!("https://courses.example.com/course-{}", n / 7 % ACTIVITIES)}],
                "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"},
                    {"id": "https://w3id.org/xapi/cmi5/context/categories/moveon"}]},
            "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": Uuid::new_v4(),
                "https://w3id.org/xapi/cmi5/context/extensions/masteryscore": 0.8}},
        "timestamp": "2026-11-23T09:30:00.000Z",
    });
    let body = body.to_string();
    let received = xapi::parse_statement(body.as_bytes(), Version::V2_0, &Limits::default())?;
    let id = received.statement().id.context("an id")?;
    let actor = Actor::Agent(Agent {
        name: None,
        ifi: authority.clone(),
    });
    Ok(NewStatement::new(received.seal(id, &actor), &authority, true))
}

fn with_database(uri: &str, name: &str) -> Result<String> {
    let (scheme, rest) = uri.split_once("://").context("a URI has a scheme")?;
    let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
    let hosts = rest.split('/').next().unwrap_or_default();
    Ok(format!("{scheme}://{hosts}/{name}?{options}"))
}
