//! Clients that send statements, and send again what was not answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::history::History;
use crate::support::{Api, PATIENCE};

/// What each client sends at once.
const SIZES: [usize; 4] = [1, 5, 20, 50];
/// After an answer that says "later", or none.
const PAUSE: Duration = Duration::from_millis(25);
/// Longer than the server may take for anything.
const TIMEOUT: Duration = Duration::from_secs(45);

/// Clients at work, until they are stopped.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    clients: JoinSet<()>,
}

impl Load {
    /// One client a size and server.
    pub(crate) fn start(history: &Arc<History>, servers: &[Api]) -> Self {
        Self::start_slowly(history, servers, Duration::ZERO)
    }

    /// The same, each with a pause between two requests.
    pub(crate) fn start_slowly(history: &Arc<History>, servers: &[Api], pause: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for api in servers {
            for size in SIZES {
                let (history, api, stop) = (Arc::clone(history), api.clone(), Arc::clone(&stop));
                clients.spawn(async move {
                    while !stop.load(Ordering::SeqCst) {
                        let batch = history.next(size);
                        if !send(&history, &api, batch).await {
                            tokio::time::sleep(PAUSE).await;
                        }
                        if !pause.is_zero() {
                            tokio::time::sleep(pause).await;
                        }
                    }
                });
            }
        }
        Self { stop, clients }
    }

    /// Lets every client finish the request it is at.
    pub(crate) async fn stop(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        while let Some(ended) = self.clients.join_next().await {
            ended.unwrap();
        }
    }
}

/// Sends a batch; answers whether it was acknowledged.
async fn send(history: &History, api: &Api, batch: Vec<Value>) -> bool {
    let request = api
        .request(Method::POST, "/xapi/statements")
        .timeout(TIMEOUT)
        .json(&json!(batch));
    match request.send().await {
        // The status alone is the promise; what follows it may be cut off.
        Ok(answer) if answer.status() == 200 => {
            let _ = answer.bytes().await;
            history.acknowledged(&batch);
            return true;
        }
        Ok(answer) if matches!(answer.status().as_u16(), 429 | 503) => {
            let _ = answer.bytes().await;
        }
        Ok(answer) => {
            let status = answer.status();
            history.refused(format!("{status}: {}", answer.text().await.unwrap_or_default()));
        }
        Err(_) => {}
    }
    history.unanswered(batch);
    false
}

/// Waits until so many more statements were acknowledged; answers how long that took.
pub(crate) async fn acknowledged(history: &History, more: usize) -> Duration {
    let began = Instant::now();
    let wanted = history.count() + more;
    while history.count() < wanted {
        assert!(
            began.elapsed() < PATIENCE,
            "{} of {wanted} statements were acknowledged: the server does not answer again; {:?}",
            history.count(),
            history.refusals().last()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

/// Sends whatever is still unanswered, so that the fate of everything is known.
pub(crate) async fn finish(history: &Arc<History>, api: &Api) {
    let load = Load::start_slowly(history, std::slice::from_ref(api), Duration::from_millis(5));
    acknowledged(history, 100).await;
    load.stop().await;
}
