//! What is said when a text is not what the standard asks for.

use std::fmt;

/// A single text that does not have the form its type asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    expected: &'static str,
    found: Box<str>,
    detail: Option<Box<str>>,
}

/// The most characters of somebody's text that an error repeats.
const SHOWN: usize = 80;

impl FormatError {
    pub(crate) fn new(expected: &'static str, found: &str, detail: Option<&str>) -> Self {
        Self {
            expected,
            found: shown(found).into(),
            detail: detail.map(Into::into),
        }
    }

    /// What was expected, in words.
    pub fn expected(&self) -> &str {
        self.expected
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}; expected {}", self.found, self.expected)?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FormatError {}

/// A text in quotes, cut where it is too long to repeat.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => format!("{text:?}"),
        Some((cut, _)) => format!("{:?}...", text.get(..cut).unwrap_or_default()),
    }
}

/// Why a body was refused: where, by which rule, what was found and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    path: String,
    rule: &'static str,
    message: String,
    statement_index: Option<usize>,
    position: Option<(usize, usize)>,
}

impl ValidationError {
    pub(crate) fn new(path: String, rule: &'static str, message: String) -> Self {
        Self(Box::new(Inner {
            path,
            rule,
            message,
            statement_index: None,
            position: None,
        }))
    }

    pub(crate) fn in_statement(mut self, index: Option<usize>) -> Self {
        self.0.statement_index = index;
        self
    }

    pub(crate) fn at(mut self, line: usize, column: usize) -> Self {
        self.0.position = Some((line, column));
        self
    }

    /// Where, from the root of the body: `$.actor.mbox`, or `$[3].actor.mbox` in a batch.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The rule: which section of which standard.
    pub fn rule(&self) -> &str {
        self.0.rule
    }

    /// What was found and what is expected.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Which statement of a batch, from 0. `None` where the body is not a batch, or not even JSON.
    pub fn statement_index(&self) -> Option<usize> {
        self.0.statement_index
    }

    /// Line and column, from 1, where the body is not the JSON it should be.
    pub fn line_and_column(&self) -> Option<(usize, usize)> {
        self.0.position
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.message())?;
        if let Some((line, column)) = self.line_and_column() {
            write!(f, ", at line {line} column {column}")?;
        }
        write!(f, " ({})", self.rule())
    }
}

impl std::error::Error for ValidationError {}
