//! JSON read in one pass into a borrowed tree: strings unescaped, numbers as their text, members in order, every
//! value with the bytes it came from.
//!
//! Stricter than RFC 8259 where a server must be: no member twice in one object, no half of a surrogate pair,
//! nesting and numbers within [`Limits`]. A byte order mark at the very beginning is skipped, as the RFC permits.

mod read;
mod write;

use std::borrow::Cow;
use std::ops::Range;

use crate::{Limits, ValidationError};

pub use write::write_string;

/// The rule that errors of this module name.
pub(crate) const RULE: &str = "RFC 8259";

/// A JSON text and its one value.
#[derive(Debug)]
pub struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) root: Node<'a>,
}

/// A value and where it is.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Its bytes in the document's text.
    pub span: Range<usize>,
}

/// A JSON value.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its text.
    Number(&'a str),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Node<'a>>),
    /// An object: its members in order, no name twice.
    Object(Vec<Member<'a>>),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// Its name, unescaped.
    pub name: Cow<'a, str>,
    /// Where the name's opening quote is in the document's text.
    pub start: usize,
    /// Its value.
    pub value: Node<'a>,
}

/// Reads one JSON text. Errors carry line and column, and the path `$`.
pub fn parse<'a>(body: &'a [u8], limits: &Limits) -> Result<Document<'a>, ValidationError> {
    read::document(body, limits)
}

impl<'a> Document<'a> {
    /// The text without its byte order mark; spans count from its beginning.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The value.
    pub fn root(&self) -> &Node<'a> {
        &self.root
    }

    /// The text of one value.
    pub fn raw(&self, node: &Node<'_>) -> &'a str {
        raw(self.text, node)
    }
}

/// The text of a value of this tree.
pub(crate) fn raw<'a>(text: &'a str, node: &Node<'_>) -> &'a str {
    text.get(node.span.clone()).unwrap_or_default()
}

impl<'a> Node<'a> {
    /// The members, if it is an object.
    pub fn members(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn elements(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a member, if it is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.members()?
            .iter()
            .find_map(|member| (member.name == name).then_some(&member.value))
    }

    /// What it is, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}
