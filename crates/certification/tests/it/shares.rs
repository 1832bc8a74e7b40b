//! Engines that divide people among them, come and go, and break down between any two steps.

use std::sync::Arc;

use certification::Engine;
use proptest::prelude::*;

use crate::crash::fates;
use crate::faulty::Faulty;
use crate::laws::{from_scratch, hold, on_a_thread};
use crate::on_both_stores;
use crate::site::{Backing, Site, day, engine_on};
use crate::world::{LAST_DAY, check_ledger, outcome, tell, told};

on_both_stores!(however_people_are_divided_it_ends_the_same);

/// What one of the engines does next.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// It says that it is alive, and takes or gives up people.
    Holds(usize),
    /// It does a step of its work.
    Works(usize),
    /// It is gone, and another comes in its place.
    Dies(usize),
    /// Somebody divides the first share, as a third engine would.
    Splits(u32),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        3 => (0..2_usize).prop_map(Turn::Holds),
        6 => (0..2_usize).prop_map(Turn::Works),
        1 => (0..2_usize).prop_map(Turn::Dies),
        1 => (1..64_u32).prop_map(Turn::Splits),
    ];
    prop::collection::vec(turn, 10..40)
}

/// Two engines on one store.
struct Seats {
    store: Arc<dyn store::Store>,
    engines: [Engine; 2],
    site: Site,
}

impl Seats {
    fn new(site: Site, store: Arc<dyn store::Store>) -> Self {
        let engines = [0, 1].map(|_| engine_on(Arc::clone(&store), site.clock()));
        Self { store, engines, site }
    }

    /// One that broke down is replaced, as after its lease.
    async fn replace(&mut self, seat: usize) {
        self.site.store.leave(self.engines[seat].id()).await.unwrap();
        self.engines[seat] = engine_on(Arc::clone(&self.store), self.site.clock());
    }

    async fn take(&mut self, turn: Turn) {
        match turn {
            Turn::Holds(seat) => {
                if self.engines[seat].hold().await.is_err() {
                    self.replace(seat).await;
                }
            }
            Turn::Works(seat) => {
                if self.engines[seat].step().await.is_err() {
                    self.replace(seat).await;
                }
            }
            Turn::Dies(seat) => self.replace(seat).await,
            Turn::Splits(slots) => {
                let checkpoints = self.site.store.checkpoints().await.unwrap();
                let of = checkpoints.first().unwrap();
                if slots < of.share.len() {
                    let off = of.share.last(slots);
                    self.site.store.split(of, off).await.unwrap();
                }
            }
        }
    }

    /// Until neither has anything left to do, saying again and again that they are alive, as servers do.
    async fn settle(&mut self) {
        let mut idle = 0;
        while idle < 4 {
            for seat in [0, 1] {
                let done = match self.engines[seat].hold().await {
                    Ok(moved) => self.engines[seat].step().await.map(|worked| moved || worked),
                    Err(error) => Err(error),
                };
                match done {
                    Ok(false) => idle += 1,
                    Ok(true) => idle = 0,
                    Err(_) => {
                        idle = 0;
                        self.replace(seat).await;
                    }
                }
            }
        }
    }
}

async fn however_people_are_divided_it_ends_the_same(backing: Backing) {
    on_a_thread(move || {
        hold(
            backing,
            (told(), fates(), turns()),
            move |((world, events), fates, turns)| {
                Box::new(async move {
                    let expected = from_scratch(backing, &world).await;
                    let site = Site::open(backing).await;
                    site.set_time(day(LAST_DAY));
                    let faulty: Arc<dyn store::Store> = Arc::new(Faulty::new(Arc::clone(&site.store), fates));
                    let mut seats = Seats::new(site, faulty);
                    let mut turns = turns.into_iter();
                    for event in &events {
                        tell(seats.site.store.as_ref(), &world, event).await;
                        for turn in turns.by_ref().take(4) {
                            seats.take(turn).await;
                        }
                    }
                    for turn in turns {
                        seats.take(turn).await;
                    }
                    seats.settle().await;
                    assert_eq!(
                        outcome(seats.site.store.as_ref()).await,
                        outcome(expected.store.as_ref()).await
                    );
                    check_ledger(&seats.site.store).await;
                    seats.site.close().await;
                    expected.close().await;
                })
            },
        );
    })
    .await;
}
