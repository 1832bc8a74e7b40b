//! How many statements a course needs, or what they must come to.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{Number, Period};

/// How many statements are needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    pub(crate) at_least: usize,
    /// In what they must differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) distinct: Option<Distinct>,
    /// How far apart they may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<Period>,
}

/// In what statements differ. What does not say it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Distinct {
    Activity,
    Registration,
    /// The day, in UTC.
    Day,
    Instructor,
    Authority,
    Platform,
}

impl Distinct {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Registration => "registration",
            Self::Day => "day",
            Self::Instructor => "instructor",
            Self::Authority => "authority",
            Self::Platform => "platform",
        }
    }
}

/// How much is needed together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sum {
    /// What is added up.
    pub(crate) of: Summed,
    pub(crate) at_least: Amount,
    /// How far apart the statements may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<Period>,
}

/// What of a statement is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Summed {
    #[serde(rename = "result.duration")]
    Duration,
    #[serde(rename = "result.score.raw")]
    Raw,
    #[serde(rename = "result.score.scaled")]
    Scaled,
}

impl Summed {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Duration => "result.duration",
            Self::Raw => "result.score.raw",
            Self::Scaled => "result.score.scaled",
        }
    }
}

/// A number, or a length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Amount {
    Number(Number),
    Length(Period),
}

impl Amount {
    /// As a number: of a length of time, its seconds.
    pub(crate) fn number(self) -> Number {
        match self {
            Self::Number(number) => number,
            Self::Length(period) => {
                Number::from_int(i64::try_from(period.nominal_seconds()).unwrap_or(i64::MAX))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fail = |error: crate::RulesError| serde::de::Error::custom(error);
        match Value::deserialize(deserializer)? {
            Value::String(text) => Period::parse(&text).map(Self::Length).map_err(fail),
            other => Number::parse(&other.to_string()).map(Self::Number).map_err(fail),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // The schema bounds them: a double tells them apart and is written as.
            Self::Number(number) => number.to_string().parse::<f64>().ok().serialize(serializer),
            Self::Length(period) => period.serialize(serializer),
        }
    }
}
