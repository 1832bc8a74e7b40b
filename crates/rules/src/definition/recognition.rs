//! What people get besides the certificate, if the curriculum wants that: points, badges, levels, boards.

use serde::{Deserialize, Serialize};

use super::is_default;

/// Recognition as it is written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Recognition {
    pub(crate) points: Points,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) streak: Streak,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) badges: Vec<Badge>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) levels: Vec<PointsLevel>,
    /// Whether there are boards.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) boards: bool,
}

/// What earns how many points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Points {
    /// Each course that is met, suggested ones too.
    #[serde(skip_serializing_if = "is_ten")]
    pub(crate) met: u32,
    /// Each course that is passed at the first attempt, besides.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) first_try: u32,
    /// The first certificate.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) certified: u32,
    /// Each week or month with a pass.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) active: u32,
}

impl Default for Points {
    fn default() -> Self {
        Self {
            met: 10,
            first_try: 0,
            certified: 0,
            active: 0,
        }
    }
}

fn is_ten(points: &u32) -> bool {
    *points == 10
}

/// What a streak counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Streak {
    /// Calendar weeks, from Monday on.
    #[default]
    Weeks,
    /// Calendar months.
    Months,
}

/// A badge: earned once everything it asks for is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Badge {
    pub(crate) id: String,
    pub(crate) title: String,
    /// An image of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) image: Option<String>,
    /// Having been certified.
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) certified: bool,
    /// This many courses met.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) courses: Option<u32>,
    /// This many courses passed at the first attempt.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) first_tries: Option<u32>,
    /// A streak of this length.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) streak: Option<u32>,
    /// This many points.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) points: Option<u32>,
}

/// A level that points lead to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointsLevel {
    pub(crate) title: String,
    pub(crate) points: u32,
}
