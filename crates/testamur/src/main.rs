//! Testamur, a Learning Record Store that certifies: the program.
//!
//! Command line, configuration and wiring, nothing else: [`cli`] says what can be asked, [`config`] settles how,
//! [`commands`] does it with the crates of the floors below, [`server`] puts them behind one port, and [`demo`]
//! shows it all at work. docs/cli.md describes it for those who run it.

mod admin_key;
mod cli;
mod commands;
mod config;
mod demo;
mod failure;
mod logging;
mod opened;
mod server;
mod signals;
mod table;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use cli::{Cli, Command};
use failure::{Failure, Outcome};

/// The system's allocator keeps what it once had: after a million statements that were more than a server may hold when
/// it has nothing to do.
#[cfg(all(unix, target_pointer_width = "64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let outcome = match Cli::try_parse() {
        Ok(cli) => run(cli.command),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                // Standard output may be closed; there is nobody left to tell.
                let _ = error.print();
                return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
            }
            _ => Err(Failure::usage(in_one_sentence(&error))),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("testamur: {failure}");
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new(format!("the program could not be started: {error}")))?;
    runtime.block_on(async {
        match command {
            Command::Serve(arguments) => commands::serve::run(arguments).await,
            Command::Demo(arguments) => demo::run(arguments).await,
            Command::Key { command } => commands::key::run(command).await,
            Command::Curriculum { command } => commands::curriculum::run(command).await,
            Command::People { command } => commands::people::run(command).await,
            Command::History { command } => commands::history::run(command).await,
            Command::Statements { command } => commands::statements::run(command).await,
            Command::Store { command } => commands::store::run(command).await,
        }
    })
}

/// What clap says in a paragraph, without its headings and its usage.
fn in_one_sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let told = text
        .split("\nUsage:")
        .next()
        .unwrap_or(&text)
        .split("\nFor more information")
        .next()
        .unwrap_or(&text);
    let words: Vec<&str> = told.trim_start_matches("error:").split_whitespace().collect();
    format!("{}; --help tells more", words.join(" "))
}
