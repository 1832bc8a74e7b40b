use std::path::Path;

use crate::config::Layer;
use crate::failure::{Failure, Outcome};

/// Reads a settings file (TOML). A key that is no setting is refused, since a misspelt setting that is
/// silently ignored is found only when it hurts.
///
/// # Errors
/// Exit code 2 with file, line and column, and the settings there are.
pub(crate) fn read(path: &Path) -> Outcome<Layer> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("the settings file {shown} can not be read: {error}")))?;
    let layer: Layer = toml::from_str(&text).map_err(|error| {
        let place = error.span().map_or_else(String::new, |span| {
            let (line, column) = line_and_column(&text, span.start);
            format!(":{line}:{column}")
        });
        Failure::usage(format!("{shown}{place}: {}", error.message().trim_end()))
    })?;
    if layer.data.is_some() && layer.mongodb.is_some() {
        return Err(Failure::usage(format!(
            "{shown}: data and mongodb are both set; keep one of them"
        )));
    }
    Ok(layer)
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}
