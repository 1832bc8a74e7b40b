//! How fast one person is evaluated: 20 rows of evidence, 6 requirements. The bar: 200,000 a second on one core.

use std::collections::BTreeMap;

use divan::{Bencher, counter::ItemsCount};
use rules::{Curriculum, Evidence, EvidenceScore, Number, Person, Role, evaluate, load, verbs};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

const DEFINITION: &str = "
curriculum: bench
title: Bench
audience: { roles: [driver] }
courses:
  - { id: c0, title: Safety basics, activity: https://courses.example.com/forklift/c0, passing_score: 0.8 }
  - { id: c1, title: Practice, activity: https://courses.example.com/forklift/c1, after: c0 }
  - { id: c2, title: Loads, activity: https://courses.example.com/forklift/c2, passing_score: 0.8, after: [c0, c1] }
  - { id: c3, title: Yard, activity: https://courses.example.com/forklift/c3, completion: true }
  - { id: c4, title: Yearly test, activity: https://courses.example.com/forklift/c4, passing_score: 0.75, after: c2 }
  - { id: c5, title: History, activity: https://courses.example.com/forklift/c5, suggested: true }
certification: { title: Driver, validity: 1 year }
";

fn main() {
    divan::main();
}

fn curriculum() -> Option<Curriculum> {
    load("bench.yaml", DEFINITION)
        .ok()
        .map(|loaded| loaded.curriculum)
}

fn person() -> Person {
    let role = Role {
        role: "driver".to_owned(),
        since: None,
        until: None,
    };
    Person {
        id: "p".to_owned(),
        roles: vec![role],
        ..Person::default()
    }
}

/// Five courses tried and passed, one after the other, with the statements around them; all but the last if `whole`
/// is false.
fn evidence(whole: bool) -> Option<Vec<Evidence>> {
    let mut rows = Vec::new();
    for number in 0..20_u8 {
        let course = number / 4;
        let verb = match number % 4 {
            0 => "http://adlnet.gov/expapi/verbs/initialized",
            1 => verbs::FAILED,
            2 => verbs::COMPLETED,
            _ if course == 4 && !whole => verbs::FAILED,
            _ => verbs::PASSED,
        };
        let timestamp = Timestamp::from_micros(1_772_000_000_000_000 + i64::from(number) * 3_600_000_000);
        let scaled = Some(Number::parse(if number % 4 == 3 { "0.9" } else { "0.5" }).ok()?);
        rows.push(Evidence {
            statement: Uuid::from_u128(u128::from(number) * 7_919),
            timestamp,
            stored: timestamp,
            verb: Iri::parse(verb).ok()?,
            activity: Iri::parse(&format!("https://courses.example.com/forklift/c{course}")).ok()?,
            activity_type: None,
            parent: Vec::new(),
            grouping: Vec::new(),
            category: vec![Iri::parse(verbs::CMI5_CATEGORY).ok()?],
            other: Vec::new(),
            success: None,
            completion: None,
            score: Some(EvidenceScore {
                scaled,
                ..EvidenceScore::default()
            }),
            response: None,
            duration: None,
            registration: None,
            authority: None,
            instructor: None,
            platform: None,
            result_extensions: BTreeMap::new(),
            context_extensions: BTreeMap::new(),
        });
    }
    // As a store may give them: not in order.
    rows.rotate_left(7);
    Some(rows)
}

#[divan::bench(args = [true, false])]
fn one_person(bencher: Bencher<'_, '_>, certified: bool) {
    let (Some(curriculum), Some(rows)) = (curriculum(), evidence(certified)) else {
        return;
    };
    let person = person();
    let at = Timestamp::from_micros(1_775_000_000_000_000);
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| evaluate(&curriculum, &person, divan::black_box(&rows), at));
}
