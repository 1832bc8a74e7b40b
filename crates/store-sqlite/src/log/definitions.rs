//! The canonical definitions of activities.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use rusqlite::{Connection, OptionalExtension};
use store::Definition;
use xapi::Iri;

use crate::fault::Fault;

/// Merges definitions, and remembers what was merged last so that the same again costs neither reading nor
/// writing.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    hasher: RandomState,
    /// The hash of the text last merged into an activity's definition.
    last: HashMap<Iri, u64>,
}

/// Activities remembered. When more are met, all are forgotten: simple, and rare enough.
const REMEMBERED: usize = 20_000;

impl Definitions {
    /// Forgets all, because others may have written, or what was written here was undone.
    pub(crate) fn forget(&mut self) {
        self.last.clear();
    }

    pub(crate) fn merge(&mut self, connection: &Connection, new: &Definition) -> Result<(), Fault> {
        let hash = self.hasher.hash_one(&new.text);
        if self.last.get(&new.activity) == Some(&hash) {
            return Ok(());
        }
        let kept = read(connection, &new.activity)?;
        let merged = xapi::merge_definition(kept.as_deref(), &new.text);
        if kept.as_ref() != Some(&merged) {
            connection
                .prepare_cached(
                    "INSERT INTO activity (id, definition) VALUES (?1, ?2)
                     ON CONFLICT DO UPDATE SET definition = excluded.definition",
                )?
                .execute((new.activity.as_str(), merged))?;
        }
        if self.last.len() >= REMEMBERED {
            self.last.clear();
        }
        self.last.insert(new.activity.clone(), hash);
        Ok(())
    }
}

/// The canonical definition of an activity.
pub(crate) fn read(connection: &Connection, activity: &Iri) -> Result<Option<String>, Fault> {
    let definition = connection
        .prepare_cached("SELECT definition FROM activity WHERE id = ?1")?
        .query_row([activity.as_str()], |row| row.get(0))
        .optional()?;
    Ok(definition)
}
