//! A look at the log: a transaction, and memory that is complete for it.

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, OptionalExtension};
use store::StoredStatement;

use super::memory::{Memory, Snapshot, Standing};
use super::rows::{STORED_STATEMENT, stored_statement};
use super::texts::Voidings;
use crate::fault::Fault;

pub(crate) struct View<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) memory: &'a Memory,
    pub(crate) snapshot: Snapshot,
    seen: Voidings,
    /// The query for one row, prepared when the first is asked for: a page asks for fifty.
    row: RefCell<Option<CachedStatement<'a>>>,
}

/// Looks. A transaction can be older than what memory still holds, when a generation was settled between its
/// beginning and the look into memory: then `function` fails with [`Fault::Outdated`] and is called again with a
/// new one.
pub(crate) fn look<T>(
    connection: &Connection,
    memory: &Memory,
    function: impl Fn(&View<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    loop {
        let seen = memory.texts.voidings();
        let _reading = Reading::begin(connection)?;
        let snapshot = Snapshot::read(connection)?;
        if memory.catch_up(connection, snapshot)? == Standing::Complete {
            match function(&View {
                connection,
                memory,
                snapshot,
                seen,
                row: RefCell::default(),
            }) {
                Err(Fault::Outdated) => {}
                done => return done,
            }
        }
    }
}

impl View<'_> {
    /// The statement at a position.
    pub(crate) fn statement(&self, position: i64) -> Result<Arc<StoredStatement>, Fault> {
        if let Some(statement) = self.memory.texts.get(position) {
            return Ok(statement);
        }
        let missing = || {
            Fault::corrupt(
                format!("an index entry for the position {position}"),
                "nothing is there",
            )
        };
        let statement = Arc::new(self.read(position)?.ok_or_else(missing)?);
        self.memory.texts.read(self.seen, &statement);
        Ok(statement)
    }

    fn read(&self, position: i64) -> Result<Option<StoredStatement>, Fault> {
        let mut row = self.row.borrow_mut();
        let query = match &mut *row {
            Some(query) => query,
            none => none.insert(self.connection.prepare_cached(&format!(
                "SELECT {STORED_STATEMENT} FROM statement WHERE position = ?1"
            ))?),
        };
        Ok(query.query_row([position], stored_statement).optional()?)
    }
}

/// A reading transaction; it ends when this is dropped.
struct Reading<'a>(&'a Connection);

impl<'a> Reading<'a> {
    fn begin(connection: &'a Connection) -> Result<Self, Fault> {
        connection.prepare_cached("BEGIN")?.execute([])?;
        Ok(Self(connection))
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        // What only reads has nothing to lose; if it will not end, the thread rolls it back.
        let _ = self
            .0
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.execute([]));
    }
}
