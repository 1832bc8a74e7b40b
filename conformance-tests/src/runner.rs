//! Runs the cases: several at a time, each and all in bounded time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::Version;
use crate::lrs::{Exchange, Lrs};
use crate::requirement::{Case, Fault, Level, Requirement, Sections};

/// How a run is bounded.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many cases run at a time.
    pub concurrency: usize,
    /// How long one case may take.
    pub case_limit: Duration,
    /// How long all may take together; cases that can not begin within it fail.
    pub limit: Duration,
    /// Leave out what the standard says with SHOULD.
    pub must_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 4,
            case_limit: Duration::from_secs(60),
            limit: Duration::from_secs(1800),
            must_only: false,
        }
    }
}

/// What came out of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The LRS does what the standard asks.
    Passed,
    /// It does not.
    Failed {
        /// What the standard asks.
        expected: String,
        /// What came.
        found: String,
        /// What was said, oldest first, secrets masked.
        exchanges: Vec<Exchange>,
    },
    /// The requirement says nothing about this LRS, for this reason.
    NotApplicable(String),
}

/// A case that ran, or why it did not.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its name.
    pub name: String,
    /// What came out.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// A requirement and what came out of its cases.
#[derive(Debug, Clone)]
pub struct RequirementResult {
    /// The requirement's id.
    pub id: String,
    /// How strongly the standard puts it.
    pub level: Level,
    /// Where the standard says it.
    pub sections: Sections,
    /// What it asks.
    pub text: String,
    /// What came out, case by case.
    pub cases: Vec<CaseResult>,
}

/// One word for a whole requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every case that applies passed, and one at least did.
    Passed,
    /// A case failed.
    Failed,
    /// No case applies.
    NotApplicable,
}

impl RequirementResult {
    /// What comes before the first dot of the id.
    #[must_use]
    pub fn area(&self) -> &str {
        self.id.split('.').next().unwrap_or(&self.id)
    }

    /// The requirement in one word.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self
            .cases
            .iter()
            .any(|case| matches!(case.outcome, Outcome::Failed { .. }))
        {
            Verdict::Failed
        } else if self.cases.iter().any(|case| case.outcome == Outcome::Passed) {
            Verdict::Passed
        } else {
            Verdict::NotApplicable
        }
    }
}

/// What came out of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// The endpoint that was checked.
    pub endpoint: String,
    /// The version it was checked against.
    pub version: Version,
    /// When the run began, in UTC.
    pub began: chrono::DateTime<chrono::Utc>,
    /// How long it took.
    pub took: Duration,
    /// Requirement by requirement.
    pub results: Vec<RequirementResult>,
}

/// How many passed, failed, and did not apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many did not apply.
    pub not_applicable: usize,
}

impl Report {
    /// Requirements, counted.
    #[must_use]
    pub fn requirements(&self) -> Count {
        let mut count = Count::default();
        for result in &self.results {
            match result.verdict() {
                Verdict::Passed => count.passed += 1,
                Verdict::Failed => count.failed += 1,
                Verdict::NotApplicable => count.not_applicable += 1,
            }
        }
        count
    }

    /// Cases, counted.
    #[must_use]
    pub fn cases(&self) -> Count {
        let mut count = Count::default();
        for case in self.results.iter().flat_map(|result| &result.cases) {
            match case.outcome {
                Outcome::Passed => count.passed += 1,
                Outcome::Failed { .. } => count.failed += 1,
                Outcome::NotApplicable(_) => count.not_applicable += 1,
            }
        }
        count
    }
}

/// Checks the requirements on the LRS.
pub async fn run(lrs: &Lrs, requirements: &[Requirement], options: &Options) -> Report {
    let began = chrono::Utc::now();
    let start = Instant::now();
    let end = start + options.limit;
    let places = Arc::new(Semaphore::new(options.concurrency.max(1)));
    let mut tasks = JoinSet::new();
    let mut slots: Vec<Vec<Option<CaseResult>>> = Vec::new();
    for (row, requirement) in requirements.iter().enumerate() {
        slots.push(vec![None; requirement.cases.len()]);
        for (column, case) in requirement.cases.iter().enumerate() {
            let (case, lrs, places) = (case.clone(), lrs.fresh(), Arc::clone(&places));
            let reason = why_not(requirement, &case, lrs.version(), options.must_only);
            let case_limit = options.case_limit;
            tasks.spawn(async move {
                // The semaphore is never closed; were it, cases would run all at once.
                let _place = places.acquire().await;
                (row, column, one(&case, reason, lrs, case_limit, end).await)
            });
        }
    }
    while let Some(done) = tasks.join_next().await {
        if let Ok((row, column, result)) = done
            && let Some(slot) = slots.get_mut(row).and_then(|cases| cases.get_mut(column))
        {
            *slot = Some(result);
        }
    }
    let results = requirements
        .iter()
        .zip(slots)
        .map(|(requirement, slots)| RequirementResult {
            id: requirement.id.clone(),
            level: requirement.level,
            sections: requirement.sections,
            text: requirement.text.clone(),
            cases: requirement
                .cases
                .iter()
                .zip(slots)
                .map(|(case, slot)| slot.unwrap_or_else(|| lost(case)))
                .collect(),
        })
        .collect();
    Report {
        endpoint: lrs.target().endpoint.to_string(),
        version: lrs.version(),
        began,
        took: start.elapsed(),
        results,
    }
}

/// Why a case does not apply, where that is known before it runs.
fn why_not(requirement: &Requirement, case: &Case, version: Version, must_only: bool) -> Option<String> {
    let other = |only: Option<Version>| only.filter(|only| *only != version);
    if let Some(only) = other(requirement.only).or(other(case.only)) {
        return Some(format!(
            "xAPI {only} asks this, and the LRS is checked against {version}"
        ));
    }
    (must_only && requirement.level == Level::Should)
        .then(|| "a SHOULD, and only what the standard says with MUST was asked for".to_owned())
}

async fn one(case: &Case, not: Option<String>, lrs: Lrs, limit: Duration, end: Instant) -> CaseResult {
    let start = Instant::now();
    let left = end.saturating_duration_since(start);
    let outcome = if let Some(reason) = not {
        Outcome::NotApplicable(reason)
    } else if left.is_zero() {
        Outcome::Failed {
            expected: "the run comes to this case within its time limit".to_owned(),
            found: "the limit of the whole run had passed (--time-limit)".to_owned(),
            exchanges: Vec::new(),
        }
    } else {
        let limit = limit.min(left);
        match timeout(limit, case.run(lrs.clone())).await {
            Ok(Ok(())) => Outcome::Passed,
            Ok(Err(Fault::NotApplicable(reason))) => Outcome::NotApplicable(reason),
            Ok(Err(Fault::Failed { expected, found })) => Outcome::Failed {
                expected,
                found,
                exchanges: lrs.exchanges(),
            },
            Err(_) => Outcome::Failed {
                expected: format!("the case ends within {} s", limit.as_secs()),
                found: "it did not".to_owned(),
                exchanges: lrs.exchanges(),
            },
        }
    };
    CaseResult {
        name: case.name.clone(),
        outcome,
        took: start.elapsed(),
    }
}

/// A case whose task ended without a result, which a panic within it does.
fn lost(case: &Case) -> CaseResult {
    CaseResult {
        name: case.name.clone(),
        outcome: Outcome::Failed {
            expected: "the case runs to its end".to_owned(),
            found: "this program broke off; please report it".to_owned(),
            exchanges: Vec::new(),
        },
        took: Duration::ZERO,
    }
}
