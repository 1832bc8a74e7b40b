//! StatementRefs: what refers to a statement is found by what that one is found by, and voiding.

use std::collections::{BTreeSet, HashSet};

use rusqlite::OptionalExtension;
use store::{IndexKey, REFERENCE_DEPTH};
use uuid::Uuid;

use super::append::Appending;
use super::postings;
use super::rows::keys;
use crate::fault::Fault;

impl Appending<'_> {
    /// The positions of the statements that refer to a statement, here or not.
    pub(super) fn referrers(&self, target: &Uuid) -> Result<Vec<i64>, Fault> {
        let mut query = self
            .connection
            .prepare_cached("SELECT position FROM reference WHERE target = ?1")?;
        let positions = query
            .query_map([target], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(positions)
    }

    pub(super) fn is_voided_by_any(&self, referrers: &[i64]) -> Result<bool, Fault> {
        let mut query = self
            .connection
            .prepare_cached("SELECT voiding FROM statement WHERE position = ?1")?;
        for position in referrers {
            if query.query_row([position], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn refer(&self, position: i64, target: &Uuid) -> Result<(), Fault> {
        self.connection
            .prepare_cached("INSERT INTO reference (target, position) VALUES (?1, ?2)")?
            .execute((target, position))?;
        Ok(())
    }

    /// Marks the target voided, if it is here and may be. If it is not here, it is marked when it comes.
    pub(super) fn void(&mut self, target: &Uuid) -> Result<(), Fault> {
        if let Some(position) = self.position_of(target)? {
            self.connection
                .prepare_cached("UPDATE statement SET voided = 1 WHERE position = ?1 AND NOT voiding")?
                .execute([position])?;
            self.written.voided.push(position);
        }
        Ok(())
    }

    /// Gives the statement at `position` the keys of those it refers to, and those that refer to it, which came
    /// earlier, its keys and the ones it got.
    pub(super) fn inherit(
        &mut self,
        position: i64,
        keys: &[IndexKey],
        refers_to: Option<Uuid>,
        referrers: Vec<i64>,
    ) -> Result<(), Fault> {
        let chain = self.chain(refers_to)?;
        let own: BTreeSet<i64> = keys.iter().map(|key| key.inherited().0).collect();
        self.give(&[position], &chain.iter().flatten().copied().collect())?;

        // Level by level: who refers to this one, who refers to those… Each level is one link further from what
        // this one refers to, so it gets one less of the chain.
        let mut level = referrers;
        let mut seen = HashSet::from([position]);
        for depth in 1..=REFERENCE_DEPTH {
            level.retain(|referrer| seen.insert(*referrer));
            level.sort_unstable();
            if level.is_empty() {
                break;
            }
            let inherited = chain.iter().take(REFERENCE_DEPTH - depth).flatten();
            self.give(&level, &own.iter().chain(inherited).copied().collect())?;
            let mut next = Vec::new();
            for referrer in &level {
                next.extend(self.referrers(&self.id_at(*referrer)?)?);
            }
            level = next;
        }
        Ok(())
    }

    /// The keys passed on by the statement referred to, by the one that one refers to, and so on, as far as
    /// they are here.
    fn chain(&self, refers_to: Option<Uuid>) -> Result<Vec<BTreeSet<i64>>, Fault> {
        let mut query = self
            .connection
            .prepare_cached("SELECT keys, refers_to FROM statement WHERE position = ?1")?;
        let mut chain = Vec::new();
        let mut seen = HashSet::new();
        let mut next = refers_to;
        while let Some(target) = next
            && chain.len() < REFERENCE_DEPTH
            && seen.insert(target)
            && let Some(position) = self.position_of(&target)?
        {
            let mut rows = query.query([position])?;
            let Some(row) = rows.next()? else { break };
            chain.push(
                keys(row.get_ref(0)?)?
                    .map(|key| IndexKey(key).inherited().0)
                    .collect(),
            );
            next = row.get(1)?;
        }
        Ok(chain)
    }

    /// Adds keys to statements, given by their positions, ascending.
    fn give(&mut self, positions: &[i64], keys: &BTreeSet<i64>) -> Result<(), Fault> {
        if keys.is_empty() {
            return Ok(());
        }
        for key in keys {
            postings::add(self.connection, *key, positions)?;
        }
        // Where the file's index does not count yet, memory must know, and find it again after a restart.
        let bytes: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        for position in positions
            .iter()
            .filter(|position| **position > self.snapshot.indexed)
        {
            let row = self
                .connection
                .prepare_cached("INSERT INTO inherited (position, keys) VALUES (?1, ?2)")?
                .insert((position, &bytes))?;
            self.written
                .inherited
                .push((row, *position, keys.iter().copied().collect()));
        }
        Ok(())
    }

    fn id_at(&self, position: i64) -> Result<Uuid, Fault> {
        let id = self
            .connection
            .prepare_cached("SELECT id FROM statement WHERE position = ?1")?
            .query_row([position], |row| row.get(0))
            .optional()?;
        id.ok_or_else(|| {
            Fault::corrupt(
                format!("a reference by the entry {position}"),
                "there is no such entry",
            )
        })
    }
}
