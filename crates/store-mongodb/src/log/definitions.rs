use std::collections::{BTreeSet, HashMap, HashSet};

use mongodb::bson::{doc, rawdoc};
use mongodb::{ClientSession, Database};
use sha2::{Digest, Sha256};
use store::Definition;
use xapi::merge_definition;

use super::group::Waiting;
use crate::raw::{Fields, Raw, upsert_all};
use crate::schema::ACTIVITIES;
use crate::transaction::Stopped;

/// How many activities are remembered at most; about 200 bytes each.
const REMEMBERED: usize = 50_000;
/// A merged definition of more bytes than this is left as it is: it must fit into a document.
const MAX_DEFINITION: usize = 4 * 1024 * 1024;

type Digested = [u8; 32];

/// Which definitions are known to change nothing when they are merged once more.
///
/// Nearly every statement carries the definition of its activity, nearly always the same: without this each
/// transaction would read and merge them all. What is known holds for one `version`, a number in the head of
/// the log that grows whenever any process changes any definition.
#[derive(Default)]
pub(crate) struct Settled {
    version: i64,
    known: HashMap<String, HashSet<Digested>>,
}

/// What a transaction learnt, to be remembered once it is committed.
#[derive(Default)]
pub(crate) struct Learnt {
    /// Whether any definition was changed.
    pub(crate) changed: bool,
    /// All that is known now of these activities.
    activities: Vec<(String, HashSet<Digested>)>,
}

impl Settled {
    /// Merges the definitions of the new statements, in their order, into the kept ones.
    pub(crate) async fn merge(
        &self,
        database: &Database,
        session: &mut ClientSession,
        new: &[(usize, &Waiting)],
        version: i64,
    ) -> Result<Learnt, Stopped> {
        let definitions: Vec<(&Definition, Digested)> = new
            .iter()
            .flat_map(|(_, waiting)| &waiting.definitions)
            .map(|definition| (definition, Sha256::digest(definition.text.as_bytes()).into()))
            .collect();
        let unsettled: BTreeSet<&str> = definitions
            .iter()
            .filter(|(definition, digest)| version != self.version || !self.is_settled(definition, digest))
            .map(|(definition, _)| definition.activity.as_str())
            .collect();
        if unsettled.is_empty() {
            return Ok(Learnt::default());
        }

        let activities: Raw = database.collection(ACTIVITIES);
        let kept = read(&activities, session, &unsettled).await?;
        let mut learnt = Learnt::default();
        let mut changed = Vec::new();
        for activity in unsettled {
            let before = kept.get(activity);
            let mut merged = before.cloned();
            let of_activity = || {
                definitions
                    .iter()
                    .filter(|(one, _)| one.activity.as_str() == activity)
            };
            for (definition, _) in of_activity() {
                let after = merge_definition(merged.as_deref(), &definition.text);
                if after.len() <= MAX_DEFINITION {
                    merged = Some(after);
                }
            }
            let Some(merged) = merged else { continue };
            let settled = of_activity()
                .filter(|(one, _)| {
                    let again = merge_definition(Some(&merged), &one.text);
                    again == merged || again.len() > MAX_DEFINITION
                })
                .map(|(_, digest)| *digest);
            learnt.activities.push((activity.to_owned(), settled.collect()));
            if before != Some(&merged) {
                changed.push(rawdoc! { "_id": activity, "d": merged });
            }
        }
        learnt.changed = !changed.is_empty();
        upsert_all(database, session, ACTIVITIES, &changed).await?;
        Ok(learnt)
    }

    fn is_settled(&self, definition: &Definition, digest: &Digested) -> bool {
        self.known
            .get(definition.activity.as_str())
            .is_some_and(|settled| settled.contains(digest))
    }

    /// Takes over what a committed transaction learnt; `before` and `after` are the versions around it.
    pub(crate) fn remember(&mut self, learnt: Learnt, before: i64, after: i64) {
        if before != self.version || self.known.len() > REMEMBERED {
            self.known.clear();
        }
        self.version = after;
        for (activity, settled) in learnt.activities {
            let known = self.known.entry(activity).or_default();
            // What was settled before may not be any more when the definition changed.
            if learnt.changed || known.len() > 16 {
                known.clear();
            }
            known.extend(settled);
        }
    }
}

async fn read(
    activities: &Raw,
    session: &mut ClientSession,
    ids: &BTreeSet<&str>,
) -> Result<HashMap<String, String>, Stopped> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let mut cursor = activities
        .find(doc! { "_id": { "$in": ids } })
        .session(&mut *session)
        .await?;
    let mut found = HashMap::new();
    while cursor.advance(session).await? {
        let activity = Fields::new("a definition", cursor.current());
        found.insert(activity.text("_id")?, activity.text("d")?);
    }
    Ok(found)
}
