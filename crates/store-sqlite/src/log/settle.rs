//! Moving the index of recent entries from memory into the file, a little with each group that is written.
//!
//! Sorted, so that each page of the file's index is written once for thousands of statements; in small shares,
//! so that nobody waits for it. What is half moved does no harm: `indexed.through` says how far the file's index
//! counts, and moving a range twice changes nothing.

use rusqlite::Connection;
use uuid::Uuid;

use super::memory::Memory;
use super::postings;
use super::recent::Generation;
use crate::fault::Fault;

/// A generation on its way into the file.
#[derive(Debug)]
pub(crate) struct Settling {
    through: i64,
    ids: std::vec::IntoIter<(Uuid, i64)>,
    keys: std::vec::IntoIter<(i64, usize)>,
    /// Shares of work for each statement that is written meanwhile.
    pace: usize,
}

/// How far settling has come.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// There is more to do.
    Unfinished,
    /// The file's index is complete through this position, once the transaction is committed.
    Finished(i64),
    /// Another process has done it.
    Overtaken,
}

/// Work is counted in shares: one for an id, these for a key, and one more for this many of its positions.
const SHARES_OF_A_KEY: usize = 2;
const POSITIONS_A_SHARE: usize = 64;

impl Settling {
    /// Plans the settling of a generation so that it is done before as many statements again have come.
    pub(crate) fn of(generation: &Generation) -> Self {
        let ids = generation.sorted_ids();
        let keys = generation.sorted_keys();
        let shares: usize = ids.len()
            + keys
                .iter()
                .map(|(_, positions)| shares(*positions))
                .sum::<usize>();
        let pace = 1 + (shares + shares / 2) / ids.len().max(1);
        Self {
            through: generation.through(),
            ids: ids.into_iter(),
            keys: keys.into_iter(),
            pace,
        }
    }

    /// Does what is due when this many statements have been written.
    pub(crate) fn keep_pace(
        &mut self,
        connection: &Connection,
        memory: &Memory,
        statements: usize,
    ) -> Result<Progress, Fault> {
        self.work(connection, memory, self.pace.saturating_mul(statements))
    }

    /// Does this many shares of the work, inside a transaction.
    pub(crate) fn work(
        &mut self,
        connection: &Connection,
        memory: &Memory,
        shares_due: usize,
    ) -> Result<Progress, Fault> {
        let recent = memory.recent();
        let Some(generation) = recent
            .settling()
            .filter(|generation| generation.through() == self.through)
        else {
            return Ok(Progress::Overtaken);
        };
        let mut left = shares_due;
        let mut insert = connection.prepare_cached(
            "INSERT INTO statement_id (id, position) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?;
        while left > 0
            && let Some((id, position)) = self.ids.next()
        {
            insert.execute((id, position))?;
            left -= 1;
        }
        while left > 0
            && let Some((key, positions)) = self.keys.next()
        {
            postings::add(connection, key, generation.positions(key))?;
            left = left.saturating_sub(shares(positions));
        }
        if self.ids.len() > 0 || self.keys.len() > 0 {
            return Ok(Progress::Unfinished);
        }
        connection
            .prepare_cached("UPDATE indexed SET through = ?1")?
            .execute([self.through])?;
        connection
            .prepare_cached("DELETE FROM inherited WHERE position <= ?1")?
            .execute([self.through])?;
        Ok(Progress::Finished(self.through))
    }
}

fn shares(positions: usize) -> usize {
    SHARES_OF_A_KEY + positions / POSITIONS_A_SHARE
}
