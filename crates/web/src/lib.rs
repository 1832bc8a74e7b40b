//! The manners of HTTP that every API of the house shares: who calls ([`Gate`], [`Caller`]), how a refusal
//! reads ([`Problem`]), what ties an answer to its log lines ([`request_id`]), how much of a body is read
//! ([`read_body`]) and of all at once ([`admit`]), and how a list goes on ([`Cursor`]).
//!
//! `lrs` and `certification` stand beside each other and may not import each other; what both need of HTTP
//! is here, below them.

mod body;
mod cursor;
mod gate;
mod intake;
mod problem;
mod request_id;
#[cfg(test)]
mod tests;

pub use body::{read_body, unreadable};
pub use cursor::Cursor;
pub use gate::{Caller, Gate};
pub use intake::{Intake, IntakeLimits, admit, reserve};
pub use problem::Problem;
pub use request_id::{current_request_id, request_id};

use xapi::Timestamp;

/// The moment it is now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_micros(chrono::Utc::now().timestamp_micros())
}
