//! The crate as others use it: examples as tables, laws as properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod absence_oracle;
mod absent;
mod acts;
mod attempts;
mod cadence;
mod certificates_oracle;
mod counting;
mod counting_oracle;
mod course_oracle;
mod curricula;
mod deadline_oracle;
mod deadlines;
mod decisions_oracle;
mod definitions;
mod evidence;
mod generate;
mod given;
mod ladder;
mod laws;
mod laws_of_absence;
mod laws_of_acts;
mod laws_of_ladders;
mod laws_of_needs;
mod laws_of_people;
mod laws_of_ties;
mod measured_definitions;
mod measures;
mod measuring_laws;
mod oracle;
mod predicates;
mod recognition;
mod samples;
mod standings;
mod support;
mod upkeep;
mod words;
