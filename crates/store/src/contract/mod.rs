//! The contract: what every backing must do, as tests. Behind the feature `contract`.
//!
//! A backing's own tests implement [`Backing`], write one function that answers an empty one, and call
//! [`contract_tests!`](crate::contract_tests), which expands to one `#[tokio::test]` for each sentence:
//!
//! ```ignore
//! async fn fresh() -> impl store::contract::Backing { … }
//!
//! store::contract_tests!(fresh);
//! ```
//!
//! Nothing in here is timed: what must happen is waited for, and what must not happen is looked for after
//! something that comes later has happened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use async_trait::async_trait;

use crate::Store;

pub mod append;
pub mod sample;

/// Kept data, empty at first, that can be opened.
#[async_trait]
pub trait Backing: Send + Sync {
    /// Opens it. Every call opens the same data, after a handle was closed or while another is open, as a
    /// second process would.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Expands to every test of the contract. The argument is the path of an `async fn() -> impl Backing` that
/// answers a new, empty backing each time.
#[macro_export]
macro_rules! contract_tests {
    ($fresh:path) => {
        $crate::contract_area! { $fresh; append:
            keeps_a_batch_in_order,
            a_statement_sent_again_is_a_no_op,
            a_conflict_keeps_nothing_of_its_batch,
        }
    };
}

/// The tests of one module of the contract.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_area {
    ($fresh:path; $area:ident: $($test:ident),* $(,)?) => {
        mod $area {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::contract::$area::$test(async || $fresh().await).await;
                }
            )*
        }
    };
}
