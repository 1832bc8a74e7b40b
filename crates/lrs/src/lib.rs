//! xAPI over HTTP: the resources of the standard (1.0.3 and 2.0), keys and scopes, ingest.
//!
//! The program mounts [`Lrs::configure`] where it likes; everything below that path is xAPI:
//!
//! ```no_run
//! # fn mount(store: std::sync::Arc<dyn store::Store>) {
//! use actix_web::{App, web};
//!
//! let lrs = lrs::Lrs::new(store, lrs::LrsOptions::default());
//! App::new().service(web::scope("/xapi").configure(|config| lrs.configure(config)));
//! # }
//! ```
//!
//! # The way of a request
//!
//! 1. `entry` makes a `Call` of it — method, parameters, headers, body — also where it came in the
//!    alternate syntax of 1.0.x, so that no resource has to know that there is one.
//! 2. The key is checked (401), the version agreed on (400), then the resource's own handler does the rest: the
//!    scope (403), the parameters, the body.
//! 3. Every answer, refusals included, gets the headers of the standard in one place: the version, for
//!    statements the moment up to which the store is consistent, and what browsers in other origins need.
//!
//! A refusal is always `application/problem+json` with the place that was wrong.

mod about;
mod access;
mod activities;
mod agents;
mod alternate;
mod app;
mod attachments;
mod authority;
pub mod bulk;
mod call;
mod content_type;
mod cors;
mod documents;
mod encoding;
mod entry;
mod options;
mod params;
mod refusal;
mod signature;
mod statements;
mod version;

pub use app::Lrs;
pub use authority::authority;
pub use options::LrsOptions;
