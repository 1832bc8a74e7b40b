//! Sorted lists of positions, joined and met without looking at more of them than the answer needs.

use crate::fault::Fault;

/// In which direction a query goes through the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// The position after this one.
    pub(crate) fn next(self, position: i64) -> i64 {
        match self {
            Self::Ascending => position.saturating_add(1),
            Self::Descending => position.saturating_sub(1),
        }
    }

    /// Whether `a` comes before `b`.
    pub(crate) fn before(self, a: i64, b: i64) -> bool {
        match self {
            Self::Ascending => a < b,
            Self::Descending => a > b,
        }
    }

    fn first(self, a: Option<i64>, b: Option<i64>) -> Option<i64> {
        match (a, b) {
            (Some(a), Some(b)) => Some(if self.before(b, a) { b } else { a }),
            (one, other) => one.or(other),
        }
    }
}

/// A sorted list of positions.
pub(crate) trait List {
    /// The first position of the list that is `at` or comes after it in the direction of the list.
    fn seek(&mut self, at: i64) -> Result<Option<i64>, Fault>;
}

/// What is in any of the lists.
pub(crate) struct Union<L> {
    lists: Vec<L>,
    direction: Direction,
}

impl<L: List> Union<L> {
    pub(crate) fn new(lists: Vec<L>, direction: Direction) -> Self {
        Self { lists, direction }
    }
}

impl<L: List> List for Union<L> {
    fn seek(&mut self, at: i64) -> Result<Option<i64>, Fault> {
        let mut first = None;
        for list in &mut self.lists {
            first = self.direction.first(first, list.seek(at)?);
            if first == Some(at) {
                break;
            }
        }
        Ok(first)
    }
}

/// At most `limit` positions that are in all the lists, from `from` through `to`. The lists leap over each
/// other: each answers with its first position at or after the furthest that any has named.
pub(crate) fn intersect<L: List>(
    lists: &mut [L],
    direction: Direction,
    from: i64,
    to: i64,
    limit: usize,
    found: &mut Vec<i64>,
) -> Result<(), Fault> {
    let mut at = from;
    let mut agreed = 0;
    let mut turn = 0;
    let mut left = limit;
    while left > 0 && !direction.before(to, at) {
        let Some(list) = lists.get_mut(turn) else { break };
        let Some(position) = list.seek(at)? else { break };
        if position == at {
            agreed += 1;
        } else {
            at = position;
            agreed = 1;
        }
        if agreed == lists.len() && !direction.before(to, at) {
            found.push(at);
            left -= 1;
            at = direction.next(at);
            agreed = 0;
        }
        turn = (turn + 1) % lists.len();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
