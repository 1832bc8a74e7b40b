//! Evidence as it will be after the step under way.

use std::collections::{BTreeMap, BTreeSet};

use store::{EngineCommit, EvidenceRecord};
use uuid::Uuid;

/// What the step under way changes of the evidence in the store.
#[derive(Debug, Default)]
pub(crate) struct Delta {
    /// Evidence added or replaced, by person and statement.
    pub(crate) added: BTreeMap<String, BTreeMap<Uuid, EvidenceRecord>>,
    /// Statements that no longer are anybody's evidence.
    pub(crate) withdrawn: BTreeSet<Uuid>,
    /// The evidence in the store that these are: person and statement.
    pub(crate) withdrawn_rows: Vec<(String, Uuid)>,
    /// People whose kept evidence no longer counts.
    pub(crate) forgotten: BTreeSet<String>,
}

impl Delta {
    /// Adds a row; at most one a person and statement.
    pub(crate) fn add(&mut self, record: EvidenceRecord) {
        self.added
            .entry(record.person.clone())
            .or_default()
            .insert(record.statement, record);
    }

    /// Moves the changes into a commit.
    pub(crate) fn write(self, commit: &mut EngineCommit) {
        let Self {
            added,
            withdrawn,
            withdrawn_rows,
            forgotten,
        } = self;
        commit.evidence.extend(
            added
                .into_values()
                .flat_map(BTreeMap::into_values)
                .filter(|row| !withdrawn.contains(&row.statement)),
        );
        commit.withdrawn.extend(withdrawn_rows);
        commit.forgotten.extend(forgotten);
    }

    /// One person's evidence after the changes.
    pub(crate) fn apply(&self, person: &str, kept: Vec<EvidenceRecord>) -> Vec<EvidenceRecord> {
        let added = self.added.get(person);
        let mut rows: Vec<_> = kept
            .into_iter()
            .filter(|_| !self.forgotten.contains(person))
            .filter(|row| !added.is_some_and(|added| added.contains_key(&row.statement)))
            .collect();
        rows.extend(added.into_iter().flat_map(BTreeMap::values).cloned());
        rows.retain(|row| !self.withdrawn.contains(&row.statement));
        rows
    }
}
