//! The law of merging: taking apart restores, whatever else was merged meanwhile.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::law::thorough;
use crate::people::{led_by, to_record};

/// The people of a registry by their ids.
type Registry = BTreeMap<String, PersonRecord>;

fn id(number: usize) -> String {
    format!("p{number}")
}

/// Six people with identifiers of their own, each of whom may report to anybody.
fn registry() -> impl Strategy<Value = Registry> {
    let one = (
        0usize..3,
        prop::option::of(0usize..7),
        prop::option::of("[a-z]{1,5}"),
    );
    prop::collection::vec(one, 6).prop_map(|people| {
        let write = |(number, (count, manager, name)): (usize, (usize, Option<usize>, Option<String>))| {
            let ifi = |own| Ifi::mbox(&format!("mailto:p{number}.{own}@example.com")).unwrap();
            let person = Person {
                id: id(number),
                name,
                identifiers: (0..count).map(ifi).collect(),
                // One of them is not known.
                manager: manager.map(id).filter(|manager| *manager != id(number)),
                ..Person::default()
            };
            (person.id.clone(), to_record(&person).unwrap())
        };
        people.into_iter().enumerate().map(write).collect()
    })
}

fn reporting_to(registry: &Registry, manager: &str) -> Vec<PersonRecord> {
    let reports = registry
        .values()
        .filter(|own| own.manager.as_deref() == Some(manager));
    reports.cloned().collect()
}

fn put(registry: &mut Registry, records: Vec<PersonRecord>) {
    registry.extend(records.into_iter().map(|record| (record.id.clone(), record)));
}

/// Merges if both are still there by themselves.
fn join(registry: &mut Registry, act: Uuid, into: &str, from: &str) -> bool {
    let (left, gone) = (registry[into].clone(), registry[from].clone());
    let (left_ties, gone_ties) = (Ties::of(&left).unwrap(), Ties::of(&gone).unwrap());
    let is_whole = left_ties.merged_into.is_none() && gone_ties == Ties::default();
    if into == from || !is_whole {
        return false;
    }
    let records = joined(&left, &gone, act, reporting_to(registry, from)).unwrap();
    put(registry, records);
    true
}

fn part(registry: &mut Registry, act: Uuid, into: &str) {
    let left = registry[into].clone();
    let merged = Ties::of(&left).unwrap().merged_from;
    let merged = merged.into_iter().find(|merged| merged.act == act).unwrap();
    let mut records = parted(&left, &merged, reporting_to(registry, into)).unwrap();
    let alias = registry[&merged.id].clone();
    let managers: Vec<PersonRecord> = registry.values().cloned().collect();
    records.extend(led_by(vec![back(&alias, &merged).unwrap()], &managers));
    put(registry, records);
}

proptest! {
    #![proptest_config(thorough())]

    #[test]
    fn unmerging_restores(
        before in registry(),
        merges in prop::collection::vec((0usize..6, 0usize..6), 1..5),
        order in Just(vec![0usize, 1, 2, 3]).prop_shuffle(),
    ) {
        let mut registry = before.clone();
        let mut made: Vec<(Uuid, String)> = Vec::new();
        for (number, (into, from)) in merges.into_iter().enumerate() {
            let act = Uuid::from_u128(number as u128 + 1);
            if join(&mut registry, act, &id(into), &id(from)) {
                made.push((act, id(into)));
            }
        }
        // Nobody's identifier is lost or somebody else's as well meanwhile.
        let ifis = |registry: &Registry| {
            let mut ifis: Vec<String> =
                registry.values().flat_map(|own| &own.ifis).map(ToString::to_string).collect();
            ifis.sort();
            ifis
        };
        prop_assert_eq!(ifis(&registry), ifis(&before));
        for (act, into) in order.into_iter().filter_map(|index| made.get(index)) {
            part(&mut registry, *act, into);
        }
        prop_assert_eq!(registry, before);
    }
}
