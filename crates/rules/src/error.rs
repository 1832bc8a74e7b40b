//! What is said about a definition that cannot be used, and about anything else that goes wrong here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing to put right in a definition: where it is, what is wrong, what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The file as the caller named it.
    pub file: String,
    /// Its line, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<usize>,
    /// The character in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<usize>,
    /// A JSON pointer (RFC 6901) to the place: `/courses/2/after/0`; empty for the whole.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub expected: String,
}

impl Finding {
    /// Writes findings, one a line.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn list(findings: &[Self], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in findings.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fmt::Display::fmt(finding, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", self.expected)?;
        }
        Ok(())
    }
}

/// Everything found wrong with a definition, in the order of the file. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct DefinitionErrors(pub Vec<Finding>);

impl fmt::Display for DefinitionErrors {
    /// One line a finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Finding::list(&self.0, f)
    }
}

/// What can go wrong in this crate besides a definition that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A kept curriculum cannot be read: it is damaged, or a newer version of the program wrote it.
    #[error("a kept curriculum cannot be read: {0}")]
    Curriculum(DefinitionErrors),
    /// A text is not the length of time it should be.
    #[error("{0}")]
    Period(String),
    /// A text is not the day by which something is due.
    #[error("{0}")]
    Due(String),
    /// A text is not a day of the year.
    #[error("{0}")]
    FixedDay(String),
    /// A text is not the number it should be.
    #[error("{0:?} is not a decimal number such as 0.8")]
    Number(String),
}
