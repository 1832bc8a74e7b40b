//! The arguments of `testamur demo`.

use std::net::SocketAddr;

use clap::Args;

use super::EXIT_CODES;

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
