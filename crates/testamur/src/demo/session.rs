use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use fastrand::Rng;
use uuid::Uuid;

use super::catalogue::Course;
use super::event::{Delivery, Event, Said};

/// Writes the sessions of one person under one registration, with the statements that cmi5 asks for
/// (cmi5, section 9.3): launched, initialized, what came of it, satisfied, terminated.
pub(crate) struct Sessions<'a> {
    person: usize,
    registration: Uuid,
    pub(crate) rng: &'a mut Rng,
    pub(crate) events: Vec<Event>,
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ending {
    /// All that the curriculum wants of the course.
    Reached,
    /// Passed with this score, and satisfied as the package sees it.
    Passed(f64),
    /// Passed by the package's own mark, below the one of the curriculum.
    TooLow,
    /// Failed, well below either mark.
    Failed,
    /// Failed with this score.
    FailedWith(f64),
    /// The learner closes the window.
    BrokenOff,
}

/// A session as written.
pub(crate) struct Session {
    /// Where its statements are.
    pub(crate) events: Range<usize>,
    /// Which of them says what came of it.
    pub(crate) decisive: Option<usize>,
    /// When that was.
    pub(crate) decided_at: Option<DateTime<Utc>>,
}

impl<'a> Sessions<'a> {
    /// No session yet.
    pub(crate) fn new(person: usize, rng: &'a mut Rng) -> Self {
        let registration = random_uuid(rng);
        Self {
            person,
            registration,
            rng,
            events: Vec::new(),
        }
    }

    /// A session of `course` whose outcome is told at `at`.
    pub(crate) fn hold(&mut self, course: &Arc<Course>, at: DateTime<Utc>, ending: Ending) -> Session {
        let first = self.events.len();
        let session = random_uuid(self.rng);
        let begin = at - Duration::minutes(course.minutes);
        self.say(course, session, Said::Launched, begin - Duration::seconds(8));
        self.say(course, session, Said::Initialized, begin);
        let decisive = match ending {
            Ending::BrokenOff => None,
            Ending::Failed => {
                let score = self.hundredths(15..55);
                Some(self.say(course, session, Said::Failed(score), at))
            }
            Ending::FailedWith(score) => Some(self.say(course, session, Said::Failed(score), at)),
            Ending::Reached | Ending::Passed(_) | Ending::TooLow if !course.assessed => {
                Some(self.say(course, session, Said::Completed, at))
            }
            Ending::Reached | Ending::Passed(_) | Ending::TooLow => {
                // In hundredths: 0.8 less 0.05 must not come out as 0.7500000000000001.
                let least = (course.passing_score.unwrap_or(0.75) * 100.0).round() as i64;
                let score = match ending {
                    Ending::Passed(score) => score,
                    Ending::TooLow => self.hundredths(least - 10..least),
                    _ => self.hundredths(least..101),
                };
                self.say(course, session, Said::Completed, at - Duration::seconds(2));
                Some(self.say(course, session, Said::Passed(score), at))
            }
        };
        if decisive.is_some() && !matches!(ending, Ending::Failed | Ending::FailedWith(_)) {
            self.say(course, session, Said::Satisfied, at + Duration::seconds(1));
        }
        self.say(course, session, Said::Terminated, at + Duration::seconds(20));
        let decided_at = decisive.map(|place| self.events[place].at);
        Session {
            events: first..self.events.len(),
            decisive,
            decided_at,
        }
    }

    /// Voids what came of a session, once everything else is known.
    pub(crate) fn void(&mut self, session: Session, at: DateTime<Utc>) {
        if let Some(place) = session.decisive {
            let (course, target) = (Arc::clone(&self.events[place].course), self.events[place].id);
            let voiding = self.say(&course, Uuid::nil(), Said::Voids(target), at);
            self.events[voiding].delivery = Delivery::Afterwards;
        }
    }

    fn say(&mut self, course: &Arc<Course>, session: Uuid, said: Said, at: DateTime<Utc>) -> usize {
        self.events.push(Event {
            id: random_uuid(self.rng),
            person: self.person,
            course: Arc::clone(course),
            registration: self.registration,
            session,
            said,
            at,
            delivery: Delivery::At(at + Duration::milliseconds(self.rng.i64(50..900))),
            times: 1,
        });
        self.events.len() - 1
    }

    fn hundredths(&mut self, range: Range<i64>) -> f64 {
        self.rng.i64(range) as f64 / 100.0
    }
}

fn random_uuid(rng: &mut Rng) -> Uuid {
    uuid::Builder::from_random_bytes(rng.u128(..).to_be_bytes()).into_uuid()
}
