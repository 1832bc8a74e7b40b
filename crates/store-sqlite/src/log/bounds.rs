//! From moments to positions: `stored` grows with the position, so a moment is found by halving.

use rusqlite::{Connection, OptionalExtension};

use super::memory::Snapshot;
use crate::fault::Fault;

/// The last position stored at or before a moment; 0 if there is none. Looks near the head first, where those
/// who poll with `since` are.
pub(crate) fn last_stored_by(connection: &Connection, snapshot: Snapshot, moment: i64) -> Result<i64, Fault> {
    let is_by = |position: i64| -> Result<bool, Fault> {
        // There may be gaps: the entry at a position or the next after it decides.
        let stored: Option<i64> = connection
            .prepare_cached("SELECT stored FROM statement WHERE position >= ?1 ORDER BY position LIMIT 1")?
            .query_row([position], |row| row.get(0))
            .optional()?;
        Ok(stored.is_some_and(|stored| stored <= moment))
    };
    let mut high = snapshot.head;
    if high < 1 || is_by(high)? {
        return Ok(high);
    }
    // `high` is stored later; find one below it that is not.
    let mut step = 1;
    let mut low = loop {
        let probe = high.saturating_sub(step);
        if probe < 1 {
            break 0;
        }
        if is_by(probe)? {
            break probe;
        }
        high = probe;
        step = step.saturating_mul(4);
    };
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_by(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests;
