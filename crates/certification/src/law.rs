//! How the laws of this crate that need no store are tried.

use proptest::prelude::ProptestConfig;

/// 10,000 cases each, or as many as `PROPTEST_CASES` asks for, fewer or more.
pub(crate) fn thorough() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => default.cases,
            None => 10_000,
        },
        failure_persistence: None,
        // Generated definitions that make no sense are left out.
        max_local_rejects: u32::MAX,
        ..default
    }
}
