use std::sync::Arc;
use std::time::Duration;

use certification::{Engine, EngineOptions, PublicUrl};
use store::Store;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::failure::{Failure, Outcome};

/// The name of the engine's account. No key can be called so, since the user name of HTTP Basic ends at the
/// first colon: nobody else writes under this authority.
const ACCOUNT: &str = "engine:certification";

/// A step is bounded by the store's own limits; one that takes longer than this is given up.
const LAST_STEP: Duration = Duration::from_secs(30);

/// The certification engine at work beside the server.
pub(crate) struct EngineTask {
    stop: watch::Sender<bool>,
    running: watch::Receiver<bool>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

impl EngineTask {
    /// Starts the engine on this store.
    ///
    /// # Errors
    /// When the public URL is none.
    pub(crate) fn start(store: Arc<dyn Store>, public_url: &str) -> Outcome<Self> {
        let url = PublicUrl::parse(public_url).map_err(|error| Failure::usage(error.to_string()))?;
        let authority = lrs::authority(public_url, ACCOUNT);
        let engine = Engine::new(store, EngineOptions::new(authority, url));
        let (stop, mut stopped) = watch::channel(false);
        let (is_running, running) = watch::channel(true);
        let work = tokio::spawn(async move {
            engine
                .run(async move {
                    // A closed channel means that the server is gone: an end as well.
                    let _ = stopped.wait_for(|stopped| *stopped).await;
                })
                .await;
        });
        let supervisor = tokio::spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(%error, "the certification engine broke down; this server is no longer ready");
            }
            let _ = is_running.send(false);
        });
        Ok(Self {
            stop,
            running,
            supervisor: Mutex::new(Some(supervisor)),
        })
    }

    /// Whether the engine is at work.
    ///
    /// # Errors
    /// What to do about it when it is not.
    pub(crate) fn ready(&self) -> Result<(), String> {
        if *self.running.borrow() {
            return Ok(());
        }
        Err("the certification engine has stopped; the log says why: restart this server".to_owned())
    }

    /// Lets the engine finish the step it is at, and ends it.
    pub(crate) async fn stop(&self) {
        self.stop.send_replace(true);
        if let Some(supervisor) = self.supervisor.lock().await.take()
            && tokio::time::timeout(LAST_STEP, supervisor).await.is_err()
        {
            tracing::warn!(
                "the certification engine did not finish its last step; the next start will do it again"
            );
        }
    }
}
