//! A definition's text as a value, with the line and column of every part of it.

mod json;
mod yaml;

use std::collections::HashMap;

use serde_json::Value;

/// The largest text read, in bytes.
const MAX_BYTES: usize = 1024 * 1024;
/// How deep lists and mappings may nest.
const MAX_DEPTH: usize = 32;
/// How many values there may be, those that aliases repeat counted each time.
const MAX_VALUES: usize = 50_000;

/// A text read.
pub(crate) struct Source {
    pub(crate) value: Value,
    places: HashMap<String, Place>,
}

/// A line and the character in it, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What is wrong with a definition, before the file's name is put to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A JSON pointer.
    pub(crate) path: String,
    /// Known where the text could not even be read; else looked up by the path.
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
    pub(crate) expected: String,
}

impl Problem {
    pub(crate) fn at(
        path: impl Into<String>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            place: None,
            message: message.into(),
            expected: expected.into(),
        }
    }
}

impl Source {
    /// Reads a text: JSON if the file's name or the first character says so, else YAML.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > MAX_BYTES {
            return Err(Problem::at(
                "",
                format!("the definition has {} bytes", text.len()),
                "at most 1 MiB (1,048,576 bytes)",
            ));
        }
        let mut builder = Builder::default();
        let is_json = file.to_ascii_lowercase().ends_with(".json")
            || matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['));
        let value = if is_json {
            json::read(text, &mut builder)
        } else {
            yaml::read(text, &mut builder)
        }?;
        Ok(Self {
            value,
            places: builder.places,
        })
    }

    /// Where the part with this pointer is, or the nearest part around it.
    pub(crate) fn place(&self, pointer: &str) -> Option<Place> {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.places.get(pointer) {
                return Some(*place);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }
}

/// Keeps places and bounds while a text is read.
#[derive(Default)]
struct Builder {
    places: HashMap<String, Place>,
    values: usize,
}

impl Builder {
    /// Before a value is read.
    fn enter(&mut self, pointer: &str, place: Place, depth: usize) -> Result<(), Problem> {
        self.places.entry(pointer.to_owned()).or_insert(place);
        if depth > MAX_DEPTH {
            return Err(too_deep(pointer, Some(place)));
        }
        self.count(1, place)
    }

    fn count(&mut self, more: usize, place: Place) -> Result<(), Problem> {
        self.values += more;
        if self.values > MAX_VALUES {
            return Err(Problem {
                place: Some(place),
                ..Problem::at(
                    "",
                    "the definition has too many values",
                    "at most 50,000, those that aliases repeat included",
                )
            });
        }
        Ok(())
    }
}

fn too_deep(pointer: &str, place: Option<Place>) -> Problem {
    Problem {
        place,
        ..Problem::at(
            pointer,
            "lists and mappings are nested too deeply",
            format!("at most {MAX_DEPTH} levels"),
        )
    }
}

fn twice(pointer: &str, key: &str, place: Place) -> Problem {
    Problem {
        place: Some(place),
        ..Problem::at(pointer, format!("{key:?} is given twice"), "each member once")
    }
}

/// A pointer one step further in (RFC 6901 section 3).
pub(crate) fn join(pointer: &str, step: &str) -> String {
    if step.contains(['~', '/']) {
        format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{pointer}/{step}")
    }
}

#[cfg(test)]
mod tests;
