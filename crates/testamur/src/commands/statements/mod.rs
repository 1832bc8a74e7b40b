//! Statements in bulk: newline-delimited JSON, one statement a line, in and out.

mod export;
mod import;
mod lines;

use std::path::Path;

use crate::cli::StatementsCommand;
use crate::failure::Outcome;

/// `testamur statements …`
pub(crate) async fn run(command: StatementsCommand) -> Outcome {
    match command {
        StatementsCommand::Import(arguments) => import::run(arguments).await,
        StatementsCommand::Export(arguments) => export::run(arguments).await,
    }
}

/// Whether this names standard input or output.
fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

/// Whether a file of this name is compressed.
fn is_gzip(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
}
