//! What a new revision of a curriculum does to those who are certified, and what it leaves alone.

use crate::on_both_stores;
use crate::site::{Backing, Site, curriculum, day, nurse, passed};

on_both_stores!(
    a_new_revision_leaves_the_certified_alone_until_they_renew,
    a_revision_says_what_becomes_of_those_before_it,
);

async fn a_new_revision_leaves_the_certified_alone_until_they_renew(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(["ann", "bob", "cy"].map(nurse).to_vec()).await;
    let published = |score: f64| curriculum("safety", &["hygiene"], score, Some("30 days"));
    let record = |score: f64, at: i64| {
        let loaded = rules::load("test.yaml", &published(score)).unwrap().curriculum;
        store::CurriculumRecord {
            id: loaded.id().to_owned(),
            revision: 0,
            hash: loaded.hash(),
            published_at: day(at),
            body: loaded.to_json(),
        }
    };
    site.store.publish_curriculum(record(0.75, 0)).await.unwrap();
    site.append(&[passed(1, "ann", "hygiene", 1, 0.78)]).await;
    site.settle_on(2).await;
    // The pass mark is raised: Ann is certified at 78, Bob passes with 78 too late, Cy with 80.
    site.store.publish_curriculum(record(0.8, 5)).await.unwrap();
    site.settle_on(5).await;
    site.append(&[
        passed(2, "bob", "hygiene", 6, 0.78),
        passed(3, "cy", "hygiene", 6, 0.8),
        passed(4, "ann", "hygiene", 20, 0.78),
    ])
    .await;
    site.settle_on(21).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("certified"));
    assert!(site.ledger("bob").await.is_empty());
    assert_eq!(site.ledger("cy").await, ["safety active: issued"]);
    // 78 renews nothing any more.
    site.settle_on(35).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    site.append(&[passed(5, "ann", "hygiene", 36, 0.81)]).await;
    site.settle_on(37).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety expired: issued expired", "safety active: issued"]
    );
    site.close().await;
}

async fn a_revision_says_what_becomes_of_those_before_it(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(["ann", "bob", "cy"].map(nurse).to_vec()).await;
    let record = |id: &str, score: f64, policy: &str, at: i64| {
        let mut text = curriculum(id, &["hygiene", "fire"], score, Some("1 year"));
        if !policy.is_empty() {
            text.push_str(&format!(
                "revision: {{ because: Safer., changes: The mark., {policy} }}\n"
            ));
        }
        let loaded = rules::load("test.yaml", &text).unwrap().curriculum;
        store::CurriculumRecord {
            id: loaded.id().to_owned(),
            revision: 0,
            hash: loaded.hash(),
            published_at: day(at),
            body: loaded.to_json(),
        }
    };
    for id in ["lenient", "strict"] {
        site.store
            .publish_curriculum(record(id, 0.75, "", 0))
            .await
            .unwrap();
    }
    // Ann is certified with 78 %, Bob has begun with it, Cy begins later.
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.78),
        passed(2, "ann", "fire", 2, 0.78),
        passed(3, "bob", "hygiene", 2, 0.78),
    ])
    .await;
    site.settle_on(3).await;
    let lenient = record("lenient", 0.8, "in_flight: finish_old", 5);
    let strict = record("strict", 0.8, "certified: at_once", 5);
    for record in [lenient, strict] {
        site.store.publish_curriculum(record).await.unwrap();
    }
    site.settle_on(6).await;
    assert_eq!(
        site.ledger("ann").await,
        ["lenient active: issued", "strict suspended: issued suspended"]
    );
    site.append(&[
        passed(4, "bob", "fire", 7, 0.78),
        passed(5, "cy", "hygiene", 7, 0.78),
        passed(6, "cy", "fire", 8, 0.78),
    ])
    .await;
    site.settle_on(9).await;
    assert_eq!(site.ledger("bob").await, ["lenient active: issued"]);
    assert_eq!(site.status("bob", "strict").await.as_deref(), Some("in_progress"));
    assert!(site.ledger("cy").await.is_empty());
    // Bob stays certified by what he finished; Ann is again when she meets the new mark.
    site.append(&[
        passed(7, "ann", "hygiene", 10, 0.9),
        passed(8, "ann", "fire", 11, 0.9),
    ])
    .await;
    site.settle_on(12).await;
    assert_eq!(site.ledger("bob").await, ["lenient active: issued"]);
    assert_eq!(
        site.ledger("ann").await,
        [
            "lenient active: issued",
            "strict active: issued suspended reinstated"
        ]
    );
    // What she passed early carries the other on once its window opens.
    site.settle_on(270).await;
    assert_eq!(site.ledger("ann").await[0], "lenient active: issued");
    site.settle_on(280).await;
    assert_eq!(site.ledger("ann").await[0], "lenient active: issued renewed");
    assert_eq!(site.ledger("bob").await, ["lenient active: issued"]);
    site.close().await;
}
