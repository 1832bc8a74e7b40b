//! What the certification engine keeps: whole commits, by one engine at a time.

use tokio::task::JoinSet;
use uuid::Uuid;

use super::Backing;
use super::decisions::{certificate, checkpoint, entry, evidence, names, notice, standing};
use super::notices::told;
use super::sample::at;
use crate::{
    CertificateFilter, ChangePosition, Checkpoint, EngineCommit, Position, StandingFilter, Store, StoreError,
};

/// Everything an engine reads, to compare.
pub(super) async fn everything(store: &dyn Store) -> impl PartialEq + std::fmt::Debug {
    (
        store.checkpoints().await.unwrap(),
        store.evidence(&names(&["ann", "ben"])).await.unwrap(),
        store
            .standings(&StandingFilter {
                limit: 100,
                ..StandingFilter::default()
            })
            .await
            .unwrap(),
        store
            .certificates(&CertificateFilter {
                limit: 100,
                ..CertificateFilter::default()
            })
            .await
            .unwrap(),
        store.ledger(Uuid::from_u128(1)).await.unwrap(),
        store.outbox(at(i64::MAX), 100).await.unwrap(),
        store.notices_of(&names(&["ann", "ben"])).await.unwrap(),
    )
}

pub(super) fn of_everything() -> EngineCommit {
    EngineCommit {
        expected: 0,
        next: Checkpoint {
            generation: 1,
            position: Position(17),
            change: ChangePosition(4),
            state: "{\"half\":\"done\"}".to_owned(),
            ..Checkpoint::default()
        },
        evidence: vec![evidence("ann", 1, 5)],
        standings: vec![standing("ann", "safety", "certified", Some(99))],
        certificates: vec![certificate(1, "ann", "safety", 1, "active")],
        ledger: vec![entry(1, 1, "issued")],
        outbox: vec![notice(1, 7)],
        notices: vec![told(1, Some("ann"), "safety", &["ann"])],
        ..EngineCommit::default()
    }
}

/// A commit is there whole, with its checkpoint.
pub async fn a_commit_is_kept_whole<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(checkpoint(&*store).await, Checkpoint::default());
    let commit = of_everything();
    store.commit(commit.clone()).await.unwrap();
    assert_eq!(checkpoint(&*store).await, commit.next);
    assert_eq!(store.evidence(&names(&["ann"])).await.unwrap(), commit.evidence);
    assert_eq!(
        store.standings_of(&names(&["ann"])).await.unwrap(),
        commit.standings
    );
    assert_eq!(
        store.certificates_of(&names(&["ann"])).await.unwrap(),
        commit.certificates
    );
    assert_eq!(
        store.certificate(Uuid::from_u128(1)).await.unwrap().as_ref(),
        commit.certificates.first()
    );
    assert_eq!(store.certificate(Uuid::from_u128(2)).await.unwrap(), None);
    assert_eq!(store.ledger(Uuid::from_u128(1)).await.unwrap(), commit.ledger);
    assert_eq!(store.outbox(at(7), 10).await.unwrap(), commit.outbox);
}

/// A commit on anything but the newest checkpoint writes nothing.
pub async fn an_outdated_commit_writes_nothing<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    store.commit(of_everything()).await.unwrap();
    let before = everything(&*store).await;
    for expected in [0, 2, -1] {
        let mut outdated = EngineCommit {
            expected,
            evidence: vec![evidence("ben", 2, 6)],
            withdrawn: vec![("ann".to_owned(), Uuid::from_u128(1))],
            forgotten: names(&["ann"]),
            standings: vec![standing("ben", "safety", "in_progress", None)],
            lapsed: vec![("ann".to_owned(), "safety".to_owned())],
            certificates: vec![certificate(2, "ben", "safety", 1, "active")],
            ledger: vec![entry(2, 1, "revoked")],
            outbox: vec![notice(2, 1)],
            notices: vec![told(2, Some("ben"), "safety", &["ben"])],
            ..EngineCommit::default()
        };
        outdated.next.generation = expected + 1;
        assert!(matches!(
            store.commit(outdated).await,
            Err(StoreError::Changed { .. })
        ));
        assert_eq!(everything(&*store).await, before);
    }
}

/// A commit that can not be kept whole is not kept at all: the generation it leaves must be the next, and nobody
/// has two certificates of one number.
pub async fn an_impossible_commit_writes_nothing<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    store.commit(of_everything()).await.unwrap();
    let before = everything(&*store).await;
    let next = |generation| Checkpoint {
        generation,
        ..Checkpoint::default()
    };
    let impossible = [
        EngineCommit {
            expected: 1,
            next: next(3),
            standings: vec![standing("ben", "safety", "open", None)],
            ..EngineCommit::default()
        },
        EngineCommit {
            expected: 1,
            next: next(2),
            evidence: vec![evidence("ben", 2, 6)],
            standings: vec![standing("ben", "safety", "open", None)],
            certificates: vec![
                certificate(3, "ben", "safety", 1, "active"),
                certificate(2, "ann", "safety", 1, "active"),
            ],
            ledger: vec![entry(2, 1, "issued")],
            outbox: vec![notice(2, 1)],
            ..EngineCommit::default()
        },
    ];
    for commit in impossible {
        assert!(store.commit(commit).await.is_err());
        assert_eq!(everything(&*store).await, before);
    }
}

/// Of several engines that commit on the same checkpoint exactly one succeeds, each round, also through several
/// handles; the others' work leaves no trace.
pub async fn one_of_many_engines_commits<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let handles = [backing.open().await, backing.open().await];
    for round in 0..5 {
        let mut engines = JoinSet::new();
        for engine in 0..12 {
            let store = handles[engine % 2].clone();
            engines.spawn(async move {
                let number = round * 100 + engine as i64;
                let mut commit = EngineCommit {
                    expected: round,
                    ledger: vec![entry(number as u128, 1, "issued")],
                    outbox: vec![notice(number as u128, number)],
                    ..EngineCommit::default()
                };
                commit.next.generation = round + 1;
                match store.commit(commit).await {
                    Ok(()) => Some(Uuid::from_u128(number as u128)),
                    Err(StoreError::Changed { .. }) => None,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let winners: Vec<_> = engines.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "round {round}");
        for store in &handles {
            assert_eq!(checkpoint(&**store).await.generation, round + 1);
            let ledger = store.ledger(Uuid::from_u128(1)).await.unwrap();
            assert_eq!(ledger.len() as i64, round + 1);
            assert_eq!(ledger.last().map(|entry| entry.id), winners.first().copied());
        }
    }
    assert_eq!(handles[0].outbox(at(i64::MAX), 100).await.unwrap().len(), 5);
}
