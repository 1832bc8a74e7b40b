use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Digest, TABLES, Table};
use crate::{Position, Store, StoreError, StoreResult};

/// Entries of the log written at once.
const ENTRIES: usize = 1_000;
/// Attachments listed at once.
const ATTACHMENTS: usize = 500;
const LOG: &str = "statement";
const CONTENTS: &str = "attachment";

/// Why a copy was not finished.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Both are one store.
    #[error("a store can not be copied to itself")]
    Same,
    /// There is something in the target, and it is no half-done copy.
    #[error("the target is not empty: it holds {0}; copy to a new one")]
    NotEmpty(String),
    /// The target is a half-done copy of another store.
    #[error("the target is a half-done copy of another store; finish that one, or copy to a new target")]
    OtherSource,
    /// The source is itself a half-done copy.
    #[error("the source is itself a half-done copy of another store; finish that one first")]
    SourceUnfinished,
    /// What was copied is not what the source holds.
    #[error(
        "{table}: the source holds {source_count} and the target {target_count}, and they are not the same: something \
         wrote to one of them meanwhile; stop every server on both and run this again, it goes on from here"
    )]
    Differs {
        /// Of which table.
        table: &'static str,
        /// Records in the source.
        source_count: u64,
        /// Records in the target.
        target_count: u64,
    },
    /// One of the stores failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a copy is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The table, or the log ("statement"), or the contents of attachments ("attachment").
    pub table: &'static str,
    /// Whether it is being compared; otherwise it is being copied.
    pub comparing: bool,
    /// Records done.
    pub done: u64,
    /// Of so many, where that is known.
    pub of: Option<u64>,
}

/// What a finished copy holds, and the source: each table with its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The tables, by name.
    pub tables: Vec<(&'static str, Digest)>,
}

/// How far a copy has come, as it is kept in the target. The log and the attachments say it themselves.
#[derive(Debug, Serialize, Deserialize)]
struct Progress {
    /// The source's identity.
    source: String,
    tables: BTreeMap<String, Place>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// Go on reading here.
    Next(String),
    Done,
}

/// Copies everything of `from` into `to`, which must be empty, or a half-done copy of the same store: that is gone on
/// with. Nobody else may write to either meanwhile. In the end both are read once more and compared, record by
/// record. `tell` hears of each step.
///
/// # Errors
/// [`CopyError`]; what has been copied until then is kept and need not be copied again.
pub async fn copy(
    from: &dyn Store,
    to: &dyn Store,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<Copied, CopyError> {
    let mut progress = begin(from, to).await?;
    log(from, to, tell).await?;
    contents(from, to, tell).await?;
    for table in TABLES {
        rows(from, to, table, &mut progress, tell).await?;
    }

    let mut compared = vec![
        (LOG, log_digest(from, tell).await?, log_digest(to, tell).await?),
        (
            CONTENTS,
            contents_digest(from, tell).await?,
            contents_digest(to, tell).await?,
        ),
    ];
    for table in TABLES {
        let (source, target) = (
            rows_digest(from, table, tell).await?,
            rows_digest(to, table, tell).await?,
        );
        if source != target {
            // The next run begins this table anew.
            progress.tables.remove(table.name);
            if !table.begins_filled() {
                to.clear_rows(table).await?;
            }
            to.set_copy_progress(Some(written(&progress)?)).await?;
        }
        compared.push((table.name, source, target));
    }
    if let Some((table, source, target)) = compared.iter().find(|(_, source, target)| source != target) {
        return Err(CopyError::Differs {
            table,
            source_count: source.count(),
            target_count: target.count(),
        });
    }
    let tables = compared
        .into_iter()
        .map(|(table, digest, _)| (table, digest))
        .collect();
    to.set_copy_progress(None).await?;
    Ok(Copied { tables })
}

/// Makes sure that the target is to be copied to, and answers how far that has come.
async fn begin(from: &dyn Store, to: &dyn Store) -> Result<Progress, CopyError> {
    let source = from.identity().await?;
    if source == to.identity().await? {
        return Err(CopyError::Same);
    }
    if from.copy_progress().await?.is_some() {
        return Err(CopyError::SourceUnfinished);
    }
    if let Some(text) = to.copy_progress().await? {
        let progress: Progress = serde_json::from_str(&text).map_err(|error| StoreError::Corrupt {
            what: "the progress of a copy".to_owned(),
            reason: error.to_string(),
        })?;
        return if progress.source == source {
            Ok(progress)
        } else {
            Err(CopyError::OtherSource)
        };
    }
    if let Some(found) = found(to).await? {
        return Err(CopyError::NotEmpty(found));
    }
    let progress = Progress {
        source,
        tables: BTreeMap::new(),
    };
    to.set_copy_progress(Some(written(&progress)?)).await?;
    Ok(progress)
}

fn written(progress: &Progress) -> StoreResult<String> {
    serde_json::to_string(progress)
        .map_err(|error| StoreError::backend("write the progress of a copy", error))
}

/// Something that the store holds, if it holds anything.
async fn found(store: &dyn Store) -> StoreResult<Option<String>> {
    if store.head().await? > Position::START {
        return Ok(Some("statements".to_owned()));
    }
    if !store.attachments_after(None, 1).await?.is_empty() {
        return Ok(Some("attachments".to_owned()));
    }
    for table in TABLES {
        let empty = if table.begins_filled() {
            let checkpoints = store.checkpoints().await?;
            checkpoints.iter().all(|checkpoint| checkpoint.generation == 0)
        } else {
            store.read_rows(table, None).await?.rows.is_empty()
        };
        if !empty {
            return Ok(Some(format!("records of the kind {:?}", table.name)));
        }
    }
    Ok(None)
}

async fn log(from: &dyn Store, to: &dyn Store, tell: &(dyn Fn(Step) + Sync)) -> Result<(), CopyError> {
    let of = u64::try_from(from.head().await?.0).ok();
    let mut entries = from.read_entries(to.head().await?, ENTRIES).await?;
    while let Some(last) = entries.last().map(|entry| entry.position) {
        // The next are read while these are written.
        let (written, next) =
            futures_util::future::join(to.write_entries(entries), from.read_entries(last, ENTRIES)).await;
        written?;
        entries = next?;
        tell(Step {
            table: LOG,
            comparing: false,
            done: u64::try_from(last.0).unwrap_or_default(),
            of,
        });
    }
    Ok(())
}

async fn contents(from: &dyn Store, to: &dyn Store, tell: &(dyn Fn(Step) + Sync)) -> Result<(), CopyError> {
    let (mut after, mut done) = (None, 0);
    loop {
        let page = from.attachments_after(after.as_ref(), ATTACHMENTS).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        for (sha2, _) in page {
            if to.attachment_info(&sha2).await?.is_none()
                && let Some(content) = from.attachment(&sha2).await?
            {
                to.put_attachment(&sha2, content).await?;
            }
            done += 1;
            tell(Step {
                table: CONTENTS,
                comparing: false,
                done,
                of: None,
            });
        }
    }
}

async fn rows(
    from: &dyn Store,
    to: &dyn Store,
    table: &'static Table,
    progress: &mut Progress,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<(), CopyError> {
    let mut after = match progress.tables.get(table.name) {
        Some(Place::Done) => return Ok(()),
        Some(Place::Next(next)) => Some(next.clone()),
        None => None,
    };
    if after.is_none() && table.begins_filled() {
        to.clear_rows(table).await?;
    }
    let mut done = 0;
    loop {
        let page = from.read_rows(table, after.as_deref()).await?;
        let ended = page.rows.is_empty();
        done += page.rows.len() as u64;
        let place = if ended {
            Place::Done
        } else {
            Place::Next(page.next.clone())
        };
        progress.tables.insert(table.name.to_owned(), place);
        to.write_rows(table, page.rows, written(progress)?).await?;
        tell(Step {
            table: table.name,
            comparing: false,
            done,
            of: None,
        });
        if ended {
            return Ok(());
        }
        after = Some(page.next);
    }
}

async fn log_digest(store: &dyn Store, tell: &(dyn Fn(Step) + Sync)) -> StoreResult<Digest> {
    let of = u64::try_from(store.head().await?.0).ok();
    let mut digest = Digest::default();
    let mut after = Position::START;
    loop {
        let entries = store.read_entries(after, ENTRIES).await?;
        let Some(last) = entries.last() else {
            return Ok(digest);
        };
        after = last.position;
        entries.iter().for_each(|entry| digest.add_entry(entry));
        tell(Step {
            table: LOG,
            comparing: true,
            done: digest.count(),
            of,
        });
    }
}

async fn contents_digest(store: &dyn Store, tell: &(dyn Fn(Step) + Sync)) -> StoreResult<Digest> {
    let mut digest = Digest::default();
    let mut after = None;
    loop {
        let page = store.attachments_after(after.as_ref(), ATTACHMENTS).await?;
        let Some((last, _)) = page.last() else {
            return Ok(digest);
        };
        after = Some(last.clone());
        for (sha2, length) in page {
            let mut hash = Sha256::new();
            if let Some(mut content) = store.attachment(&sha2).await? {
                while let Some(piece) = content.try_next().await? {
                    hash.update(<Bytes as AsRef<[u8]>>::as_ref(&piece));
                }
            }
            digest.add([sha2.0.as_bytes(), &length.to_be_bytes()[..], &hash.finalize()[..]]);
            tell(Step {
                table: CONTENTS,
                comparing: true,
                done: digest.count(),
                of: None,
            });
        }
    }
}

async fn rows_digest(
    store: &dyn Store,
    table: &'static Table,
    tell: &(dyn Fn(Step) + Sync),
) -> StoreResult<Digest> {
    let mut digest = Digest::default();
    let mut after: Option<String> = None;
    loop {
        let page = store.read_rows(table, after.as_deref()).await?;
        if page.rows.is_empty() {
            return Ok(digest);
        }
        page.rows.iter().for_each(|row| digest.add_row(row));
        after = Some(page.next);
        tell(Step {
            table: table.name,
            comparing: true,
            done: digest.count(),
            of: None,
        });
    }
}
