//! Statements as cmi5 packages send them, 1.1 to 1.3 KB each, and the queries that find them again.

use std::fmt::Write as _;

use fastrand::Rng;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::{Builder, Uuid};

/// How many people act.
pub const ACTORS: usize = 1_000;
/// On how many activities.
pub const ACTIVITIES: usize = 50;

const VERBS: [&str; 5] = ["launched", "initialized", "completed", "passed", "terminated"];
const HOME_PAGE: &str = "https://lms.example.com";
/// How many statements a registration has, however many are stored: it is one learner's way through one course.
const STATEMENTS_OF_A_REGISTRATION: u64 = 20;

/// The registrations of a store. All are derived from numbers, so that queries can name them without having kept them.
#[derive(Debug, Clone, Copy)]
pub struct Registrations {
    of_an_actor: usize,
}

impl Registrations {
    /// Those of a store that is to hold so many statements.
    #[must_use]
    pub fn of(statements: u64) -> Self {
        let all = statements / STATEMENTS_OF_A_REGISTRATION;
        let of_an_actor = usize::try_from(all).unwrap_or(usize::MAX) / ACTORS;
        Self {
            of_an_actor: of_an_actor.max(1),
        }
    }

    /// One of an actor's.
    fn one(self, random: &mut Rng, actor: usize) -> Uuid {
        let number = random.usize(..self.of_an_actor);
        random_uuid(&mut Rng::with_seed((actor * self.of_an_actor + number) as u64))
    }
}

/// Makes statements: random ones, other ones for each seed.
#[derive(Debug, Clone)]
pub struct Statements {
    random: Rng,
    registrations: Registrations,
}

impl Statements {
    /// A generator of its own for each seed, of statements for these registrations.
    #[must_use]
    pub fn new(seed: u64, registrations: Registrations) -> Self {
        Self {
            random: Rng::with_seed(seed),
            registrations,
        }
    }

    /// A body of one statement.
    pub fn one(&mut self, body: &mut String) {
        body.clear();
        self.write(body);
    }

    /// A body of an array of statements.
    pub fn batch(&mut self, size: usize, body: &mut String) {
        body.clear();
        for at in 0..size {
            body.push(if at == 0 { '[' } else { ',' });
            self.write(body);
        }
        body.push(']');
    }

    fn write(&mut self, body: &mut String) {
        let id = random_uuid(&mut self.random);
        let actor = self.random.usize(..ACTORS);
        let activity = self.random.usize(..ACTIVITIES);
        let verb = VERBS[self.random.usize(..VERBS.len())];
        let session = random_uuid(&mut self.random);
        let registration = self.registrations.one(&mut self.random, actor);
        let (course, programme) = (activity % 10, activity % 3);
        let score = self.random.u32(50..100);
        // Writing to a String does not fail.
        let _ = write!(
            body,
            r#"{{"id":"{id}","actor":{{"objectType":"Agent","name":"Learner Number {actor}","account":{{"homePage":"{HOME_PAGE}","name":"{actor:06}"}}}},"verb":{{"id":"http://adlnet.gov/expapi/verbs/{verb}","display":{{"en-US":"{verb}"}}}},"object":{{"objectType":"Activity","id":"https://courses.example.com/course/{course}/lesson/{activity}","definition":{{"name":{{"en-US":"Lesson {activity} of the course"}},"type":"http://adlnet.gov/expapi/activities/lesson"}}}},"result":{{"score":{{"scaled":0.{score},"raw":{score},"min":0,"max":100}},"success":true,"completion":true,"duration":"PT12M34.5S"}},"context":{{"registration":"{registration}","contextActivities":{{"parent":[{{"id":"https://courses.example.com/course/{course}"}}],"grouping":[{{"id":"https://courses.example.com/programme/{programme}"}}],"category":[{{"id":"https://w3id.org/xapi/cmi5/context/categories/cmi5"}},{{"id":"https://w3id.org/xapi/cmi5/context/categories/moveon"}}]}},"platform":"Example LMS","language":"en-US","extensions":{{"https://w3id.org/xapi/cmi5/context/extensions/sessionid":"{session}","https://w3id.org/xapi/cmi5/context/extensions/masteryscore":0.8}}}},"timestamp":"2026-03-02T09:30:12.345Z"}}"#
        );
    }
}

/// A version 4 UUID of a generator.
fn random_uuid(random: &mut Rng) -> Uuid {
    Builder::from_random_bytes(random.u128(..).to_ne_bytes()).into_uuid()
}

/// A kind of query: what it filters by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// `agent`
    Agent,
    /// `verb` and `activity`
    VerbAndActivity,
    /// `agent` with `related_agents`
    RelatedAgent,
    /// `registration`
    Registration,
    /// `since`
    Since,
}

impl Query {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Agent,
        Self::VerbAndActivity,
        Self::RelatedAgent,
        Self::Registration,
        Self::Since,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::VerbAndActivity => "verb and activity",
            Self::RelatedAgent => "related agent",
            Self::Registration => "registration",
            Self::Since => "since",
        }
    }

    /// A path with a query for the 50 newest of these. `since` is one of the moments, in RFC 3339.
    #[must_use]
    pub fn path(self, random: &mut Rng, registrations: Registrations, since: &[String]) -> String {
        let actor = random.usize(..ACTORS);
        let agent = encoded(&format!(
            r#"{{"account":{{"homePage":"{HOME_PAGE}","name":"{actor:06}"}}}}"#
        ));
        let filter = match self {
            Self::Agent => format!("agent={agent}"),
            Self::RelatedAgent => format!("agent={agent}&related_agents=true"),
            Self::VerbAndActivity => {
                let (verb, activity) = (VERBS[random.usize(..VERBS.len())], random.usize(..ACTIVITIES));
                let verb = encoded(&format!("http://adlnet.gov/expapi/verbs/{verb}"));
                let course = activity % 10;
                let activity = encoded(&format!(
                    "https://courses.example.com/course/{course}/lesson/{activity}"
                ));
                format!("verb={verb}&activity={activity}")
            }
            Self::Registration => {
                format!("registration={}", registrations.one(random, actor))
            }
            Self::Since => {
                let moment = random
                    .choice(since)
                    .map_or("2026-01-01T00:00:00Z", String::as_str);
                format!("since={}", encoded(moment))
            }
        };
        format!("/xapi/statements?{filter}&limit=50")
    }
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}
