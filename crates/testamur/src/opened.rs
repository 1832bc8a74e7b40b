use std::sync::Arc;
use std::time::Duration;

use store::Store;
use store_mongodb::{MongoOptions, MongoStore};
use store_sqlite::{SqliteOptions, SqliteStore};

use crate::cli::StoreArgs;
use crate::config::{Backing, Settings};
use crate::failure::{Failure, Outcome};

/// Opens the store that the settings name.
///
/// # Errors
/// Exit code 1 with the store's own reason, or when it is a copy that is not finished.
pub(crate) async fn open(backing: &Backing) -> Outcome<Arc<dyn Store>> {
    let store = open_with(backing, MongoOptions::default()).await?;
    if store.copy_progress().await?.is_some() {
        store.close().await?;
        return Err(Failure::new(
            "this store is a copy that is not finished; run the same `testamur store copy` again",
        ));
    }
    Ok(store)
}

/// Opens a store to copy it, half a copy though it may be.
///
/// # Errors
/// Exit code 1 with the store's own reason.
pub(crate) async fn open_for_copy(backing: &Backing) -> Outcome<Arc<dyn Store>> {
    let options = MongoOptions {
        // A transaction that was killed in the middle is in the way until the server gives it up, after a minute.
        operation_timeout: Duration::from_secs(150),
        ..MongoOptions::default()
    };
    open_with(backing, options).await
}

async fn open_with(backing: &Backing, options: MongoOptions) -> Outcome<Arc<dyn Store>> {
    Ok(match backing {
        // Opening reads files, and may have a crash to make good: other tasks go on meanwhile.
        Backing::Folder(folder) => Arc::new(tokio::task::block_in_place(|| {
            SqliteStore::open(folder, SqliteOptions::default())
        })?),
        Backing::MongoDb(uri) => Arc::new(MongoStore::connect(uri, options).await?),
    })
}

/// Opens the store that the flags of a command name, does something with it, and closes it again.
///
/// # Errors
/// Those of opening, of what is done, and of closing.
pub(crate) async fn with_store<T>(
    arguments: &StoreArgs,
    work: impl AsyncFnOnce(&dyn Store) -> Outcome<T>,
) -> Outcome<T> {
    let settings = Settings::load(arguments.layer(), arguments.config.as_deref())?;
    with_backing(&settings.backing, work).await
}

/// Opens the store that the settings name, does something with it, and closes it again.
///
/// # Errors
/// Those of opening, of what is done, and of closing.
pub(crate) async fn with_backing<T>(
    backing: &Backing,
    work: impl AsyncFnOnce(&dyn Store) -> Outcome<T>,
) -> Outcome<T> {
    let store = open(backing).await?;
    let done = work(store.as_ref()).await;
    let closed = store.close().await;
    let done = done?;
    closed?;
    Ok(done)
}
