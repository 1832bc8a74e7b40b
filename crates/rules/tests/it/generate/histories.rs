//! Generated people and what they did.

use proptest::prelude::*;
use rules::{Evidence, EvidenceScore, Leave, Number, Person, Role, verbs};
use xapi::{Iri, Timestamp};

use super::{DAY, day, moment};
use crate::support::course_iri;

pub(crate) fn person() -> impl Strategy<Value = Person> {
    let role = (prop::option::of(0i64..1_100), prop::option::of(0i64..1_100));
    let roles = prop_oneof![
        3 => Just(vec![(None, None)]),
        1 => prop::collection::vec(role, 0..3),
    ];
    let leave = (0i64..1_100, prop::option::weighted(0.9, 0i64..60));
    let rest = (
        prop::option::of(prop::sample::select(vec![
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kolkata",
        ])),
        prop::option::of(0i64..1_100),
        prop::collection::vec(leave, 0..3),
    );
    (roles, rest).prop_map(|(roles, (zone, hired, leaves))| {
        let date = |offset: i64| day(offset * 4).to_datetime().date_naive();
        let roles = roles.into_iter().map(|(since, until)| Role {
            role: "driver".to_owned(),
            since: since.map(date),
            until: until.map(date),
        });
        Person {
            id: "p".to_owned(),
            identifiers: vec![xapi::Ifi::mbox("mailto:p@example.com").unwrap()],
            roles: roles.collect(),
            time_zone: zone.map(str::to_owned),
            hired: hired.map(date),
            leaves: leaves
                .into_iter()
                .map(|(from, days)| Leave {
                    from: date(from),
                    until: days.map(|days| date(from + days)),
                })
                .collect(),
            ..Person::default()
        }
    })
}

pub(crate) fn row() -> impl Strategy<Value = Evidence> {
    let verb = prop::sample::select(vec![
        verbs::PASSED,
        verbs::PASSED,
        verbs::PASSED,
        verbs::COMPLETED,
        verbs::FAILED,
        verbs::SCORED,
        verbs::WAIVED,
        verbs::WAIVED,
        verbs::SATISFIED,
        verbs::SATISFIED,
        "http://adlnet.gov/expapi/verbs/initialized",
    ]);
    let score = prop::option::weighted(
        0.8,
        prop::sample::select(vec!["0", "0.5", "0.79", "0.8", "1", "1"]),
    );
    (
        (0usize..8, verb, moment(), -1i64..4, any::<u128>()),
        (
            score,
            prop::option::weighted(0.3, any::<bool>()),
            prop::option::weighted(0.5, any::<bool>()),
        ),
        (prop::bool::weighted(0.3), any::<bool>()),
    )
        .prop_map(
            |((course, verb, timestamp, late, id), (score, success, completion), (is_cmi5, is_perfect))| {
                let mut row = crate::support::row(id, &format!("c{course}"), verb, "2024-01-01");
                row.timestamp = timestamp;
                row.stored = Timestamp::from_micros(timestamp.as_micros() + late * DAY);
                row.success = success;
                row.completion = completion;
                row.score = score.map(|scaled| EvidenceScore {
                    scaled: Some(Number::parse(scaled).unwrap()),
                    raw: Some(Number::from_int((scaled.parse::<f64>().unwrap() * 50.0) as i64)),
                    ..EvidenceScore::default()
                });
                let seen_by = if id % 2 == 0 { "kim" } else { "p" };
                row.instructor = Some(xapi::Ifi::mbox(&format!("mailto:{seen_by}@example.com")).unwrap());
                let by = if id % 3 == 0 {
                    "mailto:proctor@example.com"
                } else {
                    "mailto:other@example.com"
                };
                row.authority = Some(xapi::Ifi::mbox(by).unwrap());
                row.duration = [None, Some("PT59M"), Some("PT1H"), Some("PT1H0.01S"), Some("P1M")]
                    [(id % 5) as usize]
                    .map(|took| xapi::Duration::parse(took).unwrap());
                row.platform = [None, Some("lms"), Some("paper")][(id / 15 % 3) as usize].map(str::to_owned);
                if verb == verbs::WAIVED {
                    let reason = ["Tested Out", "Administrative"][(id / 45 % 2) as usize];
                    row.result_extensions
                        .insert(Iri::parse(verbs::REASON).unwrap(), reason.into());
                }
                if is_perfect {
                    row = Evidence {
                        stored: row.stored,
                        ..perfect(id, course, timestamp)
                    };
                }
                if is_cmi5 {
                    row.grouping = vec![row.activity.clone()];
                    row.category = vec![Iri::parse(verbs::CMI5_CATEGORY).unwrap()];
                    row.activity = course_iri("made-by-the-lms");
                }
                row
            },
        )
}

pub(crate) fn history() -> impl Strategy<Value = Vec<Evidence>> {
    prop::collection::vec(row(), 0..32).prop_map(|mut rows| {
        // No two statements have one id.
        for (index, row) in rows.iter_mut().enumerate() {
            let id = (row.statement.as_u128() & !0xffff) | (1_000 + index as u128);
            row.statement = uuid::Uuid::from_u128(id);
        }
        rows
    })
}

/// A statement that passes and completes a course, whatever its thresholds.
pub(crate) fn perfect(id: u128, course: usize, timestamp: Timestamp) -> Evidence {
    let mut row = crate::support::pass(id, &format!("c{course}"), "1", "2024-01-01");
    (row.timestamp, row.stored, row.completion) = (timestamp, timestamp, Some(true));
    row.authority = Some(xapi::Ifi::mbox("mailto:proctor@example.com").unwrap());
    row.duration = Some(xapi::Duration::parse("PT10M").unwrap());
    row.platform = Some("lms".to_owned());
    row.instructor = Some(xapi::Ifi::mbox("mailto:kim@example.com").unwrap());
    if let Some(score) = &mut row.score {
        score.raw = Some(Number::from_int(50));
    }
    row
}
