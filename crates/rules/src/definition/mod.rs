//! The language: what a curriculum says, as it is written down.
//!
//! Deserialized only after the schema found the shape right; serialized, with defaults left out and every list a list,
//! it is the canonical form. A member added to the language later must be left out where it has its default, so that
//! the canonical form, and with it the hash, of what is already published stays as it is.

mod attempts;
mod certification;
mod check;
mod course;
pub(crate) mod decimal;
mod design;
mod due;
mod escalation;
mod fixed_day;
mod measures;
mod one_or_more;
mod recognition;
mod score;
mod seen;
mod tally;
mod tiers;
mod upkeep;
mod waived;

use serde::{Deserialize, Serialize};
use xapi::Ifi;

use crate::{Leads, Period};

pub(crate) use attempts::{Attempts, Counting};
pub(crate) use certification::{Certification, ValidFrom};
pub(crate) use check::{check, texts, warnings};
pub(crate) use course::{Course, Needed};
pub use design::{Assessment, Delivery, Level};
pub(crate) use due::{Due, Start};
pub use escalation::Recipient;
pub(crate) use escalation::{Anchor, Offset, Rung, describe as describe_escalation};
pub(crate) use fixed_day::FixedDay;
pub(crate) use measures::{Baseline, Measure, iris};
pub use measures::{Better, Combine, Learning, Subject};
use one_or_more::{OneOrMore, one_or_more, one_or_more_of};
pub use recognition::Streak;
pub(crate) use recognition::{Badge, PointsLevel, Recognition};
pub(crate) use score::PassingScore;
pub(crate) use seen::{NotBefore, Observer, agents};
pub(crate) use tally::{Amount, Count, Distinct, Sum, Summed};
pub(crate) use upkeep::describe as describe_upkeep;
pub use upkeep::{
    Benefit, Cadence, Certified, Endorsement, Feedback, InFlight, ReportKind, ReportPlan, ReviewDue,
    RevisionNote,
};
pub(crate) use waived::WaivedFor;

/// A whole definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definition {
    #[serde(default = "format_version")]
    pub(crate) format: u32,
    pub(crate) curriculum: String,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
    pub(crate) audience: Audience,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) order: Order,
    /// By when everything that is required must be shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) due: Option<Due>,
    /// Either these or `tiers`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) courses: Vec<Course>,
    /// Each a group of all its courses.
    #[serde(skip_serializing_if = "Vec::is_empty", default, with = "tiers")]
    pub(crate) tiers: Vec<Course>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) certification: Certification,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) review: Option<Reviewing>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) escalation: Vec<Rung>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) reports: Vec<ReportPlan>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) feedback: Option<Feedback>,
    /// What this revision changed, and why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) revision: Option<RevisionNote>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) endorsed_by: Vec<Endorsement>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) value: Option<Benefit>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) measures: Vec<Measure>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) recognition: Option<Recognition>,
}

/// Whose time is doubtful has to be reviewed before it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reviewing {
    /// How much later than it happened evidence may become known; without one, any time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) backdated: Option<Period>,
    /// How far the clocks that date evidence may be ahead.
    #[serde(skip_serializing_if = "is_an_hour", default = "an_hour")]
    pub(crate) ahead: Period,
    /// Authorities whose dates are believed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) trusted: Vec<Ifi>,
}

fn an_hour() -> Period {
    Period::HOUR
}

fn is_an_hour(period: &Period) -> bool {
    *period == Period::HOUR
}

/// Whom it is for: everybody whom any of these names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audience {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) roles: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) people: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) management: Vec<Leads>,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) everyone: bool,
}

/// What `after` means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// What was done before its prerequisite was met does not count.
    #[default]
    Strict,
    /// `after` is a recommendation.
    Any,
}

impl Definition {
    /// The courses and groups that nothing is around: the tiers, where there are tiers.
    pub(crate) fn tops(&self) -> &[Course] {
        if self.tiers.is_empty() {
            &self.courses
        } else {
            &self.tiers
        }
    }

    /// Whether a tier, course or group says by itself by when it is due.
    pub(crate) fn has_due_of_its_own(&self, id: &str) -> bool {
        fn says(courses: &[Course], id: &str) -> bool {
            courses
                .iter()
                .any(|course| (course.id == id && course.due.is_some()) || says(&course.of, id))
        }
        says(self.tops(), id)
    }

    /// Whether anything is ever due: what is required, or the renewal of what expires.
    pub(crate) fn has_due(&self) -> bool {
        fn any(courses: &[Course]) -> bool {
            courses
                .iter()
                .any(|course| course.due.is_some() || any(&course.of))
        }
        self.due.is_some() || any(self.tops()) || self.certification.lasts().is_some()
    }

    /// What is required or suggested by itself: the courses and groups that are no more than part of a tier.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Course> {
        let in_tiers = self.tiers.iter().flat_map(|tier| &tier.of);
        self.courses.iter().chain(in_tiers)
    }
}

fn format_version() -> u32 {
    1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A text behind another where there is one.
fn optional(before: &str, text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!("{before}{text}"))
}
