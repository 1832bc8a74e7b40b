//! The engine and its API at work on real stores.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod api;
mod crash;
mod engine;
mod faulty;
mod ladder;
mod laws;
mod reports;
mod revisions;
mod shares;
mod site;
mod stories;
mod world;
