//! The queries of the standard: sets of keys met in the order of the log, no further than the page.

use std::sync::{PoisonError, RwLock};

use rusqlite::Connection;
use store::{Position, StatementPage, StatementQuery, StoredStatement};

use super::bounds::last_stored_by;
use super::lists::{Direction, Union, intersect};
use super::postings::PostingList;
use super::recent::Recent;
use super::rows::{STORED_STATEMENT, stored_statement};
use super::snapshot::{Memory, Snapshot};
use crate::fault::Fault;

/// Answers one page.
pub(crate) fn page(
    connection: &Connection,
    recent: &RwLock<Recent>,
    query: &StatementQuery,
) -> Result<StatementPage, Fault> {
    // A transaction can be older than what memory still holds only when a generation was settled between its
    // beginning and the look into memory; the next one is not.
    loop {
        let transaction = connection.unchecked_transaction()?;
        let snapshot = Snapshot::read(&transaction)?;
        let page = match query.key_sets() {
            sets if sets.is_empty() => Some(scan(&transaction, snapshot, query)?),
            sets => find(&transaction, recent, snapshot, query, &sets)?,
        };
        if let Some(page) = page {
            return Ok(page);
        }
    }
}

/// The positions a query may answer with, in its direction.
#[derive(Clone, Copy)]
struct Span {
    direction: Direction,
    low: i64,
    high: i64,
}

impl Span {
    fn of(connection: &Connection, snapshot: Snapshot, query: &StatementQuery) -> Result<Self, Fault> {
        let mut span = Self {
            direction: if query.ascending {
                Direction::Ascending
            } else {
                Direction::Descending
            },
            low: 1,
            high: snapshot.head,
        };
        if let Some(since) = query.since {
            span.low = last_stored_by(connection, snapshot, since.as_micros())?.saturating_add(1);
        }
        if let Some(until) = query.until {
            span.high = last_stored_by(connection, snapshot, until.as_micros())?;
        }
        if let Some(Position(after)) = query.after {
            match span.direction {
                Direction::Ascending => span.low = span.low.max(after.saturating_add(1)),
                Direction::Descending => span.high = span.high.min(after.saturating_sub(1)),
            }
        }
        Ok(span)
    }

    /// What is left after a position.
    fn beyond(self, position: i64) -> Self {
        match self.direction {
            Direction::Ascending => Self {
                low: position.saturating_add(1),
                ..self
            },
            Direction::Descending => Self {
                high: position.saturating_sub(1),
                ..self
            },
        }
    }

    fn is_empty(self) -> bool {
        self.low > self.high
    }

    /// Where to begin and where to end.
    fn ends(self) -> (i64, i64) {
        match self.direction {
            Direction::Ascending => (self.low, self.high),
            Direction::Descending => (self.high, self.low),
        }
    }
}

/// Without a filter: the log itself.
fn scan(connection: &Connection, snapshot: Snapshot, query: &StatementQuery) -> Result<StatementPage, Fault> {
    let span = Span::of(connection, snapshot, query)?;
    let order = if query.ascending { "ASC" } else { "DESC" };
    let mut rows = connection.prepare_cached(&format!(
        "SELECT {STORED_STATEMENT} FROM statement WHERE position BETWEEN ?1 AND ?2 AND NOT voided
         ORDER BY position {order} LIMIT ?3"
    ))?;
    let wanted = i64::try_from(query.limit.max(1))
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let statements = rows
        .query_map((span.low, span.high, wanted), stored_statement)?
        .collect::<Result<_, _>>()?;
    Ok(cut(statements, query))
}

/// With filters; `None` if memory has gone ahead of the transaction.
fn find(
    connection: &Connection,
    recent: &RwLock<Recent>,
    snapshot: Snapshot,
    query: &StatementQuery,
    sets: &[Vec<store::IndexKey>],
) -> Result<Option<StatementPage>, Fault> {
    let mut span = Span::of(connection, snapshot, query)?;
    if snapshot.catch_up(connection, recent)? == Memory::Ahead {
        return Ok(None);
    }
    let wanted = query.limit.max(1).saturating_add(1);
    let mut search = Search {
        connection,
        recent,
        snapshot,
        sets,
        settled: None,
    };
    let mut statements = Vec::new();
    let mut positions = Vec::new();
    let mut read = connection.prepare_cached(&format!(
        "SELECT {STORED_STATEMENT} FROM statement WHERE position = ?1 AND NOT voided"
    ))?;
    while statements.len() < wanted && !span.is_empty() {
        positions.clear();
        let missing = wanted - statements.len();
        if search.next(span, missing, &mut positions)?.is_none() {
            return Ok(None);
        }
        for position in &positions {
            // Voided ones are left out; as many more are looked for.
            statements.extend(
                read.query_map([position], stored_statement)?
                    .collect::<Result<Vec<_>, _>>()?,
            );
        }
        match positions.last() {
            Some(last) if positions.len() == missing => span = span.beyond(*last),
            _ => break,
        }
    }
    Ok(Some(cut(statements, query)))
}

struct Search<'a> {
    connection: &'a Connection,
    recent: &'a RwLock<Recent>,
    snapshot: Snapshot,
    sets: &'a [Vec<store::IndexKey>],
    /// The lists in the file's index, kept from one look to the next.
    settled: Option<Vec<Union<PostingList<'a>>>>,
}

impl Search<'_> {
    /// At most `limit` positions, from the file's index and from memory in the order of the query; `None` if
    /// memory has gone ahead.
    fn next(&mut self, span: Span, limit: usize, found: &mut Vec<i64>) -> Result<Option<()>, Fault> {
        let indexed = self.snapshot.indexed;
        let older = Span {
            high: span.high.min(indexed),
            ..span
        };
        let newer = Span {
            low: span.low.max(indexed.saturating_add(1)),
            ..span
        };
        match span.direction {
            Direction::Ascending => {
                self.in_file(older, limit, found)?;
                self.in_memory(newer, limit - found.len(), found)
            }
            Direction::Descending => {
                if self.in_memory(newer, limit, found)?.is_none() {
                    return Ok(None);
                }
                self.in_file(older, limit - found.len(), found)?;
                Ok(Some(()))
            }
        }
    }

    fn in_file(&mut self, span: Span, limit: usize, found: &mut Vec<i64>) -> Result<(), Fault> {
        if limit == 0 || span.is_empty() {
            return Ok(());
        }
        let (connection, direction) = (self.connection, span.direction);
        let lists = self.settled.get_or_insert_with(|| {
            let list = |key: &store::IndexKey| PostingList::new(connection, key.0, direction);
            self.sets
                .iter()
                .map(|set| Union::new(set.iter().map(list).collect(), direction))
                .collect()
        });
        let (from, to) = span.ends();
        intersect(lists, direction, from, to, limit, found)
    }

    fn in_memory(&self, span: Span, limit: usize, found: &mut Vec<i64>) -> Result<Option<()>, Fault> {
        if limit == 0 || span.is_empty() {
            return Ok(Some(()));
        }
        let recent = self.recent.read().unwrap_or_else(PoisonError::into_inner);
        if self.snapshot.memory(&recent) != Some(Memory::Complete) {
            return Ok(None);
        }
        let direction = span.direction;
        let list = |key: &store::IndexKey| recent.list(key.0, direction, span.low, span.high);
        let mut lists: Vec<_> = self
            .sets
            .iter()
            .map(|set| Union::new(set.iter().map(list).collect(), direction))
            .collect();
        let (from, to) = span.ends();
        intersect(&mut lists, direction, from, to, limit, found)?;
        Ok(Some(()))
    }
}

/// Cuts what was found to the page, and says where the next begins if more was found.
fn cut(mut statements: Vec<StoredStatement>, query: &StatementQuery) -> StatementPage {
    let limit = query.limit.max(1);
    let more = statements.len() > limit;
    statements.truncate(limit);
    let next = if more {
        statements.last().map(|last| last.position)
    } else {
        None
    };
    StatementPage { statements, next }
}
