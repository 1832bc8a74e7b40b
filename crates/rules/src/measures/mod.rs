//! How the training does: measures by Kirkpatrick's levels, for one person, and for as many as are added up.
//!
//! [`measure`] looks at one person and gives [`Tallies`]; those of several people are merged, in any order and any
//! parts, and [`Tallies::report`] says what comes out. Nothing of this ever changes anybody's standing: evaluation
//! does not know of it.

mod figure;
mod measure;
mod observer;
mod person;
mod record;
mod report;
mod tallies;
mod tally;

pub(crate) use measure::Measures;
pub(crate) use record::Record;
pub use report::{
    CourseFigures, CourseReport, CourseShare, DesignReport, LevelReport, MeasureReport, Report,
};
pub use tallies::{Tallies, measure, measure_group};
