//! MongoDB keeps the contract of the store, and what is its own: many processes on one database.
//!
//! These tests need a replica set; see [`support::uri`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod connect;
mod contract;
mod explain;
mod processes;
mod schema;
mod support;
mod uploads;
