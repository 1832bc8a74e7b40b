//! Several statements about one course, counted again from the first for every question.

use rules::{Evidence, Number, Period, verbs};
use serde_json::Value;
use xapi::Timestamp;

use std::collections::BTreeSet;

use crate::certificates_oracle::Earned;
use crate::course_oracle::{holds, in_time, is_by, least, only_matches, passes, score_for, speaks_of};
use crate::oracle::Oracle;

impl Oracle<'_> {
    /// Which of these rows decide that a course is passed, where it says which attempts do. All attempts up to the last
    /// of the rows are looked at, old ones too.
    pub(crate) fn deciding(&self, rows: &[&Evidence], course: &Value) -> Vec<usize> {
        let Some(last) = rows.last() else {
            return Vec::new();
        };
        let end = self
            .rows
            .iter()
            .position(|row| row.statement == last.statement)
            .unwrap()
            + 1;
        let decide = self.attempts(end, course, &course["attempts"]);
        let place = |at: usize| {
            rows.iter()
                .position(|row| row.statement == self.rows[at].statement)
        };
        decide.into_iter().filter_map(place).collect()
    }

    /// Whether a row is by whom, seen by whom and as fast as a course asks.
    pub(crate) fn fits(&self, row: &Evidence, course: &Value) -> bool {
        fits(row, course, &self.learner)
    }

    /// Whether a row that counts and those before it are as many, or as much, as a course asks for.
    pub(crate) fn is_enough(&self, rows: &[&Evidence], at: usize, course: &Value) -> bool {
        let Some(rule) = course.get("count").or(course.get("sum")) else {
            return true;
        };
        let within = rule["within"]
            .as_str()
            .map(|within| Period::parse(within).unwrap());
        let from = within.map(|within| within.before(rows[at].timestamp));
        let good = (0..=at).filter(|own| {
            let row = rows[*own];
            from.is_none_or(|from| from < row.timestamp)
                && speaks_of(row, course)
                && self.fits(row, course)
                && (only_matches(course) || passes(row, course))
                && self.in_order(rows, *own, course)
        });
        if course.get("sum").is_some() {
            let value = |at: usize| {
                rows[at]
                    .score
                    .and_then(|score| score.as_scaled())
                    .map_or(0, hundredths)
            };
            let sum: i64 = good.map(value).filter(|value| *value > 0).sum();
            return value(at) > 0 && sum as f64 >= rule["at_least"].as_f64().unwrap() * 100.0;
        }
        let keys: BTreeSet<String> = good
            .map(|own| match rule["distinct"].as_str() {
                Some(_) => rows[own].timestamp.to_datetime().date_naive().to_string(),
                None => own.to_string(),
            })
            .collect();
        keys.len() as u64 >= rule["at_least"].as_u64().unwrap()
    }

    /// Whether a row says that a group is satisfied whose parts were met before it.
    pub(crate) fn is_claimed(&self, rows: &[&Evidence], at: usize, group: &Value) -> bool {
        let now = rows[at].timestamp;
        let enough = |rows: &[&Evidence]| {
            let parts = group["of"].as_array().unwrap();
            let met: Vec<&Value> = parts.iter().filter(|part| self.meets(rows, part, now)).collect();
            match group["points"].as_f64() {
                Some(points) => {
                    met.iter()
                        .map(|part| part["worth"].as_f64().unwrap())
                        .sum::<f64>()
                        >= points
                }
                None => met.len() as u64 >= group["at_least"].as_u64().unwrap_or(parts.len() as u64),
            }
        };
        group.get("satisfied").is_some()
            && rows[at].verb.as_str() == verbs::SATISFIED
            && speaks_of(rows[at], group)
            && enough(&rows[..at])
            && self.in_order(rows, at, group)
    }

    /// Whether rows say of a group that it is satisfied, if that is asked for.
    pub(crate) fn is_claimed_by(&self, rows: &[&Evidence], group: &Value, now: Timestamp) -> bool {
        group.get("satisfied").is_none()
            || (0..rows.len())
                .any(|at| self.waives(rows[at], group, Some(now)) || self.is_claimed(rows, at, group))
    }

    /// The attempts that decide after the first `end` rows.
    fn attempts(&self, end: usize, course: &Value, rule: &Value) -> Vec<usize> {
        let count = rule["count"].as_str().unwrap();
        let maximum = rule["maximum"].as_u64().map_or(usize::MAX, |most| most as usize);
        let wait = rule["cool_down"]
            .as_str()
            .map(|wait| Period::parse(wait).unwrap());
        let mut series: Vec<usize> = Vec::new();
        let mut decide: Vec<usize> = Vec::new();
        for at in 0..end {
            let row = self.rows[at];
            // Of what matches, "where" says only which are good.
            let by_where = only_matches(course);
            let is_try = speaks_of(row, course)
                && if by_where {
                    is_seen(row, course, &self.learner)
                } else {
                    is_meant(row, course, &self.learner) && tries(row, course)
                };
            if !is_try || !self.in_order(&self.rows, at, course) {
                continue;
            }
            let is_over = series.first().is_some_and(|first| {
                let earned = self.rows[*first].timestamp;
                let ends = self.opens(&Earned::new(earned, self.expires(earned)));
                ends.is_some_and(|ends| ends <= row.timestamp)
            });
            if is_over {
                series.clear();
            }
            let is_good = |own: &usize| {
                let row = self.rows[*own];
                let is_good = if by_where {
                    says(row, course)
                } else {
                    passes(row, course)
                };
                in_time(row, course) && is_good
            };
            let failed = series.iter().rev().find(|own| !is_good(own));
            let is_too_soon = wait
                .zip(failed)
                .is_some_and(|(wait, failed)| row.timestamp < wait.after(self.rows[*failed].timestamp));
            if series.len() >= maximum || is_too_soon {
                continue;
            }
            series.push(at);
            match count {
                "best" if is_good(&at) => decide.push(at),
                "first" if series.len() > 1 => {}
                "first" | "latest" => decide = [at].into_iter().filter(is_good).collect(),
                "average" => {
                    let scores = series.iter().filter_map(|own| score_for(self.rows[*own], course));
                    let scores: Vec<i64> = scores.map(hundredths).collect();
                    if !scores.is_empty() {
                        let needed = hundredths(least(course)) * scores.len() as i64;
                        decide = if scores.iter().sum::<i64>() >= needed {
                            vec![at]
                        } else {
                            vec![]
                        };
                    }
                }
                _ => {}
            }
        }
        decide
    }
}

/// Whether a row is an attempt at passing, good or not.
fn tries(row: &Evidence, course: &Value) -> bool {
    let has_threshold = course.get("passing_score").is_some();
    match row.verb.as_str() {
        verbs::PASSED | verbs::MASTERED | verbs::FAILED => true,
        verbs::COMPLETED => row.success.is_some() || (has_threshold && score_for(row, course).is_some()),
        verbs::SCORED => row.success.is_some() || has_threshold,
        _ => false,
    }
}

/// A score in hundredths, so that nothing is lost in a sum: those of the laws have two decimals.
fn hundredths(score: Number) -> i64 {
    (score.to_string().parse::<f64>().unwrap() * 100.0).round() as i64
}

/// Whether a row is by whom, seen by whom and as fast as a course asks.
pub(crate) fn fits(row: &Evidence, course: &Value, learner: &[xapi::Ifi]) -> bool {
    is_meant(row, course, learner) && in_time(row, course)
}

fn is_meant(row: &Evidence, course: &Value, learner: &[xapi::Ifi]) -> bool {
    says(row, course) && is_seen(row, course, learner)
}

/// Whether a row says what a course asks for besides.
fn says(row: &Evidence, course: &Value) -> bool {
    course.get("where").is_none_or(|condition| holds(row, condition))
}

/// Whether a row is by whom and seen by whom a course asks.
fn is_seen(row: &Evidence, course: &Value, learner: &[xapi::Ifi]) -> bool {
    let is_other = |agent: &Option<xapi::Ifi>| agent.as_ref().is_some_and(|own| !learner.contains(own));
    let places = course["observed_by"].as_array().into_iter().flatten();
    let mut places = places.filter_map(Value::as_str).peekable();
    let is_seen = places.peek().is_none()
        || places.any(|place| match place {
            "authority" => is_other(&row.authority),
            _ => is_other(&row.instructor),
        });
    is_by(row, course) && is_seen
}
