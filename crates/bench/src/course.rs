//! A curriculum of six requirements, and people who work through it: twenty statements each.

use std::fmt::Write as _;

use anyhow::Result;
use fastrand::Rng;
use rules::{Curriculum, Evidence, Person, Role};
use uuid::Builder;
use xapi::{Actor, Agent, Ifi, Limits, Statement, Timestamp, Version};

/// How many statements a person makes.
pub const STEPS: usize = STORY.len();

/// What a person does, course by course. With the last step the certificate is earned.
const STORY: [(usize, &str, &str); 20] = [
    (0, "initialized", ""),
    (
        0,
        "failed",
        r#","result":{"score":{"scaled":0.5},"success":false}"#,
    ),
    (0, "completed", r#","result":{"completion":true}"#),
    (0, "passed", PASSED),
    (1, "initialized", ""),
    (
        1,
        "failed",
        r#","result":{"score":{"scaled":0.4},"success":false}"#,
    ),
    (1, "completed", r#","result":{"completion":true}"#),
    (1, "passed", PASSED),
    (2, "initialized", ""),
    (2, "completed", r#","result":{"completion":true}"#),
    (2, "passed", PASSED),
    (3, "initialized", ""),
    (3, "completed", r#","result":{"completion":true}"#),
    (3, "passed", PASSED),
    (4, "initialized", ""),
    (4, "completed", r#","result":{"completion":true}"#),
    (4, "passed", PASSED),
    (5, "initialized", ""),
    (5, "completed", r#","result":{"completion":true}"#),
    (5, "passed", PASSED),
];
const PASSED: &str = r#","result":{"score":{"scaled":0.92,"raw":92,"min":0,"max":100},"success":true,"duration":"PT24M13.5S"}"#;

/// The definition, in YAML. Another score that is asked for in the first course makes another revision.
#[must_use]
pub fn definition(passing_score: f64) -> String {
    format!(
        "curriculum: bench
title: Bench
audience: {{ roles: [learner] }}
courses:
  - {{ id: c0, title: Safety basics, activity: https://courses.example.com/bench/c0, passing_score: {passing_score} }}
  - {{ id: c1, title: Practice, activity: https://courses.example.com/bench/c1, after: c0 }}
  - {{ id: c2, title: Loads, activity: https://courses.example.com/bench/c2, passing_score: 0.8, after: [c0, c1] }}
  - {{ id: c3, title: Yard, activity: https://courses.example.com/bench/c3, completion: true }}
  - {{ id: c4, title: Paperwork, activity: https://courses.example.com/bench/c4, after: c2 }}
  - {{ id: c5, title: Yearly test, activity: https://courses.example.com/bench/c5, passing_score: 0.75, after: c4 }}
certification: {{ title: Driver, validity: 1 year }}
"
    )
}

/// The id of a person.
#[must_use]
pub fn person_id(number: usize) -> String {
    format!("p{number:07}")
}

/// People as the management API takes them.
#[must_use]
pub fn people(numbers: impl Iterator<Item = usize>) -> String {
    let mut body = String::from("[");
    for number in numbers {
        if body.len() > 1 {
            body.push(',');
        }
        let id = person_id(number);
        // Writing to a String does not fail.
        let _ = write!(
            body,
            r#"{{"id":"{id}","name":"Person {number}","identifiers":[{{"account":{{"homePage":"https://hr.example.com","name":"{id}"}}}}],"roles":["learner"]}}"#
        );
    }
    body.push(']');
    body
}

/// Adds the statement a person makes at a step to a body.
pub fn write(person: usize, step: usize, random: &mut Rng, body: &mut String) {
    let (course, verb, result) = STORY[step % STEPS];
    let id = Builder::from_random_bytes(random.u128(..).to_ne_bytes()).into_uuid();
    let name = person_id(person);
    let _ = write!(
        body,
        r#"{{"id":"{id}","actor":{{"objectType":"Agent","name":"Person {person}","account":{{"homePage":"https://hr.example.com","name":"{name}"}}}},"verb":{{"id":"http://adlnet.gov/expapi/verbs/{verb}","display":{{"en-US":"{verb}"}}}},"object":{{"objectType":"Activity","id":"https://courses.example.com/bench/c{course}","definition":{{"name":{{"en-US":"Course {course}"}},"description":{{"en-US":"One of the six courses that everybody who drives has to pass, each with a test at its end."}},"type":"http://adlnet.gov/expapi/activities/course"}}}}{result},"context":{{"registration":"{registration}","contextActivities":{{"grouping":[{{"id":"https://courses.example.com/bench"}}],"category":[{{"id":"https://w3id.org/xapi/cmi5/context/categories/cmi5"}},{{"id":"https://w3id.org/xapi/cmi5/context/categories/moveon"}}]}},"platform":"Example LMS","extensions":{{"https://w3id.org/xapi/cmi5/context/extensions/sessionid":"{registration}","https://w3id.org/xapi/cmi5/context/extensions/masteryscore":0.8}}}},"timestamp":"2026-03-02T{hour:02}:{minute:02}:00.000Z"}}"#,
        registration = Builder::from_random_bytes(
            (person as u128)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
                .to_ne_bytes()
        )
        .into_uuid(),
        hour = 8 + step / 2,
        minute = step % 2 * 30,
    );
}

/// One person's case, in memory: six requirements and twenty rows of evidence.
#[derive(Debug)]
pub struct Case {
    /// What is asked for.
    pub curriculum: Curriculum,
    /// Of whom.
    pub person: Person,
    /// What they have done.
    pub evidence: Vec<Evidence>,
    /// When they are asked.
    pub at: Timestamp,
}

/// The case of a person who has done everything, or all but the last step.
///
/// # Errors
/// When the definition or the person is wrong.
pub fn case(whole: bool) -> Result<Case> {
    let curriculum = rules::load("bench.yaml", &definition(0.8))?.curriculum;
    let role = Role {
        role: "learner".to_owned(),
        since: None,
        until: None,
    };
    let person = Person {
        id: person_id(1),
        roles: vec![role],
        ..Person::default()
    };
    let mut random = Rng::with_seed(1);
    let mut evidence = Vec::new();
    for step in 0..STEPS - usize::from(!whole) {
        let mut body = String::new();
        write(1, step, &mut random, &mut body);
        let statement = stored(&body)?;
        evidence.extend(Evidence::from_statement(&statement));
    }
    // As the engine gives them.
    evidence.sort_by(Evidence::order);
    Ok(Case {
        curriculum,
        person,
        evidence,
        at: Timestamp::parse("2026-06-01T00:00:00Z")?,
    })
}

fn stored(body: &str) -> Result<Statement> {
    let received = xapi::parse_statement(body.as_bytes(), Version::V1_0, &Limits::default())?;
    let id = received.statement().id.unwrap_or_default();
    let text = received
        .seal(id, &authority())
        .text(Timestamp::parse("2026-03-03T00:00:00Z")?);
    Ok(Statement::from_stored(&text)?)
}

/// Whose word all statements are.
#[must_use]
pub fn authority() -> Actor {
    Actor::Agent(Agent {
        name: None,
        ifi: Ifi::Account {
            home_page: "https://lrs.example.com/keys".into(),
            name: "bench".into(),
        },
    })
}
