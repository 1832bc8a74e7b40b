//! Results and scores (xAPI 1.0.3 Data 2.4.5).

use crate::{Decimal, Duration, Extensions};

/// A measured outcome.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatementResult {
    /// The score.
    pub score: Option<Score>,
    /// Whether the attempt was successful.
    pub success: Option<bool>,
    /// Whether the activity was completed.
    pub completion: Option<bool>,
    /// The learner's response.
    pub response: Option<String>,
    /// How long it took.
    pub duration: Option<Duration>,
    /// Further members, by IRI.
    pub extensions: Extensions,
}

/// A score whose numbers fit together; see [`Score::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    scaled: Option<Decimal>,
    raw: Option<Decimal>,
    min: Option<Decimal>,
    max: Option<Decimal>,
}

/// Which rule of Data 2.4.5.1 a score breaks: the member at fault and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{member}\" is {found}; expected {expected}")]
pub struct ScoreError {
    /// `scaled`, `raw` or `max`.
    pub member: &'static str,
    /// The number found.
    pub found: String,
    /// What the standard expects.
    pub expected: String,
}

impl Score {
    /// A score. `scaled` is between -1 and 1, `min` is less than `max`, `raw` is between them, all exact decimals.
    pub fn new(
        scaled: Option<Decimal>,
        raw: Option<Decimal>,
        min: Option<Decimal>,
        max: Option<Decimal>,
    ) -> Result<Self, ScoreError> {
        let fail = |member, found: &Decimal, expected: String| {
            Err(ScoreError {
                member,
                found: found.as_str().to_owned(),
                expected,
            })
        };
        if let Some(scaled) = &scaled
            && !scaled.within_one()
        {
            return fail("scaled", scaled, "a number from -1 to 1".to_owned());
        }
        if let (Some(min), Some(max)) = (&min, &max)
            && min >= max
        {
            return fail(
                "max",
                max,
                format!("a number greater than \"min\", which is {min}"),
            );
        }
        if let Some(raw) = &raw {
            if let Some(min) = &min
                && raw < min
            {
                return fail(
                    "raw",
                    raw,
                    format!("a number not less than \"min\", which is {min}"),
                );
            }
            if let Some(max) = &max
                && raw > max
            {
                return fail(
                    "raw",
                    raw,
                    format!("a number not greater than \"max\", which is {max}"),
                );
            }
        }
        Ok(Self {
            scaled,
            raw,
            min,
            max,
        })
    }

    /// The score as a number from -1 to 1.
    pub fn scaled(&self) -> Option<&Decimal> {
        self.scaled.as_ref()
    }

    /// The score as it was reached, between `min` and `max`.
    pub fn raw(&self) -> Option<&Decimal> {
        self.raw.as_ref()
    }

    /// The lowest score possible.
    pub fn min(&self) -> Option<&Decimal> {
        self.min.as_ref()
    }

    /// The highest score possible.
    pub fn max(&self) -> Option<&Decimal> {
        self.max.as_ref()
    }
}
