//! What one person adds to a measure.

use std::collections::BTreeMap;

use xapi::{Iri, Timestamp};

use super::figure::Figure;
use super::measure::{Checklist, CourseId, Kind, Kpi, Measure};
use super::observer::is_observed;
use super::record::{Attempt, Record, courses_named, moment, score};
use super::tally::{Moment, Tally};
use crate::evaluate::Accepted;
use crate::verbs::FAILED;
use crate::{Curriculum, Evidence, Learning, Number, Person};

/// From a moment on, or ever, to another, without that one or with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Timestamp,
    pub(super) with_end: bool,
}

impl Span {
    pub(super) fn holds(&self, when: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= when) && (when < self.to || self.with_end && when == self.to)
    }
}

/// A value of one person.
pub(super) struct Value {
    /// The course it is about, where it is about one.
    pub(super) course: Option<CourseId>,
    pub(super) value: Number,
    pub(super) moment: Moment,
}

/// One person, what they did, and the figures about them.
pub(super) struct Asked<'a> {
    pub(super) curriculum: &'a Curriculum,
    pub(super) person: &'a Person,
    pub(super) record: &'a Record<'a>,
    pub(super) figures: &'a [Figure<'a>],
}

impl Asked<'_> {
    /// What the person adds to a measure from what happened in a span of time.
    pub(super) fn values(&self, measure: &Measure, span: Span) -> Vec<Value> {
        match &measure.kind {
            Kind::Survey(activities) => self.ratings(measure, activities, span),
            Kind::Learning { what, before, after } => match what {
                Learning::Gain | Learning::NormalizedGain => self.gain(measure, *what, before, after, span),
                _ => self.learnt(measure, *what, span),
            },
            Kind::Observed(checklist) => self.observed(measure, checklist, span).into_iter().collect(),
            Kind::Kpi(kpi) => self.figures(kpi, span),
        }
    }

    /// The latest rating of each activity and course.
    fn ratings(&self, measure: &Measure, activities: &[Iri], span: Span) -> Vec<Value> {
        let mut latest: BTreeMap<(&Iri, Option<CourseId>), Value> = BTreeMap::new();
        for fact in self.record.about(activities).filter(|fact| span.holds(fact.when)) {
            let Some(value) = score(fact.evidence) else {
                continue;
            };
            let named = courses_named(&self.curriculum.measures, fact.evidence);
            let course = match measure.course {
                Some(course) if named.contains(&course) => Some(course),
                Some(_) => continue,
                None => named.first().copied(),
            };
            let value = Value {
                course,
                value,
                moment: moment(fact),
            };
            latest.insert((&fact.evidence.activity, course), value);
        }
        latest.into_values().collect()
    }

    fn learnt(&self, measure: &Measure, what: Learning, span: Span) -> Vec<Value> {
        let courses = match measure.course {
            Some(course) => course..course + 1,
            None => 0..self.record.attempts.len(),
        };
        courses
            .flat_map(|course| {
                let attempts: Vec<Attempt> = self
                    .record
                    .at(course)
                    .iter()
                    .filter(|attempt| span.holds(attempt.moment.0))
                    .copied()
                    .collect();
                learnt(what, &attempts)
                    .into_iter()
                    .map(move |(value, moment)| Value {
                        course: Some(course),
                        value,
                        moment,
                    })
            })
            .collect()
    }

    /// How much better the best score after the first test is.
    fn gain(
        &self,
        measure: &Measure,
        what: Learning,
        before: &[Iri],
        after: &[Iri],
        span: Span,
    ) -> Vec<Value> {
        let scored = |fact: &Accepted<'_>| Some((moment(fact), score(fact.evidence)?));
        let Some((first, start)) = self.record.about(before).find_map(scored) else {
            return Vec::new();
        };
        let own = measure.course.filter(|_| after.is_empty());
        let of_course = own.into_iter().flat_map(|course| self.record.at(course));
        let later = of_course.filter_map(|attempt| Some((attempt.moment, attempt.score?)));
        let best = self
            .record
            .about(after)
            .filter_map(scored)
            .chain(later)
            .filter(|(moment, _)| *moment > first && span.holds(moment.0))
            .max_by_key(|(moment, score)| (*score, std::cmp::Reverse(*moment)));
        let Some((moment, end)) = best else {
            return Vec::new();
        };
        let value = match what {
            // Whoever had everything right before had nothing to gain.
            Learning::NormalizedGain => end.position_between(start, Number::ONE),
            _ => Some(end.minus(start)),
        };
        let value = value.map(|value| Value {
            course: measure.course,
            value,
            moment,
        });
        value.into_iter().collect()
    }

    /// The share of the items that were last seen done.
    fn observed(&self, measure: &Measure, checklist: &Checklist, span: Span) -> Option<Value> {
        let from = match measure.course {
            Some(course) => {
                let passed = self.record.first_pass(course)?;
                Some(checklist.not_before.map_or(passed, |period| period.after(passed)))
            }
            None => None,
        };
        let mut last: BTreeMap<&Iri, (bool, Moment)> = BTreeMap::new();
        for fact in self.record.about(&checklist.items) {
            if span.holds(fact.when)
                && from.is_none_or(|from| from <= fact.when)
                && is_observed(checklist, self.person, fact.evidence)
            {
                last.insert(&fact.evidence.activity, (is_done(fact.evidence), moment(fact)));
            }
        }
        let moment = last.values().map(|(_, moment)| *moment).max()?;
        let done = last.values().filter(|(done, _)| *done).count();
        Some(Value {
            course: measure.course,
            value: Number::ratio(done as u64, checklist.items.len() as u64)?,
            moment,
        })
    }

    /// What statements and posted figures say.
    fn figures(&self, kpi: &Kpi, span: Span) -> Vec<Value> {
        let stated = self
            .record
            .about(kpi.activity.as_slice())
            .filter_map(|fact| Some((figure(fact.evidence, kpi.value.as_ref())?, moment(fact))));
        let posted = self
            .figures
            .iter()
            .filter(|figure| figure.kpi == kpi.name)
            .map(|figure| (figure.value, figure.moment));
        stated
            .chain(posted)
            .filter(|(_, moment)| span.holds(moment.0))
            .map(|(value, moment)| Value {
                course: None,
                value,
                moment,
            })
            .collect()
    }
}

/// What attempts at one course, in order, say.
fn learnt(what: Learning, attempts: &[Attempt]) -> Vec<(Number, Moment)> {
    let Some((first, last)) = attempts.first().zip(attempts.last()) else {
        return Vec::new();
    };
    let first_pass = attempts.iter().position(|attempt| attempt.passed);
    let yes = |is: bool| if is { Number::ONE } else { Number::ZERO };
    match what {
        Learning::PassRate => vec![(yes(first_pass.is_some()), last.moment)],
        Learning::FirstTryRate => vec![(yes(first.passed), first.moment)],
        Learning::Attempts => {
            let made = first_pass.map_or(attempts.len(), |passed| passed + 1);
            vec![(
                Number::from_int(i64::try_from(made).unwrap_or(i64::MAX)),
                last.moment,
            )]
        }
        Learning::BestScore => {
            let best = attempts.iter().filter_map(|attempt| attempt.score).max();
            best.map(|score| (score, last.moment)).into_iter().collect()
        }
        Learning::MeanScore => attempts
            .iter()
            .filter_map(|attempt| Some((attempt.score?, attempt.moment)))
            .collect(),
        // A gain is of two tests.
        Learning::Gain | Learning::NormalizedGain => Vec::new(),
    }
}

/// Whether an observation is of something done as it should be.
fn is_done(row: &Evidence) -> bool {
    row.verb.as_str() != FAILED && row.success != Some(false) && row.completion != Some(false)
}

/// The figure in a statement: in the extension asked for, else `result.score.raw`, else the scaled score.
fn figure(row: &Evidence, extension: Option<&Iri>) -> Option<Number> {
    match extension {
        Some(iri) => match row.result_extensions.get(iri)? {
            serde_json::Value::Number(number) => Number::parse(&number.to_string()).ok(),
            serde_json::Value::String(text) => Number::parse(text).ok(),
            _ => None,
        },
        None => row.score.and_then(|score| score.raw.or(score.scaled)),
    }
}

/// All of these as one tally.
pub(super) fn tally(values: &[Value]) -> Tally {
    let mut tally = Tally::default();
    for value in values {
        tally.add(value.value, value.moment);
    }
    tally
}
