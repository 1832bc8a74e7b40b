//! The command line.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use reqwest::Url;

use crate::Version;
use crate::lrs::{Lrs, Target};
use crate::report;
use crate::requirement::{Fault, Requirement};
use crate::{registry, runner};

const EXIT_CODES: &str = "\
Exit codes:
  0  every requirement that applies passed
  1  a requirement failed
  2  the command line makes no sense, or --only matches nothing
  3  the LRS can not be checked: no answer at the endpoint, or the key is refused
  4  a report could not be written";

/// Checks a Learning Record Store against the xAPI standard, requirement by requirement.
#[derive(Debug, Parser)]
#[command(name = "conformance-tests", after_help = EXIT_CODES)]
struct Cli {
    /// The endpoint, below which are statements, activities/state and so on
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    endpoint: Option<Url>,
    /// The key: user name of HTTP Basic authentication; it must be allowed everything
    #[arg(long, value_name = "KEY", env = "LRS_KEY", required_unless_present = "list")]
    key: Option<String>,
    /// The secret: password of HTTP Basic authentication; masked in all reports
    #[arg(
        long,
        env = "LRS_SECRET",
        hide_env_values = true,
        required_unless_present = "list"
    )]
    secret: Option<String>,
    /// The version of the standard to check against
    #[arg(long = "version", value_enum, value_name = "VERSION", default_value = "2.0.0")]
    against: Version,
    /// Only requirements and cases whose name (id, or id/case) contains this; several, separated by commas
    #[arg(long, value_name = "FILTER")]
    only: Option<String>,
    /// Only what the standard says with MUST; its SHOULDs are reported as not applicable
    #[arg(long)]
    must_only: bool,
    /// Show the requirements instead of checking them
    #[arg(long)]
    list: bool,
    /// Write the report as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the report as an HTML page, too
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// How many cases run at a time
    #[arg(long, value_name = "N", default_value = "4")]
    concurrency: NonZeroUsize,
    /// How long one request may take
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    request_limit: NonZeroU64,
    /// How long to wait for what was stored to become readable
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    patience: NonZeroU64,
    /// How long the whole run may take
    #[arg(long, value_name = "SECONDS", default_value = "1800")]
    time_limit: NonZeroU64,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("no requirement and no case matches --only {0:?}; --list shows all")]
    NothingMatches(String),
    #[error("--endpoint {0} is no URL of HTTP: it should look like https://lrs.example.org/xapi")]
    Endpoint(Url),
    #[error("HTTP can not be spoken from here: {0}")]
    Http(#[from] reqwest::Error),
    #[error("{found}; is there an LRS at {endpoint}?")]
    NoAnswer { endpoint: Url, found: String },
    #[error(
        "{endpoint} refuses the key with {status}; --key and --secret must name one that is allowed everything"
    )]
    Refused { endpoint: Url, status: u16 },
    #[error("{} can not be written: {source}", path.display())]
    Report { path: PathBuf, source: std::io::Error },
    #[error("the program could not start: {0}")]
    Start(std::io::Error),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::NothingMatches(_) | Self::Endpoint(_) => 2,
            Self::Http(_) | Self::NoAnswer { .. } | Self::Refused { .. } | Self::Start(_) => 3,
            Self::Report { .. } => 4,
        }
    }
}

/// Does what the command line says; the exit code says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Start);
    match runtime.and_then(|runtime| runtime.block_on(check(cli))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("conformance-tests: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

async fn check(cli: Cli) -> Result<bool, Failure> {
    let requirements = match &cli.only {
        None => registry::all(cli.against),
        Some(filter) => registry::matching(cli.against, filter),
    };
    if requirements.is_empty() {
        return Err(Failure::NothingMatches(cli.only.unwrap_or_default()));
    }
    if cli.list {
        print!("{}", report::list(&requirements));
        return Ok(true);
    }
    let (Some(endpoint), Some(key), Some(secret)) = (cli.endpoint, cli.key, cli.secret) else {
        // clap asks for all three unless --list is given.
        return Ok(false);
    };
    if !matches!(endpoint.scheme(), "http" | "https") || endpoint.cannot_be_a_base() {
        return Err(Failure::Endpoint(endpoint));
    }
    let lrs = Lrs::new(Target {
        endpoint,
        key,
        secret,
        version: cli.against,
        request_limit: Duration::from_secs(cli.request_limit.get()),
        patience: Duration::from_secs(cli.patience.get()),
    })?;
    reach(&lrs).await?;
    announce(&lrs, &requirements);
    let options = runner::Options {
        concurrency: cli.concurrency.get(),
        limit: Duration::from_secs(cli.time_limit.get()),
        must_only: cli.must_only,
        ..runner::Options::default()
    };
    let report = runner::run(&lrs, &requirements, &options).await;
    for (path, content) in [
        (&cli.junit, report::junit(&report)),
        (&cli.html, report::html(&report)),
    ] {
        if let Some(path) = path {
            std::fs::write(path, content).map_err(|source| Failure::Report {
                path: path.clone(),
                source,
            })?;
        }
    }
    print!("{}", report::text(&report));
    Ok(report.requirements().failed == 0)
}

fn announce(lrs: &Lrs, requirements: &[Requirement]) {
    let cases: usize = requirements
        .iter()
        .map(|requirement| requirement.cases.len())
        .sum();
    eprintln!(
        "{}, xAPI {}: {} requirements in {cases} cases …",
        lrs.target().endpoint,
        lrs.version(),
        requirements.len()
    );
}

/// Is there an LRS, and does it take the key? Everything else is for the requirements to say.
async fn reach(lrs: &Lrs) -> Result<(), Failure> {
    let endpoint = lrs.target().endpoint.clone();
    match lrs.get("statements").query("limit", "1").send().await {
        Ok(answer) if matches!(answer.status, 401 | 403) => Err(Failure::Refused {
            endpoint,
            status: answer.status,
        }),
        Ok(answer) if answer.status == 404 => Err(Failure::NoAnswer {
            endpoint,
            found: "404 for the statements resource".to_owned(),
        }),
        Err(Fault::Failed { found, .. }) => Err(Failure::NoAnswer { endpoint, found }),
        Ok(_) | Err(Fault::NotApplicable(_)) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        Cli::command().debug_assert();
    }
}
