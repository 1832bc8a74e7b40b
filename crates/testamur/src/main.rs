//! Testamur.
fn main() {}
