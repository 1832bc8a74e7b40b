//! The arguments of `testamur statements …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::StoreArgs;

/// `testamur statements …`
#[derive(Debug, Subcommand)]
pub(crate) enum StatementsCommand {
    /// Take in a file of statements, one a line (newline-delimited JSON); what is kept already changes nothing
    #[command(
        long_about = "\
Take in a file of statements, one a line (newline-delimited JSON).

Each line is held to the rules of the xAPI version it names (1.0.3 if it names none), as a statement sent over HTTP \
is. Its id, authority and timestamp stay; `stored` is this store's own. To import the same file again changes \
nothing, so an import that was interrupted is begun again. It ends at the first line that is wrong, unless told to \
go on; the lines are kept a thousand at a time, all of a thousand or none.",
        after_long_help = "\
Examples:
  testamur statements import statements.ndjson
  testamur statements import history.ndjson.gz --keep-going refused.ndjson
  zstdcat history.zst | testamur statements import -"
    )]
    Import(StatementsImportArgs),
    /// Write all statements in the order of the log, one a line
    #[command(
        long_about = "\
Write all statements in the order of the log, one a line, voided ones and those that void them included: imported \
into another store they give the same.",
        after_long_help = "\
Examples:
  testamur statements export statements.ndjson.gz --attachments contents
  testamur statements export - | jq -r .verb.id | sort | uniq -c"
    )]
    Export(StatementsExportArgs),
}

/// `testamur statements import`
#[derive(Debug, Args)]
pub(crate) struct StatementsImportArgs {
    /// The statements; *.gz is decompressed, - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Go on after lines that are refused, and write them to this file
    #[arg(long, value_name = "REFUSED")]
    pub(crate) keep_going: Option<PathBuf>,
    /// Take contents of attachments from this folder, each in a file named as its SHA-2
    #[arg(long, value_name = "DIR")]
    pub(crate) attachments: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// `testamur statements export`
#[derive(Debug, Args)]
pub(crate) struct StatementsExportArgs {
    /// Where to; *.gz is compressed, - is standard output
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    /// Write contents of attachments to this folder, each in a file named as its SHA-2
    #[arg(long, value_name = "DIR")]
    pub(crate) attachments: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}
