use std::fmt;

use rusqlite::ErrorCode;
use store::StoreError;

/// The name of the database file in its folder.
pub(crate) const FILE: &str = "testamur.db";

/// What can go wrong inside: SQLite fails, or the store itself says no.
#[derive(Debug)]
pub(crate) enum Fault {
    Sql(rusqlite::Error),
    Store(StoreError),
    /// A reading transaction is older than what memory holds; a new one is not.
    Outdated,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Fault {
    pub(crate) fn corrupt(what: impl Into<String>, reason: impl ToString) -> Self {
        Self::Store(StoreError::Corrupt {
            what: what.into(),
            reason: reason.to_string(),
        })
    }

    /// The error for whoever asked; `doing` is a verb phrase.
    pub(crate) fn into_error(self, doing: &'static str) -> StoreError {
        match self {
            Self::Sql(error) => sql_error(doing, &error),
            Self::Store(error) => error,
            Self::Outdated => StoreError::backend(doing, self.to_string()),
        }
    }
}

impl Fault {
    /// The same for one of several who asked.
    pub(crate) fn to_error(&self, doing: &'static str) -> StoreError {
        match self {
            Self::Sql(error) => sql_error(doing, error),
            Self::Store(StoreError::Unavailable(why)) => StoreError::Unavailable(why.clone()),
            Self::Store(StoreError::Corrupt { what, reason }) => StoreError::Corrupt {
                what: what.clone(),
                reason: reason.clone(),
            },
            Self::Store(_) | Self::Outdated => StoreError::backend(doing, self.to_string()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Outdated => f.write_str("the transaction is outdated"),
        }
    }
}

/// Says what a person can do about an error of SQLite. Takes it by reference because one failed commit is told
/// to everybody who waited for it.
pub(crate) fn sql_error(doing: &'static str, error: &rusqlite::Error) -> StoreError {
    let unavailable = |why: &str| StoreError::Unavailable(format!("could not {doing}: {why} ({error})"));
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            unavailable("the disk is full; make room on the disk that holds the data folder")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            unavailable("another process keeps the database locked; wait for it or stop it")
        }
        Some(ErrorCode::CannotOpen) => unavailable(
            "the database file can not be opened; check that the folder exists and who may write there",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            unavailable("the database may not be written; check who owns the data folder")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt {
            what: format!("a file {FILE}"),
            reason: format!("{error}; restore the data folder from a backup"),
        },
        _ => StoreError::backend(doing, error.to_string()),
    }
}
