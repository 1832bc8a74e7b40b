use std::path::PathBuf;
use std::sync::Arc;

use store::Store;
use store::transfer::{Copied, CopyError, Step, copy};
use store_sqlite::{Backup, SqliteStore};

use crate::cli::{StoreArgs, StoreCommand};
use crate::commands::{bar, print};
use crate::config::{Backing, Settings};
use crate::failure::{Failure, Outcome};
use crate::opened::open_for_copy;
use crate::table::columns;

/// `testamur store …`
pub(crate) async fn run(command: StoreCommand) -> Outcome {
    match command {
        StoreCommand::Backup { file, store } => {
            let folder = folder(&store)?;
            let to = file.clone();
            let backup = blocking(move || store_sqlite::backup(&folder, &to)).await?;
            print(&format!("{} holds {}", file.display(), described(&backup)))
        }
        StoreCommand::Restore {
            file,
            overwrite,
            store,
        } => {
            let folder = folder(&store)?;
            let to = folder.clone();
            let restored = blocking(move || match store_sqlite::restore(&file, &to, overwrite) {
                Err(error @ store::StoreError::Exists { .. }) => {
                    Err(Failure::new(format!("{error}; --overwrite replaces it")))
                }
                done => Ok(done?),
            })
            .await?;
            print(&format!(
                "the store in {} holds {}",
                folder.display(),
                described(&restored)
            ))
        }
        StoreCommand::Copy { from, to } => copy_all(from, to).await,
    }
}

/// Copies everything from one store to another.
async fn copy_all(from: Backing, to: Backing) -> Outcome {
    if let Backing::Folder(folder) = &from
        && !SqliteStore::is_in(folder)
    {
        return Err(Failure::new(format!("there is no store in {}", folder.display())));
    }
    let source = open_for_copy(&from).await?;
    let target = match open_for_copy(&to).await {
        Ok(target) => target,
        Err(failure) => {
            source.close().await?;
            return Err(failure);
        }
    };
    let copied = with_bar(&source, &target).await;
    let closed = (source.close().await, target.close().await);
    let copied = copied.map_err(|error| Failure::new(error.to_string()))?;
    closed.0?;
    closed.1?;
    let mut rows = vec![["KIND", "RECORDS", "THE SAME IN BOTH"].map(str::to_owned)];
    rows.extend(
        copied
            .tables
            .iter()
            .map(|(name, digest)| [(*name).to_owned(), digest.count().to_string(), digest.to_string()]),
    );
    print(&columns(&rows).join("\n"))
}

async fn with_bar(source: &Arc<dyn Store>, target: &Arc<dyn Store>) -> Result<Copied, CopyError> {
    let bar = bar();
    let tell = |step: Step| {
        if let Some(of) = step.of {
            bar.set_length(of);
            bar.set_position(step.done);
        }
        let doing = if step.comparing { "comparing" } else { "copying" };
        bar.set_message(format!("{doing} {}: {}", step.table, step.done));
    };
    let copied = copy(source.as_ref(), target.as_ref(), &tell).await;
    bar.finish_and_clear();
    copied
}

/// The data folder; only the embedded store has one.
fn folder(arguments: &StoreArgs) -> Outcome<PathBuf> {
    let settings = Settings::load(arguments.layer(), arguments.config.as_deref())?;
    match settings.backing {
        Backing::Folder(folder) => Ok(folder),
        Backing::MongoDb(_) => Err(Failure::usage(
            "this is for the embedded store; a MongoDB replica set is backed up and restored with its own tools, such \
             as mongodump and mongorestore",
        )),
    }
}

async fn blocking<T: Send + 'static, E: Into<Failure> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Outcome<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(format!("the work broke down: {error}")))?
        .map_err(Into::into)
}

fn described(backup: &Backup) -> String {
    match backup.newest {
        Some(newest) => format!("{} statements, the last stored at {newest}", backup.statements),
        None => "no statement".to_owned(),
    }
}
