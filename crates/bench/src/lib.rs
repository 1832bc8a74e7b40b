//! What the benchmarks of Testamur send and evaluate: the same statements, people and curriculum everywhere.

pub mod course;
pub mod statements;
