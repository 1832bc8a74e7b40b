//! The suite against a real LRS, as it is and spoiled.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bounds;
mod conformance;
mod program;
mod proxy;
mod server;
mod spoiled;
mod spoilings;
