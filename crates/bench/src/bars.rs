//! What is asked for, on a machine of two cores that the load generator shares.

use crate::figures::{Bar, Quantity};

pub(crate) const POST_ONE: &str = "POST, 8 connections, 1 a request";
pub(crate) const POST_FIFTY: &str = "POST, 4 connections, 50 a request";
pub(crate) const FILL: &str = "POST, 4 connections, 500 a request, to fill the store";
pub(crate) const IMPORTED: &str = "newline-delimited JSON, imported";
pub(crate) const CERTIFIED: &str = "statement acknowledged to certificate readable, at 1,000 statements/s";
pub(crate) const REEVALUATED: &str = "everybody evaluated again after a revision";
pub(crate) const EVALUATED: &str = "a person evaluated in memory: 20 rows of evidence, 6 requirements";
pub(crate) const YARDSTICK: &str = "the yardstick: MiB hashed by one core (SHA-256)";
pub(crate) const IDLE: &str = "memory, idle";
pub(crate) const LOADED: &str = "memory, under load";
pub(crate) const READY: &str = "start to ready";

/// The name of a query's figures.
pub(crate) fn query(kind: bench::statements::Query) -> String {
    format!("GET by {}, 50 newest", kind.name())
}

/// At what rate requests come when it is measured how long they take.
pub(crate) fn rate(store: &str, work: &str) -> Option<f64> {
    bar(store, work, Quantity::PerSecond).map(Bar::number)
}

/// What is asked of a figure.
pub(crate) fn bar(store: &str, work: &str, quantity: Quantity) -> Option<Bar> {
    use Quantity::{Mib, Ms, OfRaw, P99AtBarMs, P99Ms, PerSecond};
    let embedded = store == "sqlite";
    let by = |embedded_store: f64, replica_set: f64| if embedded { embedded_store } else { replica_set };
    let bar = match (work, quantity) {
        (POST_ONE, PerSecond) => Bar::AtLeast(by(8_000.0, 3_000.0)),
        (POST_ONE, P99AtBarMs) if embedded => Bar::AtMost(5.0),
        (POST_FIFTY, PerSecond) => Bar::AtLeast(12_000.0),
        (POST_FIFTY, OfRaw) => Bar::AtLeast(by(0.7, 0.5)),
        (IMPORTED, PerSecond) => Bar::AtLeast(15_000.0),
        (CERTIFIED, P99Ms) => Bar::AtMost(by(100.0, 250.0)),
        (REEVALUATED, PerSecond) => Bar::AtLeast(by(20_000.0, 5_000.0)),
        (EVALUATED, PerSecond) => Bar::AtLeast(200_000.0),
        (IDLE, Mib) => Bar::AtMost(by(100.0, 60.0)),
        (LOADED, Mib) => Bar::AtMost(by(300.0, 200.0)),
        (READY, Ms) => Bar::AtMost(1_000.0),
        (query, PerSecond) if query.starts_with("GET ") => Bar::AtLeast(by(4_000.0, 1_500.0)),
        (query, P99AtBarMs) if query.starts_with("GET ") => Bar::AtMost(by(5.0, 10.0)),
        _ => return None,
    };
    Some(bar)
}
