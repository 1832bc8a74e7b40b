//! The arguments of `testamur history …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::StoreArgs;

/// `testamur history …`
#[derive(Debug, Subcommand)]
pub(crate) enum HistoryCommand {
    /// Make statements of attendance lists and past records: CSV with a header; all of a file or nothing
    #[command(
        long_about = "\
Make statements of attendance lists and past records, which count as any others do: CSV with a header.

Columns: `person` (an id in the list of people) or an identifier (`mbox`, `openid`, or `account_home_page` and \
`account_name`); `activity`, its IRI; `what`: attended, completed, passed or failed; `when`, a day or a moment; and \
perhaps `title`, `score`, `delivery` and `reference`. All of a file is imported, or nothing; a row that was imported \
before does nothing.

The authority of these statements is the account history-import at the server's public URL. So give the URL that the \
server is told, by the same flag, variable or settings file.",
        after_long_help = "\
Example:
  testamur history import --public-url https://learn.example.org attendance-2024.csv"
    )]
    Import {
        /// The records
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How the world reaches the server; names the authority [default: http:// and the address it listens on]
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
}
