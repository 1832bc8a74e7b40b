//! What happened at one moment. Evidence has one total order: `timestamp`, then `stored`, then the statement's id. What
//! is left to the second and third decides only where something must come *before* something else (`order: strict`, `satisfied`), or
//! where one attempt is held against another (`attempts`), and whether its date is believed (`review`).

use proptest::prelude::*;
use rules::{
    Curriculum, Evidence, Outcome, RequirementKind, RequirementStanding, Standing, Status, evaluate,
};
use serde_json::Value;
use xapi::Timestamp;

use crate::generate::{curriculum, history, moment, person};
use crate::support::{self, FORKLIFT, at, pass};

const DAY: i64 = 86_400_000_000;

/// The same without what compares statements. Where a claim was needed, nothing happening is not enough without it either.
fn unordered(curriculum: &Curriculum) -> Curriculum {
    fn strip(value: &mut Value, was_claimed: bool) {
        match value {
            Value::Object(members) => {
                let was_claimed = was_claimed || members.contains_key("satisfied");
                if was_claimed {
                    members.remove("absent");
                }
                if members.contains_key("match") && members.contains_key("attempts") {
                    members.remove("where");
                }
                members.retain(|name, _| !["attempts", "review", "satisfied"].contains(&name.as_str()));
                members.values_mut().for_each(|own| strip(own, was_claimed));
            }
            Value::Array(items) => items.iter_mut().for_each(|own| strip(own, was_claimed)),
            _ => {}
        }
    }
    let mut definition = serde_json::from_str(&curriculum.to_json()).unwrap();
    strip(&mut definition, false);
    definition["order"] = "any".into();
    Curriculum::from_json(&definition.to_string()).unwrap()
}

type Dates = (Timestamp, Option<Timestamp>, Option<Timestamp>, u32);

/// Where somebody stands, without which statements prove it, and which parts of a group besides those that are enough.
type Stand = (
    Status,
    Option<Dates>,
    Option<Dates>,
    Option<Timestamp>,
    bool,
    Option<Timestamp>,
    Vec<(String, bool, Option<Timestamp>)>,
);

fn stand(standing: &Standing) -> Stand {
    let dates = |own: &Option<rules::Entitlement>| {
        own.as_ref()
            .map(|own| (own.earned_at, own.expires_at, own.renewal_opens_at, own.cycle))
    };
    let is_required = |own: &&RequirementStanding| own.kind == RequirementKind::Required;
    let required = standing.requirements.iter().filter(is_required);
    let outcomes = required
        .map(|own| {
            let is_met = [Outcome::Met, Outcome::Waived].contains(&own.outcome);
            (own.id.clone(), is_met, own.due_at)
        })
        .collect();
    (
        standing.status,
        dates(&standing.entitlement),
        dates(&standing.lapsed),
        standing.due_at,
        standing.overdue,
        standing.next_change_at,
        outcomes,
    )
}

proptest! {
    #![proptest_config(support::thorough())]

    #[test]
    fn what_is_known_first_of_one_moment_does_not_matter(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
        later in prop::collection::vec(0i64..9, 32), days in 1i64..200,
    ) {
        let curriculum = unordered(&curriculum);
        // Few moments, so that many things happened at one.
        let mut evidence = evidence;
        for row in &mut evidence {
            row.timestamp = Timestamp::from_micros(row.timestamp.as_micros().div_euclid(days * DAY) * days * DAY);
        }
        let arrived = |lateness: &dyn Fn(usize) -> i64| -> Vec<Evidence> {
            let arrive = |(index, row): (usize, &Evidence)| Evidence {
                stored: Timestamp::from_micros(row.timestamp.as_micros() + lateness(index)),
                ..row.clone()
            };
            evidence.iter().enumerate().map(arrive).collect()
        };
        let one = evaluate(&curriculum, &person, &arrived(&|index| later[index % 32]), at);
        let other = evaluate(&curriculum, &person, &arrived(&|index| 9 - later[index % 32]), at);
        prop_assert_eq!(stand(&one), stand(&other));
    }
}

#[test]
fn before_is_decided_by_the_total_order() {
    let curriculum = support::curriculum(FORKLIFT);
    let person = support::person("driver");
    let status = |known: [&str; 2], ids: [u128; 2]| {
        let when = "2026-03-02T10:00:00Z";
        let mut rows = [
            pass(ids[0], "basics", "1", when),
            pass(ids[1], "practice", "", when),
        ];
        for (row, known) in rows.iter_mut().zip(known) {
            row.stored = at(known);
        }
        evaluate(&curriculum, &person, &rows, at("2026-06-01")).status
    };
    let (first, second) = ("2026-03-02T10:00:01Z", "2026-03-02T10:00:02Z");
    assert_eq!(status([first, second], [2, 1]), Status::Certified);
    assert_eq!(status([second, first], [1, 2]), Status::InProgress);
    assert_eq!(status([first, first], [1, 2]), Status::Certified);
    assert_eq!(status([first, first], [2, 1]), Status::InProgress);
}

#[test]
fn what_happened_at_once_does_not_renew_what_it_earned() {
    let curriculum = support::curriculum(
        "curriculum: c\ntitle: C\naudience: { roles: [driver] }\n\
         courses:\n  - { id: basics, activity: https://courses.example.com/basics }\n\
         certification: { validity: 1 year, expires_on: 1 July, renewal_window: 3 months }\n",
    );
    let person = support::person("driver");
    let look = |second: &str| {
        let rows = [
            pass(1, "basics", "", "2026-06-01T10:00:00Z"),
            pass(2, "basics", "", second),
        ];
        let standing = evaluate(&curriculum, &person, &rows, at("2026-06-02T12:00:00Z"));
        let own = standing.entitlement.unwrap();
        (own.cycle, own.expires_at)
    };
    let ends = |year: i32| Some(at(&format!("{year}-07-02T00:00:00Z")));
    assert_eq!(look("2026-06-01T10:00:00Z"), (1, ends(2026)));
    assert_eq!(look("2026-06-02T10:00:00Z"), (2, ends(2027)), "later it does");
}
