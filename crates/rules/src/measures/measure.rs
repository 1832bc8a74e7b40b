//! Measures as they are reckoned, from a definition that was checked.

use std::collections::BTreeMap;

use xapi::{Ifi, Iri};

use crate::definition::{self, Baseline, Course, Definition, Observer, iris};
use crate::{Assessment, Better, Combine, Delivery, Learning, Level, Number, Period, Subject};

/// The place of a course in [`Measures::courses`].
pub(crate) type CourseId = usize;

/// What is measured of a curriculum.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Measures {
    /// The courses, without the groups, in the order of the definition.
    pub(crate) courses: Vec<MeasuredCourse>,
    /// The measures, in the order of the definition.
    pub(crate) all: Vec<Measure>,
    by_activity: BTreeMap<Iri, CourseId>,
}

/// What is said of a course beside its figures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MeasuredCourse {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) level: Level,
    pub(crate) delivery: Option<Delivery>,
    pub(crate) assessment: Option<Assessment>,
}

/// A measure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measure {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) level: Level,
    pub(crate) kind: Kind,
    /// The one course it is about.
    pub(crate) course: Option<CourseId>,
    pub(crate) window: Option<Period>,
    pub(crate) baseline: Option<Baseline>,
    pub(crate) target: Option<Number>,
    pub(crate) better: Better,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// How learners rate these activities.
    Survey(Vec<Iri>),
    /// What they learnt.
    Learning {
        what: Learning,
        before: Vec<Iri>,
        /// Empty: the tests of the course.
        after: Vec<Iri>,
    },
    /// What others see them do.
    Observed(Checklist),
    /// What it brings.
    Kpi(Kpi),
}

/// Which figures, whose, and how they become one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kpi {
    /// As posted figures name it.
    pub(crate) name: String,
    /// The activity of the statements that hold it, if it is one.
    pub(crate) activity: Option<Iri>,
    pub(crate) of: Subject,
    /// The result extension that holds the figure, where it is not `result.score.raw`.
    pub(crate) value: Option<Iri>,
    pub(crate) combine: Combine,
}

/// What is to be observed, by whom, and when.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checklist {
    pub(crate) items: Vec<Iri>,
    /// The authorities that observe; without any, whoever the statement names.
    pub(crate) by: Vec<Ifi>,
    /// The context extension that names the observer.
    pub(crate) observer: String,
    /// How long after the course.
    pub(crate) not_before: Option<Period>,
}

impl Measures {
    /// Of a definition that was checked.
    pub(crate) fn of(definition: &Definition) -> Self {
        let mut measures = Self::default();
        measures.add(definition.tops());
        measures.all = definition
            .measures
            .iter()
            .filter_map(|written| measures.measure(written))
            .collect();
        measures
    }

    fn add(&mut self, courses: &[Course]) {
        for course in courses {
            if course.is_group() {
                self.add(&course.of);
                continue;
            }
            for activity in course.iris() {
                self.by_activity.insert(activity, self.courses.len());
            }
            self.courses.push(MeasuredCourse {
                id: course.id.clone(),
                title: course.shown().to_owned(),
                level: course.level,
                delivery: course.delivery,
                assessment: course.assessment,
            });
        }
    }

    fn measure(&self, written: &definition::Measure) -> Option<Measure> {
        let kind = if !written.survey.is_empty() {
            Kind::Survey(iris(&written.survey))
        } else if let Some(what) = written.learning {
            Kind::Learning {
                what,
                before: iris(&written.before),
                after: iris(&written.after),
            }
        } else if !written.observed.is_empty() {
            Kind::Observed(Checklist {
                items: iris(&written.observed),
                by: written.by.clone(),
                observer: written
                    .observer
                    .clone()
                    .unwrap_or_else(|| Observer::EXTENSION.to_owned()),
                not_before: written.not_before,
            })
        } else {
            let name = written.kpi.clone()?;
            Kind::Kpi(Kpi {
                activity: Iri::parse(&name).ok(),
                name,
                of: written.of,
                value: written.value.as_deref().and_then(|text| Iri::parse(text).ok()),
                combine: written.combine,
            })
        };
        Some(Measure {
            id: written.id.clone(),
            title: written.shown().to_owned(),
            level: written.level(),
            kind,
            course: written.course.as_deref().and_then(|id| self.course(id)),
            window: written.window,
            baseline: written.baseline,
            target: written.target,
            better: written.better(),
        })
    }

    /// The course with this id.
    pub(crate) fn course(&self, id: &str) -> Option<CourseId> {
        self.courses.iter().position(|course| course.id == id)
    }

    /// What is said of the course with this id.
    pub(crate) fn named(&self, id: &str) -> Option<&MeasuredCourse> {
        self.courses.iter().find(|course| course.id == id)
    }

    /// The course that has this activity.
    pub(super) fn course_of(&self, activity: &Iri) -> Option<CourseId> {
        self.by_activity.get(activity).copied()
    }

    /// Whether a measure is made of the figures of groups.
    pub(crate) fn measures_groups(&self) -> bool {
        self.all.iter().any(Measure::is_of_groups)
    }

    /// Every activity that is measured.
    pub(crate) fn activities(&self) -> impl Iterator<Item = &Iri> {
        self.all.iter().flat_map(Measure::activities)
    }
}

impl Measure {
    fn activities(&self) -> impl Iterator<Item = &Iri> {
        let (first, second): (&[Iri], &[Iri]) = match &self.kind {
            Kind::Survey(activities) => (activities, &[]),
            Kind::Learning { before, after, .. } => (before, after),
            Kind::Observed(checklist) => (&checklist.items, &[]),
            Kind::Kpi(kpi) => (kpi.activity.as_slice(), &[]),
        };
        first.iter().chain(second)
    }

    /// How the values of all people become one.
    pub(super) fn combine(&self) -> Combine {
        match &self.kind {
            Kind::Kpi(kpi) if kpi.of == Subject::Group => kpi.combine,
            _ => Combine::Mean,
        }
    }

    /// How the values of one person become one.
    pub(super) fn combine_own(&self) -> Combine {
        match &self.kind {
            Kind::Kpi(kpi) => kpi.combine,
            _ => Combine::Mean,
        }
    }

    /// Whether it is of groups, and says nothing of one person.
    pub(super) fn is_of_groups(&self) -> bool {
        matches!(&self.kind, Kind::Kpi(kpi) if kpi.of == Subject::Group)
    }

    /// Whether its values are shares: shown in percent.
    pub(super) fn is_share(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Kpi(_)
                | Kind::Learning {
                    what: Learning::Attempts,
                    ..
                }
        )
    }
}
