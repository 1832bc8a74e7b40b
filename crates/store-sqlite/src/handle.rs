use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use store::{Store, StoreError, StoreResult};
use xapi::Timestamp;

use crate::connection::{Role, open};
use crate::fault::{FILE, sql_error};
use crate::keeper::Keeper;
use crate::log::memory::{Memory, Snapshot};
use crate::log::rows::last_stored;
use crate::log::texts::Texts;
use crate::options::SqliteOptions;
use crate::readers::Readers;
use crate::registry::last_change;
use crate::schema;
use crate::shared::{Heads, Shared};
use crate::stored::StoredClock;
use crate::writer::Writer;

/// A store in one SQLite file.
///
/// Several processes may have the same folder open; each sees what the others write, and one writes at a time.
/// Dropping the store without [`close`](Store::close) loses nothing that was acknowledged.
pub struct SqliteStore {
    pub(crate) writer: Arc<Writer>,
    pub(crate) readers: Arc<Readers>,
    keeper: Arc<Keeper>,
    pub(crate) shared: Arc<Shared>,
}

impl SqliteStore {
    /// Opens the store in a folder, which is created if it is not there. Blocks for as long as that takes:
    /// milliseconds, or up to a second after a crash.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder or the file can not be used, or was written by another program
    /// or a newer version; [`StoreError::Corrupt`] when the file is damaged.
    pub fn open(folder: &Path, options: SqliteOptions) -> StoreResult<Self> {
        let unusable = |error: io::Error| {
            StoreError::Unavailable(format!(
                "the data folder {} can not be used: {error}",
                folder.display()
            ))
        };
        create(folder).map_err(unusable)?;
        let file = folder.join(FILE);
        let opening = |error: rusqlite::Error| sql_error("open the database", &error);
        let mut connection = open(&file, Role::Writer, options.lock_timeout).map_err(opening)?;
        let doing = "prepare the database";
        schema::prepare(&mut connection).map_err(|fault| fault.into_error(doing))?;
        // A new file is there after a loss of power only if its folder has been written too.
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(unusable)?;

        let snapshot = Snapshot::read(&connection).map_err(|fault| fault.into_error(doing))?;
        let stored = StoredClock::open(folder, options.clock.clone()).map_err(unusable)?;
        let memory = Memory::new(snapshot.indexed, Texts::new(options.cached_mib));
        memory
            .catch_up(&connection, snapshot)
            .map_err(|fault| fault.into_error(doing))?;
        let shared = Arc::new(Shared::new(options, stored, memory));
        let (last, change) = (last_stored(&connection), last_change(&connection));
        shared
            .stored
            .promise(Timestamp::from_micros(last.map_err(opening)?));
        shared.announce(Some(snapshot.head), Some(change.map_err(opening)?));

        let readers = Arc::new(Readers::start(&file, Arc::clone(&shared))?);
        let writer = Writer::start(connection, Arc::clone(&shared))
            .map_err(|error| StoreError::backend("start the thread that writes", error))?;
        let writer = Arc::new(writer);
        let keeper = Arc::new(Keeper::start(&file, Arc::clone(&shared), Arc::clone(&writer))?);
        Ok(Self {
            writer,
            readers,
            keeper,
            shared,
        })
    }

    /// Whether there is a store in a folder.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Waits until the heads of log and changes are as `reached` asks.
    pub(crate) async fn wait(&self, reached: impl Fn(&Heads) -> bool + Send) -> StoreResult<()> {
        let mut heads = self.shared.heads();
        match heads.wait_for(|heads| heads.closed || reached(heads)).await {
            Ok(heads) if reached(&heads) => Ok(()),
            _ => Err(self.shared.unanswered("wait for more")),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self) -> StoreResult<()> {
        self.readers
            .read("answer", |connection| {
                Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?)
            })
            .await
    }

    async fn close(&self) -> StoreResult<()> {
        self.shared.close("it has been closed");
        let (readers, keeper) = (Arc::clone(&self.readers), Arc::clone(&self.keeper));
        let ended = tokio::task::spawn_blocking(move || {
            readers.close();
            keeper.close();
        });
        ended
            .await
            .map_err(|error| StoreError::backend("end the threads that read", error))?;
        // The writer last: the connection that closes last leaves one clean file.
        self.writer.close().await
    }
}

/// Creates the folder, for its owner only: what is in it is personal.
pub(crate) fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
