//! What is measured besides the requirements: how the training does, by Kirkpatrick's levels.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xapi::{Ifi, Iri};

use super::design::Level;
use super::{decimal, is_default, one_or_more};
use crate::{Number, Period};

/// A measure as it is written: exactly one of `survey`, `learning`, `observed` and `kpi` says what kind it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) level: Option<Level>,
    /// Activities that learners rate.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) survey: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) learning: Option<Learning>,
    /// Activities that others see learners do: the items of a checklist.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) observed: Vec<String>,
    /// The activity that figures are about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) kpi: Option<String>,
    /// The course it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) course: Option<String>,
    /// Of a gain, the test before.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) before: Vec<String>,
    /// Of a gain, the test after, where it is not the course's own.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) after: Vec<String>,
    /// Authorities that observe.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) by: Vec<Ifi>,
    /// The context extension that names the observer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) observer: Option<String>,
    /// How long after the course an observation may count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) not_before: Option<Period>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) of: Subject,
    /// The result extension that holds the figure, where it is not `result.score.raw`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) value: Option<String>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) combine: Combine,
    /// How long before the moment asked for is looked at.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) window: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) baseline: Option<Baseline>,
    #[serde(skip_serializing_if = "Option::is_none", default, with = "decimal")]
    pub(crate) target: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) better: Option<Better>,
}

/// What is measured of learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learning {
    /// The share of those who tried that passed.
    PassRate,
    /// The share of those who tried that passed at the first attempt.
    FirstTryRate,
    /// The mean score of all attempts.
    MeanScore,
    /// The mean of everybody's best score.
    BestScore,
    /// How many attempts people make, in the mean.
    Attempts,
    /// How much better the score after is than the one before.
    Gain,
    /// The gain as a share of what was left to gain (Hake).
    NormalizedGain,
}

/// Whose figures they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Each person has a figure of their own.
    #[default]
    Person,
    /// A group has one together.
    Group,
}

/// How several figures become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
    /// The latest.
    Latest,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is.
    Higher,
    /// Less is.
    Lower,
}

/// What the value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Baseline {
    /// A number.
    Fixed(Number),
    /// The same over this long before.
    Before(Period),
}

impl Baseline {
    /// A number, a percentage or a length of time.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match decimal::percent(text) {
            Some(number) => Some(Self::Fixed(number)),
            None => Period::parse(text).ok().map(Self::Before),
        }
    }
}

impl Serialize for Baseline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fixed(number) => decimal::serialize(&Some(*number), serializer),
            Self::Before(period) => period.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Baseline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(serde_json::Number),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Number::parse(&number.to_string())
                .map(Self::Fixed)
                .map_err(D::Error::custom),
            Written::Text(text) => {
                Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no baseline")))
            }
        }
    }
}

impl Measure {
    /// What to call it.
    pub(crate) fn shown(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// Its own level, or that of its kind.
    pub(crate) fn level(&self) -> Level {
        self.level.unwrap_or(if !self.survey.is_empty() {
            Level::Reaction
        } else if !self.observed.is_empty() {
            Level::Behaviour
        } else if self.kpi.is_some() {
            Level::Results
        } else {
            Level::Learning
        })
    }

    /// Which way is better: fewer attempts, more of all else, unless it says otherwise.
    pub(crate) fn better(&self) -> Better {
        self.better.unwrap_or(match self.learning {
            Some(Learning::Attempts) => Better::Lower,
            _ => Better::Higher,
        })
    }

    /// Every list of activities with its member's name.
    pub(crate) fn activities(&self) -> [(&'static str, &[String]); 5] {
        [
            ("survey", &self.survey),
            ("observed", &self.observed),
            ("kpi", self.kpi.as_slice()),
            ("before", &self.before),
            ("after", &self.after),
        ]
    }
}

/// The IRIs among texts; all of them are, in a definition that was checked.
pub(crate) fn iris(texts: &[String]) -> Vec<Iri> {
    texts.iter().filter_map(|text| Iri::parse(text).ok()).collect()
}
