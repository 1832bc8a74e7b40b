//! The command line. What the program says of itself in `--help` is written here, and only here.

mod curriculum;
mod demo;
mod history;
mod key;
mod people;
mod serve;
mod statements;
mod store;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Layer;
pub(crate) use curriculum::CurriculumCommand;
pub(crate) use demo::DemoArgs;
pub(crate) use history::HistoryCommand;
pub(crate) use key::KeyCommand;
pub(crate) use people::PeopleCommand;
pub(crate) use serve::ServeArgs;
pub(crate) use statements::{StatementsCommand, StatementsExportArgs, StatementsImportArgs};
pub(crate) use store::StoreCommand;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it could not be done; standard error says why in one sentence
  2  the command line, the environment or the settings file makes no sense
  3  a curriculum, a list of people, or a file of history or statements has errors; they are on standard error, one a line";

/// Testamur: statements go in, certificates come out, and every certificate carries its own proof.
#[derive(Debug, Parser)]
#[command(
    name = "testamur",
    version,
    arg_required_else_help = true,
    after_help = EXIT_CODES,
    after_long_help = format!("\
Examples:
  testamur demo
  testamur serve --data /var/lib/testamur
  testamur key create --name 'Moodle' --scope statements/write

{EXIT_CODES}")
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(ServeArgs),
    /// See it work: a server, sample people and courses, months of statements, and what became of them
    Demo(DemoArgs),
    /// Make, list and revoke the keys of external systems
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Check, publish and list curricula
    Curriculum {
        #[command(subcommand)]
        command: CurriculumCommand,
    },
    /// Import and list people
    People {
        #[command(subcommand)]
        command: PeopleCommand,
    },
    /// Import attendance and past records
    History {
        #[command(subcommand)]
        command: HistoryCommand,
    },
    /// Import and export statements, one a line
    Statements {
        #[command(subcommand)]
        command: StatementsCommand,
    },
    /// Back up, restore and copy the whole store
    Store {
        #[command(subcommand)]
        command: StoreCommand,
    },
}

/// Where everything is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreArgs {
    /// Keep everything in this folder, which is made when missing [default: testamur-data]
    #[arg(long, value_name = "DIR", conflicts_with = "mongodb")]
    data: Option<PathBuf>,
    /// Keep everything on this MongoDB replica set; the URI may name the database (default: testamur)
    #[arg(long, value_name = "URI")]
    mongodb: Option<String>,
    /// Read settings from this TOML file [variable: TESTAMUR_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl StoreArgs {
    /// What these flags say.
    pub(crate) fn layer(&self) -> Layer {
        Layer {
            data: self.data.clone(),
            mongodb: self.mongodb.clone(),
            ..Layer::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_makes_sense() {
        Cli::command().debug_assert();
    }
}
