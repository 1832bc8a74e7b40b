//! When statements were stored, and through which moment the log is consistent.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use xapi::Timestamp;

use crate::options::Clock;

/// Gives out `stored`, and never a moment that has been called consistent before.
///
/// Within this process a mutex is enough. Other processes may write to the same file: whoever is between
/// choosing `stored` and having committed holds a lock on a file beside the database, which the operating system
/// takes back when a process dies.
pub(crate) struct StoredClock {
    clock: Clock,
    gate: File,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The `stored` of the group being written.
    in_flight: Option<i64>,
    /// The latest moment called consistent.
    promised: i64,
}

/// While this lives, a group with this `stored` is being written.
pub(crate) struct InFlight<'a> {
    owner: &'a StoredClock,
    pub(crate) stored: Timestamp,
}

/// What can be said about consistency without a look at the log.
pub(crate) enum Through {
    /// Consistent through this moment.
    Moment(Timestamp),
    /// Another process is writing; the log is consistent through its last entry and through this moment.
    OtherWriter(Timestamp),
}

impl StoredClock {
    pub(crate) fn open(folder: &Path, clock: Clock) -> io::Result<Self> {
        let gate = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("testamur.writing"))?;
        Ok(Self {
            clock,
            gate,
            state: Mutex::default(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Begins a group after an entry stored at `last`. The caller holds the write lock of the database, so no
    /// other group is under way.
    pub(crate) fn begin(&self, last: i64) -> io::Result<InFlight<'_>> {
        let mut state = self.state();
        self.gate.lock()?;
        let now = self.clock.now().as_micros();
        let stored = now
            .max(last.saturating_add(1))
            .max(state.promised.saturating_add(1));
        state.in_flight = Some(stored);
        Ok(InFlight {
            owner: self,
            stored: Timestamp::from_micros(stored),
        })
    }

    /// A moment through which every statement is readable and none can appear; never earlier than the last answer.
    pub(crate) fn through(&self) -> io::Result<Through> {
        let mut state = self.state();
        if let Some(stored) = state.in_flight {
            // All that is kept and all that was promised is earlier, or is this group, committed by now.
            state.promised = state.promised.max(stored - 1);
            return Ok(Through::Moment(Timestamp::from_micros(state.promised)));
        }
        // The clock first: whoever takes the gate after us chooses a later moment.
        let now = self.clock.now().as_micros();
        match self.gate.try_lock_shared() {
            Ok(()) => self.gate.unlock()?,
            Err(TryLockError::WouldBlock) => {
                return Ok(Through::OtherWriter(Timestamp::from_micros(state.promised)));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        state.promised = state.promised.max(now);
        Ok(Through::Moment(Timestamp::from_micros(state.promised)))
    }

    /// Remembers a moment up to which the log was found consistent.
    pub(crate) fn promise(&self, through: Timestamp) {
        let mut state = self.state();
        state.promised = state.promised.max(through.as_micros());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight<'_> {
    /// Says that the group can be read now.
    pub(crate) fn committed(self) {
        self.owner.promise(self.stored);
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        let mut state = self.owner.state();
        state.in_flight = None;
        if let Err(error) = self.owner.gate.unlock() {
            tracing::warn!(%error, "the lock that tells other processes of a write could not be released");
        }
    }
}

#[cfg(test)]
mod tests;
