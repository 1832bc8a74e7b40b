//! The standard's rules as tables and laws, one module a section.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod activities;
mod actors;
mod attachments;
mod batches;
mod contexts;
mod definitions;
mod fingerprints;
mod formats;
mod json;
mod laws;
mod objects;
mod results;
mod sealing;
mod statements;
mod support;
mod text_types;
