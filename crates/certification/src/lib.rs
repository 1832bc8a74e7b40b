//! The engine at work: follow the log, decide, keep the ledger, answer who is certified and why.
