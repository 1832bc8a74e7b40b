//! Short ways to write curricula, people and evidence.

use proptest::test_runner::Config as ProptestConfig;
use rules::{Act, ActKind, Curriculum, Evidence, EvidenceScore, Number, Person, Role, verbs};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

pub(crate) fn at(text: &str) -> Timestamp {
    let text = if text.len() == 10 {
        format!("{text}T12:00:00Z")
    } else {
        text.to_owned()
    };
    Timestamp::parse(&text).unwrap()
}

pub(crate) fn curriculum(yaml: &str) -> Curriculum {
    match rules::load("test.yaml", yaml) {
        Ok(loaded) => loaded.curriculum,
        Err(errors) => panic!("{errors}"),
    }
}

pub(crate) fn person(role: &str) -> Person {
    Person {
        id: "p1".to_owned(),
        roles: vec![Role {
            role: role.to_owned(),
            ..Role::default()
        }],
        ..Person::default()
    }
}

pub(crate) fn course_iri(course: &str) -> Iri {
    Iri::parse(&format!("https://courses.example.com/{course}")).unwrap()
}

/// Evidence number `id` about a course at a moment.
pub(crate) fn row(id: u128, course: &str, verb: &str, when: &str) -> Evidence {
    let timestamp = at(when);
    Evidence {
        statement: Uuid::from_u128(id),
        timestamp,
        stored: timestamp,
        verb: Iri::parse(verb).unwrap(),
        activity: course_iri(course),
        activity_type: None,
        parent: Vec::new(),
        grouping: Vec::new(),
        category: Vec::new(),
        other: Vec::new(),
        success: None,
        completion: None,
        score: None,
        response: None,
        duration: None,
        registration: None,
        authority: None,
        instructor: None,
        platform: None,
        result_extensions: Default::default(),
        context_extensions: Default::default(),
    }
}

pub(crate) fn scored(row: Evidence, scaled: &str) -> Evidence {
    let scaled = Some(Number::parse(scaled).unwrap());
    Evidence {
        score: Some(EvidenceScore {
            scaled,
            ..EvidenceScore::default()
        }),
        ..row
    }
}

/// Passed, with a score unless it is empty.
pub(crate) fn pass(id: u128, course: &str, score: &str, when: &str) -> Evidence {
    let row = row(id, course, verbs::PASSED, when);
    if score.is_empty() { row } else { scored(row, score) }
}

pub(crate) fn ids(numbers: &[u128]) -> Vec<Uuid> {
    numbers.iter().map(|number| Uuid::from_u128(*number)).collect()
}

pub(crate) const FORKLIFT: &str = "
curriculum: forklift
title: Forklift
audience: { roles: [driver] }
courses:
  - { id: basics, title: Safety basics, activity: https://courses.example.com/basics, passing_score: 0.8 }
  - { id: practice, title: Practice, activity: https://courses.example.com/practice, after: basics }
  - { id: history, title: History, activity: https://courses.example.com/history, completion: true, suggested: true }
certification: { title: Driver, validity: 1 year }
";

/// A decision made by the training department, with an id of its own.
pub(crate) fn act(id: u128, when: Timestamp, kind: ActKind) -> Act {
    Act {
        id: Uuid::from_u128(id),
        at: when,
        by: "training".to_owned(),
        reason: "as agreed".to_owned(),
        undone_at: None,
        kind,
    }
}

/// The decision whether a statement that had to be reviewed counts.
pub(crate) fn review(statement: Uuid, accepted: bool, when: Timestamp) -> Act {
    let kind = ActKind::Review {
        curriculum: None,
        statement,
        accepted,
    };
    act(statement.as_u128() ^ u128::from(accepted), when, kind)
}

/// How the laws are tried: 10,000 cases each, or as many as `PROPTEST_CASES` asks for, fewer or more.
pub(crate) fn thorough() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => default.cases,
            None => 10_000,
        },
        failure_persistence: None,
        // Generated definitions that make no sense are left out.
        max_local_rejects: u32::MAX,
        ..default
    }
}
