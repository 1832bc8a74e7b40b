//! Valid statements of every kind, for property tests of this crate and of those above.
//!
//! ```
//! use proptest::prelude::*;
//! use xapi::{Limits, Version, parse_statement, testing};
//!
//! proptest!(|(json in testing::statement_json())| {
//!     prop_assert!(parse_statement(json.as_bytes(), Version::V1_0, &Limits::default()).is_ok());
//! });
//! ```

mod parts;
mod same;
mod statement;
mod tree;

use proptest::prelude::*;

pub use tree::Tree;

use crate::Version;

/// JSON text of statements valid under every version, with varied members.
pub fn statement_json() -> BoxedStrategy<String> {
    statement_tree(Version::V1_0)
        .prop_map(|tree| tree.render())
        .boxed()
}

/// JSON text of statements valid under 2.0, some of them with contextAgents and contextGroups.
pub fn statement_json_2_0() -> BoxedStrategy<String> {
    statement_tree(Version::V2_0)
        .prop_map(|tree| tree.render())
        .boxed()
}

/// Statements valid under `version`, as trees that can be changed before they are written.
pub fn statement_tree(version: Version) -> BoxedStrategy<Tree> {
    statement::statement(version)
}

/// Two JSON texts of the same statement by the rules of comparison (xAPI 1.0.3 Data 2.3.1), worded differently: members
/// in another order, numbers in another notation, other white space, other ids, displays and definitions.
pub fn same_statement_json() -> BoxedStrategy<(String, String)> {
    (statement_tree(Version::V1_0), any::<u64>())
        .prop_map(|(tree, seed)| (tree.render(), same::reworded(&tree, seed).render_spaced()))
        .boxed()
}

/// Any JSON value, as extensions may hold it.
pub fn any_json() -> BoxedStrategy<Tree> {
    parts::any_json()
}
