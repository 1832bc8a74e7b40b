//! Curricula, evidence and evaluation. Pure: no input or output, no clock, no randomness.
//!
//! [`load`] reads a definition (YAML or JSON) into a [`Curriculum`], or says everything that is wrong with it, where,
//! and what to write instead. [`Evidence::from_statement`] takes from a statement what evaluation needs.
//! [`evaluate`] holds one person's evidence against a curriculum and answers a [`Standing`]: certified or not, why,
//! by which statements, and when that would next change by itself.

mod act;
mod assignment;
mod calendar;
mod curriculum;
mod definition;
mod describe;
mod error;
mod evaluate;
mod evidence;
mod given;
mod interest;
pub mod ladder;
pub mod measures;
mod number;
mod period;
mod person;
mod plan;
mod predicate;
pub mod recognition;
mod schema;
mod source;
mod standing;
pub mod verbs;
mod view;

pub use act::{Act, ActKind};
pub use curriculum::{Curriculum, Loaded, load};
pub use definition::{Assessment, Better, Combine, Delivery, Learning, Level, Streak, Subject};
pub use definition::{
    Benefit, Cadence, Certified, Endorsement, Feedback, InFlight, ReportKind, ReportPlan, ReviewDue,
    RevisionNote,
};
pub use error::{DefinitionErrors, Finding, RulesError};
pub use evaluate::{evaluate, evaluate_as, evaluate_with_certificates};
pub use evidence::{Evidence, EvidenceScore};
pub use given::{Given, Suspension};
pub use interest::{Ask, Interest};
pub use number::Number;
pub use period::Period;
pub use person::{Leads, Leave, Person, Role};
pub use schema::closest;
pub use standing::{
    Considered, Decided, Entitlement, Outcome, RequirementKind, RequirementStanding, Standing, Status,
    Suspended,
};
pub use view::View;
