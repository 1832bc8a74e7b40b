//! The rules of the standard, applied to the tree; what passes becomes types.

mod activity;
mod actor;
mod attachment;
mod context;
mod path;
mod read;
mod result;
mod rule;
mod statement;

use std::collections::HashMap;

use path::Path;

use crate::json::{self, Document, Node};
use crate::{Actor, Limits, Statement, ValidationError, Version};

/// What a check answers.
type Checked<T> = Result<T, ValidationError>;

/// What checks need to know: the text that spans point into, and which version's rules hold.
struct Checker<'t> {
    text: &'t str,
    version: Version,
    /// Whether the body is an array, so that `$[3]` is the fourth statement.
    batch: bool,
}

/// An agent or group that is a whole document.
pub(crate) fn actor_alone(document: &Document<'_>, version: Version) -> Checked<Actor> {
    Checker {
        text: document.text,
        version,
        batch: false,
    }
    .actor(document.root(), &Path::ROOT)
}

/// One statement that is a whole document.
pub(crate) fn statement_alone(document: &Document<'_>, version: Version) -> Checked<Statement> {
    let checker = Checker {
        text: document.text,
        version,
        batch: false,
    };
    if document.root().elements().is_some() {
        return checker.fail(
            &Path::ROOT,
            rule::STATEMENT,
            "found an array; expected one Statement object",
        );
    }
    checker.statement(document.root(), &Path::ROOT)
}

/// A statement as it was kept. 2.0 knows every member that 1.0.x does, and takes statements of both versions.
pub(crate) fn stored(text: &str) -> Checked<Statement> {
    let limits = Limits {
        max_depth: usize::MAX,
        max_number_digits: usize::MAX,
        ..Limits::default()
    };
    let document = json::parse(text.as_bytes(), &limits)?;
    statement_alone(&document, Version::V2_0)
}

/// The statements of an array, each with its place in the tree.
pub(crate) fn batch<'n, 'a>(
    document: &Document<'a>,
    elements: &'n [Node<'a>],
    version: Version,
    limits: &Limits,
) -> Checked<Vec<(Statement, &'n Node<'a>)>> {
    let checker = Checker {
        text: document.text,
        version,
        batch: true,
    };
    if elements.len() > limits.max_statements {
        return checker.fail(
            &Path::ROOT,
            "limit of this server",
            format!(
                "found {} statements; at most {} are taken in one request: send them in several",
                elements.len(),
                limits.max_statements
            ),
        );
    }
    let mut statements = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        statements.push((checker.statement(element, &Path::ROOT.index(index))?, element));
    }
    checker.ids_are_distinct(&statements)?;
    Ok(statements)
}

impl Checker<'_> {
    /// Two statements of a batch may not have the same id (Communication 2.1.2; a MUST since 2.0). Under 1.0.x, where
    /// it is a SHOULD, the very same statement twice is let through: one repetition must not sink a large backfill.
    fn ids_are_distinct(&self, statements: &[(Statement, &Node<'_>)]) -> Checked<()> {
        let mut seen = HashMap::with_capacity(statements.len());
        for (index, (statement, _)) in statements.iter().enumerate() {
            let Some(id) = statement.id else { continue };
            let Some(first) = seen.insert(id, index) else {
                continue;
            };
            let same = || {
                let earlier = statements.get(first).map(|(earlier, _)| earlier.fingerprint());
                earlier == Some(statement.fingerprint())
            };
            if self.version == Version::V1_0 && same() {
                continue;
            }
            return self.fail(
                &Path::ROOT.index(index).member("id"),
                "xAPI 1.0.3 Communication 2.1.2",
                format!(
                    "found the id {id}, which the statement at index {first} has too; expected distinct ids"
                ),
            );
        }
        Ok(())
    }
}
