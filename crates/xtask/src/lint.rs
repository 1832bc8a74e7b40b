use std::path::Path;

use anyhow::Result;

use crate::{cargo, succeed};

/// Format, lints on all targets, documentation: all without a warning.
pub(crate) fn run(root: &Path) -> Result<()> {
    succeed(cargo(root).args(["fmt", "--all", "--check"]))?;
    succeed(cargo(root).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    succeed(cargo(root).env("RUSTDOCFLAGS", "-D warnings").args([
        "doc",
        "--workspace",
        "--no-deps",
        "--locked",
    ]))
}
