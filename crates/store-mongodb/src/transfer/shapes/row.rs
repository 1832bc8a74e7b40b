//! A document read as a row of its table.

use mongodb::bson::RawDocument;
use mongodb::bson::raw::RawBsonRef;
use store::transfer::{Cell, Row, Table, Type};
use store::{StoreError, StoreResult};

use super::Field::{After, At, Before, Named, Or, Order, There, UuidOrNull};
use super::Shape;
use crate::raw::Fields;
use crate::schema::DOCUMENTS;

/// An order within a generation has room for so many bits in a number of both.
const ORDER_BITS: u32 = 20;

impl Shape {
    /// The row that a document holds.
    pub(in crate::transfer) fn row(&self, table: &Table, document: &RawDocument) -> StoreResult<Row> {
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
