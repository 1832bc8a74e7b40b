//! How engines divide people: shares with a checkpoint each.

use uuid::Uuid;

use super::Backing;
use super::decisions::{checkpoint, commit, standing};
use super::notices::told;
use super::sample::at;
use crate::{Checkpoint, EngineCommit, NoticeFilter, Share, Store, StoreError};

/// Commits on top of what is there of a share.
async fn commit_on(store: &dyn Store, share: Share, work: EngineCommit) -> Result<(), StoreError> {
    let checkpoints = store.checkpoints().await.unwrap();
    let found = checkpoints
        .into_iter()
        .find(|found| found.share == share)
        .unwrap();
    let (expected, generation) = (found.generation, found.generation + 1);
    store
        .commit(EngineCommit {
            expected,
            next: Checkpoint { generation, ..found },
            ..work
        })
        .await
}

fn next(before: &Checkpoint) -> EngineCommit {
    EngineCommit {
        expected: before.generation,
        next: Checkpoint {
            generation: before.generation + 1,
            ..before.clone()
        },
        ..EngineCommit::default()
    }
}

/// Each share goes on by itself from where all were; whoever knows only what was before can neither commit nor divide.
pub async fn people_are_divided_and_put_together<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    commit(&*store, super::engine::of_everything()).await;
    let whole = checkpoint(&*store).await;
    assert_eq!(whole.share, Share::ALL);
    let off = Share::ALL.last(20);
    store.split(&whole, off).await.unwrap();
    let mut parts = store.checkpoints().await.unwrap();
    parts.sort_by_key(|part| part.share.len());
    let [small, large] = &parts[..] else {
        panic!("two parts of {parts:?}")
    };
    assert_eq!((small.share, large.share), (off, Share::ALL.minus(off)));
    for part in &parts {
        assert!(part.generation > whole.generation);
        assert_eq!(
            (part.position, part.change, &part.state),
            (whole.position, whole.change, &whole.state)
        );
    }
    let is_changed = |answer| matches!(answer, Err(StoreError::Changed { .. }));
    assert!(is_changed(store.commit(next(&whole)).await));
    assert!(is_changed(store.split(&whole, off).await));

    // Neither hinders the other.
    store.commit(next(small)).await.unwrap();
    store.commit(next(large)).await.unwrap();
    store.commit(next(&next(large).next)).await.unwrap();
    let both = [small.clone(), large.clone()];
    let together = |generation| Checkpoint {
        generation,
        ..whole.clone()
    };
    assert!(is_changed(store.join(&both, together(99)).await));
    assert_eq!(store.checkpoints().await.unwrap().len(), 2);

    let both: [Checkpoint; 2] = store.checkpoints().await.unwrap().try_into().unwrap();
    store.join(&both, together(99)).await.unwrap();
    assert_eq!(checkpoint(&*store).await, together(99));
    store.commit(next(&together(99))).await.unwrap();
}

/// What is due of a share is that of its people, and all shares together are everybody.
pub async fn what_is_due_is_due_in_its_share<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let names: Vec<String> = (0..40).map(|number| format!("p{number}")).collect();
    let standings = names
        .iter()
        .zip(100..)
        .map(|(name, moment)| standing(name, "fire", "certified", Some(moment)));
    commit(
        &*store,
        EngineCommit {
            standings: standings.collect(),
            ..EngineCommit::default()
        },
    )
    .await;
    let some = Share::ALL.last(24);
    for share in [some, Share::ALL.minus(some), Share::ALL, Share::NONE] {
        let expected: Vec<&String> = names.iter().filter(|name| share.has(name)).collect();
        let due = store.standings_due(share, at(1_000), 100).await.unwrap();
        let found: Vec<&String> = due.iter().map(|standing| &standing.person).collect();
        assert_eq!(found, expected);
        let earliest = due.first().and_then(|standing| standing.next_change_at);
        assert_eq!(store.next_change_at(share).await.unwrap(), earliest);
        let first = store.standings_due(share, at(1_000), 2).await.unwrap();
        assert_eq!(first[..], due[..due.len().min(2)]);
    }
}

/// Whoever reads notices after one that was seen misses none, whichever share they came from.
pub async fn notices_of_all_shares_have_one_order<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let off = Share::ALL.last(32);
    store.split(&checkpoint(&*store).await, off).await.unwrap();
    let shares = [off, Share::ALL.minus(off)];
    // The first share is far ahead of the other.
    for _ in 0..5 {
        commit_on(&*store, off, EngineCommit::default()).await.unwrap();
    }
    let mut seen = Vec::new();
    for number in 0..6 {
        let work = EngineCommit {
            notices: vec![
                told(number * 2, Some("ann"), "safety", &["ann"]),
                told(number * 2 + 1, Some("ann"), "safety", &["ann"]),
            ],
            ..EngineCommit::default()
        };
        commit_on(&*store, shares[number as usize % 2], work)
            .await
            .unwrap();
        let filter = NoticeFilter {
            after: seen.last().copied(),
            limit: 10,
            ..NoticeFilter::default()
        };
        let new = store.notices(&filter).await.unwrap();
        let ids: Vec<Uuid> = new.iter().map(|notice| notice.id).collect();
        let [first, second] = [number * 2, number * 2 + 1].map(Uuid::from_u128);
        assert_eq!(ids, [first, second]);
        seen.extend(new.into_iter().map(|notice| notice.place));
        assert_eq!(store.last_notice().await.unwrap().as_ref(), seen.last());
    }
}

/// Engines that say that they are alive have as many people each; what one leaves goes to the others, and it can no
/// longer write. Where one process at a time works on a store, nobody holds anything.
pub async fn engines_divide_people<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let handles = [backing.open().await, backing.open().await];
    let engines = [1, 2].map(Uuid::from_u128);
    handles[0].hold(engines[0]).await.unwrap();
    let first = checkpoint(&*handles[0]).await;
    if first.holder.is_none() {
        handles[1].hold(engines[1]).await.unwrap();
        assert_eq!(checkpoint(&*handles[1]).await, first);
        return;
    }
    assert_eq!(first.holder, Some(engines[0]));
    handles[0].commit(next(&first)).await.unwrap();
    // The second comes, the first gives up, the second takes.
    for turn in [1, 0, 1] {
        handles[turn].hold(engines[turn]).await.unwrap();
    }
    let held = handles[0].checkpoints().await.unwrap();
    for engine in engines {
        let theirs = held.iter().filter(|part| part.holder == Some(engine));
        assert_eq!(theirs.map(|part| part.share.len()).sum::<u32>(), 32, "{held:?}");
    }
    for (part, handle) in held.iter().zip(&handles) {
        handle.commit(next(part)).await.unwrap();
    }

    let held = handles[0].checkpoints().await.unwrap();
    let lost = held.iter().find(|part| part.holder == Some(engines[0])).unwrap();
    handles[0].leave(engines[0]).await.unwrap();
    assert!(handles[1].hold(engines[1]).await.unwrap());
    let all = handles[1].checkpoints().await.unwrap();
    assert!(all.iter().all(|part| part.holder == Some(engines[1])), "{all:?}");
    assert!(matches!(
        handles[0].commit(next(lost)).await,
        Err(StoreError::Changed { .. })
    ));
    assert!(!handles[1].hold(engines[1]).await.unwrap());
}
