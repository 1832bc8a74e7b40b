//! The xAPI standard as types: statements, actors, validation, versions. Pure: no I/O, no clock, no randomness.
//!
//! A request body enters through [`parse_statements`] or [`parse_statement`], which check it against every rule
//! of xAPI 1.0.3 (or 2.0.0, as the request's [`Version`] says) and answer [`ReceivedStatement`]s: the typed
//! [`Statement`] together with the text it came as. [`ReceivedStatement::seal`] adds what a server adds; the
//! text that comes out is the text that came in, member for member, number for number.
//!
//! What was kept is read again with [`Statement::from_stored`], and written in the formats of the standard with
//! [`format_ids`], [`format_canonical`] and [`to_version`].

mod activity;
mod actor;
mod attachment;
mod context;
mod duration;
mod error;
mod extensions;
mod fingerprint;
mod format;
mod ifi;
mod iri;
pub mod json;
mod language;
mod limits;
mod number;
mod object;
mod received;
mod result;
mod sealed;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
mod validate;
mod verb;
mod version;

pub use activity::{Activity, ActivityDefinition, Interaction, InteractionComponent, InteractionType};
pub use actor::{Actor, Agent, Group};
pub use attachment::{Attachment, SIGNATURE_USAGE_TYPE};
pub use context::{Context, ContextActivities, ContextAgent, ContextGroup};
pub use duration::Duration;
pub use error::{FormatError, ValidationError};
pub use extensions::Extensions;
pub use fingerprint::Fingerprint;
pub use format::{AcceptLanguage, format_canonical, format_ids, merge_definition, to_version};
pub use ifi::Ifi;
pub use iri::Iri;
pub use language::{LanguageMap, LanguageTag};
pub use limits::Limits;
pub use number::Decimal;
pub use object::{Object, SubStatement};
pub use received::{ReceivedStatement, Statements, parse_statement, parse_statements};
pub use result::{Score, ScoreError, StatementResult};
pub use sealed::SealedStatement;
pub use statement::Statement;
pub use timestamp::Timestamp;
pub use verb::{VOIDED, Verb};
pub use version::{Version, VersionError};
