use std::collections::{BTreeMap, HashMap};

use mongodb::ClientSession;
use mongodb::bson::{doc, rawdoc};
use mongodb::options::ReturnDocument;
use store::{Changed, CurriculumRecord, PersonRecord, StoreError, StoreResult};
use xapi::Ifi;

use super::AT_ONCE;
use super::records::{curriculum_from, person_from, person_to};
use crate::Inner;
use crate::raw::Fields;
use crate::schema::{CHANGES, CHANGES_HEAD, CURRICULA, HEADS, PEOPLE};
use crate::transaction::Stopped;

/// What the transactions of the registry do. Each writes the head of the changes first.
impl Inner {
    /// Writes those that differ from what is kept; answers how many, and the position of the last change.
    pub(super) async fn put_people(
        &self,
        session: &mut ClientSession,
        people: &BTreeMap<String, PersonRecord>,
    ) -> Result<(usize, i64), Stopped> {
        // Whoever changes the registry writes the head first: from here on what is read stays as it is.
        let head = self.lock_changes(session).await?;
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
        let last = self
            .record(
                session,
                head,
                changed
                    .iter()
                    .map(|person| Changed::Person(person.id.clone()))
                    .collect(),
            )
            .await?;
        Ok((changed.len(), last))
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
            .delete_one(doc! { "_id": id })
            .session(&mut *session)
            .await?;
        if removed.deleted_count == 0 {
            return Ok(None);
        }
        self.record(session, head, vec![Changed::Person(id.to_owned())])
            .await
            .map(Some)
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
            Some(current) if current.hash == curriculum.hash => return Ok((current, head)),
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
        Ok((published, last))
    }

    /// Makes every other transaction that changes the registry wait for this one; answers the position of the
    /// last change.
    async fn lock_changes(&self, session: &mut ClientSession) -> Result<i64, Stopped> {
        let head = self
            .collection(HEADS)
            .find_one_and_update(doc! { "_id": CHANGES_HEAD }, doc! { "$inc": { "l": 1_i64 } })
            .return_document(ReturnDocument::After)
            .session(session)
            .await?
            .ok_or_else(no_head)?;
        Ok(Fields::new("the head of the changes", &head).i64("n")?)
    }

    /// Records changes after `head` and moves it on; answers the position of the last.
    async fn record(
        &self,
        session: &mut ClientSession,
        head: i64,
        changes: Vec<Changed>,
    ) -> Result<i64, Stopped> {
        if changes.is_empty() {
            return Ok(head);
        }
        let mut last = head;
        let documents = changes.into_iter().map(|changed| {
            last += 1;
            match changed {
                Changed::Person(id) => rawdoc! { "_id": last, "p": id },
                Changed::Curriculum(id) => rawdoc! { "_id": last, "c": id },
            }
        });
        let documents: Vec<_> = documents.collect();
        for documents in documents.chunks(AT_ONCE) {
            self.collection(CHANGES)
                .insert_many(documents)
                .session(&mut *session)
                .await?;
        }
        self.collection(HEADS)
            .update_one(doc! { "_id": CHANGES_HEAD }, doc! { "$set": { "n": last } })
            .session(&mut *session)
            .await?;
        Ok(last)
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
