//! The engine at work: follow the log, decide, keep the ledger, answer who is certified and why.
//!
//! - [`Engine`] follows the statement log and the changes of people and curricula, has `rules` evaluate whoever
//!   is touched, [`decide`]s what follows for their certificates, and tells it as xAPI statements ([`notice`]).
//! - [`CertificationApi`] is the management API, mounted at `/api/v1`.
//! - [`people`], [`acts`], [`curricula`] and [`keys`] are what the API and the command line do to a store alike.
//!
//! # Laws
//!
//! - **Incremental = from scratch**, and **order does not matter**: evidence is what the log holds for a person's
//!   identifiers, one row a person and statement; a standing is evaluated from it, never changed.
//! - **Exactly one**: certificates, ledger entries, notices and the statements about them have ids derived from
//!   what they are, and are written in one commit with the checkpoint they follow from.
//! - **Nothing is rewritten**: the ledger is only added to.

pub mod acts;
mod api;
mod ask;
mod certificate;
pub mod curricula;
pub mod decide;
pub mod engine;
mod error;
pub mod history;
pub mod keys;
#[cfg(test)]
mod law;
pub mod notice;
pub mod people;
mod rows;
mod shape;
mod told;

pub use api::CertificationApi;
pub use certificate::{Account, Certificate, Details, Entry, Kind, Proof, Status};
pub use engine::{Clock, Engine, EngineOptions};
pub use error::{CertificationError, Result};
pub use notice::PublicUrl;
