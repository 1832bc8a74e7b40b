//! So that nothing forgotten in the shapes is found out only when a store is copied.

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
