//! The crate over HTTP, on both stores: a real server on a port of its own, a real client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod about;
mod agents_activities;
mod alternate;
mod attachments;
mod authentication;
mod browsers;
mod connections;
mod documents;
mod encodings;
mod formats;
mod harness;
mod malformed;
mod queries;
mod signatures;
mod statements;
mod versions;
