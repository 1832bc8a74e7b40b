//! Acts: what people decided, in the order they were recorded.

use std::collections::BTreeMap;

use async_trait::async_trait;
use mongodb::ClientSession;
use mongodb::bson::{Binary, Document, doc};
use store::{ActFilter, ActRecord, Acts, Changed, PersonRecord, StoreError, StoreResult, Subject};
use uuid::Uuid;

use super::AT_ONCE;
use super::records::{act_from, act_to, subject_to};
use super::write::checked;
use crate::error::doing;
use crate::raw::{Fields, limit, read_all, uuid};
use crate::schema::ACTS;
use crate::transaction::Stopped;
use crate::{Inner, MongoStore};

const RECORD: &str = "record acts";
const READ: &str = "read acts";

#[async_trait]
impl Acts for MongoStore {
    async fn record_acts(
        &self,
        acts: Vec<ActRecord>,
        people: Vec<PersonRecord>,
    ) -> StoreResult<Vec<ActRecord>> {
        let people = checked(people)?;
        self.inner
            .call(RECORD, async {
                let mut transaction = self.inner.transaction(RECORD);
                loop {
                    let recorded = self
                        .inner
                        .record_acts(transaction.begin().await?, &acts, &people)
                        .await;
                    if let Some((recorded, position)) = transaction.end(recorded).await? {
                        self.inner.watch.changes_reached(position);
                        return Ok(recorded);
                    }
                }
            })
            .await
    }

    async fn act(&self, id: Uuid) -> StoreResult<Option<ActRecord>> {
        let found = self
            .inner
            .call(READ, self.inner.acts_where(doc! { "_id": uuid(id) }, 1))
            .await?;
        Ok(found.into_iter().next())
    }

    async fn acts_of(&self, subjects: &[Subject]) -> StoreResult<Vec<ActRecord>> {
        let mut subjects: Vec<String> = subjects.iter().map(subject_to).collect();
        subjects.sort_unstable();
        subjects.dedup();
        self.inner
            .call(READ, async {
                let mut acts = Vec::new();
                for subjects in subjects.chunks(AT_ONCE) {
                    let filter = doc! { "s": { "$in": subjects } };
                    acts.extend(self.inner.acts_where(filter, usize::MAX).await?);
                }
                acts.sort_by_key(|act| act.at);
                Ok(acts)
            })
            .await
    }

    async fn acts_undoing(&self, acts: &[Uuid]) -> StoreResult<Vec<ActRecord>> {
        self.inner
            .call(READ, async {
                let mut found = Vec::new();
                for acts in acts.chunks(AT_ONCE) {
                    let ids: Vec<Binary> = acts.iter().copied().map(uuid).collect();
                    let filter = doc! { "u": { "$in": ids } };
                    found.extend(self.inner.acts_where(filter, usize::MAX).await?);
                }
                Ok(found)
            })
            .await
    }

    async fn acts(&self, filter: &ActFilter) -> StoreResult<Vec<ActRecord>> {
        if filter.limit == 0 {
            return self.inner.open().map(|()| Vec::new());
        }
        let mut wanted = Document::new();
        if let Some(subject) = &filter.subject {
            wanted.insert("s", subject_to(subject));
        }
        if let Some(curriculum) = &filter.curriculum {
            wanted.insert("c", curriculum);
        }
        if let Some(kind) = &filter.kind {
            wanted.insert("k", kind);
        }
        if let Some(after) = filter.after {
            wanted.insert("at", doc! { "$gt": after.as_micros() });
        }
        self.inner
            .call(READ, self.inner.acts_where(wanted, filter.limit))
            .await
    }
}

impl Inner {
    async fn acts_where(&self, filter: Document, most: usize) -> StoreResult<Vec<ActRecord>> {
        let found = self
            .collection(ACTS)
            .find(filter)
            .sort(doc! { "at": 1 })
            .limit(limit(most))
            .await
            .map_err(doing(READ))?;
        read_all(found, "an act", READ, act_from).await
    }

    /// Records those that are new, each at a moment of its own, and puts the people if there are any new; answers the
    /// position of the last change too.
    async fn record_acts(
        &self,
        session: &mut ClientSession,
        acts: &[ActRecord],
        people: &BTreeMap<String, PersonRecord>,
    ) -> Result<(Vec<ActRecord>, i64), Stopped> {
        let mut head = self.lock_changes(session).await?;
        let mut recorded: Vec<ActRecord> = Vec::with_capacity(acts.len());
        let mut changes = Vec::new();
        for act in acts {
            let before = recorded.iter().find(|before| before.id == act.id).cloned();
            let kept = match before {
                None => self.act_in(session, doc! { "_id": uuid(act.id) }).await?,
                before => before,
            };
            if let Some(kept) = kept {
                if !kept.says_the_same(act) {
                    let what = format!("an act {} that says something else", act.id);
                    return Err(StoreError::Exists { what }.into());
                }
                recorded.push(kept);
                continue;
            }
            if let Some(undone) = act.undoes {
                self.check_undoing(session, undone).await?;
            }
            let act = ActRecord {
                at: head.moment(changes.len()),
                ..act.clone()
            };
            self.collection(ACTS)
                .insert_one(act_to(&act))
                .session(&mut *session)
                .await?;
            changes.push(match &act.subject {
                Subject::Person(id) => Changed::Person(id.clone()),
                Subject::Group(name) => Changed::Group(name.clone()),
                Subject::Curriculum(id) => Changed::Curriculum(id.clone()),
            });
            recorded.push(act);
        }
        if !changes.is_empty() {
            head = self.record(session, head, changes).await?;
            if !people.is_empty() {
                head = self.put_people(session, head, people).await?.1;
            }
        }
        Ok((recorded, head.position))
    }

    async fn check_undoing(&self, session: &mut ClientSession, undone: Uuid) -> Result<(), Stopped> {
        let target = self.act_in(session, doc! { "_id": uuid(undone) }).await?;
        if target.is_none_or(|target| target.undoes.is_some()) {
            let what = format!("act {undone} that could be undone");
            return Err(StoreError::Missing { what }.into());
        }
        if let Some(before) = self.act_in(session, doc! { "u": uuid(undone) }).await? {
            let what = format!("the act {} that undoes act {undone}", before.id);
            return Err(StoreError::Exists { what }.into());
        }
        Ok(())
    }

    async fn act_in(
        &self,
        session: &mut ClientSession,
        filter: Document,
    ) -> Result<Option<ActRecord>, Stopped> {
        let found = self
            .collection(ACTS)
            .find_one(filter)
            .session(&mut *session)
            .await?;
        Ok(found
            .map(|found| act_from(Fields::new("an act", &found)))
            .transpose()?)
    }
}
