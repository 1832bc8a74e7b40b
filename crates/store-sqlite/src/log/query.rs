//! The queries of the standard: sets of keys met in the order of the log, no further than the page.

use std::sync::Arc;

use store::{IndexKey, Position, StatementPage, StatementQuery};

use super::bounds::last_stored_by;
use super::lists::{Direction, Union, intersect};
use super::memory::Standing;
use super::postings::PostingList;
use super::rows::{STORED_STATEMENT, stored_statement};
use super::view::View;
use crate::fault::Fault;

/// Answers one page.
pub(crate) fn page(view: &View<'_>, query: &StatementQuery) -> Result<StatementPage, Fault> {
    match query.key_sets() {
        sets if sets.is_empty() => scan(view, query),
        sets => find(view, query, &sets),
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
    fn of(view: &View<'_>, query: &StatementQuery) -> Result<Self, Fault> {
        let mut span = Self {
            direction: if query.ascending {
                Direction::Ascending
            } else {
                Direction::Descending
            },
            low: 1,
            high: view.snapshot.head,
        };
        if let Some(since) = query.since {
            span.low = last_stored_by(view.connection, view.snapshot, since.as_micros())?.saturating_add(1);
        }
        if let Some(until) = query.until {
            span.high = last_stored_by(view.connection, view.snapshot, until.as_micros())?;
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
fn scan(view: &View<'_>, query: &StatementQuery) -> Result<StatementPage, Fault> {
    let span = Span::of(view, query)?;
    let order = if query.ascending { "ASC" } else { "DESC" };
    let mut rows = view.connection.prepare_cached(&format!(
        "SELECT {STORED_STATEMENT} FROM statement WHERE position BETWEEN ?1 AND ?2 AND NOT voided
         ORDER BY position {order} LIMIT ?3"
    ))?;
    let wanted = i64::try_from(query.limit.max(1))
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let mut statements = Vec::new();
    let mut room = query.room();
    for statement in rows.query_map((span.low, span.high, wanted), stored_statement)? {
        let statement = statement?;
        let taken = room.takes(&statement);
        statements.push(statement);
        if !taken {
            break;
        }
    }
    Ok(query.cut(statements))
}

/// With filters: where their lists meet.
fn find(view: &View<'_>, query: &StatementQuery, sets: &[Vec<IndexKey>]) -> Result<StatementPage, Fault> {
    let mut span = Span::of(view, query)?;
    let mut search = Search {
        view,
        sets,
        settled: None,
    };
    let wanted = query.limit.max(1).saturating_add(1);
    let mut statements = Vec::new();
    let mut positions = Vec::new();
    let mut room = query.room();
    'page: while statements.len() < wanted && !span.is_empty() {
        positions.clear();
        let missing = wanted - statements.len();
        search.next(span, missing, &mut positions)?;
        for position in &positions {
            let statement = view.statement(*position)?;
            // As many more are looked for.
            if !statement.voided {
                let taken = room.takes(&statement);
                statements.push(Arc::unwrap_or_clone(statement));
                if !taken {
                    break 'page;
                }
            }
        }
        match positions.last() {
            Some(last) if positions.len() == missing => span = span.beyond(*last),
            _ => break,
        }
    }
    Ok(query.cut(statements))
}

struct Search<'v, 'a> {
    view: &'v View<'a>,
    sets: &'v [Vec<IndexKey>],
    /// The lists in the file's index, kept from one look to the next.
    settled: Option<Vec<Union<PostingList<'a>>>>,
}

impl Search<'_, '_> {
    /// At most `limit` positions, from the file's index and from memory in the order of the query.
    fn next(&mut self, span: Span, limit: usize, found: &mut Vec<i64>) -> Result<(), Fault> {
        let indexed = self.view.snapshot.indexed;
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
                self.in_memory(newer, limit, found)?;
                self.in_file(older, limit - found.len(), found)
            }
        }
    }

    fn in_file(&mut self, span: Span, limit: usize, found: &mut Vec<i64>) -> Result<(), Fault> {
        if limit == 0 || span.is_empty() {
            return Ok(());
        }
        let (connection, direction) = (self.view.connection, span.direction);
        let lists = self.settled.get_or_insert_with(|| {
            let list = |key: &IndexKey| PostingList::new(connection, key.0, direction);
            self.sets
                .iter()
                .map(|set| Union::new(set.iter().map(list).collect(), direction))
                .collect()
        });
        let (from, to) = span.ends();
        intersect(lists, direction, from, to, limit, found)
    }

    fn in_memory(&self, span: Span, limit: usize, found: &mut Vec<i64>) -> Result<(), Fault> {
        if limit == 0 || span.is_empty() {
            return Ok(());
        }
        let recent = self.view.memory.recent();
        if self.view.snapshot.standing(&recent) != Some(Standing::Complete) {
            return Err(Fault::Outdated);
        }
        let direction = span.direction;
        let list = |key: &IndexKey| recent.list(key.0, direction, span.low, span.high);
        let mut lists: Vec<_> = self
            .sets
            .iter()
            .map(|set| Union::new(set.iter().map(list).collect(), direction))
            .collect();
        let (from, to) = span.ends();
        intersect(&mut lists, direction, from, to, limit, found)
    }
}
