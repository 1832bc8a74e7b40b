//! What a transaction sees of the log, and memory brought up to it.

use std::sync::{PoisonError, RwLock};

use rusqlite::Connection;

use super::recent::Recent;
use super::rows::keys;
use crate::fault::Fault;

/// What a transaction sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Snapshot {
    /// The file's index is complete through this position.
    pub(crate) indexed: i64,
    /// The last position.
    pub(crate) head: i64,
}

/// How memory stands to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It holds what the file's index does not.
    Complete,
    /// It has forgotten what, seen from this old transaction, is not in the file's index yet. A new one will do.
    Ahead,
}

impl Snapshot {
    pub(crate) fn read(connection: &Connection) -> Result<Self, Fault> {
        let mut query = connection.prepare_cached(
            "SELECT (SELECT through FROM indexed), ifnull((SELECT max(position) FROM statement), 0)",
        )?;
        Ok(query.query_row([], |row| {
            Ok(Self {
                indexed: row.get(0)?,
                head: row.get(1)?,
            })
        })?)
    }

    /// Whether `recent` is complete for this transaction.
    pub(crate) fn memory(self, recent: &Recent) -> Option<Memory> {
        if recent.base() > self.indexed {
            Some(Memory::Ahead)
        } else if recent.base() == self.indexed && recent.head() >= self.head {
            Some(Memory::Complete)
        } else {
            None
        }
    }

    /// Takes into memory what it lacks: entries that another process wrote, or all of them at first.
    pub(crate) fn catch_up(self, connection: &Connection, recent: &RwLock<Recent>) -> Result<Memory, Fault> {
        if let Some(memory) = self.memory(&recent.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(memory);
        }
        let mut recent = recent.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(memory) = self.memory(&recent) {
            return Ok(memory);
        }
        recent.settled(self.indexed);
        let mut query = connection.prepare_cached(
            "SELECT position, id, keys FROM statement WHERE position > ?1 ORDER BY position",
        )?;
        let mut rows = query.query([recent.head()])?;
        while let Some(row) = rows.next()? {
            recent.push(row.get(0)?, row.get(1)?, keys(row.get_ref(2)?)?);
        }
        let mut query =
            connection.prepare_cached("SELECT n, position, keys FROM inherited WHERE n > ?1 ORDER BY n")?;
        let mut rows = query.query([recent.inherited()])?;
        while let Some(row) = rows.next()? {
            recent.inherit(row.get(0)?, row.get(1)?, keys(row.get_ref(2)?)?);
        }
        Ok(Memory::Complete)
    }
}
