//! What the tests share: a store of their own, the program running on it, and its HTTP in a few words.

mod api;
mod backing;
mod command;
mod server;
pub(crate) mod world;

pub(crate) use api::{Answer, Api, Key};
pub(crate) use backing::Backing;
pub(crate) use command::{Output, finish, program, testamur};
pub(crate) use server::{TestServer, printed_key};

use std::future::Future;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Only a bound: nothing is measured by it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// Asks again and again until `ask` answers something; panics with `what` when it never does.
pub(crate) async fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
