//! Results and scores (Data 2.4.5).

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::json::Node;
use crate::{Decimal, Duration, Score, StatementResult};

impl Checker<'_> {
    pub(super) fn result(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<StatementResult> {
        let mut result = StatementResult::default();
        for member in self.members(node, path, rule::RESULT, "a Result object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            match &*member.name {
                "score" => result.score = Some(self.score(value, &at)?),
                "success" => result.success = Some(self.boolean(value, &at, rule::RESULT)?),
                "completion" => result.completion = Some(self.boolean(value, &at, rule::RESULT)?),
                "response" => result.response = Some(self.string(value, &at, rule::RESULT)?),
                "duration" => {
                    let duration = self.formatted(
                        value,
                        &at,
                        rule::DURATION,
                        "an ISO 8601 duration",
                        Duration::parse,
                    )?;
                    result.duration = Some(duration);
                }
                "extensions" => result.extensions = self.extensions(value, &at)?,
                _ => return self.unknown(&at, "a Result", rule::RESULT),
            }
        }
        Ok(result)
    }

    fn score(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Score> {
        let (mut scaled, mut raw, mut min, mut max) = (None, None, None, None);
        for member in self.members(node, path, rule::SCORE, "a Score object")? {
            let at = path.member(&member.name);
            let slot = match &*member.name {
                "scaled" => &mut scaled,
                "raw" => &mut raw,
                "min" => &mut min,
                "max" => &mut max,
                _ => return self.unknown(&at, "a Score", rule::SCORE),
            };
            let text = self.number(&member.value, &at, rule::SCORE)?;
            *slot =
                Some(Decimal::parse(text).or_else(|error| self.fail(&at, rule::SCORE, error.to_string()))?);
        }
        Score::new(scaled, raw, min, max).or_else(|error| {
            let message = format!("found {}; expected {}", error.found, error.expected);
            self.fail(&path.member(error.member), rule::SCORE, message)
        })
    }
}
