//! The tallies of one person, of a group, and of all of them together.

use std::collections::BTreeMap;

use super::figure::figures;
use super::measure::{CourseId, Kind, Measure};
use super::person::{Asked, Span, Value, tally};
use super::record::{Attempt, Record};
use super::tally::Tally;
use crate::definition::Baseline;
use crate::{Better, Curriculum, Evidence, Number, Person, View};
use xapi::Timestamp;

/// What was counted up, for any number of people, of the measures and courses of one curriculum. Those of other
/// people are added with [`Tallies::merge`]; in which order and in which parts does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tallies {
    /// How many people were looked at.
    pub(super) people: u64,
    /// By place in the definition.
    pub(super) measures: Vec<MeasureTally>,
    /// By place in the definition.
    pub(super) courses: Vec<CourseTally>,
}

/// Of one measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MeasureTally {
    /// How many people there are values of.
    pub(super) people: u64,
    /// How many of them reach the target by themselves.
    pub(super) reached: u64,
    pub(super) whole: Tally,
    pub(super) baseline: Tally,
    pub(super) courses: BTreeMap<CourseId, Tally>,
}

/// Of one course.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CourseTally {
    /// How many people tried it.
    pub(super) tried: u64,
    /// How many passed it.
    pub(super) passed: u64,
    /// How many passed it at the first attempt.
    pub(super) first_try: u64,
    /// How many attempts they made up to the first pass.
    pub(super) attempts: u64,
    /// Everybody's best score.
    pub(super) scores: Tally,
}

impl Tallies {
    /// Of nobody.
    pub fn new(curriculum: &Curriculum) -> Self {
        Self {
            people: 0,
            measures: vec![MeasureTally::default(); curriculum.measures.all.len()],
            courses: vec![CourseTally::default(); curriculum.measures.courses.len()],
        }
    }

    /// Adds what was counted up of other people, for the same curriculum and time.
    pub fn merge(&mut self, other: &Self) {
        self.people += other.people;
        for (own, other) in self.measures.iter_mut().zip(&other.measures) {
            own.merge(other);
        }
        for (own, other) in self.courses.iter_mut().zip(&other.courses) {
            own.merge(other);
        }
    }
}

impl MeasureTally {
    fn merge(&mut self, other: &Self) {
        self.people += other.people;
        self.reached += other.reached;
        self.whole.merge(&other.whole);
        self.baseline.merge(&other.baseline);
        for (course, tally) in &other.courses {
            self.courses.entry(*course).or_default().merge(tally);
        }
    }

    /// Adds what one person's statements and figures say.
    fn add(&mut self, measure: &Measure, values: &[Value], before: &[Value]) {
        if let Some(own) = one(measure, values) {
            self.people += 1;
            let value = own.value(measure.combine_own());
            let reached = value.zip(measure.target);
            self.reached +=
                u64::from(reached.is_some_and(|(value, target)| measure.better.reaches(value, target)));
            self.whole.merge(&own);
        }
        if let Some(own) = one(measure, before) {
            self.baseline.merge(&own);
        }
        for value in values {
            if let Some(course) = value.course {
                self.courses
                    .entry(course)
                    .or_default()
                    .add(value.value, value.moment);
            }
        }
    }
}

/// One person's values as they are added to the whole; of a figure that each person has, one for each.
fn one(measure: &Measure, values: &[Value]) -> Option<Tally> {
    let own = tally(values);
    let moment = own.moment()?;
    if !matches!(measure.kind, Kind::Kpi(_)) || measure.is_of_groups() {
        return Some(own);
    }
    let mut one = Tally::default();
    one.add(own.value(measure.combine_own())?, moment);
    Some(one)
}

impl CourseTally {
    pub(super) fn merge(&mut self, other: &Self) {
        self.tried += other.tried;
        self.passed += other.passed;
        self.first_try += other.first_try;
        self.attempts += other.attempts;
        self.scores.merge(&other.scores);
    }

    fn of(attempts: &[Attempt]) -> Self {
        let Some((first, last)) = attempts.first().zip(attempts.last()) else {
            return Self::default();
        };
        let passed = attempts.iter().position(|attempt| attempt.passed);
        let made = passed.map_or(attempts.len(), |passed| passed + 1);
        let mut scores = Tally::default();
        if let Some(best) = attempts.iter().filter_map(|attempt| attempt.score).max() {
            scores.add(best, last.moment);
        }
        Self {
            tried: 1,
            passed: u64::from(passed.is_some()),
            first_try: u64::from(first.passed),
            attempts: u64::try_from(made).unwrap_or(u64::MAX),
            scores,
        }
    }
}

impl Better {
    /// Whether a value is as good as another.
    pub(super) fn reaches(self, value: Number, target: Number) -> bool {
        match self {
            Self::Higher => value >= target,
            Self::Lower => value <= target,
        }
    }
}

/// Counts up one person, from their evidence and the figures posted about them (`view.acts`), by what happened from
/// `from` (without one: ever) to `view.at`.
///
/// The evidence is that of this person alone, in any order; the same statement may be in it more than once, evidence
/// of other curricula too. Evidence that has to be reviewed is left out.
pub fn measure(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
    from: Option<Timestamp>,
) -> Tallies {
    let record = Record::of(curriculum, &person.identifiers, evidence, view);
    let figures = figures(view);
    let asked = Asked {
        curriculum,
        person,
        record: &record,
        figures: &figures,
    };
    let mut tallies = Tallies::new(curriculum);
    tallies.people = 1;
    tallies.count(&asked, view.at, from, |_| true);
    let span = whole(from, view.at);
    for (own, attempts) in tallies.courses.iter_mut().zip(&record.attempts) {
        let attempts: Vec<Attempt> = attempts
            .iter()
            .filter(|attempt| span.holds(attempt.moment.0))
            .copied()
            .collect();
        *own = CourseTally::of(&attempts);
    }
    tallies
}

/// Counts up the figures that were posted of groups, those in `view.acts`; merge it once with the tallies of the
/// people.
pub fn measure_group(curriculum: &Curriculum, view: &View<'_>, from: Option<Timestamp>) -> Tallies {
    let record = Record::of(curriculum, &[], &[], view);
    let figures = figures(view);
    let asked = Asked {
        curriculum,
        person: &Person::default(),
        record: &record,
        figures: &figures,
    };
    let mut tallies = Tallies::new(curriculum);
    tallies.count(&asked, view.at, from, Measure::is_of_groups);
    for own in &mut tallies.measures {
        // A group is nobody.
        own.people = 0;
    }
    tallies
}

fn whole(from: Option<Timestamp>, to: Timestamp) -> Span {
    Span {
        from,
        to,
        with_end: true,
    }
}

impl Tallies {
    fn count(
        &mut self,
        asked: &Asked<'_>,
        to: Timestamp,
        from: Option<Timestamp>,
        wanted: impl Fn(&Measure) -> bool,
    ) {
        let measures = &asked.curriculum.measures.all;
        for (own, measure) in self.measures.iter_mut().zip(measures) {
            if !wanted(measure) {
                continue;
            }
            let from = measure.window.map(|window| window.before(to)).or(from);
            let values = asked.values(measure, whole(from, to));
            let before = match (measure.baseline, from) {
                (Some(Baseline::Before(period)), Some(from)) => {
                    let span = Span {
                        from: Some(period.before(from)),
                        to: from,
                        with_end: false,
                    };
                    asked.values(measure, span)
                }
                _ => Vec::new(),
            };
            own.add(measure, &values, &before);
        }
    }
}
