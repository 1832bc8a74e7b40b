//! Checks any Learning Record Store (LRS) over HTTP against xAPI 1.0.3 and 2.0 (IEEE 9274.1.1), requirement by
//! requirement.
//!
//! - [`requirement`]: what is checked: an id, the standard's sections, a sentence, and the cases that prove it.
//! - `requirements`: all of them, a file per area. [`registry`] gathers them.
//! - [`lrs`]: the LRS as a client sees it; every exchange is kept, with secrets masked, for the report.
//! - `sample`: valid statements, to send as they are or to break in one place.
//! - [`runner`]: runs the cases, several at a time, in bounded time.
//! - [`report`]: what came out, as text, JUnit XML and HTML.
//!
//! It knows an LRS by the standard alone: nothing here is particular to one implementation.

pub mod cli;
pub mod lrs;
pub mod registry;
pub mod report;
pub mod requirement;
mod requirements;
pub mod runner;
mod sample;
mod tools;
pub mod version;

pub use version::Version;
