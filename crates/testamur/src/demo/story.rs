//! What happens to made-up people, and what must come of it.
//!
//! A [`Fate`] decides both at once: which statements a person leaves behind and — by what the words of the
//! curriculum mean to a reader, not by evaluating anything — whether that earns a certificate.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Days, Duration, Utc};
use fastrand::Rng;

use super::catalogue::{Course, Curriculum};
use super::event::{Delivery, Event};
use super::session::{Ending, Sessions};

/// How it goes for one person in one curriculum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Everything at the first attempt.
    Straight,
    /// One course is failed once or twice before it is passed.
    Retries,
    /// A session without a network: its statements come days after those of later sessions.
    Offline,
    /// A package without an answer: it sends a session's statements again.
    Repeats,
    /// Everything was passed, so long ago that the certificate has expired.
    LongAgo,
    /// The last course before the one it builds on.
    OutOfOrder,
    /// Passed by the package's own mark, below the curriculum's.
    TooLow,
    /// Failed, and not tried again.
    Fails,
    /// Begun and broken off.
    BreaksOff,
    /// Nothing yet.
    Idle,
    /// The last result turns out to be worthless and is voided.
    Voided,
}

impl Fate {
    /// Every fate, with its share of the people.
    const SHARES: [(Self, u32); 11] = [
        (Self::Straight, 38),
        (Self::Retries, 17),
        (Self::Offline, 8),
        (Self::Repeats, 7),
        (Self::LongAgo, 7),
        (Self::OutOfOrder, 4),
        (Self::TooLow, 5),
        (Self::Fails, 4),
        (Self::BreaksOff, 6),
        (Self::Idle, 3),
        (Self::Voided, 1),
    ];

    /// Draws one that can strike in this curriculum.
    pub(crate) fn draw(curriculum: &Curriculum, rng: &mut Rng) -> Self {
        let possible: Vec<(Self, u32)> = Self::SHARES
            .into_iter()
            .filter(|(fate, _)| fate.can_strike(curriculum))
            .collect();
        let all: u32 = possible.iter().map(|(_, share)| share).sum();
        let mut left = rng.u32(..all);
        for (fate, share) in possible {
            match left.checked_sub(share) {
                Some(rest) => left = rest,
                None => return fate,
            }
        }
        Self::Straight
    }

    fn can_strike(self, curriculum: &Curriculum) -> bool {
        match self {
            Self::OutOfOrder => curriculum
                .required()
                .last()
                .is_some_and(|course| course.builds_on_others),
            Self::TooLow => curriculum.required().any(|course| course.passing_score.is_some()),
            Self::Retries | Self::Fails => curriculum.required().any(|course| course.assessed),
            _ => true,
        }
    }

    /// The certificate that comes of it, in the API's words.
    const fn certificate(self) -> Option<&'static str> {
        match self {
            Self::Straight | Self::Retries | Self::Offline | Self::Repeats => Some("active"),
            Self::LongAgo => Some("expired"),
            Self::Voided => Some("suspended"),
            Self::OutOfOrder | Self::TooLow | Self::Fails | Self::BreaksOff | Self::Idle => None,
        }
    }
}

/// What must come of one person's statements in one curriculum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The one certificate there must be, by its status in the API's words; `None` for none at all.
    pub(crate) certificate: Option<&'static str>,
    /// When it was earned, where the story knows it.
    pub(crate) earned_at: Option<DateTime<Utc>>,
    /// The required courses that are still to be done.
    pub(crate) lacks: BTreeSet<String>,
}

/// One person's way through one curriculum.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) events: Vec<Event>,
    pub(crate) expected: Expected,
}

/// Tells how it went for a person, up to now.
pub(crate) fn tell(
    curriculum: &Curriculum,
    fate: Fate,
    person: usize,
    now: DateTime<Utc>,
    rng: &mut Rng,
) -> Story {
    let required: Vec<&Arc<Course>> = curriculum.required().collect();
    let times = schedule(required.len(), end(curriculum, fate, now, rng), rng);
    let troubled = trouble(fate, &required, rng);
    let mut sessions = Sessions::new(person, rng);
    let mut earned_at = None;
    let mut undone: BTreeSet<String> = BTreeSet::new();

    for (place, (course, at)) in required.iter().zip(times).enumerate() {
        if troubled != Some(place) {
            if fate == Fate::Idle || !undone.is_empty() {
                undone.insert(course.id.clone());
                continue;
            }
            earned_at = sessions.hold(course, at, Ending::Reached).decided_at;
            continue;
        }
        match fate {
            Fate::Retries => {
                for attempt in 0..sessions.rng.i64(1..=2) {
                    sessions.hold(course, at - Duration::hours(20 - attempt * 7), Ending::Failed);
                }
                earned_at = sessions.hold(course, at, Ending::Reached).decided_at;
            }
            Fate::Offline => {
                let delay = Days::new(sessions.rng.u64(40..60));
                let session = sessions.hold(course, at, Ending::Reached);
                earned_at = session.decided_at;
                for event in &mut sessions.events[session.events] {
                    event.delivery = Delivery::At((event.at + delay).min(now));
                }
            }
            Fate::Repeats => {
                let times = sessions.rng.u32(2..=3);
                let session = sessions.hold(course, at, Ending::Reached);
                earned_at = session.decided_at;
                for event in &mut sessions.events[session.events] {
                    event.times = times;
                }
            }
            Fate::Voided => {
                let session = sessions.hold(course, at, Ending::Reached);
                earned_at = session.decided_at;
                sessions.void(session, now);
                undone.insert(course.id.clone());
            }
            Fate::OutOfOrder => {
                // Before the session of the course it builds on, which was held just now.
                let before = earned_at.unwrap_or(at) - Duration::days(1);
                sessions.hold(course, before, Ending::Reached);
                undone.insert(course.id.clone());
            }
            Fate::TooLow | Fate::Fails | Fate::BreaksOff => {
                let ending = match fate {
                    Fate::TooLow => Ending::TooLow,
                    Fate::Fails => Ending::Failed,
                    _ => Ending::BrokenOff,
                };
                sessions.hold(course, at, ending);
                undone.insert(course.id.clone());
            }
            Fate::Straight | Fate::LongAgo | Fate::Idle => {}
        }
    }
    let certificate = fate.certificate();
    if certificate == Some("expired") {
        // For the next certificate all of it has to be done again.
        undone.extend(required.iter().map(|course| course.id.clone()));
    }
    if fate != Fate::Idle {
        take_suggested(curriculum, &mut sessions, now);
    }
    Story {
        events: sessions.events,
        expected: Expected {
            certificate,
            earned_at: earned_at.filter(|_| certificate.is_some()),
            lacks: undone,
        },
    }
}

/// When the last course was taken: long enough ago for late statements to have come, and well away from the
/// day a certificate of it would expire.
fn end(curriculum: &Curriculum, fate: Fate, now: DateTime<Utc>, rng: &mut Rng) -> DateTime<Utc> {
    let minute = Duration::minutes(rng.i64(0..24 * 60));
    let expired = curriculum.expired_before(now);
    if fate == Fate::LongAgo {
        return expired - Days::new(rng.u64(20..90)) - minute;
    }
    let fresh = u64::try_from((now - expired).num_days()).unwrap_or(0);
    now - Days::new(rng.u64(1..(fresh / 2).clamp(2, 240))) - minute
}

/// Moments for so many courses, some days apart, the last of them at `end`.
fn schedule(courses: usize, end: DateTime<Utc>, rng: &mut Rng) -> Vec<DateTime<Utc>> {
    let mut times = vec![end];
    while times.len() < courses {
        let next = times.last().copied().unwrap_or(end);
        times.push(next - Days::new(rng.u64(2..=9)) - Duration::minutes(rng.i64(0..600)));
    }
    times.reverse();
    times
}

/// The place of the course in which a fate strikes.
fn trouble(fate: Fate, required: &[&Arc<Course>], rng: &mut Rng) -> Option<usize> {
    let last = required.len().checked_sub(1)?;
    let places = |is: fn(&Course) -> bool| (0..=last).filter(move |place| is(required[*place]));
    let marked: Vec<usize> = places(|course| course.passing_score.is_some()).collect();
    let assessed: Vec<usize> = places(|course| course.assessed).collect();
    match fate {
        Fate::Straight | Fate::LongAgo | Fate::Idle => None,
        Fate::TooLow => rng.choice(marked),
        Fate::Retries | Fate::Fails => rng.choice(assessed),
        Fate::Offline => Some(rng.usize(..last.max(1))),
        Fate::Repeats | Fate::BreaksOff => Some(rng.usize(..=last)),
        Fate::OutOfOrder | Fate::Voided => Some(last),
    }
}

/// Most people take one or another of the suggested courses too, at the end.
fn take_suggested(curriculum: &Curriculum, sessions: &mut Sessions<'_>, now: DateTime<Utc>) {
    let begun = sessions.events.iter().map(|event| event.at).min().unwrap_or(now);
    for course in curriculum.courses.iter().filter(|course| course.suggested) {
        if sessions.rng.u32(..5) < 3 {
            sessions.hold(course, begun - Duration::hours(30), Ending::Reached);
        }
    }
}
