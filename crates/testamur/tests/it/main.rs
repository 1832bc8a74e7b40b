//! End to end: the real program, over HTTP and from its command line, on both stores.
//!
//! The tests on MongoDB need `TESTAMUR_TEST_MONGODB`, the URI of a replica set; `cargo xtask test` starts one.
//! Each of them works in a database of its own, which is dropped at the end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

/// Makes a test of each function, once on the embedded store and once on MongoDB.
macro_rules! on_both_stores {
    ($($name:ident),+ $(,)?) => {
        mod on_the_embedded_store {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::Backing::folder()).await;
            })+
        }
        mod on_mongodb {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::Backing::mongodb()).await;
            })+
        }
    };
}

mod support;

mod arrows;
mod backup;
mod bulk;
mod cli;
mod clients;
mod configuration;
mod copy;
mod demo;
mod deploy;
mod durability;
mod fun_mooc;
mod health;
mod main_job;
mod overload;
mod scopes;
mod statements;
mod stories;
