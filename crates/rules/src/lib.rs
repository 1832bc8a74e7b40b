//! Curricula, evidence and evaluation. Pure: no input or output, no clock, no randomness.
