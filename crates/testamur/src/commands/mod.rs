//! What each command does.

pub(crate) mod curriculum;
pub(crate) mod history;
pub(crate) mod key;
pub(crate) mod people;
pub(crate) mod serve;
pub(crate) mod statements;
pub(crate) mod store;

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::{Failure, Outcome};

/// Reads a file that a command was given.
fn read(path: &Path) -> Outcome<String> {
    let shown = path.display();
    let bytes =
        std::fs::read(path).map_err(|error| Failure::new(format!("{shown} can not be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::definition(format!(
            "{shown} is not UTF-8 text: byte {at} begins no character"
        ))
    })
}

/// Writes to standard output. One that was closed early, as by `head`, is no failure.
fn print(text: &str) -> Outcome {
    use std::io::Write as _;
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(format!(
            "standard output can not be written: {error}"
        ))),
        _ => Ok(()),
    }
}

fn print_json(value: &impl Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("the answer could not be written as JSON: {error}")))?;
    print(&text)
}

/// A bar on standard error; it shows nothing where that is no terminal.
fn bar() -> ProgressBar {
    ProgressBar::new(0).with_style(bar_style("{bar:40} {percent:>3} %, {eta} left  {msg}"))
}

fn bar_style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
