//! The arguments of `testamur serve`.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

use clap::Args;

use super::{EXIT_CODES, StoreArgs};
use crate::config::{Layer, LogFormat};

const ABOUT_SETTINGS: &str = "\
Every setting can be given as a flag, as a variable TESTAMUR_<SETTING> (TESTAMUR_BIND, …) or in a TOML file; \
flags win over variables, variables over the file, the file over the defaults.";

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
