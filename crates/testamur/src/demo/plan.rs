//! Everything the demo is going to send, and everything that must come of it, drawn from one seed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use fastrand::Rng;

use super::catalogue::Curriculum;
use super::event::{Delivery, Event};
use super::people::{self, Learner};
use super::samples::{self, Sample};
use super::story::{self, Expected, Fate, Story};
use crate::failure::{Failure, Outcome};

/// Whose standing in what: person and curriculum.
pub(crate) type Place = (String, String);

/// What the demo sends and what it expects.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The curricula.
    pub(crate) curricula: Vec<Curriculum>,
    /// Everybody, the hand-made ones first.
    pub(crate) learners: Vec<Learner>,
    /// What the hand-made ones are examples of, in the order of `learners`.
    pub(crate) samples: Vec<Sample>,
    /// Every statement.
    pub(crate) events: Vec<Event>,
    /// The requests of the stream, in order: places in `events`.
    pub(crate) stream: Vec<Vec<usize>>,
    /// What is sent when the server has come to terms with the stream.
    pub(crate) afterwards: Vec<usize>,
    /// What is sent at the very end.
    pub(crate) last: Vec<usize>,
    /// What must come of it, for everybody whom a curriculum is for.
    pub(crate) expected: BTreeMap<Place, Expected>,
}

impl Plan {
    /// Draws so many people beside the hand-made ones, with statements up to `now`.
    ///
    /// # Errors
    /// Exit code 3 when the sample files do not fit each other.
    pub(crate) fn draw(people: u32, seed: u64, now: DateTime<Utc>) -> Outcome<Self> {
        let mut rng = Rng::with_seed(seed);
        let rng = &mut rng;
        let mut plan = Self {
            curricula: Curriculum::samples()?,
            learners: Vec::new(),
            samples: Vec::new(),
            events: Vec::new(),
            stream: Vec::new(),
            afterwards: Vec::new(),
            last: Vec::new(),
            expected: BTreeMap::new(),
        };
        for (learner, sample) in samples::read()? {
            plan.admit_sample(learner, sample, now, rng)?;
        }
        let further_roles = plan.further_roles();
        for index in 0..people {
            plan.admit(people::invent(index, &further_roles, rng), now, rng);
        }
        plan.afterwards = plan.delivered(Delivery::Afterwards);
        plan.last = plan.delivered(Delivery::Last);
        plan.stream = stream(&plan.events, rng);
        Ok(plan)
    }

    /// The statements of a request, in JSON.
    pub(crate) fn statements(&self, places: &[usize]) -> Vec<serde_json::Value> {
        let events = places.iter().map(|place| &self.events[*place]);
        events
            .map(|event| event.statement(&self.learners[event.person]))
            .collect()
    }

    /// What the log must hold in the end: every statement once, and the server's own for each decision that is told:
    /// two for one that is issued (qualified, certified), one for one that is suspended. A certificate that had ended
    /// before anybody knew of it is not news.
    pub(crate) fn log(&self) -> usize {
        let told = |expected: &Expected| match expected.certificate {
            Some("active") => 2,
            Some("suspended") => 3,
            _ => 0,
        };
        self.events.len() + self.expected.values().map(told).sum::<usize>()
    }

    /// The curriculum with this id.
    pub(crate) fn curriculum(&self, id: &str) -> Option<&Curriculum> {
        self.curricula.iter().find(|curriculum| curriculum.id == id)
    }

    /// When the first and the last of it happened.
    pub(crate) fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let times = self.events.iter().map(|event| event.at);
        Some((times.clone().min()?, times.max()?))
    }

    fn admit_sample(
        &mut self,
        learner: Learner,
        sample: Sample,
        now: DateTime<Utc>,
        rng: &mut Rng,
    ) -> Outcome {
        let curriculum = self.curriculum(&sample.curriculum).cloned();
        let curriculum = curriculum
            .filter(|found| found.is_for(&learner.roles))
            .ok_or_else(|| {
                Failure::definition(format!(
                    "samples/demo/learners.yaml: {} is not for {}",
                    sample.curriculum, sample.id
                ))
            })?;
        let story = sample.story(&curriculum, self.learners.len(), now, rng)?;
        self.learners.push(learner);
        self.samples.push(sample);
        self.keep(&curriculum, story);
        Ok(())
    }

    fn admit(&mut self, learner: Learner, now: DateTime<Utc>, rng: &mut Rng) {
        let person = self.learners.len();
        let roles = learner.roles.clone();
        self.learners.push(learner);
        for curriculum in self
            .curricula
            .clone()
            .iter()
            .filter(|curriculum| curriculum.is_for(&roles))
        {
            let fate = Fate::draw(curriculum, rng);
            self.keep(curriculum, story::tell(curriculum, fate, person, now, rng));
        }
    }

    fn keep(&mut self, curriculum: &Curriculum, story: Story) {
        self.events.extend(story.events);
        if let Some(learner) = self.learners.last() {
            self.expected
                .insert((learner.id.clone(), curriculum.id.clone()), story.expected);
        }
    }

    /// The roles that curricula name, beside that of everybody.
    fn further_roles(&self) -> Vec<String> {
        let named: BTreeSet<&String> = self
            .curricula
            .iter()
            .flat_map(|curriculum| curriculum.roles())
            .collect();
        named
            .into_iter()
            .filter(|role| *role != people::EVERYBODY)
            .cloned()
            .collect()
    }

    fn delivered(&self, when: Delivery) -> Vec<usize> {
        (0..self.events.len())
            .filter(|place| self.events[*place].delivery == when)
            .collect()
    }
}

/// A platform forwards this many statements at once at most.
const LARGEST_BATCH: usize = 50;
/// Of a hundred requests, so many bring a single statement, as packages that speak for themselves do.
const SINGLES: u32 = 30;
/// Of a hundred requests, so many are sent again, as after an answer that got lost.
const SENT_AGAIN: u32 = 3;

/// Puts statements into requests in the order in which they arrive, repetitions included.
fn stream(events: &[Event], rng: &mut Rng) -> Vec<Vec<usize>> {
    let mut arrivals: Vec<(DateTime<Utc>, usize)> = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let Delivery::At(first) = event.delivery else {
            continue;
        };
        arrivals.extend((0..event.times).map(|time| (first + Duration::minutes(7 * i64::from(time)), place)));
    }
    arrivals.sort_unstable();
    let mut rest = arrivals.as_slice();
    let mut requests: Vec<Vec<usize>> = Vec::new();
    while !rest.is_empty() {
        let size = if rng.u32(..100) < SINGLES {
            1
        } else {
            rng.usize(2..=LARGEST_BATCH)
        };
        let (batch, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        // A platform does not put the same statement twice into one request.
        let mut seen = BTreeSet::new();
        let (once, again): (Vec<usize>, Vec<usize>) = batch
            .iter()
            .map(|(_, place)| *place)
            .partition(|place| seen.insert(*place));
        let repeat = rng.u32(..100) < SENT_AGAIN;
        let lost_answer = repeat.then(|| once.clone());
        requests.push(once);
        requests.extend(again.into_iter().map(|place| vec![place]));
        requests.extend(lost_answer);
    }
    requests
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};

    use super::{Delivery, Plan};

    fn now() -> DateTime<Utc> {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_same_seed_tells_the_same_stories() {
        let plan = |seed| {
            let plan = Plan::draw(50, seed, now()).unwrap();
            (
                plan.statements(&(0..plan.events.len()).collect::<Vec<_>>()),
                plan.stream,
                plan.expected,
            )
        };
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }

    #[test]
    fn every_statement_is_sent_and_some_are_sent_again() {
        let plan = Plan::draw(200, 1, now()).unwrap();
        let sent: Vec<usize> = plan.stream.iter().flatten().copied().collect();
        let once: BTreeSet<usize> = sent.iter().copied().collect();
        assert!(sent.len() > once.len());
        assert_eq!(
            once.len() + plan.afterwards.len() + plan.last.len(),
            plan.events.len()
        );
        assert!(plan.stream.iter().all(|request| !request.is_empty()));
    }

    #[test]
    fn no_statement_tells_of_the_future_or_arrives_before_it_happened() {
        let plan = Plan::draw(200, 1, now()).unwrap();
        for event in &plan.events {
            assert!(event.at <= now() + chrono::Duration::minutes(1), "{event:?}");
            if let Delivery::At(arrival) = event.delivery {
                assert!(arrival >= event.at.min(now()), "{event:?}");
            }
        }
    }

    #[test]
    fn every_kind_of_outcome_is_among_the_expected() {
        let plan = Plan::draw(200, 1, now()).unwrap();
        let outcomes: BTreeSet<_> = plan
            .expected
            .values()
            .map(|expected| expected.certificate)
            .collect();
        assert_eq!(
            outcomes,
            BTreeSet::from([None, Some("active"), Some("expired"), Some("suspended")])
        );
        for expected in plan.expected.values() {
            assert_eq!(
                expected.certificate.is_some(),
                expected.earned_at.is_some(),
                "{expected:?}"
            );
            assert_eq!(
                expected.certificate == Some("active"),
                expected.lacks.is_empty(),
                "{expected:?}"
            );
        }
    }
}
