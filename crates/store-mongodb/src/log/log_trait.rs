use async_trait::async_trait;
use mongodb::Cursor;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use mongodb::options::Hint;
use store::{
    Appended, IndexKey, LogEntry, LogPage, NewStatement, PageRoom, Position, StatementLog, StatementPage,
    StatementQuery, StoreResult, StoredStatement,
};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use super::consistent::head;
use super::record::from_document;
use super::write::count;
use crate::error::doing;
use crate::raw::{Fields, binary_uuid, limit};
use crate::schema::{ACTIVITIES, BY_KEY, BY_POSITION, STATEMENTS};
use crate::{Inner, MongoStore};

const READ: &str = "read statements";

/// To find a place in an index costs about as much as to fetch so many statements that follow each other.
const STATEMENTS_A_LOOK: i64 = 4;

#[async_trait]
impl StatementLog for MongoStore {
    async fn append(&self, batch: Vec<NewStatement>) -> StoreResult<Appended> {
        self.inner.open()?;
        // Not bounded here: what was put into the queue is kept or refused, and that is bounded.
        self.inner.log.append(batch).await
    }

    async fn statement(&self, id: Uuid) -> StoreResult<Option<StoredStatement>> {
        self.inner
            .call(READ, async {
                let found = self
                    .inner
                    .collection(STATEMENTS)
                    .find_one(doc! { "_id": binary_uuid(id) })
                    .await
                    .map_err(doing(READ))?;
                found
                    .map(|found| from_document(Fields::new("a statement", &found)))
                    .transpose()
            })
            .await
    }

    async fn query(&self, query: &StatementQuery) -> StoreResult<StatementPage> {
        self.inner.call(READ, self.inner.page(query)).await
    }

    async fn consistent_through(&self) -> StoreResult<Timestamp> {
        let through = self.inner.log.consistent.through(&self.inner.database);
        self.inner
            .call("read the head of the log", through)
            .await
            .map(Timestamp::from_micros)
    }

    async fn read_log(&self, after: Position, most: usize) -> StoreResult<Vec<LogEntry>> {
        if most == 0 {
            return self.inner.open().map(|()| Vec::new());
        }
        let after = doc! { "n": { "$gt": after.0 } };
        let (entries, _) = self
            .inner
            .call(READ, self.inner.entries(after, BY_POSITION, most))
            .await?;
        Ok(entries)
    }

    async fn read_log_of(&self, after: Position, most: usize, keys: &[IndexKey]) -> StoreResult<LogPage> {
        self.inner
            .call(READ, async {
                let known = self.inner.watch.log();
                let head = if known > after.0 {
                    known
                } else {
                    self.inner.stored_head().await?.0
                };
                let stretch = i64::try_from(most).unwrap_or(i64::MAX);
                let through = head.min(after.0.saturating_add(stretch));
                if through <= after.0 {
                    let entries = Vec::new();
                    return Ok(LogPage {
                        entries,
                        through: after,
                    });
                }
                let keys: Vec<i64> = keys.iter().map(|key| key.0).collect();
                let of_keys =
                    doc! { "n": { "$gt": after.0, "$lte": through }, "k": { "$in": keys.as_slice() } };
                // A look into the index for each key, or at each statement of the stretch: whatever is less.
                let index = if count(keys.len()) <= (through - after.0) / STATEMENTS_A_LOOK {
                    BY_KEY
                } else {
                    BY_POSITION
                };
                let (entries, cut) = self.inner.entries(of_keys, index, most).await?;
                // What is before the first for which there was no room has been looked at.
                let through = Position(cut.map_or(through, |cut| cut.0 - 1));
                Ok(LogPage { entries, through })
            })
            .await
    }

    async fn head(&self) -> StoreResult<Position> {
        self.inner
            .call("read the head of the log", self.inner.stored_head())
            .await
    }

    async fn wait_beyond(&self, position: Position) -> StoreResult<()> {
        let read = async || Ok(self.inner.stored_head().await?.0);
        self.inner.watch.log_beyond(position.0, read).await
    }

    async fn activity_definition(&self, activity: &Iri) -> StoreResult<Option<String>> {
        const READ: &str = "read a definition";
        self.inner
            .call(READ, async {
                let found = self
                    .inner
                    .collection(ACTIVITIES)
                    .find_one(doc! { "_id": activity.as_str() })
                    .await
                    .map_err(doing(READ))?;
                found
                    .map(|found| Fields::new("a definition", &found).text("d"))
                    .transpose()
            })
            .await
    }
}

impl Inner {
    pub(crate) async fn stored_head(&self) -> StoreResult<Position> {
        Ok(Position(head(&self.database).await?.position))
    }

    async fn page(&self, query: &StatementQuery) -> StoreResult<StatementPage> {
        let Some(plan) = self.plan(query).await? else {
            return Ok(StatementPage::default());
        };
        // One more tells whether there is a next page.
        let wanted = query.limit.max(1).saturating_add(1);
        let mut found = self.find(plan.filter, plan.sort, plan.index, wanted).await?;
        let mut statements = Vec::new();
        let mut room = query.room();
        while found.advance().await.map_err(doing(READ))? {
            let statement = from_document(Fields::new("a statement", found.current()))?;
            let taken = room.takes(&statement);
            statements.push(statement);
            if !taken {
                break;
            }
        }
        Ok(query.cut(statements))
    }

    /// Entries in log order, and the first for which there was no room.
    async fn entries(
        &self,
        filter: Document,
        index: &'static str,
        most: usize,
    ) -> StoreResult<(Vec<LogEntry>, Option<Position>)> {
        let mut found = self.find(filter, doc! { "n": 1 }, index, most).await?;
        let mut entries = Vec::new();
        let mut room = PageRoom::of_log(most);
        while found.advance().await.map_err(doing(READ))? {
            let entry = from_document(Fields::new("a statement", found.current()))?;
            if !room.takes(&entry) {
                return Ok((entries, Some(entry.position)));
            }
            entries.push(entry);
        }
        Ok((entries, None))
    }

    async fn find(
        &self,
        filter: Document,
        sort: Document,
        index: &'static str,
        most: usize,
    ) -> StoreResult<Cursor<RawDocumentBuf>> {
        self.collection(STATEMENTS)
            .find(filter)
            .sort(sort)
            .hint(Hint::Name(index.to_owned()))
            .limit(limit(most))
            .batch_size(u32::try_from(most).unwrap_or(u32::MAX))
            .await
            .map_err(doing(READ))
    }
}
