//! The settled index: under each key its positions, in pieces of about a kilobyte.
//!
//! A piece is one row, so a page of the newest answers reads one row per key, and settling a thousand positions
//! under a key writes one or two rows.

use rusqlite::{Connection, Params, params};

use super::lists::{Direction, List};
use super::recent::seek;
use crate::fault::Fault;

/// Bytes of distances in one piece. A row this long still fits in its page four times, as SQLite asks of rows in
/// a table without rowid that are not to spill into pages of their own.
const PIECE: usize = 1_900;

/// Adds positions, ascending, under a key. Those that are there already change nothing.
pub(crate) fn add(connection: &Connection, key: i64, positions: &[i64]) -> Result<(), Fault> {
    let mut rest = positions;
    while let Some(first) = rest.first().copied() {
        let mut piece = last_piece(connection, key)?;
        let mut here = rest.len();
        // Nearly always what is new comes last. What does not, may belong into several pieces.
        if piece.as_ref().is_some_and(|piece| piece.first() > Some(&first)) {
            piece = piece_at(connection, key, first)?;
            if let Some(next) = piece_after(connection, key, first)?
                .as_deref()
                .and_then(<[i64]>::first)
            {
                here = rest.partition_point(|position| position < next);
            }
        }
        let (here, later) = rest.split_at(here);
        write(connection, key, &merge(piece.unwrap_or_default(), here))?;
        rest = later;
    }
    Ok(())
}

fn last_piece(connection: &Connection, key: i64) -> Result<Option<Vec<i64>>, Fault> {
    read_piece(
        connection,
        "SELECT first, rest FROM posting WHERE key = ?1 ORDER BY first DESC LIMIT 1",
        [key],
    )
}

/// The piece in which a position is, or would be: the last that does not begin after it.
fn piece_at(connection: &Connection, key: i64, position: i64) -> Result<Option<Vec<i64>>, Fault> {
    let sql = "SELECT first, rest FROM posting WHERE key = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1";
    read_piece(connection, sql, [key, position])
}

/// The piece that begins first after a position.
fn piece_after(connection: &Connection, key: i64, position: i64) -> Result<Option<Vec<i64>>, Fault> {
    let sql = "SELECT first, rest FROM posting WHERE key = ?1 AND first > ?2 ORDER BY first LIMIT 1";
    read_piece(connection, sql, [key, position])
}

fn read_piece(connection: &Connection, sql: &str, given: impl Params) -> Result<Option<Vec<i64>>, Fault> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(given)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    decode(
        row.get(0)?,
        row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?,
    )
    .map(Some)
}

/// Writes positions as pieces; the first takes the place of the piece that begins at the same position.
fn write(connection: &Connection, key: i64, positions: &[i64]) -> Result<(), Fault> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO posting (key, first, rest) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET rest = excluded.rest",
    )?;
    let mut rest = positions;
    let mut bytes = Vec::with_capacity(PIECE + 10);
    while let Some((first, mut following)) = rest.split_first() {
        bytes.clear();
        let mut last = *first;
        while let Some((position, after)) = following.split_first() {
            if bytes.len() >= PIECE {
                break;
            }
            write_number(position.abs_diff(last), &mut bytes);
            last = *position;
            following = after;
        }
        insert.execute(params![key, first, bytes])?;
        rest = following;
    }
    Ok(())
}

/// Both ascending lists as one, each position once.
fn merge(old: Vec<i64>, new: &[i64]) -> Vec<i64> {
    let mut merged = old;
    let in_order = new.first() > merged.last();
    merged.extend_from_slice(new);
    if !in_order {
        merged.sort_unstable();
        merged.dedup();
    }
    merged
}

fn write_number(mut number: u64, bytes: &mut Vec<u8>) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn decode(first: i64, bytes: &[u8]) -> Result<Vec<i64>, Fault> {
    let corrupt = || Fault::corrupt("an index entry", "its distances are cut off or too large");
    let mut positions = Vec::with_capacity(1 + bytes.len());
    positions.push(first);
    let mut last = first;
    let mut number = 0_u64;
    let mut shift = 0;
    for byte in bytes {
        let low = u64::from(byte & 0x7f);
        number |= low.checked_shl(shift).ok_or_else(corrupt)?;
        shift += 7;
        if byte & 0x80 == 0 {
            last = last.checked_add_unsigned(number).ok_or_else(corrupt)?;
            positions.push(last);
            number = 0;
            shift = 0;
        }
    }
    if shift == 0 { Ok(positions) } else { Err(corrupt()) }
}

/// The settled positions under a key, a piece at a time.
pub(crate) struct PostingList<'a> {
    connection: &'a Connection,
    key: i64,
    direction: Direction,
    /// The piece last looked into. Ascending, with the range it answers for: every position of the key from the
    /// first to the last of these.
    piece: Vec<i64>,
    covers: Option<(i64, i64)>,
}

impl<'a> PostingList<'a> {
    pub(crate) fn new(connection: &'a Connection, key: i64, direction: Direction) -> Self {
        Self {
            connection,
            key,
            direction,
            piece: Vec::new(),
            covers: None,
        }
    }
}

impl List for PostingList<'_> {
    fn seek(&mut self, at: i64) -> Result<Option<i64>, Fault> {
        if !self.covers.is_some_and(|(low, high)| (low..=high).contains(&at)) {
            self.load(at)?;
        }
        Ok(seek(&self.piece, at, self.direction))
    }
}

impl PostingList<'_> {
    fn load(&mut self, at: i64) -> Result<(), Fault> {
        let here = piece_at(self.connection, self.key, at)?;
        self.covers = None;
        self.piece = match self.direction {
            Direction::Descending => {
                // Below the piece's first position the answer is in an earlier one.
                let piece = here.unwrap_or_default();
                let low = piece.first().copied().unwrap_or(i64::MIN);
                self.covers = Some((low, at));
                piece
            }
            Direction::Ascending => {
                let piece = match here {
                    Some(piece) if piece.last().is_some_and(|last| *last >= at) => Some(piece),
                    _ => piece_after(self.connection, self.key, at)?,
                };
                // Above the piece's last position the answer is in a later one; without a piece, nowhere.
                let high = piece
                    .as_ref()
                    .map_or(Some(i64::MAX), |piece| piece.last().copied());
                self.covers = high.map(|high| (at, high));
                piece.unwrap_or_default()
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests;
