use std::fmt;

use sha2::Sha256;

use super::{Cell, LogRecord};

/// How many records there are, and one number over what is in all of them, in whatever order they come: two stores
/// with the same digest of a table hold the same there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    count: u64,
    /// The sum of the records' SHA-256, as four numbers, modulo 2^256 but for carries, which nobody needs here.
    sum: [u64; 4],
}

impl Digest {
    /// How many records were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds a record: some fields, each told from the next by its length.
    pub fn add<'f>(&mut self, fields: impl IntoIterator<Item = &'f [u8]>) {
        let mut hash = <Sha256 as sha2::Digest>::new();
        for field in fields {
            sha2::Digest::update(&mut hash, (field.len() as u64).to_be_bytes());
            sha2::Digest::update(&mut hash, field);
        }
        let hash: [u8; 32] = sha2::Digest::finalize(hash).into();
        self.count += 1;
        for (sum, part) in self.sum.iter_mut().zip(hash.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*part));
        }
    }

    /// Adds a row of a table.
    pub fn add_row(&mut self, row: &[Cell]) {
        let fields: Vec<Vec<u8>> = row
            .iter()
            .map(|cell| match cell {
                Cell::Null => vec![0],
                Cell::Integer(number) => [&[1], &number.to_be_bytes()[..]].concat(),
                Cell::Text(text) => [&[2], text.as_bytes()].concat(),
                Cell::Bytes(bytes) => [&[3], &bytes[..]].concat(),
            })
            .collect();
        self.add(fields.iter().map(Vec::as_slice));
    }

    /// Adds an entry of the log.
    pub fn add_entry(&mut self, entry: &LogRecord) {
        let keys: Vec<u8> = entry.keys.iter().flat_map(|key| key.0.to_be_bytes()).collect();
        let refers_to = entry.refers_to.map(|id| id.into_bytes()).unwrap_or_default();
        self.add([
            &entry.position.0.to_be_bytes()[..],
            &entry.id.as_bytes()[..],
            &entry.stored.as_micros().to_be_bytes()[..],
            &[
                u8::from(entry.voided),
                u8::from(entry.voiding),
                u8::from(entry.refers_to.is_some()),
            ][..],
            &refers_to[..],
            &entry.fingerprint.as_bytes()[..],
            &keys[..],
            entry.text.as_bytes(),
        ]);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sum.iter().try_for_each(|part| write!(f, "{part:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(records: &[&[&str]]) -> Digest {
        let mut digest = Digest::default();
        for record in records {
            digest.add(record.iter().map(|field| field.as_bytes()));
        }
        digest
    }

    #[test]
    fn the_order_of_records_does_not_matter_and_all_else_does() {
        let all = digest(&[&["a", "b"], &["c"]]);
        assert_eq!(all, digest(&[&["c"], &["a", "b"]]));
        for other in [
            digest(&[&["a", "b"]]),
            digest(&[&["ab"], &["c"]]),
            digest(&[&["b", "a"], &["c"]]),
            digest(&[&["a", "b"], &["c"], &["c"]]),
            digest(&[&["a", "b"], &["C"]]),
        ] {
            assert_ne!(all, other);
        }
    }

    #[test]
    fn kinds_of_cells_are_told_apart() {
        let of = |cell: Cell| {
            let mut digest = Digest::default();
            digest.add_row(&[cell]);
            digest
        };
        let cells = [
            Cell::Null,
            Cell::Text(String::new()),
            Cell::Bytes(Vec::new()),
            Cell::Bytes(b"a".to_vec()),
            Cell::Text("a".to_owned()),
            Cell::Integer(0),
        ];
        for (index, cell) in cells.iter().enumerate() {
            for other in &cells[index + 1..] {
                assert_ne!(of(cell.clone()), of(other.clone()));
            }
        }
    }
}
