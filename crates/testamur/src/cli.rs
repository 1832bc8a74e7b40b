//! The command line. What the program says of itself in `--help` is written here, and only here.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use store::Scope;

use crate::config::{Backing, Layer, LogFormat};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it could not be done; standard error says why in one sentence
  2  the command line, the environment or the settings file makes no sense
  3  a curriculum, a list of people, or a file of history or statements has errors; they are on standard error, one a line";

const ABOUT_SETTINGS: &str = "\
Every setting can be given as a flag, as a variable TESTAMUR_<SETTING> (TESTAMUR_BIND, …) or in a TOML file; \
flags win over variables, variables over the file, the file over the defaults.";

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

/// `testamur serve`
#[derive(Debug, Args)]
#[command(
    long_about = format!("\
Run the server: xAPI at /xapi, the management and reporting API at /api/v1, health at /healthz and /readyz.

On a store without any key it makes an administrator's key with every scope and prints it, once, on standard \
output; or it takes that key from TESTAMUR_ADMIN_KEY and TESTAMUR_ADMIN_SECRET.

SIGTERM and SIGINT end it in good order: it takes no new requests, finishes those in flight, stops the engine, \
closes the store and exits with 0.

{ABOUT_SETTINGS}"),
    after_long_help = format!("\
Examples:
  testamur serve
  testamur serve --data /var/lib/testamur --bind 0.0.0.0:8085 --public-url https://learn.example.org
  testamur serve --mongodb 'mongodb://db1,db2,db3/testamur?replicaSet=rs0' --log-format json
  TESTAMUR_CONFIG=/etc/testamur.toml testamur serve

A settings file:
  data = \"/var/lib/testamur\"
  bind = \"0.0.0.0:8085\"
  public_url = \"https://learn.example.org\"
  log_format = \"json\"

{EXIT_CODES}")
)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Listen on this address [default: 127.0.0.1:8085]
    #[arg(long, value_name = "IP:PORT")]
    bind: Option<String>,
    /// How the world reaches this server; names its activities and its authority [default: the address above]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Refuse request bodies longer than this, with 413 [default: 16777216]
    #[arg(long, value_name = "BYTES")]
    max_body_bytes: Option<NonZeroUsize>,
    /// Answer requests on this many threads [default: one a core, at least 2]
    #[arg(long, value_name = "N")]
    workers: Option<NonZeroUsize>,
    /// Serve this many connections at once; more wait [default: 4096]
    #[arg(long, value_name = "N")]
    max_connections: Option<NonZeroUsize>,
    /// Work on this many requests at once; more get 503 [default: 1024]
    #[arg(long, value_name = "N")]
    max_requests: Option<NonZeroUsize>,
    /// Hold this many bytes of request bodies in memory at once; more get 503 [default: 268435456]
    #[arg(long, value_name = "BYTES")]
    max_buffered_bytes: Option<NonZeroUsize>,
    /// Cut off a client that sends less than 1 KiB/s, or takes nothing, for this long [default: 30]
    #[arg(long, value_name = "SECONDS")]
    stall_seconds: Option<NonZeroU64>,
    /// Let each key make this many requests a second; more get 429 [default: as many as it likes]
    #[arg(long, value_name = "N")]
    requests_per_second: Option<NonZeroU32>,
    /// Give requests in flight this long once told to stop [default: 25]
    #[arg(long, value_name = "SECONDS")]
    shutdown_seconds: Option<NonZeroU64>,
    /// Take statements in, but leave certification to another process on the same store
    #[arg(long)]
    no_engine: bool,
    /// Write log lines (on standard error) as text or as JSON [default: text]
    #[arg(long, value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormat>,
    /// Which log lines: a level, or targets with levels such as info,lrs=debug [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

impl ServeArgs {
    /// What these flags say.
    pub(crate) fn layer(&self) -> Layer {
        Layer {
            bind: self.bind.clone(),
            public_url: self.public_url.clone(),
            max_body_bytes: self.max_body_bytes,
            workers: self.workers,
            max_connections: self.max_connections,
            max_requests: self.max_requests,
            max_buffered_bytes: self.max_buffered_bytes,
            stall_seconds: self.stall_seconds,
            requests_per_second: self.requests_per_second,
            shutdown_seconds: self.shutdown_seconds,
            engine: self.no_engine.then_some(false),
            log_format: self.log_format,
            log: self.log.clone(),
            ..self.store.layer()
        }
    }
}

/// `testamur demo`
#[derive(Debug, Args)]
#[command(
    long_about = "\
See it work. Starts a server on the embedded store in a fresh temporary folder, makes keys, loads the sample \
curricula and people, plays months of their statements through its own HTTP port — with retries, failures, late \
and repeated deliveries and a voided pass —, and prints who is certified, who is not, and what each still lacks.

The server stays up until Ctrl-C; then the folder is removed.",
    after_long_help = format!("\
Examples:
  testamur demo
  testamur demo --port 9000 --people 2000
  testamur demo --exit && echo 'every expected certificate was issued, and no other'

{EXIT_CODES}")
)]
pub(crate) struct DemoArgs {
    /// End after printing; exit code 0 only if every expected certificate was issued and no other
    #[arg(long)]
    pub(crate) exit: bool,
    /// Listen on this address; port 0 takes a free one
    #[arg(
        long,
        value_name = "IP:PORT",
        default_value = "127.0.0.1:8085",
        conflicts_with = "port"
    )]
    bind: SocketAddr,
    /// Listen on this port of 127.0.0.1
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// This many people beside the hand-made ones
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub(crate) people: u32,
    /// The number all chance is drawn from: the same seed tells the same stories
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

impl DemoArgs {
    /// Where to listen.
    pub(crate) fn address(&self) -> SocketAddr {
        self.port
            .map_or(self.bind, |port| SocketAddr::from(([127, 0, 0, 1], port)))
    }
}

/// `testamur key …`
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key and print its secret, which is not kept and never shown again
    #[command(after_long_help = "\
Scopes: statements/write, statements/read/mine, statements/read, state, define, profile, all/read, all (everything \
of xAPI), people, curricula/write, acts/write, history/write (parts of the management API), admin (all of it).

Examples:
  testamur key create --name 'Moodle' --scope statements/write --scope statements/read/mine
  testamur key create --name 'reporting' --scope all/read --json")]
    Create {
        /// What the key is for
        #[arg(long)]
        name: String,
        /// What the key may do; give it several times for several scopes
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<Scope>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List all keys, oldest first, without their secrets
    #[command(after_long_help = "Examples:\n  testamur key list\n  testamur key list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Revoke a key; running servers refuse it within a second
    #[command(after_long_help = "Example:\n  testamur key revoke 0193f2b4c1d27a5e")]
    Revoke {
        /// The key
        #[arg(value_name = "KEY")]
        id: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

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

/// `testamur store …`
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Write a backup of the embedded store to a file, while servers run on it
    #[command(after_long_help = "\
Everything that was acknowledged before the backup began is in it. A MongoDB replica set is backed up with its own \
tools, such as mongodump.

Example:
  testamur store backup --data /var/lib/testamur /backups/testamur-$(date +%F).db")]
    Backup {
        /// The backup, which must not exist yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Put a backup in place as the embedded store; no server may run on it
    #[command(after_long_help = "\
Example:
  testamur store restore --data /var/lib/testamur /backups/testamur-2026-01-31.db")]
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replace the store that is in the data folder
        #[arg(long)]
        overwrite: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Copy everything from one store to another, such as from a folder to a MongoDB replica set
    #[command(
        long_about = "\
Copy everything from one store to another: the log with its order and the moments of `stored`, documents, contents of \
attachments, people, curricula with all revisions, keys, evidence, standings, certificates and their ledger.

No server may run on either. The target must be empty; a copy that was interrupted is gone on with when the same \
command is given again, and no server starts on it before it is finished. In the end both stores are read and compared.",
        after_long_help = "\
Examples:
  testamur store copy --from sqlite:/var/lib/testamur --to 'mongodb://db1,db2,db3/testamur?replicaSet=rs0'
  testamur store copy --from mongodb://db1/testamur?replicaSet=rs0 --to sqlite:/var/lib/testamur"
    )]
    Copy {
        /// The store to copy: sqlite:DIR or a mongodb:// URI
        #[arg(long, value_name = "STORE", value_parser = place)]
        from: Backing,
        /// The store to copy to: sqlite:DIR or a mongodb:// URI
        #[arg(long, value_name = "STORE", value_parser = place)]
        to: Backing,
    },
}

/// A store by its place.
fn place(text: &str) -> Result<Backing, String> {
    if let Some(folder) = text.strip_prefix("sqlite:").filter(|folder| !folder.is_empty()) {
        return Ok(Backing::Folder(folder.into()));
    }
    if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") {
        return Ok(Backing::MongoDb(text.to_owned()));
    }
    Err("write sqlite:DIR, mongodb://… or mongodb+srv://…".to_owned())
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
