//! Statements as the formats and versions of the standard write them: from kept text to text, touching only what the
//! format changes.

mod canonical;
mod definition;
mod edit;
mod ids;
mod language;
mod parts;
mod version;

pub use canonical::format_canonical;
pub use definition::merge_definition;
pub use ids::format_ids;
pub use language::AcceptLanguage;
pub use version::to_version;

use crate::json::{self, Document};
use crate::{Limits, ValidationError};

/// Reads kept text, which was held to the server's limits when it came.
fn read(text: &str) -> Result<Document<'_>, ValidationError> {
    json::parse(
        text.as_bytes(),
        &Limits {
            max_depth: usize::MAX,
            max_number_digits: usize::MAX,
            ..Limits::default()
        },
    )
}
