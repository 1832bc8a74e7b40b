//! Valid statements of every kind, for property tests of this crate and of those above.

use proptest::prelude::*;

/// JSON text of valid statements.
pub fn statement_json() -> BoxedStrategy<String> {
    Just(String::from(r#"{"actor":{"mbox":"mailto:a@example.com"},"verb":{"id":"http://example.com/v"},"object":{"id":"http://example.com/a"}}"#)).boxed()
}
