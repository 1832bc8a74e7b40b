//! People and curricula, what people decided about them, and the record of what changed.

mod acts;
mod records;
mod write;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use mongodb::bson::{Document, doc};
use store::{
    Change, ChangePosition, CurriculumRecord, PersonRecord, PersonVersion, Registry, Report, StoreResult,
};
use xapi::{Ifi, Timestamp};

pub(crate) use self::records::keys_of;
use self::records::{change_from, curriculum_from, person_from, version_from};
use self::write::{checked, no_head};
use crate::error::doing;
use crate::raw::{Fields, limit, read_all};
use crate::schema::{CHANGES, CHANGES_HEAD, CURRICULA, HEADS, PEOPLE, PEOPLE_VERSIONS};
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
                    let session = transaction.begin().await?;
                    let put = async {
                        // Whoever changes the registry writes the head first: from here on what is read stays as it is.
                        let head = self.inner.lock_changes(session).await?;
                        self.inner.put_people(session, head, &people).await
                    };
                    let put = put.await;
                    if let Some((changed, head)) = transaction.end(put).await? {
                        self.inner.watch.changes_reached(head.position);
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

    async fn person_versions(&self, id: &str) -> StoreResult<Vec<PersonVersion>> {
        self.inner
            .call(READ, async {
                let found = self
                    .inner
                    .collection(PEOPLE_VERSIONS)
                    .find(doc! { "p": id })
                    .sort(doc! { "t": 1 })
                    .await
                    .map_err(doing(READ))?;
                read_all(found, "a version of a person", READ, version_from).await
            })
            .await
    }

    async fn reports(&self, managers: &[String], known_at: Option<Timestamp>) -> StoreResult<Vec<Report>> {
        let report = |id: &'static str| {
            move |person: Fields<'_>| {
                Ok(Report {
                    person: person.text(id)?,
                    manager: person.text("m")?,
                })
            }
        };
        let managers: BTreeSet<&String> = managers.iter().collect();
        let managers: Vec<&String> = managers.into_iter().collect();
        self.inner
            .call(READ, async {
                let mut reports = Vec::new();
                for managers in managers.chunks(AT_ONCE) {
                    let those = doc! { "m": { "$in": managers } };
                    reports.extend(match known_at {
                        None => {
                            let people = self.inner.collection(PEOPLE).find(those).await;
                            read_all(people.map_err(doing(READ))?, "a person", READ, report("_id")).await?
                        }
                        Some(known_at) => {
                            let known = doc! { "$lte": known_at.as_micros() };
                            // Of whoever reported to them at some time, the version that counted then.
                            let then = [
                                doc! { "$match": { "m": { "$in": managers }, "t": known.clone() } },
                                doc! { "$group": { "_id": "$p" } },
                                doc! { "$lookup": {
                                    "from": PEOPLE_VERSIONS,
                                    "localField": "_id",
                                    "foreignField": "p",
                                    "pipeline": [
                                        { "$match": { "t": known } }, { "$sort": { "t": -1 } }, { "$limit": 1 },
                                    ],
                                    "as": "v",
                                } },
                                doc! { "$replaceWith": { "$first": "$v" } },
                                doc! { "$match": those },
                            ];
                            let people = self.inner.collection(PEOPLE_VERSIONS).aggregate(then).await;
                            read_all(people.map_err(doing(READ))?, "a person", READ, report("p")).await?
                        }
                    });
                }
                Ok(reports)
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
}
