//! The arguments of `testamur store …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::StoreArgs;
use crate::config::Backing;

/// `testamur store …`
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Write a backup of the embedded store to a file, while servers run on it
    #[command(after_long_help = "\
Everything that was acknowledged before the backup began is in it. A MongoDB replica set is backed up with its own \
tools, such as mongodump.

Example:
  testamur store backup --data /var/lib/testamur /backups/testamur-$(date +%F).db")]
    Backup {
        /// The backup, which must not exist yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Put a backup in place as the embedded store; no server may run on it
    #[command(after_long_help = "\
Example:
  testamur store restore --data /var/lib/testamur /backups/testamur-2026-01-31.db")]
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replace the store that is in the data folder
        #[arg(long)]
        overwrite: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Copy everything from one store to another, such as from a folder to a MongoDB replica set
    #[command(
        long_about = "\
Copy everything from one store to another: the log with its order and the moments of `stored`, documents, contents of \
attachments, people, curricula with all revisions, keys, evidence, standings, certificates and their ledger.

No server may run on either. The target must be empty; a copy that was interrupted is gone on with when the same \
command is given again, and no server starts on it before it is finished. In the end both stores are read and compared.",
        after_long_help = "\
Examples:
  testamur store copy --from sqlite:/var/lib/testamur --to 'mongodb://db1,db2,db3/testamur?replicaSet=rs0'
  testamur store copy --from mongodb://db1/testamur?replicaSet=rs0 --to sqlite:/var/lib/testamur"
    )]
    Copy {
        /// The store to copy: sqlite:DIR or a mongodb:// URI
        #[arg(long, value_name = "STORE", value_parser = place)]
        from: Backing,
        /// The store to copy to: sqlite:DIR or a mongodb:// URI
        #[arg(long, value_name = "STORE", value_parser = place)]
        to: Backing,
    },
}

/// A store by its place.
fn place(text: &str) -> Result<Backing, String> {
    if let Some(folder) = text.strip_prefix("sqlite:").filter(|folder| !folder.is_empty()) {
        return Ok(Backing::Folder(folder.into()));
    }
    if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") {
        return Ok(Backing::MongoDb(text.to_owned()));
    }
    Err("write sqlite:DIR, mongodb://… or mongodb+srv://…".to_owned())
}
