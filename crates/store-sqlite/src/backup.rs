//! Backups: a whole store as one file, made while others write, and put in place of a store again.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension};
use store::{StoreError, StoreResult};
use xapi::Timestamp;

use crate::connection::{Role, open};
use crate::fault::{FILE, Fault, sql_error};
use crate::schema;

/// What is in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// How many statements.
    pub statements: u64,
    /// When the last of them was stored.
    pub newest: Option<Timestamp>,
}

const WRITE: &str = "write the backup";
const READ: &str = "read the backup";
/// How long to wait for the lock of a file that is being opened or closed elsewhere.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes what the store in `folder` holds at this moment to `file`, which must not exist. Servers may run on the
/// store meanwhile: everything they acknowledged before is in the backup, and of what comes during it nothing.
/// Blocks for as long as the file takes to be written.
///
/// # Errors
/// [`StoreError::Exists`] when there is such a file; [`StoreError::Unavailable`] when there is no store in `folder`,
/// or the file can not be written.
pub fn backup(folder: &Path, file: &Path) -> StoreResult<Backup> {
    let source = folder.join(FILE);
    if !crate::SqliteStore::is_in(folder) {
        return Err(StoreError::Unavailable(format!(
            "there is no {FILE} in {}",
            folder.display()
        )));
    }
    if file.exists() {
        return Err(StoreError::Exists {
            what: format!("the file {}", file.display()),
        });
    }
    let connection = open(&source, Role::Keeper, PATIENCE)
        .map_err(|error| sql_error("open the database to back it up", &error))?;
    schema::found(&connection).map_err(|fault| fault.into_error("read the database"))?;
    // Under its own name only when it is whole.
    let partial = beside(file, ".partial");
    let unwritable = |error: io::Error| unwritable(&partial, &error);
    drop(owners_only(&partial).map_err(unwritable)?);
    let name = partial.to_str().ok_or_else(|| {
        StoreError::Unavailable(format!("{}: SQLite takes only names in UTF-8", partial.display()))
    })?;
    let written = connection
        .execute("VACUUM INTO ?1", [name])
        .map_err(|error| sql_error(WRITE, &error))
        .and_then(|_| contents(&partial))
        .and_then(|backup| {
            File::open(&partial)
                .and_then(|file| file.sync_all())
                .map_err(unwritable)?;
            fs::rename(&partial, file).map_err(unwritable)?;
            sync_folder(file).map_err(unwritable)?;
            Ok(backup)
        });
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Puts the backup `file` in place as the store in `folder`, after it has been checked from end to end. With
/// `overwrite` it replaces a store that is there. Nothing is changed unless it succeeds.
///
/// # Errors
/// [`StoreError::Corrupt`] when the file is no backup or is damaged; [`StoreError::Exists`] when there is a store in
/// the folder and it is not to be replaced; [`StoreError::Unavailable`] when some process has that store open, the
/// backup is of a newer version, or a file can not be read or written.
pub fn restore(file: &Path, folder: &Path, overwrite: bool) -> StoreResult<Backup> {
    let target = folder.join(FILE);
    if target.exists() && !overwrite {
        return Err(StoreError::Exists {
            what: format!("a store in {}", folder.display()),
        });
    }
    let source = File::open(file)
        .map_err(|error| StoreError::Unavailable(format!("{} can not be read: {error}", file.display())))?;
    crate::handle::create(folder).map_err(|error| unwritable(folder, &error))?;
    let copy = beside(&target, ".restoring");
    let restored = copy_whole(source, &copy)
        .map_err(|error| unwritable(&copy, &error))
        .and_then(|()| checked(file, &copy))
        .and_then(|backup| {
            put_aside(&target)?;
            let placed = fs::rename(&copy, &target).and_then(|()| sync_folder(&target));
            placed.map_err(|error| unwritable(&target, &error))?;
            Ok(backup)
        });
    if restored.is_err() {
        for left in [copy.clone(), beside(&copy, "-wal"), beside(&copy, "-shm")] {
            let _ = fs::remove_file(left);
        }
    }
    restored
}

/// What a database file holds.
fn contents(file: &Path) -> StoreResult<Backup> {
    let connection = Connection::open(file).map_err(|error| sql_error(READ, &error))?;
    held(&connection).map_err(|error| sql_error(READ, &error))
}

fn held(connection: &Connection) -> rusqlite::Result<Backup> {
    let last = connection
        .query_row(
            "SELECT position, stored FROM statement ORDER BY position DESC LIMIT 1",
            [],
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(match last {
        // Positions begin at 1 and leave none out.
        Some((position, stored)) => Backup {
            statements: u64::try_from(position).unwrap_or_default(),
            newest: Some(Timestamp::from_micros(stored)),
        },
        None => Backup {
            statements: 0,
            newest: None,
        },
    })
}

/// Checks a copy of a backup: whose it is, its version, and every page and index of it.
fn checked(file: &Path, copy: &Path) -> StoreResult<Backup> {
    let corrupt = |reason: String| StoreError::Corrupt {
        what: format!("a backup {}", file.display()),
        reason,
    };
    let damaged = |error: rusqlite::Error| corrupt(error.to_string());
    let connection = Connection::open(copy).map_err(damaged)?;
    match schema::found(&connection) {
        Ok(0) => return Err(corrupt("it is not one of Testamur's".to_owned())),
        Ok(_) => {}
        Err(Fault::Store(error)) => return Err(error),
        Err(fault) => return Err(corrupt(fault.to_string())),
    }
    let findings: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(damaged)?;
    if findings != "ok" {
        return Err(corrupt(findings));
    }
    let backup = held(&connection).map_err(damaged)?;
    connection.close().map_err(|(_, error)| damaged(error))?;
    File::open(copy)
        .and_then(|copy| copy.sync_all())
        .map_err(|error| unwritable(copy, &error))?;
    Ok(backup)
}

/// Makes sure that nobody has the store open that is to be replaced, and that nothing of it would be taken for a part
/// of the new one.
fn put_aside(target: &Path) -> StoreResult<()> {
    if target.exists() {
        let in_use = || {
            StoreError::Unavailable(format!(
                "a process has the store in {} open; stop it first",
                target.parent().unwrap_or(target).display()
            ))
        };
        // Leaving WAL mode takes that no other connection is open.
        let left = Connection::open(target).and_then(|connection| {
            connection.busy_timeout(Duration::ZERO)?;
            connection.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get::<_, String>(0))
        });
        match left {
            Ok(mode) if mode == "delete" => {}
            Ok(_) => return Err(in_use()),
            Err(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => return Err(in_use()),
                // What is damaged may be what is to be replaced.
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {}
                _ => return Err(sql_error("open the store that is to be replaced", &error)),
            },
        }
    }
    for of_old in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(target, of_old)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(target, &error)),
            _ => {}
        }
    }
    Ok(())
}

fn copy_whole(mut source: File, copy: &Path) -> io::Result<()> {
    let mut copy = owners_only(copy)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

/// A new file that only its owner may read: what is in it is personal.
fn owners_only(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// The path with something after its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn unwritable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("{} can not be written: {error}", path.display()))
}
