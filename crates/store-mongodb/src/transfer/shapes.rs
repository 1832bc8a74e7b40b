//! Where the columns of a table are in the documents of its collection.

use mongodb::bson::raw::{RawArrayBuf, RawBsonRef};
use mongodb::bson::{Document, RawBson, RawDocument, RawDocumentBuf, doc, rawdoc};
use store::transfer::{Cell, Row, Table, Type};
use store::{Share, StoreError, StoreResult};
use uuid::Uuid;
use xapi::Ifi;

use crate::documents::Scoped;
use crate::raw::{Fields, binary, uuid};
use crate::registry::keys_of;
use crate::schema::{
    ACTIVITIES, ACTS, CERTIFICATES, CHANGES, CHECKPOINT, CURRICULA, DOCUMENTS, EVIDENCE, KEYS, LEDGER,
    NOTICES, OUTBOX, PEOPLE, PEOPLE_VERSIONS, STANDINGS,
};

/// Where a column is.
#[derive(Clone, Copy)]
enum Field {
    /// In this field; not there where it is null.
    At(&'static str),
    /// In this field; this text where it is not there.
    Or(&'static str, &'static str),
    /// In `g` and `o`, a generation and an order in it, as one number.
    Order,
    /// In the name of the field that has the next column: 1 for the first of these, 2 for the second…
    Named(&'static [&'static str]),
    /// In the field that the column before named.
    There,
    /// In this field, before the colon: 1 for the first of these, 2 for the second…
    Before(&'static str, &'static [&'static str]),
    /// In this field, after the colon.
    After(&'static str),
    /// A UUID that may be missing, then null; in tables it is bytes, and empty.
    UuidOrNull(&'static str),
}

/// What makes a document one with its row.
#[derive(Clone, Copy)]
enum Id {
    /// A column is in `_id`.
    Column,
    /// `_id` is a document of these fields.
    Fields(&'static [&'static str]),
    /// `_id` is what the server made it; these fields are the key.
    Key(&'static [&'static str]),
    /// `_id` is made of the row by [`Shape::extra`].
    Made,
}

/// A table as a collection.
pub(super) struct Shape {
    table: &'static str,
    pub(super) collection: &'static str,
    /// Where each column is, in the order of the table's columns.
    fields: &'static [Field],
    id: Id,
}

use Field::{After, At, Before, Named, Or, Order, There, UuidOrNull};

/// Every table of [`store::transfer::TABLES`].
const SHAPES: &[Shape] = &[
    Shape {
        table: "activity",
        collection: ACTIVITIES,
        fields: &[At("_id"), At("d")],
        id: Id::Column,
    },
    Shape {
        table: "document",
        collection: DOCUMENTS,
        fields: &[
            At("k"),
            At("a"),
            At("g"),
            UuidOrNull("r"),
            At("i"),
            At("ct"),
            At("u"),
            At("e"),
            At("b"),
        ],
        id: Id::Made,
    },
    Shape {
        table: "person",
        collection: PEOPLE,
        fields: &[At("_id"), At("i"), At("m"), At("b")],
        id: Id::Column,
    },
    Shape {
        table: "curriculum",
        collection: CURRICULA,
        fields: &[At("c"), At("r"), At("h"), At("at"), At("b")],
        id: Id::Key(&["c", "r"]),
    },
    Shape {
        table: "change",
        collection: CHANGES,
        fields: &[At("_id"), Named(&["p", "c", "g"]), There],
        id: Id::Column,
    },
    Shape {
        table: "person_version",
        collection: PEOPLE_VERSIONS,
        fields: &[At("p"), At("t"), Or("i", "[]"), At("m"), At("b")],
        id: Id::Key(&["p", "t"]),
    },
    Shape {
        table: "act",
        collection: ACTS,
        fields: &[
            At("_id"),
            At("at"),
            At("k"),
            Before("s", &["p", "c", "g"]),
            After("s"),
            At("c"),
            At("by"),
            At("u"),
            At("b"),
        ],
        id: Id::Column,
    },
    Shape {
        table: "access_key",
        collection: KEYS,
        fields: &[At("_id"), At("name"), At("h"), At("sc"), At("c"), At("r")],
        id: Id::Column,
    },
    Shape {
        table: "evidence",
        collection: EVIDENCE,
        fields: &[At("s"), At("p"), At("n"), At("b")],
        id: Id::Fields(&["p", "s"]),
    },
    Shape {
        table: "standing",
        collection: STANDINGS,
        fields: &[At("p"), At("c"), At("r"), At("st"), At("at"), At("b")],
        id: Id::Fields(&["p", "c"]),
    },
    Shape {
        table: "certificate",
        collection: CERTIFICATES,
        fields: &[
            At("_id"),
            At("p"),
            At("c"),
            At("no"),
            At("st"),
            At("is"),
            At("ex"),
            At("b"),
        ],
        id: Id::Column,
    },
    Shape {
        table: "ledger",
        collection: LEDGER,
        fields: &[
            Order,
            At("_id"),
            At("c"),
            At("p"),
            At("cu"),
            At("k"),
            At("at"),
            At("d"),
            At("b"),
        ],
        id: Id::Column,
    },
    Shape {
        table: "outbox",
        collection: OUTBOX,
        fields: &[Order, At("_id"), At("k"), At("b"), At("at")],
        id: Id::Column,
    },
    Shape {
        table: "notice",
        collection: NOTICES,
        fields: &[
            At("_id"),
            At("g"),
            At("o"),
            At("k"),
            At("p"),
            At("c"),
            At("ob"),
            At("sp"),
            At("st"),
            At("to"),
            At("at"),
            At("d"),
            At("b"),
        ],
        id: Id::Column,
    },
    Shape {
        table: "checkpoint",
        collection: CHECKPOINT,
        fields: &[At("_id"), At("g"), At("n"), At("c"), At("b")],
        id: Id::Column,
    },
];

/// An order within a generation has room for so many bits in a number of both.
const ORDER_BITS: u32 = 20;
/// MongoDB keeps documents of 16 MiB at most.
const MAX_RECORD: usize = 16 * 1024 * 1024 - 64 * 1024;

impl Shape {
    pub(super) fn of(table: &Table) -> StoreResult<&'static Self> {
        SHAPES
            .iter()
            .find(|shape| shape.table == table.name)
            .ok_or_else(|| {
                StoreError::backend(
                    "copy records",
                    format!("the MongoDB store has none of the kind {:?}", table.name),
                )
            })
    }

    /// Where the head of the changes is after these rows, if they are changes, and how late it is at the least.
    pub(super) fn head(&self, rows: &[Row]) -> Option<Document> {
        let (column, field) = match self.collection {
            CHANGES => (0, "n"),
            ACTS | PEOPLE_VERSIONS => (1, "t"),
            _ => return None,
        };
        let last = rows.iter().filter_map(|row| match row.get(column) {
            Some(Cell::Integer(number)) => Some(*number),
            _ => None,
        });
        last.max().map(|last| doc! { field: last })
    }

    /// The row that a document holds.
    pub(super) fn row(&self, table: &Table, document: &RawDocument) -> StoreResult<Row> {
        let found = Fields::new(self.table, document);
        if self.collection == DOCUMENTS && document.get("k").is_ok_and(|kind| kind.is_none()) {
            return Err(StoreError::Corrupt {
                what: format!("the document {:?}", found.text("i")?),
                reason:
                    "an early version kept it, which did not note whose it is; have its client write it again"
                        .to_owned(),
            });
        }
        let mut there = "";
        table
            .columns
            .iter()
            .zip(self.fields)
            .map(|(column, field)| match field {
                At(name) => cell(found, document, name, column.kind),
                Or(name, other) => Ok(match cell(found, document, name, column.kind)? {
                    Cell::Null => Cell::Text((*other).to_owned()),
                    cell => cell,
                }),
                Order => order(found).map(Cell::Integer),
                Named(names) => {
                    let is_there = |name: &&str| document.get(name).is_ok_and(|value| value.is_some());
                    let place = names.iter().position(is_there).unwrap_or_default();
                    there = names.get(place).copied().unwrap_or_default();
                    Ok(Cell::Integer(i64::try_from(place + 1).unwrap_or(i64::MAX)))
                }
                There => cell(found, document, there, column.kind),
                Before(name, tags) => {
                    let text = found.text(name)?;
                    let place = text
                        .split_once(':')
                        .and_then(|(tag, _)| tags.iter().position(|known| *known == tag))
                        .ok_or_else(|| self.wrong("its kind"))?;
                    Ok(Cell::Integer(i64::try_from(place + 1).unwrap_or(i64::MAX)))
                }
                After(name) => {
                    let text = found.text(name)?;
                    let (_, rest) = text.split_once(':').ok_or_else(|| self.wrong("its kind"))?;
                    Ok(Cell::Text(rest.to_owned()))
                }
                UuidOrNull(name) => Ok(Cell::Bytes(match cell(found, document, name, Type::Uuid)? {
                    Cell::Bytes(bytes) => bytes,
                    _ => Vec::new(),
                })),
            })
            .collect()
    }

    /// The update that puts a row in its place.
    pub(super) fn upsert(&self, table: &Table, row: &Row) -> StoreResult<RawDocumentBuf> {
        let document = self.document(table, row)?;
        let size = document.as_bytes().len();
        if size > MAX_RECORD {
            let reason = format!(
                "one record of the kind {:?} has {size} bytes and MongoDB keeps {MAX_RECORD} at most",
                self.table
            );
            return Err(StoreError::backend("copy records", reason));
        }
        let keys: &[&str] = match self.id {
            Id::Key(keys) => keys,
            _ => &["_id"],
        };
        let mut key = RawDocumentBuf::new();
        for name in keys {
            let value = document.get(name).ok().flatten().map(RawBson::from);
            append(&mut key, name, value.unwrap_or(RawBson::Null))?;
        }
        Ok(rawdoc! { "q": key, "u": document, "upsert": true })
    }

    fn document(&self, table: &Table, row: &Row) -> StoreResult<RawDocumentBuf> {
        let mut document = RawDocumentBuf::new();
        let mut there = "";
        for ((column, field), cell) in table.columns.iter().zip(self.fields).zip(row) {
            match field {
                At(name) | Or(name, _) => {
                    if let Some(value) = self.value(cell, column.kind)? {
                        append(&mut document, name, value)?;
                    }
                }
                Order => {
                    append(&mut document, "g", RawBson::Int64(0))?;
                    append(&mut document, "o", RawBson::Int64(self.number(cell)?))?;
                }
                Named(names) | Before(_, names) => {
                    let place = usize::try_from(self.number(cell)?.saturating_sub(1)).unwrap_or(usize::MAX);
                    there = names.get(place).copied().ok_or_else(|| self.wrong("its kind"))?;
                }
                After(name) => {
                    let Cell::Text(rest) = cell else {
                        return Err(self.wrong("what it is about"));
                    };
                    append(&mut document, name, format!("{there}:{rest}").into())?;
                }
                There => {
                    let value = self.value(cell, column.kind)?.unwrap_or(RawBson::Null);
                    append(&mut document, there, value)?;
                }
                UuidOrNull(name) => {
                    let value = match cell {
                        Cell::Bytes(bytes) if !bytes.is_empty() => self.value(cell, Type::Uuid)?,
                        _ => None,
                    };
                    append(&mut document, name, value.unwrap_or(RawBson::Null))?;
                }
            }
        }
        match self.id {
            Id::Column | Id::Key(_) => {}
            Id::Fields(names) => {
                let mut id = RawDocumentBuf::new();
                for name in names {
                    let value = document.get(name).ok().flatten().map(RawBson::from);
                    append(&mut id, name, value.unwrap_or(RawBson::Null))?;
                }
                append(&mut document, "_id", id.into())?;
            }
            Id::Made => self.made(row, &mut document)?,
        }
        if self.collection == PEOPLE {
            self.find_by_identifiers(row, &mut document)?;
        }
        if let (STANDINGS, Some(Cell::Text(person))) = (self.collection, row.first()) {
            append(&mut document, "k", i64::from(Share::slot_of(person)).into())?;
        }
        Ok(document)
    }

    /// The digests by which a document of xAPI is found.
    fn made(&self, row: &Row, document: &mut RawDocumentBuf) -> StoreResult<()> {
        let [
            Cell::Integer(kind),
            Cell::Text(activity),
            Cell::Text(agent),
            Cell::Bytes(registration),
            Cell::Text(id),
            ..,
        ] = &row[..]
        else {
            return Err(self.wrong("its key"));
        };
        let scope = Scoped {
            kind: *kind,
            activity: activity.clone(),
            agent: agent.clone(),
            registration: Uuid::from_slice(registration).ok(),
        };
        append(document, "_id", RawBson::Binary(scope.id(id)))?;
        append(document, "c", RawBson::Binary(binary(&scope.family())))
    }

    fn find_by_identifiers(&self, row: &Row, document: &mut RawDocumentBuf) -> StoreResult<()> {
        let Some(Cell::Text(ifis)) = row.get(1) else {
            return Err(self.wrong("its identifiers"));
        };
        let ifis: Vec<Ifi> = serde_json::from_str(ifis).map_err(|_| self.wrong("its identifiers"))?;
        let keys = keys_of(&ifis);
        if keys.is_empty() {
            return Ok(());
        }
        append(document, "k", RawArrayBuf::from_iter(keys).into())
    }

    fn value(&self, cell: &Cell, kind: Type) -> StoreResult<Option<RawBson>> {
        Ok(Some(match (cell, kind) {
            (Cell::Null, _) => return Ok(None),
            (Cell::Integer(number), Type::Integer) => RawBson::Int64(*number),
            (Cell::Text(text), Type::Text) => RawBson::String(text.clone()),
            (Cell::Bytes(bytes), Type::Bytes) => RawBson::Binary(binary(bytes)),
            (Cell::Bytes(bytes), Type::Uuid) => {
                let id = Uuid::from_slice(bytes).map_err(|_| self.wrong("a UUID"))?;
                RawBson::Binary(uuid(id))
            }
            (Cell::Text(text), Type::Texts) => {
                let texts: Vec<String> = serde_json::from_str(text).map_err(|_| self.wrong("a list"))?;
                RawBson::Array(RawArrayBuf::from_iter(texts))
            }
            _ => return Err(self.wrong("the type of a column")),
        }))
    }

    fn number(&self, cell: &Cell) -> StoreResult<i64> {
        match cell {
            Cell::Integer(number) => Ok(*number),
            _ => Err(self.wrong("a number")),
        }
    }

    fn wrong(&self, what: &str) -> StoreError {
        StoreError::Corrupt {
            what: format!("a record of the kind {:?}", self.table),
            reason: format!("{what} is not what it must be"),
        }
    }
}

fn append(document: &mut RawDocumentBuf, name: &str, value: RawBson) -> StoreResult<()> {
    let name = mongodb::bson::raw::CString::try_from(name)
        .map_err(|error| StoreError::backend("copy records", error.to_string()))?;
    document.append(&name, value);
    Ok(())
}

fn cell(found: Fields<'_>, document: &RawDocument, name: &str, kind: Type) -> StoreResult<Cell> {
    // Whatever else is wrong with it is said below.
    if let Ok(None | Some(RawBsonRef::Null)) = document.get(name) {
        return Ok(Cell::Null);
    }
    Ok(match kind {
        Type::Integer => Cell::Integer(found.i64(name)?),
        Type::Text => Cell::Text(found.text(name)?),
        Type::Bytes => Cell::Bytes(found.bytes(name)?.to_vec()),
        Type::Uuid => Cell::Bytes(found.uuid(name)?.into_bytes().to_vec()),
        Type::Texts => {
            let texts = serde_json::to_string(&found.texts(name)?);
            Cell::Text(texts.map_err(|error| StoreError::backend("read a list", error))?)
        }
    })
}

/// Generation and order as one number: those of generation 0 keep the number they came with.
fn order(found: Fields<'_>) -> StoreResult<i64> {
    let (generation, order) = (found.i64("g")?, found.i64("o")?);
    if generation == 0 {
        return Ok(order);
    }
    if order >> ORDER_BITS != 0 {
        return Err(StoreError::Corrupt {
            what: "the order of records".to_owned(),
            reason: format!("{order} in the generation {generation} is more than one commit can hold"),
        });
    }
    Ok((generation << ORDER_BITS) + order)
}

/// So that nothing forgotten here is found out only when a store is copied.
#[cfg(test)]
mod tests {
    use store::transfer::TABLES;

    use super::*;
    use crate::schema::{ATTACHMENTS, CHUNKS, COLLECTIONS, ENGINES, HEADS, META, STATEMENTS, UPLOADS};

    #[test]
    fn every_table_has_its_shape_and_every_column_its_field() {
        for table in TABLES {
            let shape = Shape::of(table).unwrap();
            assert_eq!(shape.fields.len(), table.columns.len(), "{}", table.name);
        }
        assert_eq!(SHAPES.len(), TABLES.len());
    }

    #[test]
    fn every_collection_is_copied_or_follows_from_what_is() {
        let others = [META, HEADS, ENGINES, STATEMENTS, ATTACHMENTS, UPLOADS, CHUNKS];
        for collection in COLLECTIONS {
            let copied = SHAPES.iter().any(|shape| shape.collection == collection);
            assert!(copied != others.contains(&collection), "{collection}");
        }
    }
}
