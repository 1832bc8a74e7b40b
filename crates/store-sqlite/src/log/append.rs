//! Batches of statements, written inside the transaction of their group.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rusqlite::{Connection, params};
use store::transfer::LogRecord;
use store::{IndexKey, NewStatement, Position, StoreError, StoredStatement};
use uuid::Uuid;
use xapi::{Fingerprint, Timestamp};

use super::definitions::Definitions;
use super::memory::{Memory, Snapshot};
use super::rows::{key_bytes, position_of};
use super::texts::Voidings;
use crate::fault::Fault;

/// The appending part of one group: what it has written so far.
pub(crate) struct Appending<'a> {
    pub(super) connection: &'a Connection,
    pub(super) memory: &'a Memory,
    pub(super) snapshot: Snapshot,
    definitions: &'a mut Definitions,
    stored: Timestamp,
    pub(super) written: Written,
}

/// What a group wrote, for memory to take in once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Entries, in order.
    pub(crate) entries: Vec<WrittenEntry>,
    /// Rows of `inherited`: row, position, keys.
    pub(crate) inherited: Vec<(i64, i64, Vec<i64>)>,
    /// The positions of statements that were there and are voided now.
    pub(crate) voided: Vec<i64>,
    by_id: HashMap<Uuid, i64>,
}

#[derive(Debug)]
pub(crate) struct WrittenEntry {
    pub(crate) keys: Vec<i64>,
    pub(crate) statement: StoredStatement,
}

/// A statement on its way into its row.
struct Incoming<'e> {
    id: Uuid,
    stored: Timestamp,
    voiding: bool,
    refers_to: Option<Uuid>,
    fingerprint: Fingerprint,
    keys: &'e [IndexKey],
    text: Cow<'e, str>,
}

impl Written {
    /// Takes what was committed into memory; `seen` is from before the transaction.
    pub(crate) fn remember(self, memory: &Memory, seen: Voidings) {
        let mut entries = Vec::with_capacity(self.entries.len());
        for WrittenEntry { statement, keys } in self.entries {
            entries.push((statement.position.0, statement.id, keys));
            memory.texts.keep(seen, Arc::new(statement));
        }
        let mut recent = memory.recent_mut();
        for (position, id, keys) in entries {
            recent.push(position, id, keys);
        }
        // Before anybody can take memory for complete.
        for position in self.voided {
            memory.texts.voided(position);
        }
        for (row, position, keys) in self.inherited {
            recent.inherit(row, position, keys);
        }
    }
}

impl<'a> Appending<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        memory: &'a Memory,
        definitions: &'a mut Definitions,
        snapshot: Snapshot,
        stored: Timestamp,
    ) -> Self {
        Self {
            connection,
            memory,
            snapshot,
            definitions,
            stored,
            written: Written::default(),
        }
    }

    /// Writes a batch and answers how many of its statements are new, or refuses it and writes nothing. After a
    /// [`Fault`] the transaction holds a part of it and must be rolled back.
    pub(crate) fn append(&mut self, batch: &[NewStatement]) -> Result<Result<usize, StoreError>, Fault> {
        let new = match self.new_ones(batch) {
            Ok(new) => new,
            Err(refused) => return Ok(Err(refused.into_error("look for the statements of a batch"))),
        };
        for statement in &new {
            self.insert(Incoming {
                id: statement.sealed.id(),
                stored: self.stored,
                voiding: statement.voids.is_some(),
                refers_to: statement.refers_to,
                fingerprint: statement.sealed.fingerprint(),
                keys: statement.keys.as_slice(),
                text: Cow::Owned(statement.sealed.text(self.stored)),
            })?;
            for definition in &statement.definitions {
                self.definitions.merge(self.connection, definition)?;
            }
        }
        Ok(Ok(new.len()))
    }

    /// Writes what another store kept, at its own places, or refuses it and writes nothing.
    pub(crate) fn put(&mut self, entries: &[LogRecord]) -> Result<Result<usize, StoreError>, Fault> {
        let follow = (self.head() + 1..)
            .zip(entries)
            .all(|(place, entry)| entry.position.0 == place);
        if !follow {
            return Ok(Err(StoreError::Changed {
                what: "the head of the log".to_owned(),
            }));
        }
        for entry in entries {
            self.insert(Incoming {
                id: entry.id,
                stored: entry.stored,
                voiding: entry.voiding,
                refers_to: entry.refers_to,
                fingerprint: entry.fingerprint,
                keys: &entry.keys,
                text: Cow::Borrowed(&entry.text),
            })?;
        }
        Ok(Ok(entries.len()))
    }

    pub(crate) fn into_written(self) -> Written {
        self.written
    }

    /// The statements of a batch that are not kept yet, each once. Only reads.
    fn new_ones<'b>(&self, batch: &'b [NewStatement]) -> Result<Vec<&'b NewStatement>, Fault> {
        let mut seen: HashMap<Uuid, Fingerprint> = HashMap::with_capacity(batch.len());
        let mut new = Vec::with_capacity(batch.len());
        for (index, statement) in batch.iter().enumerate() {
            let id = statement.sealed.id();
            let fingerprint = match seen.entry(id) {
                Entry::Occupied(earlier) => *earlier.get(),
                Entry::Vacant(vacant) => match self.position_of(&id)? {
                    Some(position) => *vacant.insert(self.fingerprint(position)?),
                    None => {
                        vacant.insert(statement.sealed.fingerprint());
                        new.push(statement);
                        continue;
                    }
                },
            };
            if fingerprint != statement.sealed.fingerprint() {
                return Err(StoreError::StatementConflict { id, index }.into());
            }
        }
        Ok(new)
    }

    /// Where a statement is, those of this group included.
    pub(super) fn position_of(&self, id: &Uuid) -> Result<Option<i64>, Fault> {
        if let Some(position) = self.written.by_id.get(id) {
            return Ok(Some(*position));
        }
        let recent = self.memory.recent().position_of(id);
        match recent {
            Some(position) => Ok(Some(position)),
            None => Ok(position_of(self.connection, id)?),
        }
    }

    fn fingerprint(&self, position: i64) -> Result<Fingerprint, Fault> {
        let bytes = self
            .connection
            .prepare_cached("SELECT fingerprint FROM statement WHERE position = ?1")?
            .query_row([position], |row| row.get(0))?;
        Ok(Fingerprint::from_bytes(bytes))
    }

    fn insert(&mut self, entry: Incoming<'_>) -> Result<(), Fault> {
        let position = self.head() + 1;
        let Incoming { id, stored, .. } = entry;
        let referred_by = self.referrers(&id)?;
        let voided = !entry.voiding && self.is_voided_by_any(&referred_by)?;
        self.connection
            .prepare_cached(
                "INSERT INTO statement (position, id, stored, voided, voiding, refers_to, fingerprint, keys, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                position,
                id,
                stored.as_micros(),
                voided,
                entry.voiding,
                entry.refers_to,
                entry.fingerprint.as_bytes(),
                key_bytes(entry.keys),
                &*entry.text,
            ])?;
        let keys = entry.keys.iter().map(|key| key.0).collect();
        let kept = StoredStatement {
            position: Position(position),
            id,
            stored,
            voided,
            text: entry.text.into_owned(),
        };
        self.written.entries.push(WrittenEntry {
            keys,
            statement: kept,
        });
        self.written.by_id.insert(id, position);

        if let Some(target) = entry.refers_to {
            self.refer(position, &target)?;
            if entry.voiding {
                self.void(&target)?;
            }
        }
        if entry.refers_to.is_some() || !referred_by.is_empty() {
            self.inherit(position, entry.keys, entry.refers_to, referred_by)?;
        }
        Ok(())
    }

    /// The last position, with what this group wrote.
    pub(crate) fn head(&self) -> i64 {
        self.written
            .entries
            .last()
            .map_or(self.snapshot.head, |entry| entry.statement.position.0)
    }
}
