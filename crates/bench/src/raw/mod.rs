//! The raw store: what plain SQLite and the driver of MongoDB do with the same statements in the same run.

pub(crate) mod mongodb;
mod sqlite;

use anyhow::Result;

use crate::figures::{Figures, Quantity};
use crate::measure::Scale;
use crate::server::{Backing, Place};

/// Writes to the raw store what was posted, from as many connections in as large batches, and compares.
pub(crate) fn compare(
    figures: &mut Figures,
    backing: &Backing,
    place: &Place,
    scale: &Scale,
    work: &str,
    (connections, size): (usize, usize),
) -> Result<()> {
    let raw = match (backing, place) {
        (Backing::Embedded(folder), _) => {
            // Small commits are slow.
            let count = if size == 1 { scale.raw / 4 } else { scale.raw };
            sqlite::write(
                &folder.join("raw.db"),
                scale.generator(),
                count,
                connections * size,
            )?
        }
        (_, Place::Database { uri, database }) => {
            mongodb::insert(uri, database, connections, size, scale.time)?
        }
        (Backing::MongoDb(_), Place::Folder(_)) => return Ok(()),
    };
    let store = backing.name();
    figures.add(store, work, Quantity::RawPerSecond, raw);
    if let Some(ours) = figures.value(store, work, Quantity::PerSecond) {
        figures.add(store, work, Quantity::OfRaw, ours / raw);
    }
    Ok(())
}
