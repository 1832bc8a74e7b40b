//! Several statements about one course, counted again from the first for every question.

use rules::{Evidence, Number, Period, verbs};
use serde_json::Value;

use crate::oracle::{Earned, Oracle, fits_besides_time, in_time, least, passes, score_for, speaks_of};

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
            let is_try = speaks_of(row, course) && fits_besides_time(row, course) && tries(row, course);
            if !is_try || !self.in_order(&self.rows[..at], course, row.timestamp) {
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
            let is_good = |own: &usize| in_time(self.rows[*own], course) && passes(self.rows[*own], course);
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
