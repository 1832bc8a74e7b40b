//! Bounds on what a body may be.

/// Bounds that keep one request from taking more than its share. Exceeding one is a [`crate::ValidationError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may be nested. Capped at 128, whatever is asked for.
    pub max_depth: usize,
    /// How many statements one body may hold.
    pub max_statements: usize,
    /// How many characters one number may have.
    pub max_number_digits: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: 64,
            max_statements: 10_000,
            max_number_digits: 400,
        }
    }
}
