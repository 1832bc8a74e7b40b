//! Load from several connections, each a thread.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;

use crate::http::Connection;

/// When requests are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    /// On each connection the next one when the last is answered: how much there is to be had.
    Closed,
    /// So many a second, whatever becomes of them. Their time counts from the moment they should have been sent, so
    /// what had to wait for a slow one is slow as well: no coordinated omission.
    Open(f64),
}

/// For how long, and how much at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) pace: Pace,
    pub(crate) time: Duration,
    /// No more requests than this.
    pub(crate) requests: u64,
}

/// What came of it.
pub(crate) struct Loaded {
    /// How much the requests did: statements, queries.
    pub(crate) items: u64,
    pub(crate) took: Duration,
    /// Microseconds.
    pub(crate) times: Histogram<u64>,
}

impl Loaded {
    pub(crate) fn per_second(&self) -> f64 {
        self.items as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn milliseconds(&self, percentile: f64) -> f64 {
        self.times.value_at_percentile(percentile) as f64 / 1e3
    }
}

/// A connection's work: does request number n and answers how many items that was.
pub(crate) trait Work: FnMut(&mut Connection, u64) -> Result<u64> + Send {}
impl<W: FnMut(&mut Connection, u64) -> Result<u64> + Send> Work for W {}

impl Load {
    /// From so many connections as fast as answers come, for so long.
    pub(crate) fn closed(connections: usize, time: Duration) -> Self {
        Self {
            connections,
            pace: Pace::Closed,
            time,
            requests: u64::MAX,
        }
    }

    /// So many requests a second for so long.
    pub(crate) fn open(connections: usize, per_second: f64, time: Duration) -> Self {
        Self {
            pace: Pace::Open(per_second),
            ..Self::closed(connections, time)
        }
    }

    /// So many requests, as fast as answers come.
    pub(crate) fn count(connections: usize, requests: u64) -> Self {
        Self {
            requests,
            ..Self::closed(connections, Duration::MAX)
        }
    }

    /// Runs it; `work` makes the work of each connection.
    pub(crate) fn run<W: Work>(self, address: SocketAddr, work: impl Fn(usize) -> W) -> Result<Loaded> {
        let (taken, failed) = (AtomicU64::new(0), AtomicBool::new(false));
        let mut connections = Vec::new();
        for number in 0..self.connections {
            connections.push((Connection::open(address)?, work(number)));
        }
        let began = Instant::now();
        let (taken, failed) = (&taken, &failed);
        let shares: Vec<Result<(u64, Histogram<u64>)>> = std::thread::scope(|scope| {
            let threads: Vec<_> = connections
                .into_iter()
                .map(|(connection, work)| {
                    scope.spawn(move || {
                        let share = self.share(connection, work, began, taken, failed);
                        failed.fetch_or(share.is_err(), Ordering::Relaxed);
                        share
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| match thread.join() {
                    Ok(share) => share,
                    Err(_) => bail!("a connection's thread broke down"),
                })
                .collect()
        });
        let mut loaded = Loaded {
            items: 0,
            took: began.elapsed(),
            times: histogram()?,
        };
        for share in shares {
            let (items, times) = share?;
            loaded.items += items;
            loaded.times.add(times).context("add up times")?;
        }
        Ok(loaded)
    }

    fn share(
        self,
        mut connection: Connection,
        mut work: impl Work,
        began: Instant,
        taken: &AtomicU64,
        failed: &AtomicBool,
    ) -> Result<(u64, Histogram<u64>)> {
        let mut times = histogram()?;
        let mut items = 0;
        while !failed.load(Ordering::Relaxed) {
            let number = taken.fetch_add(1, Ordering::Relaxed);
            let due = match self.pace {
                Pace::Closed => began.elapsed(),
                Pace::Open(per_second) => Duration::from_secs_f64(number as f64 / per_second),
            };
            if due >= self.time || number >= self.requests {
                break;
            }
            std::thread::sleep(due.saturating_sub(began.elapsed()));
            items += work(&mut connection, number)?;
            let took = began.elapsed().saturating_sub(due);
            times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
        Ok((items, times))
    }
}

/// Of microseconds, up to two minutes, to a thousandth.
pub(crate) fn histogram() -> Result<Histogram<u64>> {
    Histogram::new_with_bounds(1, 120_000_000, 3).context("make a histogram")
}
