use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use mongodb::ClientSession;
use mongodb::bson::raw::{RawArrayBuf, cstr};
use mongodb::bson::{Document, RawDocumentBuf, doc, rawdoc};
use mongodb::options::ReturnDocument;
use store::{
    Change, ChangePosition, Changed, CurriculumRecord, PersonRecord, Registry, StoreError, StoreResult,
};
use xapi::{Ifi, Timestamp};

use crate::error::doing;
use crate::raw::{Fields, limit, read_all};
use crate::schema::{CHANGES, CHANGES_HEAD, CURRICULA, HEADS, PEOPLE};
use crate::transaction::Stopped;
use crate::{Inner, MongoStore};

const READ: &str = "read people";
const READ_CURRICULA: &str = "read curricula";
const READ_CHANGES: &str = "read changes";
const PUT: &str = "put people";
const REMOVE: &str = "remove a person";
const PUBLISH: &str = "publish a curriculum";

/// So many values go into one filter.
const AT_ONCE: usize = 1_000;

#[async_trait]
impl Registry for MongoStore {
    async fn put_people(&self, people: Vec<PersonRecord>) -> StoreResult<usize> {
        let people = checked(people)?;
        if people.is_empty() {
            return self.inner.open().map(|()| 0);
        }
        self.inner
            .call(PUT, async {
                let mut transaction = self.inner.transaction(PUT);
                loop {
                    let put = self.inner.put_people(transaction.begin().await?, &people).await;
                    if let Some((changed, position)) = transaction.end(put).await? {
                        self.inner.watch.changes_reached(position);
                        return Ok(changed);
                    }
                }
            })
            .await
    }

    async fn remove_person(&self, id: &str) -> StoreResult<bool> {
        self.inner
            .call(REMOVE, async {
                let mut transaction = self.inner.transaction(REMOVE);
                loop {
                    let removed = self.inner.remove_person(transaction.begin().await?, id).await;
                    if let Some(position) = transaction.end(removed).await? {
                        self.inner.watch.changes_reached(position.unwrap_or(0));
                        return Ok(position.is_some());
                    }
                }
            })
            .await
    }

    async fn person(&self, id: &str) -> StoreResult<Option<PersonRecord>> {
        let found = self
            .inner
            .call(READ, self.inner.people_where(doc! { "_id": id }, 1))
            .await?;
        Ok(found.into_iter().next())
    }

    async fn people_by_id(&self, ids: &[String]) -> StoreResult<Vec<PersonRecord>> {
        self.inner
            .call(READ, async {
                let mut found = Vec::with_capacity(ids.len());
                for ids in ids.chunks(AT_ONCE) {
                    found.extend(
                        self.inner
                            .people_where(doc! { "_id": { "$in": ids } }, usize::MAX)
                            .await?,
                    );
                }
                Ok(found)
            })
            .await
    }

    async fn people_by_ifi(&self, ifis: &[Ifi]) -> StoreResult<Vec<Option<String>>> {
        let keys: Vec<String> = ifis.iter().map(Ifi::key).collect();
        self.inner
            .call(READ, async {
                let mut owners = HashMap::new();
                for keys in keys.chunks(AT_ONCE) {
                    let found = self
                        .inner
                        .collection(PEOPLE)
                        .find(doc! { "k": { "$in": keys } })
                        .projection(doc! { "k": 1 })
                        .await
                        .map_err(doing(READ))?;
                    let read = |person: Fields<'_>| Ok((person.text("_id")?, person.texts("k")?));
                    for (id, keys) in read_all(found, "a person", READ, read).await? {
                        owners.extend(keys.into_iter().map(|key| (key, id.clone())));
                    }
                }
                Ok(keys.iter().map(|key| owners.get(key).cloned()).collect())
            })
            .await
    }

    async fn people(&self, after: Option<&str>, most: usize) -> StoreResult<Vec<PersonRecord>> {
        if most == 0 {
            return self.inner.open().map(|()| Vec::new());
        }
        let filter = after.map_or_else(Document::new, |after| doc! { "_id": { "$gt": after } });
        self.inner.call(READ, self.inner.people_where(filter, most)).await
    }

    async fn publish_curriculum(&self, curriculum: CurriculumRecord) -> StoreResult<CurriculumRecord> {
        self.inner
            .call(PUBLISH, async {
                let mut transaction = self.inner.transaction(PUBLISH);
                loop {
                    let published = self.inner.publish(transaction.begin().await?, &curriculum).await;
                    if let Some((published, position)) = transaction.end(published).await? {
                        self.inner.watch.changes_reached(position);
                        return Ok(published);
                    }
                }
            })
            .await
    }

    async fn curricula(&self) -> StoreResult<Vec<CurriculumRecord>> {
        self.inner
            .call(READ_CURRICULA, async {
                // Index order, one entry a curriculum.
                let newest = [
                    doc! { "$sort": { "c": -1, "r": -1 } },
                    doc! { "$group": { "_id": "$c", "newest": { "$first": "$$ROOT" } } },
                    doc! { "$replaceWith": "$newest" },
                    doc! { "$sort": { "c": 1 } },
                ];
                let found = self.inner.collection(CURRICULA).aggregate(newest).await;
                let found = found.map_err(doing(READ_CURRICULA))?;
                read_all(found, "a curriculum", READ_CURRICULA, curriculum_from).await
            })
            .await
    }

    async fn curriculum(&self, id: &str, revision: Option<i64>) -> StoreResult<Option<CurriculumRecord>> {
        let mut filter = doc! { "c": id };
        if let Some(revision) = revision {
            filter.insert("r", revision);
        }
        self.inner
            .call(READ_CURRICULA, async {
                let found = self
                    .inner
                    .collection(CURRICULA)
                    .find_one(filter)
                    .sort(doc! { "c": -1, "r": -1 })
                    .await;
                let found = found.map_err(doing(READ_CURRICULA))?;
                found
                    .map(|found| curriculum_from(Fields::new("a curriculum", &found)))
                    .transpose()
            })
            .await
    }

    async fn changes(&self, after: ChangePosition, most: usize) -> StoreResult<Vec<Change>> {
        if most == 0 {
            return self.inner.open().map(|()| Vec::new());
        }
        self.inner
            .call(READ_CHANGES, async {
                let found = self
                    .inner
                    .collection(CHANGES)
                    .find(doc! { "_id": { "$gt": after.0 } })
                    .sort(doc! { "_id": 1 })
                    .limit(limit(most))
                    .await
                    .map_err(doing(READ_CHANGES))?;
                read_all(found, "a change", READ_CHANGES, change_from).await
            })
            .await
    }

    async fn wait_for_change(&self, position: ChangePosition) -> StoreResult<()> {
        self.inner
            .watch
            .changes_beyond(position.0, async || self.inner.last_change().await)
            .await
    }
}

impl Inner {
    async fn people_where(&self, filter: Document, most: usize) -> StoreResult<Vec<PersonRecord>> {
        let found = self
            .collection(PEOPLE)
            .find(filter)
            .sort(doc! { "_id": 1 })
            .limit(limit(most))
            .await
            .map_err(doing(READ))?;
        read_all(found, "a person", READ, person_from).await
    }

    async fn last_change(&self) -> StoreResult<i64> {
        let head = self
            .collection(HEADS)
            .find_one(doc! { "_id": CHANGES_HEAD })
            .await
            .map_err(doing(READ_CHANGES))?
            .ok_or_else(no_head)?;
        Fields::new("the head of the changes", &head).i64("n")
    }

    /// Writes those that differ from what is kept; answers how many, and the position of the last change.
    async fn put_people(
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
                .map(|person| to_document(person))
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

    async fn remove_person(&self, session: &mut ClientSession, id: &str) -> Result<Option<i64>, Stopped> {
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

    async fn publish(
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
fn checked(people: Vec<PersonRecord>) -> StoreResult<BTreeMap<String, PersonRecord>> {
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

fn no_head() -> StoreError {
    StoreError::Corrupt {
        what: "the head of the changes".to_owned(),
        reason: "it is missing; restore the database from a backup".to_owned(),
    }
}

/// `k` the identifiers as they are compared, each once, for the unique index; `i` as they were given.
fn to_document(person: &PersonRecord) -> StoreResult<RawDocumentBuf> {
    let mut keys: Vec<String> = person.ifis.iter().map(Ifi::key).collect();
    keys.sort_unstable();
    keys.dedup();
    let ifis = serde_json::to_string(&person.ifis).map_err(|error| StoreError::backend(PUT, error))?;
    let mut document = rawdoc! { "_id": person.id.as_str() };
    // Without the field rather than with an empty array: that would be one value, for one person only.
    if !keys.is_empty() {
        document.append(cstr!("k"), RawArrayBuf::from_iter(keys));
    }
    document.append(cstr!("i"), ifis);
    document.append(cstr!("b"), person.body.as_str());
    Ok(document)
}

fn person_from(person: Fields<'_>) -> StoreResult<PersonRecord> {
    let ifis = serde_json::from_str(&person.text("i")?).map_err(|error| StoreError::Corrupt {
        what: "a person".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(PersonRecord {
        id: person.text("_id")?,
        ifis,
        body: person.text("b")?,
    })
}

fn curriculum_from(curriculum: Fields<'_>) -> StoreResult<CurriculumRecord> {
    Ok(CurriculumRecord {
        id: curriculum.text("c")?,
        revision: curriculum.i64("r")?,
        hash: curriculum.text("h")?,
        published_at: Timestamp::from_micros(curriculum.i64("at")?),
        body: curriculum.text("b")?,
    })
}

fn change_from(change: Fields<'_>) -> StoreResult<Change> {
    let changed = match change.optional_text("p")? {
        Some(person) => Changed::Person(person),
        None => Changed::Curriculum(change.text("c")?),
    };
    Ok(Change {
        position: ChangePosition(change.i64("_id")?),
        changed,
    })
}
