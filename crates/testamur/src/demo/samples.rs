//! The hand-made learners of `samples/demo/learners.yaml`.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use fastrand::Rng;
use serde::{Deserialize, Deserializer};

use super::catalogue::Curriculum;
use super::event::Delivery;
use super::people::Learner;
use super::session::{Ending, Sessions};
use super::story::{Expected, Story};
use crate::failure::{Failure, Outcome};

const LEARNERS: &str = include_str!("../../../../samples/demo/learners.yaml");
const PEOPLE: &str = include_str!("../../../../samples/people.csv");

/// One of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sample {
    /// The personnel number.
    pub(crate) id: String,
    /// What they are an example of.
    pub(crate) case: String,
    /// In which curriculum.
    pub(crate) curriculum: String,
    statements: Vec<Written>,
    expect: WrittenExpectation,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    course: String,
    day: i64,
    /// There, with or without a score.
    #[serde(default, deserialize_with = "present")]
    passed: Option<Option<f64>>,
    failed: Option<f64>,
    #[serde(default)]
    completed: bool,
    delivered: Option<WrittenDelivery>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    voided: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum WrittenDelivery {
    Day(i64),
    Word(Word),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Last,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExpectation {
    certificate: WrittenStatus,
    earned: Option<i64>,
    /// Course and words of the reason, which the test of the demo looks for.
    lacks: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenStatus {
    Active,
    Expired,
    Suspended,
    None,
}

fn once() -> u32 {
    1
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads the hand-made learners, each with who they are.
///
/// # Errors
/// Exit code 3 when the sample files can not be read or do not fit each other.
pub(crate) fn read() -> Outcome<Vec<(Learner, Sample)>> {
    let people = certification::people::parse_csv("samples/people.csv", PEOPLE)
        .map_err(|errors| Failure::definition(errors.to_string()))?;
    let samples: Vec<Sample> = serde_saphyr::from_str(LEARNERS)
        .map_err(|error| Failure::definition(format!("samples/demo/learners.yaml: {error}")))?;
    samples
        .into_iter()
        .map(|sample| {
            let person = people
                .iter()
                .find(|person| person.id == sample.id)
                .ok_or_else(|| {
                    Failure::definition(format!("samples/people.csv: there is no {}", sample.id))
                })?;
            Ok((Learner::from_person(person), sample))
        })
        .collect()
}

impl Sample {
    /// What happens to them, and what must come of it by hand.
    ///
    /// # Errors
    /// Exit code 3 when they take a course that is not in their curriculum.
    pub(crate) fn story(
        &self,
        curriculum: &Curriculum,
        person: usize,
        now: DateTime<Utc>,
        rng: &mut Rng,
    ) -> Outcome<Story> {
        let mut sessions = Sessions::new(person, rng);
        for written in &self.statements {
            let course = curriculum.course(&written.course).ok_or_else(|| {
                Failure::definition(format!(
                    "samples/demo/learners.yaml: {} takes {}, which is no course of {}",
                    self.id, written.course, curriculum.id
                ))
            })?;
            let session = sessions.hold(course, on_day(now, written.day), written.ending());
            for event in &mut sessions.events[session.events.clone()] {
                event.times = written.times;
                if let Some(WrittenDelivery::Day(day)) = written.delivered {
                    event.delivery = Delivery::At(on_day(now, day));
                }
            }
            if let (Some(WrittenDelivery::Word(Word::Last)), Some(place)) =
                (written.delivered, session.decisive)
            {
                sessions.events[place].delivery = Delivery::Last;
            }
            if written.voided {
                sessions.void(session, now);
            }
        }
        let certificate = match self.expect.certificate {
            WrittenStatus::Active => Some("active"),
            WrittenStatus::Expired => Some("expired"),
            WrittenStatus::Suspended => Some("suspended"),
            WrittenStatus::None => None,
        };
        Ok(Story {
            events: sessions.events,
            expected: Expected {
                certificate,
                earned_at: self.expect.earned.map(|day| on_day(now, day)),
                lacks: self.expect.lacks.keys().cloned().collect(),
            },
        })
    }
}

impl Written {
    fn ending(&self) -> Ending {
        match (self.passed, self.failed) {
            (Some(Some(score)), _) => Ending::Passed(score),
            (_, Some(score)) => Ending::FailedWith(score),
            (Some(None), None) => Ending::Reached,
            (None, None) if self.completed => Ending::Reached,
            (None, None) => Ending::BrokenOff,
        }
    }
}

fn on_day(now: DateTime<Utc>, day: i64) -> DateTime<Utc> {
    match u64::try_from(day) {
        Ok(days) => now + Days::new(days),
        Err(_) => now - Days::new(day.unsigned_abs()),
    }
}
