//! The statement log: one order that any number of processes append to.

mod committer;
mod consistent;
mod definitions;
mod gather;
mod group;
mod kept;
mod keys;
mod log_trait;
mod plan;
mod queue;
mod rarity;
mod record;
mod references;
mod write;

pub(crate) use kept::Kept;
pub(crate) use queue::{Log, MAX_TEXT};
pub(crate) use record::kept_from_document;
pub(crate) use write::now_micros;
