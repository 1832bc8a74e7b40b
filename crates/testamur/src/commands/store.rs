use std::path::PathBuf;

use store_sqlite::Backup;

use crate::cli::{StoreArgs, StoreCommand};
use crate::commands::print;
use crate::config::{Backing, Settings};
use crate::failure::{Failure, Outcome};

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
    }
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
