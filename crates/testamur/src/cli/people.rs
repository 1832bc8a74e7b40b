//! The arguments of `testamur people …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::StoreArgs;

/// `testamur people …`
#[derive(Debug, Subcommand)]
pub(crate) enum PeopleCommand {
    /// Add or change the people of a file: CSV with a header, or JSON; all or none
    #[command(after_long_help = "\
Example:
  testamur people import staff.csv")]
    Import {
        /// The people; *.csv is read as CSV, *.json as JSON
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List all people, by id
    #[command(after_long_help = "Examples:\n  testamur people list\n  testamur people list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
}
