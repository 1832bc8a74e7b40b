//! What one person did, as measures look at it.

use std::collections::BTreeSet;

use xapi::{Ifi, Iri, Timestamp};

use super::measure::{CourseId, Measures};
use super::tally::Moment;
use crate::evaluate::{self, Accepted};
use crate::{Curriculum, Evidence, Number, View};

/// What counts of somebody's evidence, in order, and what it says of the courses.
pub(crate) struct Record<'a> {
    pub(crate) facts: Vec<Accepted<'a>>,
    /// The attempts at each course, by its place in [`Measures::courses`].
    pub(crate) attempts: Vec<Vec<Attempt>>,
}

/// An attempt at a course.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) moment: Moment,
    pub(crate) score: Option<Number>,
    pub(crate) passed: bool,
}

impl<'a> Record<'a> {
    pub(crate) fn of(
        curriculum: &'a Curriculum,
        learner: &[Ifi],
        evidence: &'a [Evidence],
        view: &View<'_>,
    ) -> Self {
        let facts = evaluate::accepted(curriculum, evidence, view);
        let measures = &curriculum.measures;
        let mut attempts = vec![Vec::new(); measures.courses.len()];
        for fact in &facts {
            for (requirement, passed) in evaluate::attempts(&curriculum.plan, learner, fact) {
                let own = measures
                    .course(&requirement.id)
                    .and_then(|course| attempts.get_mut(course));
                if let Some(own) = own {
                    own.push(Attempt {
                        moment: moment(fact),
                        score: score(fact.evidence),
                        passed,
                    });
                }
            }
        }
        Self { facts, attempts }
    }

    /// The attempts at a course, in order.
    pub(crate) fn at(&self, course: CourseId) -> &[Attempt] {
        self.attempts.get(course).map_or(&[], Vec::as_slice)
    }

    /// When a course was first passed.
    pub(super) fn first_pass(&self, course: CourseId) -> Option<Timestamp> {
        let passed = self.at(course).iter().find(|attempt| attempt.passed)?;
        Some(passed.moment.0)
    }

    /// What speaks of one of these activities.
    pub(super) fn about<'s>(&'s self, activities: &'s [Iri]) -> impl Iterator<Item = &'s Accepted<'a>> {
        self.facts
            .iter()
            .filter(|fact| activities.contains(&fact.evidence.activity))
    }
}

/// Its place in time.
pub(super) fn moment(fact: &Accepted<'_>) -> Moment {
    (fact.when, fact.evidence.stored, fact.evidence.statement)
}

/// Its score, from -1 to 1.
pub(super) fn score(row: &Evidence) -> Option<Number> {
    row.score.and_then(|score| score.as_scaled())
}

/// The courses that a statement names in its context.
pub(super) fn courses_named(measures: &Measures, row: &Evidence) -> BTreeSet<CourseId> {
    [&row.parent, &row.grouping, &row.category, &row.other]
        .into_iter()
        .flatten()
        .filter_map(|activity| measures.course_of(activity))
        .collect()
}
