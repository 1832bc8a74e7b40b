//! The laws, over generated happenings.

use std::sync::Arc;

use certification::acts::Author;
use certification::people::{self as registry, Merge, Unmerge};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::on_both_stores;
use crate::site::{Backing, Site, day, nurse};
use crate::world::{Event, LAST_DAY, World, check_ledger, definitions, outcome, people, tell, told, world};

on_both_stores!(
    however_it_is_told_it_ends_the_same,
    voiding_is_as_if_never_sent,
    day_by_day_is_as_all_at_once,
    two_engines_do_as_one,
    merging_rewrites_actors_and_unmerging_restores,
);

/// How many worlds: a Mongo database costs a second, an SQLite file next to nothing.
fn cases(backing: Backing) -> u32 {
    match backing {
        Backing::Sqlite => 48,
        Backing::Mongodb => 6,
    }
}

/// Runs a property over worlds; each case in a runtime of its own.
pub(crate) fn hold<S: Strategy>(
    backing: Backing,
    strategy: S,
    property: impl Fn(S::Value) -> Box<dyn Future<Output = ()>>,
) {
    let config = Config {
        cases: cases(backing),
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&strategy, |value| {
        // A panic inside is a failure that shrinks.
        actix_web::rt::System::new().block_on(Box::into_pin(property(value)));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Runs `hold` outside the test's own runtime.
pub(crate) async fn on_a_thread(run: impl FnOnce() + Send + 'static) {
    let outcome = std::thread::spawn(run).join();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// A site to which a world was told all at once, in the order of the list, and looked at once.
pub(crate) async fn from_scratch(backing: Backing, world: &World) -> Site {
    let site = Site::open(backing).await;
    site.put(people()).await;
    for definition in definitions() {
        site.publish(&definition).await;
    }
    site.append(&world.statements).await;
    site.settle_on(LAST_DAY).await;
    site
}

async fn however_it_is_told_it_ends_the_same(backing: Backing) {
    on_a_thread(move || {
        hold(backing, told(), move |(world, events)| {
            Box::new(async move {
                let expected = from_scratch(backing, &world).await;
                let site = Site::open(backing).await;
                site.set_time(day(LAST_DAY));
                let engine = site.engine();
                for event in &events {
                    tell(site.store.as_ref(), &world, event).await;
                    if let Event::Steps(steps) = event {
                        for _ in 0..*steps {
                            engine.step().await.unwrap();
                        }
                    }
                }
                engine.settle().await.unwrap();
                assert_eq!(
                    outcome(site.store.as_ref()).await,
                    outcome(expected.store.as_ref()).await
                );
                check_ledger(&site.store).await;
                site.close().await;
                expected.close().await;
            })
        });
    })
    .await;
}

async fn voiding_is_as_if_never_sent(backing: Backing) {
    on_a_thread(move || {
        hold(backing, world(), move |world| {
            Box::new(async move {
                let with = from_scratch(backing, &world).await;
                let kept: Vec<Value> = world
                    .statements
                    .iter()
                    .zip(&world.voided)
                    .filter(|(statement, gone)| !**gone && statement.pointer("/object/objectType").is_none())
                    .map(|(statement, _)| statement.clone())
                    .collect();
                let never = World {
                    voided: vec![false; kept.len()],
                    statements: kept,
                };
                let without = from_scratch(backing, &never).await;
                assert_eq!(
                    outcome(with.store.as_ref()).await,
                    outcome(without.store.as_ref()).await
                );
                with.close().await;
                without.close().await;
            })
        });
    })
    .await;
}

/// Time passes between deliveries; in the end everybody stands where they would if all had come on the last day.
async fn day_by_day_is_as_all_at_once(backing: Backing) {
    on_a_thread(move || {
        hold(backing, told(), move |(world, events)| {
            Box::new(async move {
                let expected = from_scratch(backing, &world).await;
                let site = Site::open(backing).await;
                let engine = site.engine();
                let rounds = i64::try_from(events.len()).unwrap();
                for (event, round) in events.iter().zip(0i64..) {
                    site.set_time(day(LAST_DAY * round / rounds));
                    tell(site.store.as_ref(), &world, event).await;
                    engine.settle().await.unwrap();
                }
                site.settle_on(LAST_DAY).await;
                assert_eq!(
                    outcome(site.store.as_ref()).await,
                    outcome(expected.store.as_ref()).await
                );
                check_ledger(&site.store).await;
                site.close().await;
                expected.close().await;
            })
        });
    })
    .await;
}

/// One person under two ids, merged at some time: as if all had been said of one; taken apart: as if never merged.
async fn merging_rewrites_actors_and_unmerging_restores(backing: Backing) {
    let author = Author {
        key: "key",
        name: "tests",
    };
    let apart = || {
        let mut apart = people();
        apart.push(nurse("ann2"));
        for person in &mut apart {
            person.identifiers.truncate(1);
        }
        apart
    };
    on_a_thread(move || {
        hold(
            backing,
            (world(), any::<prop::sample::Index>()),
            move |(world, split)| {
                Box::new(async move {
                    let site = Site::open(backing).await;
                    site.put(apart()).await;
                    for definition in definitions() {
                        site.publish(&definition).await;
                    }
                    let (before, after) = world.statements.split_at(split.index(world.statements.len()));
                    site.append(before).await;
                    site.settle_on(LAST_DAY).await;
                    let store = site.store.as_ref();
                    let person = async |id: &str| store.person(id).await.unwrap().unwrap();
                    let merge = Merge {
                        act: uuid::Uuid::new_v4(),
                        into: &person("ann").await,
                        from: &person("ann2").await,
                        reason: "The same person.".to_owned(),
                        approved_by: None,
                    };
                    registry::merge(store, &merge, &author).await.unwrap().unwrap();
                    site.append(after).await;
                    site.settle_on(LAST_DAY).await;
                    let expected = from_scratch(backing, &world).await;
                    assert_eq!(
                        outcome(store).await,
                        outcome(expected.store.as_ref()).await,
                        "merged"
                    );
                    check_ledger(&site.store).await;
                    expected.close().await;

                    let unmerge = Unmerge {
                        act: uuid::Uuid::new_v4(),
                        merge: merge.act,
                        person: &person("ann").await,
                        reason: "Two people after all.".to_owned(),
                        approved_by: None,
                    };
                    registry::unmerge(store, &unmerge, &author)
                        .await
                        .unwrap()
                        .unwrap();
                    site.settle_on(LAST_DAY).await;
                    let never = Site::open(backing).await;
                    never.put(apart()).await;
                    for definition in definitions() {
                        never.publish(&definition).await;
                    }
                    never.append(&world.statements).await;
                    never.settle_on(LAST_DAY).await;
                    assert_eq!(
                        outcome(store).await,
                        outcome(never.store.as_ref()).await,
                        "taken apart"
                    );
                    never.close().await;
                    site.close().await;
                })
            },
        );
    })
    .await;
}

async fn two_engines_do_as_one(backing: Backing) {
    on_a_thread(move || {
        hold(backing, told(), move |(world, events)| {
            Box::new(async move {
                let expected = from_scratch(backing, &world).await;
                let site = Site::open(backing).await;
                site.set_time(day(LAST_DAY));
                let (one, other) = (site.engine(), site.engine());
                let store = Arc::clone(&site.store);
                let telling = async {
                    for event in &events {
                        tell(store.as_ref(), &world, event).await;
                        tokio::task::yield_now().await;
                    }
                };
                let (_, first, second) = tokio::join!(telling, one.settle(), other.settle());
                first.unwrap();
                second.unwrap();
                let (first, second) = tokio::join!(one.settle(), other.settle());
                first.unwrap();
                second.unwrap();
                assert_eq!(
                    outcome(site.store.as_ref()).await,
                    outcome(expected.store.as_ref()).await
                );
                check_ledger(&site.store).await;
                site.close().await;
                expected.close().await;
            })
        });
    })
    .await;
}
