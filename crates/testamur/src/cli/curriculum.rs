//! The arguments of `testamur curriculum …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::StoreArgs;

/// `testamur curriculum …`
#[derive(Debug, Subcommand)]
pub(crate) enum CurriculumCommand {
    /// Check definitions (YAML or JSON) and say what is wrong and where, without publishing them
    #[command(after_long_help = "Example:\n  testamur curriculum check curricula/*.yaml")]
    Check {
        /// The definitions
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Publish definitions, all or none; one that is already current stays as it is
    #[command(after_long_help = "\
Examples:
  testamur curriculum publish curricula/forklift-operator.yaml
  testamur curriculum publish --mongodb mongodb://db1/testamur?replicaSet=rs0 curricula/*.yaml")]
    Publish {
        /// The definitions
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the newest revision of every curriculum
    #[command(after_long_help = "Examples:\n  testamur curriculum list\n  testamur curriculum list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
}
