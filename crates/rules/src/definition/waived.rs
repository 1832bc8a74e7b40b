//! The reasons for which an LMS may waive a course.

use serde::{Deserialize, Deserializer, Serialize};

/// Why an LMS waives what it asks for (cmi5 9.5.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum WaivedFor {
    #[serde(rename = "Tested Out")]
    TestedOut,
    #[serde(rename = "Equivalent AU")]
    EquivalentAu,
    #[serde(rename = "Equivalent Outside Activity")]
    EquivalentOutsideActivity,
    #[serde(rename = "Administrative")]
    Administrative,
}

impl WaivedFor {
    /// Every reason.
    pub(crate) const ALL: [Self; 4] = [
        Self::TestedOut,
        Self::EquivalentAu,
        Self::EquivalentOutsideActivity,
        Self::Administrative,
    ];

    /// How cmi5 writes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::TestedOut => "Tested Out",
            Self::EquivalentAu => "Equivalent AU",
            Self::EquivalentOutsideActivity => "Equivalent Outside Activity",
            Self::Administrative => "Administrative",
        }
    }
}

/// `true`, or a list of reasons; canonically a list.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<WaivedFor>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Any(bool),
        Some(Vec<WaivedFor>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Any(true) => WaivedFor::ALL.to_vec(),
        Written::Any(false) => Vec::new(),
        Written::Some(mut reasons) => {
            reasons.sort();
            reasons.dedup();
            reasons
        }
    })
}
