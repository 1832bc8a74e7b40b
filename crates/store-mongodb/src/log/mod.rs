//! The statement log: one order that any number of processes append to.

mod committer;
mod consistent;
mod definitions;
mod group;
mod keys;
mod log_trait;
mod plan;
mod rarity;
mod record;
mod references;
mod write;

pub(crate) use committer::Log;
pub(crate) use write::now_micros;
