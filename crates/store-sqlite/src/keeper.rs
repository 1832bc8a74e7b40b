//! A thread that looks a few times a second: has another process written, is the write-ahead log long, was an
//! attachment left unfinished?

use std::fs::File;
use std::io;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rusqlite::Connection;
use store::{StoreError, StoreResult};

use crate::attachments;
use crate::connection::{Role, open};
use crate::fault::{Fault, sql_error};
use crate::shared::Shared;
use crate::writer::Writer;

const INTERVAL: Duration = Duration::from_millis(150);
/// After so many looks at which nothing had been written, some three seconds, the writer rests.
const STILL: u32 = 20;
/// The log is copied in so many portions while it grows to what it may hold. Each is on the disk before the next: to sync
/// a large one would hold up the commits meanwhile.
const PORTIONS: u32 = 8;

/// Ends the thread when it is dropped.
pub(crate) struct Keeper {
    stop: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

impl Keeper {
    pub(crate) fn start(file: &Path, shared: Arc<Shared>, writer: Arc<Writer>) -> StoreResult<Self> {
        let connection = open(file, Role::Keeper, shared.options.lock_timeout)
            .map_err(|error| sql_error("open the database to watch it", &error))?;
        let database = File::open(file)
            .map(ManuallyDrop::new)
            .map_err(|error| StoreError::backend("open the database to sync it", error))?;
        let (stop, stopped) = bounded(0);
        let thread = thread::Builder::new()
            .name("sqlite-keeper".to_owned())
            .spawn(move || {
                Watch {
                    connection,
                    database,
                    shared,
                    writer,
                    version: None,
                    still: 0,
                }
                .run(&stopped)
            })
            .map_err(|error| StoreError::backend("start the thread that watches the database", error))?;
        Ok(Self {
            stop: Mutex::new(Some((stop, thread))),
        })
    }

    pub(crate) fn close(&self) {
        let running = self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = running {
            drop(stop);
            if thread.join().is_err() {
                tracing::error!("the thread that watches the database had failed");
            }
        }
    }
}

struct Watch {
    connection: Connection,
    /// To sync what was copied. It is never closed: whichever descriptor of a file a process closes, it loses all locks on
    /// the file (POSIX), those of SQLite's connections included.
    database: ManuallyDrop<File>,
    shared: Arc<Shared>,
    writer: Arc<Writer>,
    /// `data_version` when last looked: another one means that somebody committed.
    version: Option<i64>,
    /// How many looks ago that was.
    still: u32,
}

/// How long the write-ahead log is, and how much of it has been copied, in pages.
struct Wal {
    pages: u32,
    copied: u32,
}

impl Watch {
    fn run(mut self, stopped: &Receiver<()>) {
        while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            if let Err(fault) = self.look_for_others() {
                tracing::warn!(%fault, "could not look for what other processes wrote; it is tried again");
            }
            if let Err(fault) = self.sweep() {
                tracing::warn!(%fault, "could not look for abandoned attachments; it is tried again");
            }
            match self.shorten_wal().map(|is_there| is_there && self.rest()) {
                Ok(true) => {}
                Ok(false) => return,
                Err(fault) => {
                    tracing::warn!(%fault, "the write-ahead log could not be copied to the database; it is tried again");
                }
            }
        }
    }

    fn look_for_others(&mut self) -> Result<(), Fault> {
        let version = self
            .connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if self.version != Some(version) {
            let (log, change) = self
                .connection
                .prepare_cached(
                    "SELECT (SELECT max(position) FROM statement), (SELECT max(position) FROM change)",
                )?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            self.shared.announce(log, change);
            self.version = Some(version);
            self.still = 0;
        }
        Ok(())
    }

    fn sweep(&self) -> Result<(), Fault> {
        let now = self.shared.stored.now().as_micros();
        if attachments::any_abandoned(&self.connection, now)? {
            attachments::sweep(&self.writer, now);
        }
        Ok(())
    }

    /// Lets the writer rest when nothing has been written for a while, once. Answers whether there is a writer still.
    fn rest(&mut self) -> bool {
        self.still = self.still.saturating_add(1);
        self.still != STILL || self.writer.request_rest()
    }

    /// Copies the log while it grows, and syncs what was copied; the writer, who waits for nobody meanwhile, copies and
    /// syncs the little that is left when the log is long. Answers whether there is a writer still.
    fn shorten_wal(&self) -> Result<bool, Fault> {
        let limit = self.shared.options.checkpoint_pages;
        let wal = self.checkpoint("PRAGMA wal_checkpoint(NOOP)")?;
        if wal.left() < limit / PORTIONS && wal.pages < limit || wal.left() == 0 {
            return Ok(true);
        }
        for _ in 0..4 {
            let wal = self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)")?;
            self.sync()?;
            if wal.pages < limit {
                return Ok(true);
            }
            if wal.left() < limit / 64 {
                break;
            }
        }
        Ok(self.writer.request_checkpoint())
    }

    fn sync(&self) -> Result<(), Fault> {
        self.database
            .sync_data()
            .map_err(|error: io::Error| StoreError::backend("sync the database", error).into())
    }

    fn checkpoint(&self, pragma: &str) -> Result<Wal, Fault> {
        let wal = self.connection.prepare_cached(pragma)?.query_row([], |row| {
            // -1 when there is no log yet.
            Ok(Wal {
                pages: row.get::<_, i64>(1)?.max(0) as u32,
                copied: row.get::<_, i64>(2)?.max(0) as u32,
            })
        })?;
        Ok(wal)
    }
}

impl Wal {
    /// Pages that are in the log only.
    fn left(&self) -> u32 {
        self.pages.saturating_sub(self.copied)
    }
}
