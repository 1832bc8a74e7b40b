//! The rules of the standard, applied to the tree.

use crate::json::Document;
use crate::{Actor, Statement, ValidationError, Version};

pub(crate) fn actor_alone(_document: &Document<'_>, _version: Version) -> Result<Actor, ValidationError> {
    Err(ValidationError::new("$".to_owned(), "", String::new()))
}

pub(crate) fn stored(_text: &str) -> Result<Statement, ValidationError> {
    Err(ValidationError::new("$".to_owned(), "", String::new()))
}
