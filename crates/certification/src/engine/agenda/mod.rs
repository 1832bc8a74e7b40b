//! What is half done, kept in the checkpoint: a crash continues where the last commit left off.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rules::Interest;
use serde::{Deserialize, Serialize};
use store::{Checkpoint, Position};
use uuid::Uuid;
use xapi::{Ifi, Iri, Statement, Timestamp};

use crate::error::{Result, from_json, to_json};

/// What is under way besides following the log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Agenda {
    /// By curriculum: the revision that people are evaluated by. One is in force once the log has been
    /// searched for its evidence, so nobody is judged by half of what is known.
    pub(crate) in_force: BTreeMap<String, i64>,
    /// Revisions whose evidence is being searched for, oldest first.
    #[serde(skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) backfills: VecDeque<Backfill>,
    /// Whether everybody is being evaluated again, and how far that has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sweep: Option<Sweep>,
    /// Every authority an engine has written under. A server that gets another public URL writes under
    /// another one, and what it said before is still no evidence.
    pub(crate) authorities: BTreeSet<Ifi>,
    /// The activities that stand for a course for somebody, by an act: no curriculum names them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) equivalents: BTreeSet<Iri>,
    /// What could not be taken into account.
    pub(crate) skipped: Skipped,
    /// The reports and reviews that are due again and again: for which moment each was last told.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) upkeep: BTreeMap<String, Timestamp>,
}

/// The search for evidence of a newly published revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Backfill {
    /// The curriculum.
    pub(crate) curriculum: String,
    /// The revision.
    pub(crate) revision: i64,
    /// What nothing was interested in before; the first of it is being searched for.
    #[serde(flatten)]
    pub(crate) interest: Interest,
    /// How far the search for the first has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Position>,
}

/// The evaluation of everybody, page by page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Sweep {
    /// The last person that was evaluated.
    pub(crate) after: Option<String>,
    /// Whether to begin again at the end, since something was published in between.
    pub(crate) again: bool,
}

/// Records that could not be read. They are never lost: they stay where they are, and are named here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Skipped {
    /// How many there were.
    pub count: u64,
    /// The latest, oldest first.
    pub latest: VecDeque<SkippedRecord>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRecord {
    /// What it is: `statement`, `person`, `curriculum`.
    pub what: String,
    /// Its id.
    pub id: String,
    /// Why it could not be read.
    pub reason: String,
}

impl Skipped {
    /// The most records that are named.
    const NAMED: usize = 20;

    /// Notes a record that could not be read.
    pub(crate) fn note(&mut self, what: &str, id: impl Into<String>, reason: impl Into<String>) {
        let record = SkippedRecord {
            what: what.to_owned(),
            id: id.into(),
            reason: reason.into(),
        };
        tracing::error!(what, id = %record.id, reason = %record.reason, "a record could not be taken into account");
        self.name(record);
    }

    fn name(&mut self, record: SkippedRecord) {
        if self.latest.contains(&record) {
            return;
        }
        self.count += 1;
        self.latest.push_back(record);
        while self.latest.len() > Self::NAMED {
            self.latest.pop_front();
        }
    }

    /// Adds what was noted elsewhere.
    pub(crate) fn absorb(&mut self, other: Self) {
        // What is counted there and not named any more was named to the log.
        self.count += other.count.saturating_sub(other.latest.len() as u64);
        for record in other.latest {
            self.name(record);
        }
    }

    /// Adds what was noted in another share. Both read the same log, so what is not named any more is taken to be the same.
    fn join(&mut self, other: Self) {
        for record in other.latest {
            self.name(record);
        }
        self.count = self.count.max(other.count);
    }

    /// Notes a statement that could not be read.
    pub(crate) fn note_statement(&mut self, id: Uuid, reason: impl Into<String>) {
        self.note("statement", id.to_string(), reason);
    }
}

impl Agenda {
    pub(crate) fn parse(state: &str) -> Result<Self> {
        if state.is_empty() {
            return Ok(Self::default());
        }
        from_json(|| "the engine's agenda".to_owned(), state)
    }

    /// Whether an engine says this.
    pub(crate) fn is_own(&self, statement: &Statement) -> bool {
        let authority = statement.authority.as_ref().and_then(xapi::Actor::ifi);
        authority.is_some_and(|ifi| self.authorities.contains(ifi))
    }

    /// Whether a statement is about an activity that stands for a course for somebody.
    pub(crate) fn is_equivalent(&self, statement: &Statement) -> bool {
        matches!(&statement.object, xapi::Object::Activity(activity) if self.equivalents.contains(&activity.id))
    }

    pub(crate) fn to_state(&self) -> Result<String> {
        to_json("the engine's agenda", self)
    }

    /// Has everybody evaluated again, those too that a sweep under way is already past.
    pub(crate) fn sweep_all(&mut self) {
        match &mut self.sweep {
            Some(sweep) if sweep.after.is_some() => sweep.again = true,
            Some(_) => {}
            None => self.sweep = Some(Sweep::default()),
        }
    }

    /// What counts for two shares together, once nothing is searched for in either.
    pub(crate) fn joined(mut self, other: Self) -> Option<Self> {
        let is_level = self.in_force == other.in_force;
        if !is_level || !self.backfills.is_empty() || !other.backfills.is_empty() {
            return None;
        }
        if other.sweep.is_some() || self.sweep.is_some() {
            self.sweep = Some(Sweep::default());
        }
        self.add_what_is_known(other);
        Some(self)
    }

    /// What holds for all shares: of each curriculum the revision that is in force for everybody.
    pub(crate) fn overall(checkpoints: &[Checkpoint]) -> Result<Self> {
        let mut all: Option<Self> = None;
        for checkpoint in checkpoints {
            let other = Self::parse(&checkpoint.state)?;
            all = Some(match all {
                None => other,
                Some(mut all) => {
                    all.in_force.retain(|id, number| match other.in_force.get(id) {
                        Some(theirs) => {
                            *number = (*number).min(*theirs);
                            true
                        }
                        None => false,
                    });
                    if other.backfills.len() > all.backfills.len() {
                        all.backfills.clone_from(&other.backfills);
                    }
                    all.sweep = all.sweep.or_else(|| other.sweep.clone());
                    all.add_what_is_known(other);
                    all
                }
            });
        }
        Ok(all.unwrap_or_default())
    }

    fn add_what_is_known(&mut self, other: Self) {
        self.authorities.extend(other.authorities);
        self.equivalents.extend(other.equivalents);
        self.skipped.join(other.skipped);
        for (what, at) in other.upkeep {
            let told = self.upkeep.entry(what).or_insert(at);
            *told = at.max(*told);
        }
    }

    /// Notes that a sweep has come so far; `None` when it has reached the end.
    pub(crate) fn swept(&mut self, after: Option<String>) {
        self.sweep = match (self.sweep.take(), after) {
            (Some(sweep), Some(after)) => Some(Sweep {
                after: Some(after),
                ..sweep
            }),
            (Some(Sweep { again: true, .. }), None) => Some(Sweep::default()),
            _ => None,
        };
    }
}
