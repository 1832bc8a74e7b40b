use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use xapi::Timestamp;

/// How a store behaves; [`SqliteOptions::default`] suits a server.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// Connections that read at the same time, each on a thread of its own; at least 1.
    pub readers: usize,
    /// Reads that may wait for a reader before more are answered [`Busy`](store::StoreError::Busy).
    pub waiting_reads: usize,
    /// Statements that may wait to be written, in KiB of text, before more are answered
    /// [`Busy`](store::StoreError::Busy). One batch larger than this is still taken when nothing else waits.
    pub waiting_kib: u32,
    /// How long to wait for another process that writes to the same file.
    pub lock_timeout: Duration,
    /// How many statements are indexed in memory before they are settled in the file. More make writing
    /// cheaper, and opening after a crash slower.
    pub settle_after: usize,
    /// Statements kept in memory because they are asked for, in MiB of text.
    pub cached_mib: u32,
    /// Pages the write-ahead log may hold before they are copied to the file.
    pub checkpoint_pages: u32,
    /// What time it is.
    pub clock: Clock,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            waiting_reads: 4_096,
            waiting_kib: 32 * 1_024,
            lock_timeout: Duration::from_secs(10),
            settle_after: 32_768,
            cached_mib: 40,
            checkpoint_pages: 16_384,
            clock: Clock::system(),
        }
    }
}

/// Tells the time. Another than the system's is for tests: of a clock that jumps, say.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|| {
            let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
        })
    }

    /// A clock of one's own.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
