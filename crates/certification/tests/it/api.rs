//! The management API over real HTTP: what docs/api.md says.

mod acts;
mod asking;
mod certificates;
pub(crate) mod client;
mod curricula;
mod events;
mod history;
mod keys;
mod manners;
mod measures;
mod people;
mod standings;
