//! What people are told.

use async_trait::async_trait;
use mongodb::bson::raw::{RawArrayBuf, cstr};
use mongodb::bson::{Document, RawDocumentBuf, doc, rawdoc};
use store::{NoticeFilter, NoticePlace, NoticeRecord, Notices, StoreResult};
use xapi::Timestamp;

use super::{AT_ONCE, distinct};
use crate::error::doing;
use crate::raw::{Fields, limit, read_all, uuid};
use crate::schema::NOTICES;
use crate::{Inner, MongoStore};

const READ: &str = "read notices";

#[async_trait]
impl Notices for MongoStore {
    async fn notices(&self, filter: &NoticeFilter) -> StoreResult<Vec<NoticeRecord>> {
        let order = doc! { "g": 1, "o": 1 };
        self.inner.notices_where(found(filter), order, filter.limit).await
    }

    async fn notices_of(&self, people: &[String]) -> StoreResult<Vec<NoticeRecord>> {
        self.inner.open()?;
        let mut notices = Vec::new();
        for people in distinct(people).chunks(AT_ONCE) {
            let filter = doc! { "p": { "$in": people } };
            let order = doc! { "p": 1, "g": 1, "o": 1 };
            notices.extend(self.inner.notices_where(filter, order, usize::MAX).await?);
        }
        Ok(notices)
    }

    async fn last_notice(&self) -> StoreResult<Option<NoticePlace>> {
        self.inner.last_notice().await
    }
}

impl Inner {
    pub(super) async fn last_notice(&self) -> StoreResult<Option<NoticePlace>> {
        let newest_first = doc! { "g": -1, "o": -1 };
        let newest = self.notices_where(doc! {}, newest_first, 1).await?;
        Ok(newest.first().map(|notice| notice.place))
    }

    async fn notices_where(
        &self,
        filter: Document,
        order: Document,
        most: usize,
    ) -> StoreResult<Vec<NoticeRecord>> {
        if most == 0 {
            return self.open().map(|()| Vec::new());
        }
        self.call(READ, async {
            let found = self
                .collection(NOTICES)
                .find(filter)
                .sort(order)
                .limit(limit(most))
                .await
                .map_err(doing(READ))?;
            read_all(found, "a notice", READ, from_document).await
        })
        .await
    }
}

fn found(filter: &NoticeFilter) -> Document {
    let wanted = [
        ("p", &filter.person),
        ("c", &filter.curriculum),
        ("k", &filter.kind),
        ("to", &filter.to),
        ("st", &filter.state),
    ];
    let mut found: Document = wanted
        .into_iter()
        .filter_map(|(field, value)| value.clone().map(|value| (field.to_owned(), value.into())))
        .collect();
    if let Some(NoticePlace { generation, order }) = filter.after {
        // The first bound is what the index can start from.
        let beyond = vec![
            doc! { "g": { "$gte": generation } },
            doc! { "$or": [{ "g": { "$gt": generation } }, { "o": { "$gt": order } }] },
        ];
        found.insert("$and", beyond);
    }
    found
}

/// `generation` and `order` keep the notices in the order they were appended.
pub(super) fn to_document(notice: &NoticeRecord, generation: i64, order: i64) -> RawDocumentBuf {
    let to = RawArrayBuf::from_iter(notice.to.iter().map(String::as_str));
    let mut document = rawdoc! {
        "_id": uuid(notice.id),
        "g": generation,
        "o": order,
        "k": notice.kind.as_str(),
        "c": notice.curriculum.as_str(),
        "ob": notice.obligation.as_str(),
        "sp": notice.step.as_str(),
        "st": notice.state.as_str(),
        "to": to,
        "at": notice.at.as_micros(),
        "d": notice.decided_at.as_micros(),
        "b": notice.body.as_str(),
    };
    if let Some(person) = &notice.person {
        document.append(cstr!("p"), person.as_str());
    }
    document
}

fn from_document(found: Fields<'_>) -> StoreResult<NoticeRecord> {
    Ok(NoticeRecord {
        id: found.uuid("_id")?,
        place: NoticePlace {
            generation: found.i64("g")?,
            order: found.i64("o")?,
        },
        kind: found.text("k")?,
        person: found.optional_text("p")?,
        curriculum: found.text("c")?,
        obligation: found.text("ob")?,
        step: found.text("sp")?,
        state: found.text("st")?,
        to: found.texts("to")?,
        at: Timestamp::from_micros(found.i64("at")?),
        decided_at: Timestamp::from_micros(found.i64("d")?),
        body: found.text("b")?,
    })
}
