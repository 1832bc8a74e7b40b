//! What becomes of several attempts at a course.

use serde::{Deserialize, Deserializer, Serialize};

use crate::Period;

/// Which attempts count, and which of them decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Attempts {
    pub(crate) count: Counting,
    /// How many count at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) maximum: Option<usize>,
    /// How long after a failed attempt the next does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cool_down: Option<Period>,
}

/// Which attempt decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Counting {
    /// Any that passed.
    #[default]
    Best,
    First,
    Latest,
    /// All of them: the mean of their scores.
    Average,
}

/// One word, or a mapping; canonically a mapping.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Short(Counting),
    Long(Long),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    #[serde(default)]
    count: Counting,
    maximum: Option<usize>,
    cool_down: Option<Period>,
}

impl<'de> Deserialize<'de> for Attempts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (count, maximum, cool_down) = match Written::deserialize(deserializer)? {
            Written::Short(count) => (count, None, None),
            Written::Long(long) => (long.count, long.maximum, long.cool_down),
        };
        Ok(Self {
            count,
            maximum,
            cool_down,
        })
    }
}
