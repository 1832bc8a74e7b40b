//! The least score with which a course is passed.

use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{EvidenceScore, Number};

/// A passing score, and which member of `result.score` it is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PassingScore {
    /// `scaled`, or what `raw` comes to between `min` and `max`.
    Scaled(Number),
    /// `raw`, in whatever points the activity has.
    Raw(Number),
}

impl PassingScore {
    /// The least score.
    pub(crate) const fn least(self) -> Number {
        match self {
            Self::Scaled(least) | Self::Raw(least) => least,
        }
    }

    /// What of a score is held against it.
    pub(crate) fn of(self, score: &EvidenceScore) -> Option<Number> {
        match self {
            Self::Scaled(_) => score.as_scaled(),
            Self::Raw(_) => score.raw,
        }
    }

    /// In words: `80 %`, `40 points`.
    pub(crate) fn shown(self) -> String {
        match self {
            Self::Scaled(least) => least.percent(),
            Self::Raw(Number::ONE) => String::from("1 point"),
            Self::Raw(least) => format!("{least} points"),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(serde_json::Number),
    Percent(String),
    Raw { raw: serde_json::Number },
}

impl<'de> Deserialize<'de> for PassingScore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = |text: &str| Number::parse(text).map_err(D::Error::custom);
        Ok(match Written::deserialize(deserializer)? {
            Written::Number(written) => Self::Scaled(number(&written.to_string())?),
            Written::Percent(text) => {
                Self::Scaled(number(&format!("{}e-2", text.trim_end_matches(['%', ' '])))?)
            }
            Written::Raw { raw } => Self::Raw(number(&raw.to_string())?),
        })
    }
}

impl Serialize for PassingScore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The schema bounds them: nine decimals and few digits before, which a double tells apart and is written as.
        let double = self.least().to_string().parse::<f64>().ok();
        match self {
            Self::Scaled(_) => double.serialize(serializer),
            Self::Raw(_) => {
                let mut members = serializer.serialize_map(Some(1))?;
                members.serialize_entry("raw", &double)?;
                members.end()
            }
        }
    }
}
