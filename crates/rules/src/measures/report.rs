//! What comes out of tallies. These are the members the API shows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::measure::{CourseId, Measure};
use super::tallies::{CourseTally, MeasureTally, Tallies};
use super::tally::Tally;
use crate::definition::{Baseline, decimal};
use crate::{Assessment, Better, Curriculum, Delivery, Level, Number};

/// How a curriculum does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many people were looked at.
    pub people: u64,
    /// The four levels.
    pub levels: Vec<LevelReport>,
    /// Every measure, in the order of the definition.
    pub measures: Vec<MeasureReport>,
    /// Every course, in the order of the definition.
    pub courses: Vec<CourseReport>,
    /// The courses together, by how they are delivered.
    pub deliveries: Vec<DesignReport<Delivery>>,
    /// The courses together, by how they are assessed.
    pub assessments: Vec<DesignReport<Assessment>>,
}

/// How the measures of one level do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelReport {
    /// The level, from 1 to 4.
    pub level: Level,
    /// Its name.
    pub name: &'static str,
    /// How many measures have it.
    pub measures: u64,
    /// How many courses have it.
    pub courses: u64,
    /// How many measures reach their target.
    pub met: u64,
    /// How many do not.
    pub unmet: u64,
    /// How many have no target, or nothing to compare with it.
    pub unknown: u64,
}

/// How a measure does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasureReport {
    /// Its id in the definition.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its level, from 1 to 4.
    pub level: Level,
    /// Whether its values are shares: 0.8 is 80 %.
    pub share: bool,
    /// Whether it is of groups, and says nothing of one person.
    #[serde(skip)]
    of_groups: bool,
    /// Its value; `None` where there is nothing to reckon it from.
    #[serde(serialize_with = "decimal::serialize")]
    pub value: Option<Number>,
    /// From how many values.
    pub n: u64,
    /// Of how many people.
    pub people: u64,
    /// The value it ought to reach.
    #[serde(serialize_with = "decimal::serialize")]
    pub target: Option<Number>,
    /// Which way is better.
    pub better: Better,
    /// Whether it reaches the target (without one: is better than the baseline). `None`: nobody can say.
    pub met: Option<bool>,
    /// How many people reach the target by themselves; `None` where there is no target, or it is of groups.
    pub people_met: Option<u64>,
    /// What it is compared with.
    #[serde(serialize_with = "decimal::serialize")]
    pub baseline: Option<Number>,
    /// By how much it is more than the baseline.
    #[serde(serialize_with = "decimal::serialize")]
    pub change: Option<Number>,
    /// The same by course, where it is about several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<CourseShare>,
}

/// A measure for one course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseShare {
    /// The course's id.
    pub course: String,
    /// The value.
    #[serde(serialize_with = "decimal::serialize")]
    pub value: Option<Number>,
    /// From how many values.
    pub n: u64,
    /// Whether it reaches the target.
    pub met: Option<bool>,
}

/// How a course does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseReport {
    /// Its id in the definition.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its level, from 1 to 4.
    pub level: Level,
    /// How it is delivered, if that is said.
    pub delivery: Option<Delivery>,
    /// How it is assessed, if that is said.
    pub assessment: Option<Assessment>,
    /// Its figures.
    #[serde(flatten)]
    pub figures: CourseFigures,
}

/// How the courses of one delivery or assessment do; of several courses, each person counts once for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DesignReport<D> {
    /// The delivery or assessment.
    pub design: D,
    /// How many courses have it.
    pub courses: u64,
    /// Their figures.
    #[serde(flatten)]
    pub figures: CourseFigures,
}

/// The figures of one or several courses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseFigures {
    /// How many people tried.
    pub tried: u64,
    /// How many of them passed.
    pub passed: u64,
    /// The share of those who tried that passed.
    #[serde(serialize_with = "decimal::serialize")]
    pub pass_rate: Option<Number>,
    /// The share of those who tried that passed at the first attempt.
    #[serde(serialize_with = "decimal::serialize")]
    pub first_try_rate: Option<Number>,
    /// How many attempts people make up to the first pass, in the mean.
    #[serde(serialize_with = "decimal::serialize")]
    pub attempts: Option<Number>,
    /// The mean of everybody's best score.
    #[serde(serialize_with = "decimal::serialize")]
    pub best_score: Option<Number>,
}

impl Report {
    /// Of one person: without the measures that are of groups.
    #[must_use]
    pub fn of_one(mut self) -> Self {
        self.measures.retain(|measure| !measure.of_groups);
        let courses = &self.courses;
        self.levels = levels(&self.measures, |level| {
            courses.iter().filter(|course| course.level == level).count()
        });
        self
    }
}

impl Tallies {
    /// What comes out.
    pub fn report(&self, curriculum: &Curriculum) -> Report {
        let courses = &curriculum.measures.courses;
        let measures: Vec<MeasureReport> = curriculum
            .measures
            .all
            .iter()
            .zip(&self.measures)
            .map(|(measure, tally)| {
                let id = |course: CourseId| courses.get(course).map(|course| course.id.clone());
                measure_report(measure, tally, id)
            })
            .collect();
        let levels = levels(&measures, |level| {
            courses.iter().filter(|course| course.level == level).count()
        });
        let with_tally = || courses.iter().zip(&self.courses);
        Report {
            people: self.people,
            levels,
            measures,
            courses: with_tally()
                .map(|(course, tally)| CourseReport {
                    id: course.id.clone(),
                    title: course.title.clone(),
                    level: course.level,
                    delivery: course.delivery,
                    assessment: course.assessment,
                    figures: figures(tally),
                })
                .collect(),
            deliveries: designs(with_tally().map(|(course, tally)| (course.delivery, tally))),
            assessments: designs(with_tally().map(|(course, tally)| (course.assessment, tally))),
        }
    }
}

fn levels(measures: &[MeasureReport], courses: impl Fn(Level) -> usize) -> Vec<LevelReport> {
    let of = |level| {
        let own = || measures.iter().filter(move |measure| measure.level == level);
        let count = |met| own().filter(|measure| measure.met == met).count() as u64;
        LevelReport {
            level,
            name: level.as_str(),
            measures: own().count() as u64,
            courses: courses(level) as u64,
            met: count(Some(true)),
            unmet: count(Some(false)),
            unknown: count(None),
        }
    };
    Level::ALL.into_iter().map(of).collect()
}

fn designs<'t, D: Ord>(courses: impl Iterator<Item = (Option<D>, &'t CourseTally)>) -> Vec<DesignReport<D>> {
    let mut designs: BTreeMap<D, (u64, CourseTally)> = BTreeMap::new();
    for (design, tally) in courses {
        if let Some(design) = design {
            let (count, whole) = designs.entry(design).or_default();
            *count += 1;
            whole.merge(tally);
        }
    }
    designs
        .into_iter()
        .map(|(design, (courses, tally))| DesignReport {
            design,
            courses,
            figures: figures(&tally),
        })
        .collect()
}

fn figures(tally: &CourseTally) -> CourseFigures {
    let of_those = |count: u64| Number::ratio(count, tally.tried);
    CourseFigures {
        tried: tally.tried,
        passed: tally.passed,
        pass_rate: of_those(tally.passed),
        first_try_rate: of_those(tally.first_try),
        attempts: of_those(tally.attempts),
        best_score: tally.scores.mean(),
    }
}

fn measure_report(
    measure: &Measure,
    tally: &MeasureTally,
    id: impl Fn(CourseId) -> Option<String>,
) -> MeasureReport {
    let value_of = |tally: &Tally| tally.value(measure.combine());
    let value = value_of(&tally.whole);
    let baseline = match measure.baseline {
        Some(Baseline::Fixed(number)) => Some(number),
        Some(Baseline::Before(_)) => value_of(&tally.baseline),
        None => None,
    };
    let met = |value: Option<Number>| {
        let value = value?;
        match (measure.target, baseline) {
            (Some(target), _) => Some(measure.better.reaches(value, target)),
            // Without a target, better than before is good enough; as it was before is not better.
            (None, Some(baseline)) => Some(!measure.better.reaches(baseline, value)),
            (None, None) => None,
        }
    };
    let by_course = tally.courses.iter().filter(|_| measure.course.is_none());
    MeasureReport {
        id: measure.id.clone(),
        title: measure.title.clone(),
        level: measure.level,
        share: measure.is_share(),
        of_groups: measure.is_of_groups(),
        value,
        n: tally.whole.count(),
        people: tally.people,
        target: measure.target,
        better: measure.better,
        met: met(value),
        people_met: measure
            .target
            .filter(|_| !measure.is_of_groups())
            .map(|_| tally.reached),
        baseline,
        change: value.zip(baseline).map(|(value, baseline)| value.minus(baseline)),
        courses: by_course
            .filter_map(|(course, tally)| {
                let value = value_of(tally);
                Some(CourseShare {
                    course: id(*course)?,
                    value,
                    n: tally.count(),
                    met: measure.target.and_then(|_| met(value)),
                })
            })
            .collect(),
    }
}
