//! Points, badges, streaks, levels and boards, from the same evidence as the standing.
//!
//! [`recognize`] looks at one person; [`board`] puts several in order. What was once reached stays: a certificate that
//! expires takes no points away, more passes never do, and what was voided counts as if it had never been sent.

mod board;
mod streak;

use serde::Serialize;
use xapi::Timestamp;

pub use self::board::{Place, board};
use self::streak::Streaks;
use crate::definition::{self, Badge, PointsLevel};
use crate::measures::Record;
use crate::{Curriculum, Evidence, Person, Streak, View, evaluate};

/// What one person has earned in one curriculum. These are the members the API shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognition {
    /// All points together.
    pub points: u64,
    /// The level they have reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<PointLevel>,
    /// The next level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_level: Option<PointLevel>,
    /// Weeks or months in a row.
    pub streak: StreakReport,
    /// Every badge of the curriculum.
    pub badges: Vec<BadgeReport>,
    /// What the points are for, in order.
    pub awards: Vec<Award>,
}

/// A level that points lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointLevel {
    /// What people call it.
    pub title: String,
    /// From how many points on.
    pub points: u32,
}

/// Weeks or months in a row in which something counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StreakReport {
    /// What is counted.
    pub unit: Streak,
    /// How many up to now; the one that is under way need not be in it yet.
    pub current: u32,
    /// How many at most.
    pub longest: u32,
}

/// A badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadgeReport {
    /// Its id in the definition.
    pub id: String,
    /// Its title.
    pub title: String,
    /// An image of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// When it was earned; `None`: not yet.
    pub earned_at: Option<Timestamp>,
}

/// Points for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Award {
    /// When it happened.
    pub at: Timestamp,
    /// How many points.
    pub points: u32,
    /// What for.
    #[serde(rename = "for")]
    pub reason: AwardReason,
    /// The course, where it is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<String>,
}

/// What points are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AwardReason {
    /// A course that was met.
    Met,
    /// A course that was passed at the first attempt.
    FirstTry,
    /// The first certificate.
    Certified,
    /// A week or month in which something counted.
    Active,
}

/// What somebody earned, by what was known at a moment; `None` if the curriculum recognizes nothing.
///
/// The evidence is that of this person alone, in any order; the same statement may be in it more than once. Whom the
/// curriculum is not and never was for has earned nothing. Evidence that has to be reviewed is left out.
pub fn recognize(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
) -> Option<Recognition> {
    let wanted = curriculum.definition.recognition.as_ref()?;
    let steps = steps(curriculum, wanted, person, evidence, view);
    let mut badges: Vec<BadgeReport> = wanted.badges.iter().map(unearned).collect();
    let mut reached = Reached::default();
    for (index, step) in steps.iter().enumerate() {
        reached.take(step);
        // What happened at one moment happened at once.
        if steps.get(index + 1).is_some_and(|next| next.at == step.at) {
            continue;
        }
        for (badge, own) in wanted.badges.iter().zip(&mut badges) {
            if own.earned_at.is_none() && reached.earns(badge) {
                own.earned_at = Some(step.at);
            }
        }
    }
    let level = |rung: &PointsLevel| PointLevel {
        title: rung.title.clone(),
        points: rung.points,
    };
    let is_reached = |rung: &&PointsLevel| u64::from(rung.points) <= reached.points;
    let mut streaks = Streaks::new(wanted.streak, person);
    for step in steps.iter().filter(|step| step.streak.is_some()) {
        streaks.take(step.at);
    }
    Some(Recognition {
        points: reached.points,
        level: wanted.levels.iter().rfind(is_reached).map(level),
        next_level: wanted.levels.iter().find(|rung| !is_reached(rung)).map(level),
        streak: StreakReport {
            unit: wanted.streak,
            current: streaks.current(view.at),
            longest: reached.streak,
        },
        badges,
        awards: steps
            .into_iter()
            .filter(|step| step.points > 0)
            .map(Award::from)
            .collect(),
    })
}

impl Recognition {
    /// The points for what happened at or after a moment.
    pub fn points_from(&self, from: Timestamp) -> u64 {
        let later = self.awards.iter().filter(|award| from <= award.at);
        later.map(|award| u64::from(award.points)).sum()
    }
}

/// Something that was reached.
struct Step {
    at: Timestamp,
    reason: AwardReason,
    course: Option<String>,
    points: u32,
    /// How many weeks or months in a row there are with it.
    streak: Option<u32>,
}

impl From<Step> for Award {
    fn from(step: Step) -> Self {
        Self {
            at: step.at,
            points: step.points,
            reason: step.reason,
            course: step.course,
        }
    }
}

/// Everything that was reached, in order.
fn steps(
    curriculum: &Curriculum,
    wanted: &definition::Recognition,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
) -> Vec<Step> {
    let history = evaluate::history(curriculum, person, evidence, view);
    let record = Record::of(curriculum, &person.identifiers, evidence, view);
    let points = &wanted.points;
    let step = |at, reason, points| Step {
        at,
        reason,
        course: None,
        points,
        streak: None,
    };
    let mut steps = Vec::new();
    for (course, at) in &history.met {
        let with_course = |reason, points| Step {
            course: Some(course.clone()),
            ..step(*at, reason, points)
        };
        steps.push(with_course(AwardReason::Met, points.met));
        let attempts = curriculum.measures.course(course).map(|course| record.at(course));
        if attempts.and_then(<[_]>::first).is_some_and(|first| first.passed) {
            steps.push(with_course(AwardReason::FirstTry, points.first_try));
        }
    }
    if let Some(at) = history.certified {
        steps.push(step(at, AwardReason::Certified, points.certified));
    }
    let mut streaks = Streaks::new(wanted.streak, person);
    for at in history.passes {
        if let Some(length) = streaks.take(at) {
            steps.push(Step {
                streak: Some(length),
                ..step(at, AwardReason::Active, points.active)
            });
        }
    }
    steps.sort_by(|a, b| (a.at, a.reason, &a.course).cmp(&(b.at, b.reason, &b.course)));
    steps
}

/// How far somebody has come.
#[derive(Default)]
struct Reached {
    points: u64,
    courses: u32,
    first_tries: u32,
    certified: bool,
    streak: u32,
}

impl Reached {
    fn take(&mut self, step: &Step) {
        self.points += u64::from(step.points);
        match step.reason {
            AwardReason::Met => self.courses += 1,
            AwardReason::FirstTry => self.first_tries += 1,
            AwardReason::Certified => self.certified = true,
            AwardReason::Active => {}
        }
        self.streak = self.streak.max(step.streak.unwrap_or(0));
    }

    fn earns(&self, badge: &Badge) -> bool {
        let has = |asked: Option<u32>, reached: u64| asked.is_none_or(|asked| u64::from(asked) <= reached);
        (self.certified || !badge.certified)
            && has(badge.courses, self.courses.into())
            && has(badge.first_tries, self.first_tries.into())
            && has(badge.streak, self.streak.into())
            && has(badge.points, self.points)
    }
}

fn unearned(badge: &Badge) -> BadgeReport {
    BadgeReport {
        id: badge.id.clone(),
        title: badge.title.clone(),
        image: badge.image.clone(),
        earned_at: None,
    }
}
