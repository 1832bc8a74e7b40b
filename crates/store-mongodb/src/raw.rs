//! Reading and writing BSON without going through documents in memory.

use mongodb::bson::raw::{RawArrayBuf, RawBson, RawBsonRef};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, RawDocument, RawDocumentBuf, doc, rawdoc};
use mongodb::{ClientSession, Collection, Cursor, Database};
use store::{StoreError, StoreResult};
use uuid::Uuid;

use crate::transaction::Stopped;

/// A UUID as BSON keeps it: binary of subtype 4.
pub(crate) fn uuid(id: Uuid) -> Binary {
    Binary {
        subtype: BinarySubtype::Uuid,
        bytes: id.as_bytes().to_vec(),
    }
}

/// Bytes as BSON keeps them.
pub(crate) fn binary(bytes: &[u8]) -> Binary {
    Binary {
        subtype: BinarySubtype::Generic,
        bytes: bytes.to_vec(),
    }
}

/// A document that is read field by field, with errors that name what it is.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'d> {
    what: &'static str,
    document: &'d RawDocument,
}

impl<'d> Fields<'d> {
    /// `what` as a noun: "a statement".
    pub(crate) const fn new(what: &'static str, document: &'d RawDocument) -> Self {
        Self { what, document }
    }

    fn get(&self, field: &str) -> StoreResult<Option<RawBsonRef<'d>>> {
        self.document
            .get(field)
            .map_err(|error| self.wrong(field, &error.to_string()))
    }

    fn need<T>(&self, field: &str, found: Option<T>) -> StoreResult<T> {
        found.ok_or_else(|| self.wrong(field, "is missing or of another type"))
    }

    fn wrong(&self, field: &str, reason: &str) -> StoreError {
        StoreError::Corrupt {
            what: self.what.to_owned(),
            reason: format!("field {field:?}: {reason}"),
        }
    }

    pub(crate) fn i64(&self, field: &str) -> StoreResult<i64> {
        let found = self.get(field)?.and_then(|value| match value {
            RawBsonRef::Int64(number) => Some(number),
            RawBsonRef::Int32(number) => Some(i64::from(number)),
            _ => None,
        });
        self.need(field, found)
    }

    pub(crate) fn optional_i64(&self, field: &str) -> StoreResult<Option<i64>> {
        match self.get(field)? {
            None | Some(RawBsonRef::Null) => Ok(None),
            Some(_) => self.i64(field).map(Some),
        }
    }

    pub(crate) fn flag(&self, field: &str) -> StoreResult<bool> {
        Ok(self
            .get(field)?
            .and_then(|value| value.as_bool())
            .unwrap_or(false))
    }

    pub(crate) fn text(&self, field: &str) -> StoreResult<String> {
        let found = self.get(field)?.and_then(|value| value.as_str());
        self.need(field, found.map(str::to_owned))
    }

    pub(crate) fn optional_text(&self, field: &str) -> StoreResult<Option<String>> {
        if self.get(field)?.is_none() {
            Ok(None)
        } else {
            self.text(field).map(Some)
        }
    }

    pub(crate) fn bytes(&self, field: &str) -> StoreResult<&'d [u8]> {
        let found = self.get(field)?.and_then(|value| value.as_binary());
        self.need(field, found.map(|binary| binary.bytes))
    }

    pub(crate) fn bytes32(&self, field: &str) -> StoreResult<[u8; 32]> {
        let found = <[u8; 32]>::try_from(self.bytes(field)?).ok();
        self.need(field, found)
    }

    pub(crate) fn uuid(&self, field: &str) -> StoreResult<Uuid> {
        let found = Uuid::from_slice(self.bytes(field)?).ok();
        self.need(field, found)
    }

    pub(crate) fn optional_uuid(&self, field: &str) -> StoreResult<Option<Uuid>> {
        if self.get(field)?.is_none() {
            Ok(None)
        } else {
            self.uuid(field).map(Some)
        }
    }

    pub(crate) fn numbers(&self, field: &str) -> StoreResult<Vec<i64>> {
        let Some(value) = self.get(field)? else {
            return Ok(Vec::new());
        };
        let array = self.need(field, value.as_array())?;
        array
            .into_iter()
            .map(|item| {
                let item = item.map_err(|error| self.wrong(field, &error.to_string()))?;
                self.need(field, item.as_i64())
            })
            .collect()
    }

    pub(crate) fn texts(&self, field: &str) -> StoreResult<Vec<String>> {
        let found = self.get(field)?;
        let array = self.need(field, found.and_then(|value| value.as_array()))?;
        array
            .into_iter()
            .map(|item| {
                let item = item.map_err(|error| self.wrong(field, &error.to_string()))?;
                self.need(field, item.as_str().map(str::to_owned))
            })
            .collect()
    }
}

/// Reads every document of a cursor.
pub(crate) async fn read_all<T: Send + Sync, R>(
    mut cursor: Cursor<T>,
    what: &'static str,
    doing: &'static str,
    mut read: impl FnMut(Fields<'_>) -> StoreResult<R>,
) -> StoreResult<Vec<R>> {
    let mut found = Vec::new();
    while cursor.advance().await.map_err(crate::error::doing(doing))? {
        found.push(read(Fields::new(what, cursor.current()))?);
    }
    Ok(found)
}

/// `limit` as MongoDB takes it; its 0 would mean "all".
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A collection that is read and written as raw documents.
pub(crate) type Raw = Collection<RawDocumentBuf>;

/// A UUID as a value of a filter.
pub(crate) fn binary_uuid(id: Uuid) -> Bson {
    Bson::Binary(uuid(id))
}

/// At most so many writes, and about so many bytes, go into one command.
const WRITES_AT_ONCE: usize = 1_000;
const BYTES_AT_ONCE: usize = 8 * 1024 * 1024;

/// Replaces or inserts documents by their `_id`.
pub(crate) async fn upsert_all(
    database: &Database,
    session: &mut ClientSession,
    collection: &str,
    documents: &[RawDocumentBuf],
) -> Result<(), Stopped> {
    let updates = documents.iter().map(|own| upsert(own, own.clone())).collect();
    run_updates(database, session, collection, updates).await
}

/// Inserts documents whose `_id` is not there yet and leaves the others as they are.
pub(crate) async fn insert_absent(
    database: &Database,
    session: &mut ClientSession,
    collection: &str,
    documents: &[RawDocumentBuf],
) -> Result<(), Stopped> {
    let updates = documents
        .iter()
        .map(|own| upsert(own, rawdoc! { "$setOnInsert": own.clone() }))
        .collect();
    run_updates(database, session, collection, updates).await
}

/// What is done to the document with the `_id` of this one, which is made where it is not there.
fn upsert(document: &RawDocumentBuf, update: RawDocumentBuf) -> RawDocumentBuf {
    let id = document
        .get("_id")
        .ok()
        .flatten()
        .map(RawBson::from)
        .unwrap_or(RawBson::Null);
    rawdoc! { "q": { "_id": id }, "u": update, "upsert": true }
}

/// Runs an update for each filter.
pub(crate) async fn update_all(
    database: &Database,
    session: &mut ClientSession,
    collection: &str,
    updates: Vec<(Document, Document)>,
) -> Result<(), Stopped> {
    let updates = updates.into_iter().map(|(filter, update)| {
        let update = RawDocumentBuf::try_from(&doc! { "q": filter, "u": update });
        update.map_err(|error| Stopped::Store(StoreError::backend("write an update", error)))
    });
    let updates = updates.collect::<Result<Vec<_>, _>>()?;
    run_updates(database, session, collection, updates).await
}

pub(crate) async fn run_updates(
    database: &Database,
    session: &mut ClientSession,
    collection: &str,
    updates: Vec<RawDocumentBuf>,
) -> Result<(), Stopped> {
    let mut updates = updates.into_iter().peekable();
    while updates.peek().is_some() {
        let mut some = RawArrayBuf::new();
        let (mut writes, mut bytes) = (0, 0);
        while writes < WRITES_AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(update) = updates.next() else { break };
            writes += 1;
            bytes += update.as_bytes().len();
            some.push(update);
        }
        let command = rawdoc! { "update": collection, "updates": some };
        let reply = database.run_raw_command(command).session(&mut *session).await?;
        refused(&reply)?;
    }
    Ok(())
}

/// The first write of a command that was refused. What can be repeated comes as an error of the whole command.
fn refused(reply: &Document) -> Result<(), Stopped> {
    let Some(error) = reply
        .get_array("writeErrors")
        .ok()
        .and_then(|errors| errors.first())
    else {
        return Ok(());
    };
    let code = error
        .as_document()
        .and_then(|error| error.get_i32("code").ok())
        .unwrap_or_default();
    Err(match code {
        crate::error::DUPLICATE_KEY => Stopped::Duplicate,
        code => Stopped::Store(StoreError::backend(
            "write",
            format!("MongoDB write error {code}"),
        )),
    })
}
