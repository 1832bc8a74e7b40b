use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;
use crate::failure::{Failure, Outcome};

/// Starts writing log lines to standard error; standard output belongs to what a command answers.
///
/// # Errors
/// Exit code 2 when the filter can not be read.
pub(crate) fn start(format: LogFormat, filter: &str) -> Outcome {
    let filter = EnvFilter::builder().parse(filter).map_err(|error| {
        Failure::usage(format!(
            "{filter:?} does not say which log lines to write: {error}; write for example info or info,lrs=debug"
        ))
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
    };
    started.map_err(|error| Failure::new(format!("the log could not be started: {error}")))
}
