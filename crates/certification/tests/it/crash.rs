//! Crashes between any two steps: each write of the engine may fail before or after it has taken effect, and an
//! engine that met a failure is gone. The next one goes on.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use store::StoreError;

use crate::faulty::{Fate, Faulty};
use crate::laws::{from_scratch, hold, on_a_thread};
use crate::on_both_stores;
use crate::site::{Backing, Site, curriculum, day, engine_on, nurse, passed};
use crate::world::{LAST_DAY, check_ledger, outcome, people, tell, told};

on_both_stores!(
    no_crash_loses_or_doubles_anything,
    a_notice_is_sent_once_wherever_it_broke
);

pub(crate) fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let one = prop_oneof![2 => Just(Fate::Fine), 1 => Just(Fate::Before), 1 => Just(Fate::After)];
    prop::collection::vec(one, 0..60)
}

/// Engines one after the other, each until it meets a failure; answers how many there were.
async fn settle_through(store: Arc<dyn store::Store>, site: &Site) -> usize {
    let mut engines = 1;
    while let Err(error) = engine_on(Arc::clone(&store), site.clock()).settle().await {
        assert!(
            matches!(
                &error,
                certification::CertificationError::Store(StoreError::Unavailable(_))
            ),
            "only the failures that were drawn: {error}"
        );
        engines += 1;
    }
    engines
}

async fn no_crash_loses_or_doubles_anything(backing: Backing) {
    on_a_thread(move || {
        hold(backing, (told(), fates()), move |((world, events), fates)| {
            Box::new(async move {
                let expected = from_scratch(backing, &world).await;
                let site = Site::open(backing).await;
                site.set_time(day(LAST_DAY));
                let faulty: Arc<dyn store::Store> = Arc::new(Faulty::new(Arc::clone(&site.store), fates));
                for (index, event) in events.iter().enumerate() {
                    tell(site.store.as_ref(), &world, event).await;
                    if index % 7 == 0 {
                        settle_through(Arc::clone(&faulty), &site).await;
                    }
                }
                settle_through(faulty, &site).await;
                assert_eq!(
                    outcome(site.store.as_ref()).await,
                    outcome(expected.store.as_ref()).await
                );
                check_ledger(&site.store).await;
                for person in people() {
                    check_told(&site, &person.id).await;
                }
                site.close().await;
                expected.close().await;
            })
        });
    })
    .await;
}

/// What the ledger says was told is in the log, once, and nothing else is.
async fn check_told(site: &Site, person: &str) {
    let told = site.told().await;
    for certificate in site.store.certificates_of(&[person.to_owned()]).await.unwrap() {
        let about = format!("https://testamur.example.com/certificates/{}", certificate.id);
        let count = told
            .iter()
            .filter(|told| told.pointer("/object/id") == Some(&json!(about)))
            .count();
        let ledger = site.store.ledger(certificate.id).await.unwrap();
        // Nobody is certified by hand here: who is certified was found to be qualified.
        let to_tell: usize = ledger
            .iter()
            .filter(|entry| {
                let account: Value = serde_json::from_str(&entry.body).unwrap();
                account.get("told") == Some(&json!(true))
            })
            .map(|entry| match entry.kind.as_str() {
                "issued" | "renewed" => 2,
                _ => 1,
            })
            .sum();
        assert_eq!(count, to_tell, "{person}: {ledger:#?}");
    }
    let mut ids: Vec<&Value> = told.iter().map(|told| told.get("id").unwrap()).collect();
    ids.sort_by_key(|id| id.to_string());
    ids.dedup();
    assert_eq!(ids.len(), told.len());
}

/// Every write of the shortest story, failing in either way.
async fn a_notice_is_sent_once_wherever_it_broke(backing: Backing) {
    for failing in 0..12 {
        for fate in [Fate::Before, Fate::After] {
            let site = Site::open(backing).await;
            site.set_time(day(3));
            let mut fates = vec![Fate::Fine; failing];
            fates.push(fate);
            let faulty: Arc<dyn store::Store> = Arc::new(Faulty::new(Arc::clone(&site.store), fates));
            site.put(vec![nurse("ann")]).await;
            site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
            site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
            let engines = settle_through(faulty, &site).await;
            // After the last write there is nothing left to break.
            assert_eq!(
                engines,
                if failing < WRITES { 2 } else { 1 },
                "write {failing}, {fate:?}"
            );
            assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
            let told = site.told().await;
            let verbs: Vec<_> = told.iter().map(|told| &told["verb"]["display"]["en"]).collect();
            assert_eq!(verbs, ["qualified", "certified"], "write {failing}, {fate:?}");
            site.close().await;
        }
    }
}

/// How often the engine writes in the shortest story: changes, log, search, sweep, the statement, the outbox,
/// and the log again for that statement.
const WRITES: usize = 7;
