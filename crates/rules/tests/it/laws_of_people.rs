//! What must always hold between people, over generated curricula, people and histories: whose evidence it is, is not in
//! it; so people who are merged are one person, and nobody changes what another has.

use proptest::prelude::*;
use rules::measures::measure;
use rules::recognition::{Place, board, recognize};
use rules::{Act, Evidence, Person, View, evaluate, evaluate_as};
use serde_json::{Value, json};
use xapi::{Ifi, Statement};

use crate::generate::{history, moment, person};
use crate::measuring_laws::{measured, rows};
use crate::oracle;
use crate::support::review;

const ONE: &str = "mailto:p@example.com";
const OTHER: &str = "mailto:boss@example.com";

/// The statement that becomes this evidence, of an actor.
fn statement(row: &Evidence, actor: &str) -> Statement {
    let agent = |mbox: &str| json!({"objectType": "Agent", "mbox": mbox});
    let of = |ifi: &Option<Ifi>| serde_json::to_value(ifi).unwrap();
    let activities = |iris: &[xapi::Iri]| -> Value { iris.iter().map(|iri| json!({"id": iri})).collect() };
    let mut statement = json!({
        "id": row.statement, "actor": agent(actor), "verb": {"id": row.verb},
        "object": {"objectType": "Activity", "id": row.activity},
        "context": {"contextActivities": {
            "parent": activities(&row.parent), "grouping": activities(&row.grouping),
            "category": activities(&row.category), "other": activities(&row.other),
        }},
        "result": {}, "timestamp": row.timestamp, "stored": row.stored, "version": "1.0.3",
    });
    if row.authority.is_some() {
        statement["authority"] = of(&row.authority);
    }
    if row.instructor.is_some() {
        statement["context"]["instructor"] = of(&row.instructor);
    }
    for (name, said) in [("success", row.success), ("completion", row.completion)] {
        if let Some(said) = said {
            statement["result"][name] = said.into();
        }
    }
    if let Some(platform) = &row.platform {
        statement["context"]["platform"] = platform.as_str().into();
    }
    if !row.result_extensions.is_empty() {
        statement["result"]["extensions"] = json!(row.result_extensions);
    }
    if let Some(duration) = &row.duration {
        statement["result"]["duration"] = duration.as_str().into();
    }
    if let Some(score) = row.score {
        let parts = [("scaled", score.scaled), ("raw", score.raw)];
        for (name, number) in parts.into_iter().filter_map(|(name, part)| Some((name, part?))) {
            statement["result"]["score"][name] = number.to_string().parse().unwrap();
        }
    }
    Statement::from_stored(&statement.to_string()).unwrap_or_else(|error| panic!("{error}\n{statement}"))
}

/// The evidence with one identifier in the place of another.
fn rewritten(evidence: &[Evidence]) -> Vec<Evidence> {
    let one = |ifi: &Option<Ifi>| {
        let is_other = *ifi == Some(Ifi::mbox(OTHER).unwrap());
        if is_other {
            Some(Ifi::mbox(ONE).unwrap())
        } else {
            ifi.clone()
        }
    };
    let rewrite = |row: &Evidence| Evidence {
        instructor: one(&row.instructor),
        authority: one(&row.authority),
        ..row.clone()
    };
    evidence.iter().map(rewrite).collect()
}

fn known_as(person: &Person, mboxes: &[&str]) -> Person {
    Person {
        identifiers: mboxes.iter().map(|mbox| Ifi::mbox(mbox).unwrap()).collect(),
        ..person.clone()
    }
}

proptest! {
    #![proptest_config(crate::support::thorough())]

    #[test]
    fn whose_it_is_is_not_in_the_evidence(rows in rows()) {
        for row in &rows {
            let own = Evidence::from_statement(&statement(row, ONE));
            prop_assert_eq!(&own, &Evidence::from_statement(&statement(row, OTHER)));
            prop_assert_eq!(own.as_ref(), Some(row));
        }
    }

    /// Merging joins the evidence of two and gives one of them the identifiers of both; rewriting the actors gives all
    /// statements to one. Taking them apart again leaves each what was theirs.
    #[test]
    fn two_people_merged_are_one_with_rewritten_actors(
        (_, curriculum) in measured(), person in person(), evidence in rows(), theirs: u64, at in moment(),
        from in prop::option::of(moment()),
    ) {
        let is_theirs = |index: usize| theirs >> (index % 64) & 1 == 1;
        let all = || evidence.iter().cloned().enumerate();
        let (others, own): (Vec<_>, Vec<_>) = all().partition(|(index, _)| is_theirs(*index));
        let joined: Vec<Evidence> = own.iter().chain(&others).map(|(_, row)| row.clone()).collect();
        let merged = known_as(&person, &[ONE, OTHER]);
        let one = known_as(&person, &[ONE]);
        let all_of_one = rewritten(&evidence);
        let view = View::at(at);
        prop_assert_eq!(
            evaluate(&curriculum, &merged, &joined, at),
            evaluate(&curriculum, &one, &all_of_one, at)
        );
        prop_assert_eq!(
            measure(&curriculum, &merged, &joined, &view, from),
            measure(&curriculum, &one, &all_of_one, &view, from)
        );
        prop_assert_eq!(
            recognize(&curriculum, &merged, &joined, &view),
            recognize(&curriculum, &one, &all_of_one, &view)
        );
    }

    #[test]
    fn nobody_changes_what_another_has(
        points in prop::collection::vec(0u64..6, 1..8), other in 0u64..6, name in "[a-z]{3}",
    ) {
        let place = |person: String, points| Place { rank: 0, person, name: None, points, level: None };
        let places: Vec<Place> =
            points.iter().enumerate().map(|(index, points)| place(format!("p{index}"), *points)).collect();
        let before = board(places.clone());
        let after = board(places.into_iter().chain([place(name.clone(), other)]).collect());
        prop_assert_eq!(after.iter().any(|own| own.person == name), other > 0);
        let rest: Vec<&Place> = after.iter().filter(|own| own.person != name).collect();
        prop_assert_eq!(rest.len(), before.len());
        for (before, after) in before.iter().zip(rest) {
            prop_assert_eq!((&before.person, before.points), (&after.person, after.points));
            prop_assert_eq!(after.rank, before.rank + u64::from(before.points < other));
        }
    }

    #[test]
    fn what_is_refused_is_as_never_sent(
        (_, curriculum) in measured(), person in person(), evidence in rows(), refused: u64, at in moment(),
    ) {
        let definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        let is_refused = |index: usize| refused >> (index % 64) & 1 == 1;
        let acts: Vec<Act> = evidence
            .iter()
            .enumerate()
            .filter(|(index, _)| is_refused(*index))
            .map(|(_, row)| review(row.statement, false, row.stored))
            .collect();
        // What needs no review cannot be refused.
        let left: Vec<Evidence> = evidence
            .iter()
            .enumerate()
            .filter(|(index, row)| !is_refused(*index) || !oracle::is_doubtful(&definition, row))
            .map(|(_, row)| row.clone())
            .collect();
        let person = known_as(&person, &[ONE]);
        let (view, plain) = (View { acts: &acts, ..View::at(at) }, View::at(at));
        prop_assert_eq!(
            evaluate_as(&curriculum, &person, &evidence, &view),
            evaluate_as(&curriculum, &person, &left, &plain)
        );
        prop_assert_eq!(
            measure(&curriculum, &person, &evidence, &view, None),
            measure(&curriculum, &person, &left, &plain, None)
        );
        prop_assert_eq!(
            recognize(&curriculum, &person, &evidence, &view),
            recognize(&curriculum, &person, &left, &plain)
        );
    }

    #[test]
    fn acts_of_one_review_nothing_of_another(
        (_, curriculum) in measured(), person in person(), evidence in rows(), elsewhere in history(), at in moment(),
    ) {
        // Decisions about statements of others.
        let acts: Vec<Act> = elsewhere
            .iter()
            .map(|row| Evidence { statement: uuid::Uuid::from_u128(!row.statement.as_u128()), ..row.clone() })
            .map(|row| review(row.statement, false, row.stored))
            .collect();
        let view = View { acts: &acts, ..View::at(at) };
        prop_assert_eq!(
            evaluate_as(&curriculum, &person, &evidence, &view),
            evaluate(&curriculum, &person, &evidence, at)
        );
    }
}
