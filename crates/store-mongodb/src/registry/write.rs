use std::collections::{BTreeMap, BTreeSet, HashMap};

use mongodb::ClientSession;
use mongodb::bson::{doc, rawdoc};
use mongodb::options::ReturnDocument;
use store::{Changed, CurriculumRecord, PersonRecord, StoreError, StoreResult};
use xapi::{Ifi, Timestamp};

use super::AT_ONCE;
use super::records::{curriculum_from, person_from, person_to, version_to};
use crate::Inner;
use crate::log::now_micros;
use crate::raw::Fields;
use crate::schema::{CHANGES, CHANGES_HEAD, CURRICULA, HEADS, PEOPLE, PEOPLE_VERSIONS};
use crate::transaction::Stopped;

/// What the transactions of the registry do. Each writes the head of the changes first.
impl Inner {
    /// Writes those that differ from what is kept; answers how many, and the head afterwards.
    pub(super) async fn put_people(
        &self,
        session: &mut ClientSession,
        head: Head,
        people: &BTreeMap<String, PersonRecord>,
    ) -> Result<(usize, Head), Stopped> {
        let ids: Vec<&str> = people.keys().map(String::as_str).collect();
        let mut kept = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut found = self
                .collection(PEOPLE)
                .find(doc! { "_id": { "$in": ids } })
                .session(&mut *session)
                .await?;
            while found.advance(session).await? {
                let person = person_from(Fields::new("a person", found.current()))?;
                kept.insert(person.id.clone(), person);
            }
        }
        let changed: Vec<&PersonRecord> = people
            .values()
            .filter(|person| kept.get(&person.id) != Some(*person))
            .collect();
        self.refuse_taken(session, people, &changed).await?;
        // Removed first, so that an identifier can go from one of them to another.
        let replaced: Vec<&str> = changed
            .iter()
            .map(|person| person.id.as_str())
            .filter(|id| kept.contains_key(*id))
            .collect();
        for ids in replaced.chunks(AT_ONCE) {
            self.collection(PEOPLE)
                .delete_many(doc! { "_id": { "$in": ids } })
                .session(&mut *session)
                .await?;
        }
        for people in changed.chunks(AT_ONCE) {
            let documents = people
                .iter()
                .map(|person| person_to(person))
                .collect::<StoreResult<Vec<_>>>()?;
            self.collection(PEOPLE)
                .insert_many(documents)
                .session(&mut *session)
                .await?;
        }
        // After whatever this transaction did before.
        let at = head.moment(1);
        for people in changed.chunks(AT_ONCE) {
            let versions = people
                .iter()
                .map(|person| version_to(&person.id, Some(person), at))
                .collect::<StoreResult<Vec<_>>>()?;
            self.collection(PEOPLE_VERSIONS)
                .insert_many(versions)
                .session(&mut *session)
                .await?;
        }
        let mut leading = BTreeSet::new();
        for new in &changed {
            let before = kept.get(&new.id).and_then(|kept| kept.manager.as_ref());
            if before != new.manager.as_ref() {
                leading.extend(before.into_iter().chain(&new.manager).cloned());
            }
        }
        let ids: BTreeSet<String> = changed.iter().map(|person| person.id.clone()).collect();
        let led = self.led_by(session, leading, &ids).await?;
        let changes = changed.iter().map(|person| person.id.clone()).chain(led);
        let last = self
            .record(session, head, changes.map(Changed::Person).collect())
            .await?;
        Ok((changed.len(), last))
    }

    /// Of those who are reported to differently, and whom these report to, the ones who are known and not changed anyway.
    async fn led_by(
        &self,
        session: &mut ClientSession,
        mut leading: BTreeSet<String>,
        changed: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Stopped> {
        let direct = self.managers_in(session, &leading).await?;
        leading.extend(direct.into_values().flatten());
        let known = self.managers_in(session, &leading).await?;
        Ok(known.into_keys().filter(|id| !changed.contains(id)).collect())
    }

    /// Of these people, those who are known, each with their manager.
    async fn managers_in(
        &self,
        session: &mut ClientSession,
        people: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Option<String>>, Stopped> {
        let ids: Vec<&String> = people.iter().collect();
        let mut managers = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut found = self
                .collection(PEOPLE)
                .find(doc! { "_id": { "$in": ids } })
                .projection(doc! { "m": 1 })
                .session(&mut *session)
                .await?;
            while found.advance(session).await? {
                let person = Fields::new("a person", found.current());
                managers.insert(person.text("_id")?, person.optional_text("m")?);
            }
        }
        Ok(managers)
    }

    /// Refuses when an identifier belongs to somebody who is not among `people`.
    async fn refuse_taken(
        &self,
        session: &mut ClientSession,
        people: &BTreeMap<String, PersonRecord>,
        changed: &[&PersonRecord],
    ) -> Result<(), Stopped> {
        let wanted: HashMap<String, &Ifi> = changed
            .iter()
            .flat_map(|person| &person.ifis)
            .map(|ifi| (ifi.key(), ifi))
            .collect();
        let keys: Vec<&str> = wanted.keys().map(String::as_str).collect();
        for keys in keys.chunks(AT_ONCE) {
            let mut found = self
                .collection(PEOPLE)
                .find(doc! { "k": { "$in": keys } })
                .projection(doc! { "k": 1 })
                .session(&mut *session)
                .await?;
            while found.advance(session).await? {
                let owner = Fields::new("a person", found.current());
                let (id, keys) = (owner.text("_id")?, owner.texts("k")?);
                let taken = keys.iter().find_map(|key| wanted.get(key));
                if let Some(taken) = taken.filter(|_| !people.contains_key(&id)) {
                    return Err(belongs(taken, &id).into());
                }
            }
        }
        Ok(())
    }

    pub(super) async fn remove_person(
        &self,
        session: &mut ClientSession,
        id: &str,
    ) -> Result<Option<i64>, Stopped> {
        let head = self.lock_changes(session).await?;
        let removed = self
            .collection(PEOPLE)
            .find_one_and_delete(doc! { "_id": id })
            .session(&mut *session)
            .await?;
        let Some(removed) = removed else {
            return Ok(None);
        };
        let removed = person_from(Fields::new("a person", &removed))?;
        self.collection(PEOPLE_VERSIONS)
            .insert_one(version_to(id, None, head.moment(1))?)
            .session(&mut *session)
            .await?;
        let managers = removed.manager.into_iter().collect();
        let ids = BTreeSet::from([id.to_owned()]);
        let led = self.led_by(session, managers, &ids).await?;
        let changes = ids.into_iter().chain(led).map(Changed::Person).collect();
        let head = self.record(session, head, changes).await?;
        Ok(Some(head.position))
    }

    pub(super) async fn publish(
        &self,
        session: &mut ClientSession,
        curriculum: &CurriculumRecord,
    ) -> Result<(CurriculumRecord, i64), Stopped> {
        let head = self.lock_changes(session).await?;
        let current = self
            .collection(CURRICULA)
            .find_one(doc! { "c": &curriculum.id })
            .sort(doc! { "c": -1, "r": -1 })
            .session(&mut *session)
            .await?;
        let current = current
            .map(|current| curriculum_from(Fields::new("a curriculum", &current)))
            .transpose()?;
        let revision = match current {
            Some(current) if current.hash == curriculum.hash => return Ok((current, head.position)),
            Some(current) => current.revision + 1,
            None => 1,
        };
        let published = CurriculumRecord {
            revision,
            ..curriculum.clone()
        };
        let document = rawdoc! {
            "c": published.id.as_str(),
            "r": published.revision,
            "h": published.hash.as_str(),
            "at": published.published_at.as_micros(),
            "b": published.body.as_str(),
        };
        self.collection(CURRICULA)
            .insert_one(document)
            .session(&mut *session)
            .await?;
        let last = self
            .record(session, head, vec![Changed::Curriculum(published.id.clone())])
            .await?;
        Ok((published, last.position))
    }

    /// Makes every other transaction that changes the registry wait for this one.
    pub(super) async fn lock_changes(&self, session: &mut ClientSession) -> Result<Head, Stopped> {
        // The clock is the primary's; should it have been set back, moments grow all the same.
        let last = doc! { "$ifNull": ["$t", 0_i64] };
        let pipeline = vec![doc! { "$set": {
            "l": { "$add": ["$l", 1_i64] },
            "t": { "$max": [now_micros(), { "$add": [last, 1_i64] }] },
        } }];
        let head = self
            .collection(HEADS)
            .find_one_and_update(doc! { "_id": CHANGES_HEAD }, pipeline)
            .return_document(ReturnDocument::After)
            .session(session)
            .await?
            .ok_or_else(no_head)?;
        let head = Fields::new("the head of the changes", &head);
        Ok(Head {
            position: head.i64("n")?,
            micros: head.i64("t")?,
        })
    }

    /// Records changes after `head`, each at a moment of its own, and moves it on.
    pub(super) async fn record(
        &self,
        session: &mut ClientSession,
        head: Head,
        changes: Vec<Changed>,
    ) -> Result<Head, Stopped> {
        if changes.is_empty() {
            return Ok(head);
        }
        let mut next = head;
        let documents: Vec<_> = changes
            .into_iter()
            .map(|changed| {
                next.position += 1;
                match changed {
                    Changed::Person(id) => rawdoc! { "_id": next.position, "p": id },
                    Changed::Curriculum(id) => rawdoc! { "_id": next.position, "c": id },
                    Changed::Group(name) => rawdoc! { "_id": next.position, "g": name },
                }
            })
            .collect();
        next.micros = head.moment(documents.len()).as_micros();
        for documents in documents.chunks(AT_ONCE) {
            self.collection(CHANGES)
                .insert_many(documents)
                .session(&mut *session)
                .await?;
        }
        let moved = doc! { "$set": { "n": next.position, "t": next.micros } };
        self.collection(HEADS)
            .update_one(doc! { "_id": CHANGES_HEAD }, moved)
            .session(&mut *session)
            .await?;
        Ok(next)
    }
}

/// Where the changes have come to, in a transaction that holds them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// The position of the last change.
    pub(super) position: i64,
    /// The moment of this transaction: later than all before it.
    pub(super) micros: i64,
}

impl Head {
    /// The moment of the transaction's `number`th write from 0.
    pub(super) fn moment(&self, number: usize) -> Timestamp {
        Timestamp::from_micros(
            self.micros
                .saturating_add(i64::try_from(number).unwrap_or(i64::MAX)),
        )
    }
}

/// The people by id, the last of each, when no two of them claim the same identifier.
pub(super) fn checked(people: Vec<PersonRecord>) -> StoreResult<BTreeMap<String, PersonRecord>> {
    let people: BTreeMap<String, PersonRecord> = people
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    let mut owners: HashMap<String, &str> = HashMap::new();
    for person in people.values() {
        for ifi in &person.ifis {
            let owner = *owners.entry(ifi.key()).or_insert(&person.id);
            if owner != person.id {
                return Err(belongs(ifi, owner));
            }
        }
    }
    Ok(people)
}

fn belongs(ifi: &Ifi, owner: &str) -> StoreError {
    StoreError::Exists {
        what: format!("identifier {ifi} of person {owner:?}"),
    }
}

pub(super) fn no_head() -> StoreError {
    StoreError::Corrupt {
        what: "the head of the changes".to_owned(),
        reason: "it is missing; restore the database from a backup".to_owned(),
    }
}
