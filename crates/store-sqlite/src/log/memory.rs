//! What is known of the log beside the file, and brought up to what a transaction sees of it.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::Connection;

use super::recent::Recent;
use super::rows::keys;
use super::texts::Texts;
use crate::fault::Fault;

/// The memory that the threads of a store share.
pub(crate) struct Memory {
    recent: RwLock<Recent>,
    pub(crate) texts: Texts,
}

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
pub(crate) enum Standing {
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

    /// How `recent` stands to this transaction; `None` if it lacks something.
    pub(crate) fn standing(self, recent: &Recent) -> Option<Standing> {
        if recent.base() > self.indexed {
            Some(Standing::Ahead)
        } else if recent.base() == self.indexed && recent.head() >= self.head {
            Some(Standing::Complete)
        } else {
            None
        }
    }
}

impl Memory {
    /// Empty memory of a log whose index in the file is complete through `indexed`.
    pub(crate) fn new(indexed: i64, texts: Texts) -> Self {
        Self {
            recent: RwLock::new(Recent::after(indexed)),
            texts,
        }
    }

    pub(crate) fn recent(&self) -> RwLockReadGuard<'_, Recent> {
        self.recent.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn recent_mut(&self) -> RwLockWriteGuard<'_, Recent> {
        self.recent.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what is lacking: entries that another process wrote, or all of them at first.
    pub(crate) fn catch_up(&self, connection: &Connection, snapshot: Snapshot) -> Result<Standing, Fault> {
        if let Some(standing) = snapshot.standing(&self.recent()) {
            return Ok(standing);
        }
        let mut recent = self.recent_mut();
        if let Some(standing) = snapshot.standing(&recent) {
            return Ok(standing);
        }
        recent.settled(snapshot.indexed);
        let mut query = connection.prepare_cached(
            "SELECT position, id, keys, voiding FROM statement WHERE position > ?1 ORDER BY position",
        )?;
        let mut rows = query.query([recent.head()])?;
        let mut voiding = false;
        while let Some(row) = rows.next()? {
            voiding |= row.get::<_, bool>(3)?;
            recent.push(row.get(0)?, row.get(1)?, keys(row.get_ref(2)?)?);
        }
        let mut query =
            connection.prepare_cached("SELECT n, position, keys FROM inherited WHERE n > ?1 ORDER BY n")?;
        let mut rows = query.query([recent.inherited()])?;
        while let Some(row) = rows.next()? {
            recent.inherit(row.get(0)?, row.get(1)?, keys(row.get_ref(2)?)?);
        }
        // Before anybody can take memory for complete.
        if voiding {
            self.texts.some_voided();
        }
        Ok(Standing::Complete)
    }
}
