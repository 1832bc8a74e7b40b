//! The loop of a server: step while there is work, then wait for whatever comes first.

use std::future::Future;
use std::time::Duration;

use store::{LEASE, Share};
use tokio::sync::Notify;

use crate::engine::Engine;
use crate::error::Result;

/// The longest wait without looking: the outbox has moments that no standing names.
const IDLE: Duration = Duration::from_secs(30);
/// The wait after the first of several errors, and the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(30));

impl Engine {
    /// Works until `shutdown` is done, and finishes the step that is under way. Errors are logged and tried
    /// again, ever more slowly; they do not end it.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let moved = Notify::new();
        tokio::select! {
            () = self.work(shutdown, &moved) => {}
            () = self.keep_alive(&moved) => {}
        }
        if let Err(error) = self.leave().await {
            tracing::debug!(%error, "others will find out by themselves that this engine has ended");
        }
    }

    /// Says again and again that this engine is alive, and what has changed hands by that.
    async fn keep_alive(&self, moved: &Notify) {
        loop {
            match self.hold().await {
                Ok(true) => moved.notify_one(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "other engines can not be told that this one is alive"),
            }
            tokio::time::sleep(LEASE / 3).await;
        }
    }

    async fn work(&self, shutdown: impl Future<Output = ()> + Send, moved: &Notify) {
        tokio::pin!(shutdown);
        let mut pause = BACKOFF.0;
        loop {
            let wait = match self.step().await {
                Ok(true) => match self.gather() {
                    Some(gather) => {
                        pause = BACKOFF.0;
                        tokio::select! {
                            () = &mut shutdown => return,
                            () = tokio::time::sleep(gather) => continue,
                        }
                    }
                    None => Duration::ZERO,
                },
                Ok(false) => IDLE,
                Err(error) => {
                    tracing::error!(%error, again_in = ?pause, "the engine could not go on");
                    let wait = pause;
                    pause = (pause * 2).min(BACKOFF.1);
                    tokio::select! {
                        () = &mut shutdown => return,
                        () = tokio::time::sleep(wait) => continue,
                    }
                }
            };
            pause = BACKOFF.0;
            tokio::select! {
                // In this order: a busy engine must still stop.
                biased;
                () = &mut shutdown => return,
                () = self.wait(wait, moved) => {}
            }
        }
    }

    /// Waits for a statement, a change, the next due moment, people that changed hands, or `longest`. Failing to wait is
    /// not an error: the next step meets the reason.
    async fn wait(&self, longest: Duration, moved: &Notify) {
        if longest.is_zero() {
            return;
        }
        if let Err(error) = self.wait_for_work(longest, moved).await {
            tracing::debug!(%error, "waiting was cut short");
            tokio::time::sleep(BACKOFF.0).await;
        }
    }

    async fn wait_for_work(&self, longest: Duration, moved: &Notify) -> Result<()> {
        let mine = self.mine().await?;
        let share = mine.iter().fold(Share::NONE, |all, one| all.union(one.share));
        let (Some(position), Some(change)) = (
            mine.iter().map(|one| one.position).min(),
            mine.iter().map(|one| one.change).min(),
        ) else {
            moved.notified().await;
            return Ok(());
        };
        let due = match self.store.next_change_at(share).await? {
            Some(next) => {
                let micros = next
                    .as_micros()
                    .saturating_sub((self.options.clock)().as_micros());
                Duration::from_micros(u64::try_from(micros).unwrap_or(0)).min(longest)
            }
            None => longest,
        };
        tokio::select! {
            woken = self.store.wait_beyond(position) => woken?,
            woken = self.store.wait_for_change(change) => woken?,
            () = moved.notified() => {}
            () = tokio::time::sleep(due) => {}
        }
        Ok(())
    }
}
