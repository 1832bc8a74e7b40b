//! A row of a table written as a document.

use mongodb::bson::raw::RawArrayBuf;
use mongodb::bson::{RawBson, RawDocumentBuf, rawdoc};
use store::transfer::{Cell, Row, Table, Type};
use store::{Share, StoreError, StoreResult};
use uuid::Uuid;
use xapi::Ifi;

use super::Field::{After, At, Before, Named, Or, Order, There, UuidOrNull};
use super::{Id, Shape};
use crate::documents::Scoped;
use crate::raw::{binary, uuid};
use crate::registry::keys_of;
use crate::schema::{PEOPLE, STANDINGS};

/// MongoDB keeps documents of 16 MiB at most.
const MAX_RECORD: usize = 16 * 1024 * 1024 - 64 * 1024;

impl Shape {
    /// The update that puts a row in its place.
    pub(in crate::transfer) fn upsert(&self, table: &Table, row: &Row) -> StoreResult<RawDocumentBuf> {
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
}

fn append(document: &mut RawDocumentBuf, name: &str, value: RawBson) -> StoreResult<()> {
    let name = mongodb::bson::raw::CString::try_from(name)
        .map_err(|error| StoreError::backend("copy records", error.to_string()))?;
    document.append(&name, value);
    Ok(())
}
