use async_trait::async_trait;
use mongodb::Cursor;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use mongodb::options::Hint;
use store::{
    Appended, LogEntry, NewStatement, PageRoom, Position, StatementLog, StatementPage, StatementQuery,
    StoreResult, StoredStatement,
};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use super::consistent::head;
use super::record::from_document;
use crate::error::doing;
use crate::raw::{Fields, binary_uuid, limit};
use crate::schema::{ACTIVITIES, BY_POSITION, STATEMENTS};
use crate::{Inner, MongoStore};

const READ: &str = "read statements";

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
        self.inner.call(READ, self.inner.entries(after, most)).await
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

    async fn entries(&self, after: Position, most: usize) -> StoreResult<Vec<LogEntry>> {
        let after = doc! { "n": { "$gt": after.0 } };
        let mut found = self.find(after, doc! { "n": 1 }, BY_POSITION, most).await?;
        let mut entries = Vec::new();
        let mut room = PageRoom::of_log(most);
        while found.advance().await.map_err(doing(READ))? {
            let entry = from_document(Fields::new("a statement", found.current()))?;
            if !room.takes(&entry) {
                break;
            }
            entries.push(entry);
        }
        Ok(entries)
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
