//! How certificates end: by a void, by time, without the person or the role.

use serde_json::Value;
use uuid::Uuid;

use crate::on_both_stores;
use crate::site::{Backing, Site, curriculum, day, nurse, passed, void};

on_both_stores!(
    a_void_suspends_then_revokes_and_is_said,
    a_void_that_comes_first_keeps_its_target_from_counting,
    time_alone_expires_a_certificate,
    history_is_put_down_and_not_told,
    somebody_removed_keeps_their_certificate_until_it_ends,
    somebody_out_of_the_role_keeps_their_certificate_until_it_ends,
);

async fn a_void_suspends_then_revokes_and_is_said(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "bob", "hygiene", 1, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    site.append(&[void(10, 1), void(11, 2)]).await;
    site.settle_on(4).await;
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("not_started"));

    // Bob shows it again in time, Ann does not.
    site.append(&[passed(3, "bob", "hygiene", 10, 0.9)]).await;
    site.settle_on(11).await;
    site.settle_on(17).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety suspended: issued suspended"],
        "thirteen days"
    );
    site.settle_on(18).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety revoked: issued suspended revoked"],
        "fourteen days"
    );
    assert_eq!(
        site.ledger("bob").await,
        ["safety active: issued suspended reinstated"]
    );

    let certificate = site
        .store
        .certificates_of(&["ann".to_owned()])
        .await
        .unwrap()
        .remove(0);
    let ledger = site.store.ledger(certificate.id).await.unwrap();
    let reason = |index: usize| {
        let body: Value = serde_json::from_str(&ledger.get(index).unwrap().body).unwrap();
        body.get("reason").unwrap().as_str().unwrap().to_owned()
    };
    assert!(
        reason(1).contains(&Uuid::from_u128(1).to_string()),
        "{}",
        reason(1)
    );
    assert!(reason(2).contains("within 2 weeks"), "{}", reason(2));
    let verbs: Vec<_> = site
        .told()
        .await
        .iter()
        .map(|told| told.pointer("/verb/display/en").unwrap().clone())
        .collect();
    assert_eq!(
        verbs,
        [
            "qualified",
            "certified",
            "qualified",
            "certified",
            "suspended",
            "suspended",
            "reinstated",
            "revoked"
        ]
    );
    site.close().await;
}

async fn a_void_that_comes_first_keeps_its_target_from_counting(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[void(10, 1)]).await;
    site.settle_on(3).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(3).await;
    assert!(site.ledger("ann").await.is_empty());
    site.close().await;
}

async fn time_alone_expires_a_certificate(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    site.settle_on(30).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    let due = site
        .store
        .next_change_at(store::Share::ALL)
        .await
        .unwrap()
        .unwrap();
    assert!(
        due > day(30) && due <= day(32),
        "the queue knows the moment: {due}"
    );
    site.settle_on(40).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("expired"));
    assert_eq!(site.store.next_change_at(store::Share::ALL).await.unwrap(), None);

    site.append(&[passed(2, "ann", "hygiene", 45, 0.9)]).await;
    site.settle_on(46).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety expired: issued expired", "safety active: issued"]
    );
    site.close().await;
}

async fn history_is_put_down_and_not_told(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(200).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    assert!(site.told().await.is_empty());
    site.close().await;
}

async fn somebody_removed_keeps_their_certificate_until_it_ends(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    assert!(site.store.remove_person("ann").await.unwrap());
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "safety").await, None);
    assert!(site.store.evidence(&["ann".to_owned()]).await.unwrap().is_empty());
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    site.settle_on(40).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);

    site.put(vec![nurse("ann")]).await;
    site.settle_on(41).await;
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("expired"));
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    site.close().await;
}

async fn somebody_out_of_the_role_keeps_their_certificate_until_it_ends(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    site.put(vec![rules::Person {
        roles: Vec::new(),
        ..nurse("ann")
    }])
    .await;
    site.settle_on(3).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    site.settle_on(40).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    site.close().await;
}
