//! Where the columns of a table are in the documents of its collection.

mod document;
mod row;
#[cfg(test)]
mod tests;

use mongodb::bson::{Document, doc};
use store::transfer::{Cell, Row, Table};
use store::{StoreError, StoreResult};

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
    /// `_id` is made of the row by [`Shape::made`].
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

    fn wrong(&self, what: &str) -> StoreError {
        StoreError::Corrupt {
            what: format!("a record of the kind {:?}", self.table),
            reason: format!("{what} is not what it must be"),
        }
    }
}
