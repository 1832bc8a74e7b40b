//! What the certification engine keeps: whole commits, one engine at a time, and every list it is read by.

use std::collections::HashSet;

use tokio::task::JoinSet;
use uuid::Uuid;

use super::Backing;
use super::sample::at;
use crate::{
    CertificateFilter, CertificateRecord, ChangePosition, Checkpoint, EngineCommit, EvidenceRecord,
    LedgerEntry, OutboxEntry, Position, StandingFilter, StandingRecord, Store, StoreError,
};

fn evidence(person: &str, statement: u128, position: i64) -> EvidenceRecord {
    EvidenceRecord {
        person: person.to_owned(),
        statement: Uuid::from_u128(statement),
        position: Position(position),
        body: format!("{{\"from\":{statement}}}"),
    }
}

fn standing(person: &str, curriculum: &str, status: &str, next_change_at: Option<i64>) -> StandingRecord {
    StandingRecord {
        person: person.to_owned(),
        curriculum: curriculum.to_owned(),
        revision: 1,
        status: status.to_owned(),
        next_change_at: next_change_at.map(at),
        body: format!("{{\"of\":{person:?}}}"),
    }
}

fn certificate(id: u128, person: &str, curriculum: &str, number: i64, status: &str) -> CertificateRecord {
    CertificateRecord {
        id: Uuid::from_u128(id),
        person: person.to_owned(),
        curriculum: curriculum.to_owned(),
        number,
        status: status.to_owned(),
        issued_at: at(1_000),
        expires_at: (number > 1).then(|| at(2_000)),
        body: "{\"proof\":[]}".to_owned(),
    }
}

fn entry(id: u128, certificate: u128, kind: &str) -> LedgerEntry {
    LedgerEntry {
        id: Uuid::from_u128(id),
        certificate: Uuid::from_u128(certificate),
        person: "ann".to_owned(),
        curriculum: "safety".to_owned(),
        kind: kind.to_owned(),
        at: at(10),
        decided_at: at(20),
        body: format!("{{\"reason\":{kind:?}}}"),
    }
}

fn notice(id: u128, due_at: i64) -> OutboxEntry {
    OutboxEntry {
        id: Uuid::from_u128(id),
        kind: "statement".to_owned(),
        body: format!("{{\"n\":{id}}}"),
        due_at: at(due_at),
    }
}

/// Commits on top of what is there.
async fn commit(store: &dyn Store, commit: EngineCommit) {
    let expected = store.checkpoint().await.unwrap().generation;
    let next = Checkpoint {
        generation: expected + 1,
        ..commit.next.clone()
    };
    store
        .commit(EngineCommit {
            expected,
            next,
            ..commit
        })
        .await
        .unwrap();
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Everything an engine reads, to compare.
async fn everything(store: &dyn Store) -> impl PartialEq + std::fmt::Debug {
    (
        store.checkpoint().await.unwrap(),
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
    )
}

fn of_everything() -> EngineCommit {
    EngineCommit {
        expected: 0,
        next: Checkpoint {
            generation: 1,
            position: Position(17),
            change: ChangePosition(4),
            state: "{\"half\":\"done\"}".to_owned(),
        },
        evidence: vec![evidence("ann", 1, 5)],
        standings: vec![standing("ann", "safety", "certified", Some(99))],
        certificates: vec![certificate(1, "ann", "safety", 1, "active")],
        ledger: vec![entry(1, 1, "issued")],
        outbox: vec![notice(1, 7)],
        ..EngineCommit::default()
    }
}

/// A commit is there whole, with its checkpoint.
pub async fn a_commit_is_kept_whole<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.checkpoint().await.unwrap(), Checkpoint::default());
    let commit = of_everything();
    store.commit(commit.clone()).await.unwrap();
    assert_eq!(store.checkpoint().await.unwrap(), commit.next);
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
            withdrawn: vec![Uuid::from_u128(1)],
            forgotten: names(&["ann"]),
            standings: vec![standing("ben", "safety", "in_progress", None)],
            lapsed: vec![("ann".to_owned(), "safety".to_owned())],
            certificates: vec![certificate(2, "ben", "safety", 1, "active")],
            ledger: vec![entry(2, 1, "revoked")],
            outbox: vec![notice(2, 1)],
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
            assert_eq!(store.checkpoint().await.unwrap().generation, round + 1);
            let ledger = store.ledger(Uuid::from_u128(1)).await.unwrap();
            assert_eq!(ledger.len() as i64, round + 1);
            assert_eq!(ledger.last().map(|entry| entry.id), winners.first().copied());
        }
    }
    assert_eq!(handles[0].outbox(at(i64::MAX), 100).await.unwrap().len(), 5);
}

/// Evidence is one row a person and statement: replaced, withdrawn by statement, forgotten by person.
pub async fn evidence_is_kept_by_person_and_statement<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let rows = [
        evidence("ann", 3, 30),
        evidence("ann", 1, 10),
        evidence("ben", 1, 10),
        evidence("ben", 2, 20),
        evidence("cid", 4, 40),
    ];
    commit(
        &*store,
        EngineCommit {
            evidence: rows.to_vec(),
            ..EngineCommit::default()
        },
    )
    .await;
    let [ann3, ann1, ben1, ben2, cid4] = rows;
    // By person, then position, whatever the order asked.
    assert_eq!(
        store.evidence(&names(&["ben", "nobody", "ann"])).await.unwrap(),
        [ann1.clone(), ann3.clone(), ben1.clone(), ben2.clone()]
    );
    assert_eq!(store.evidence(&[]).await.unwrap(), []);
    let ids = [4, 9, 1].map(Uuid::from_u128);
    let of_statements: HashSet<_> = store
        .evidence_of_statements(&ids)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.person, row.statement, row.position))
        .collect();
    let expected = [&ann1, &ben1, &cid4].map(|row| (row.person.clone(), row.statement, row.position));
    assert_eq!(of_statements, HashSet::from(expected));

    let replaced = EvidenceRecord {
        body: "{\"new\":true}".to_owned(),
        ..ann1
    };
    commit(
        &*store,
        EngineCommit {
            evidence: vec![replaced.clone()],
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(
        store.evidence(&names(&["ann"])).await.unwrap(),
        [replaced.clone(), ann3.clone()]
    );

    let withdrawn = vec![Uuid::from_u128(1), Uuid::from_u128(77)];
    commit(
        &*store,
        EngineCommit {
            withdrawn,
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(
        store.evidence(&names(&["ann", "ben", "cid"])).await.unwrap(),
        [ann3.clone(), ben2, cid4.clone()]
    );

    // Forgotten and withdrawn first, added after.
    let again = evidence("ben", 5, 50);
    commit(
        &*store,
        EngineCommit {
            forgotten: names(&["ben", "cid", "nobody"]),
            withdrawn: vec![Uuid::from_u128(3)],
            evidence: vec![again.clone(), ann3.clone()],
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(
        store.evidence(&names(&["ann", "ben", "cid"])).await.unwrap(),
        [ann3, again]
    );
}

/// Standings are replaced and removed, listed by person and curriculum with every filter, page by page.
pub async fn standings_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut kept = Vec::new();
    for person in ["ann", "ben", "cid", "dan"] {
        for (curriculum, status) in [
            ("fire", "certified"),
            ("safety", "in_progress"),
            ("wiring", "certified"),
        ] {
            let status = if person == "cid" { "expired" } else { status };
            kept.push(standing(person, curriculum, status, None));
        }
    }
    let mut shuffled = kept.clone();
    shuffled.reverse();
    shuffled.swap(2, 7);
    commit(
        &*store,
        EngineCommit {
            standings: shuffled,
            ..EngineCommit::default()
        },
    )
    .await;

    let optional = |values: &[&'static str]| -> Vec<Option<String>> {
        std::iter::once(None)
            .chain(values.iter().map(|value| Some((*value).to_owned())))
            .collect()
    };
    for person in optional(&["ben", "cid", "nobody"]) {
        for curriculum in optional(&["safety", "wiring", "nothing"]) {
            for status in optional(&["certified", "expired", "lost"]) {
                let is = |wanted: &Option<String>, value: &str| {
                    wanted.as_ref().is_none_or(|wanted| wanted == value)
                };
                let expected: Vec<_> = kept
                    .iter()
                    .filter(|row| {
                        is(&person, &row.person)
                            && is(&curriculum, &row.curriculum)
                            && is(&status, &row.status)
                    })
                    .cloned()
                    .collect();
                let mut filter = StandingFilter {
                    person: person.clone(),
                    curriculum: curriculum.clone(),
                    status: status.clone(),
                    after: None,
                    limit: 2,
                };
                let mut listed = Vec::new();
                loop {
                    let page = store.standings(&filter).await.unwrap();
                    assert!(page.len() <= 2);
                    let Some(last) = page.last() else { break };
                    filter.after = Some((last.person.clone(), last.curriculum.clone()));
                    listed.extend(page);
                }
                assert_eq!(listed, expected, "{filter:?}");
            }
        }
    }

    let replaced = standing("ben", "fire", "expired", Some(5));
    let lapsed = vec![
        ("ann".to_owned(), "fire".to_owned()),
        ("ann".to_owned(), "nothing".to_owned()),
    ];
    commit(
        &*store,
        EngineCommit {
            standings: vec![replaced.clone()],
            lapsed,
            ..EngineCommit::default()
        },
    )
    .await;
    let mut of_two = store
        .standings_of(&names(&["ben", "nobody", "ann"]))
        .await
        .unwrap();
    of_two.sort_by(|a, b| (&a.person, &a.curriculum).cmp(&(&b.person, &b.curriculum)));
    assert_eq!(of_two, [&kept[1..3], &[replaced], &kept[4..6]].concat());
}

/// Standings that change by themselves are found when they are due, earliest first.
pub async fn standings_come_due<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.next_change_at().await.unwrap(), None);
    let standings = vec![
        standing("ann", "fire", "certified", Some(300)),
        standing("ben", "fire", "certified", None),
        standing("cid", "fire", "certified", Some(-100)),
        standing("dan", "fire", "certified", Some(200)),
    ];
    commit(
        &*store,
        EngineCommit {
            standings,
            ..EngineCommit::default()
        },
    )
    .await;
    let due = async |moment, limit| -> Vec<String> {
        store
            .standings_due(at(moment), limit)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.person)
            .collect()
    };
    assert_eq!(store.next_change_at().await.unwrap(), Some(at(-100)));
    assert_eq!(due(-101, 10).await, [""; 0]);
    assert_eq!(due(-100, 10).await, ["cid"]);
    assert_eq!(due(299, 10).await, ["cid", "dan"]);
    assert_eq!(due(300, 10).await, ["cid", "dan", "ann"]);
    assert_eq!(due(300, 2).await, ["cid", "dan"]);
    let moved = vec![
        standing("cid", "fire", "expired", None),
        standing("ben", "fire", "certified", Some(250)),
    ];
    let lapsed = vec![("dan".to_owned(), "fire".to_owned())];
    commit(
        &*store,
        EngineCommit {
            standings: moved,
            lapsed,
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(store.next_change_at().await.unwrap(), Some(at(250)));
    assert_eq!(due(1_000, 10).await, ["ben", "ann"]);
}

/// Certificates are replaced by id, listed by person, curriculum and number with every filter, page by page.
pub async fn certificates_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut kept = Vec::new();
    for person in ["ann", "ben", "cid"] {
        for curriculum in ["fire", "safety"] {
            for number in 1..=11 {
                let status = if number < 11 { "expired" } else { "active" };
                let id = 1_000 - kept.len() as u128;
                kept.push(certificate(id, person, curriculum, number, status));
            }
        }
    }
    let mut shuffled = kept.clone();
    shuffled.reverse();
    commit(
        &*store,
        EngineCommit {
            certificates: shuffled,
            ..EngineCommit::default()
        },
    )
    .await;
    let optional = |values: &[&'static str]| -> Vec<Option<String>> {
        std::iter::once(None)
            .chain(values.iter().map(|value| Some((*value).to_owned())))
            .collect()
    };
    for person in optional(&["ben", "nobody"]) {
        for curriculum in optional(&["safety", "nothing"]) {
            for status in optional(&["active", "expired", "lost"]) {
                let is = |wanted: &Option<String>, value: &str| {
                    wanted.as_ref().is_none_or(|wanted| wanted == value)
                };
                let expected: Vec<_> = kept
                    .iter()
                    .filter(|row| {
                        is(&person, &row.person)
                            && is(&curriculum, &row.curriculum)
                            && is(&status, &row.status)
                    })
                    .cloned()
                    .collect();
                let mut filter = CertificateFilter {
                    person: person.clone(),
                    curriculum: curriculum.clone(),
                    status: status.clone(),
                    after: None,
                    limit: 5,
                };
                let mut listed = Vec::new();
                loop {
                    let page = store.certificates(&filter).await.unwrap();
                    assert!(page.len() <= 5);
                    let Some(last) = page.last() else { break };
                    filter.after = Some((last.person.clone(), last.curriculum.clone(), last.number));
                    listed.extend(page);
                }
                assert_eq!(listed, expected, "{filter:?}");
            }
        }
    }
    assert_eq!(
        store
            .certificates_of(&names(&["cid", "nobody", "ann"]))
            .await
            .unwrap(),
        [&kept[..22], &kept[44..]].concat()
    );

    let revoked = CertificateRecord {
        status: "revoked".to_owned(),
        expires_at: None,
        ..kept[5].clone()
    };
    commit(
        &*store,
        EngineCommit {
            certificates: vec![revoked.clone()],
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(
        store.certificate(revoked.id).await.unwrap(),
        Some(revoked.clone())
    );
    let filter = CertificateFilter {
        status: Some("revoked".to_owned()),
        limit: 10,
        ..CertificateFilter::default()
    };
    assert_eq!(store.certificates(&filter).await.unwrap(), [revoked]);
}

/// The ledger of a certificate is read in the order it was appended in, whatever the ids and times are.
pub async fn the_ledger_keeps_its_order<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let first = vec![
        entry(9, 1, "issued"),
        entry(8, 2, "issued"),
        entry(7, 1, "suspended"),
    ];
    let mut second = vec![entry(1, 1, "reinstated"), entry(5, 1, "expired")];
    second[1].decided_at = at(-5);
    second[1].at = at(-5);
    commit(
        &*store,
        EngineCommit {
            ledger: first.clone(),
            ..EngineCommit::default()
        },
    )
    .await;
    commit(
        &*store,
        EngineCommit {
            ledger: second.clone(),
            ..EngineCommit::default()
        },
    )
    .await;
    let expected = [
        first[0].clone(),
        first[2].clone(),
        second[0].clone(),
        second[1].clone(),
    ];
    assert_eq!(store.ledger(Uuid::from_u128(1)).await.unwrap(), expected);
    assert_eq!(
        store.ledger(Uuid::from_u128(2)).await.unwrap(),
        [first[1].clone()]
    );
    assert_eq!(store.ledger(Uuid::from_u128(3)).await.unwrap(), []);
}

/// The outbox is read oldest first once due; an entry that is there already is ignored, one that is done goes.
pub async fn the_outbox_is_drained<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let outbox = vec![notice(3, 30), notice(1, 10), notice(2, 20)];
    commit(
        &*store,
        EngineCommit {
            outbox,
            ..EngineCommit::default()
        },
    )
    .await;
    let due = async |moment, limit| -> Vec<u128> {
        store
            .outbox(at(moment), limit)
            .await
            .unwrap()
            .into_iter()
            .map(|entry| entry.id.as_u128())
            .collect()
    };
    assert_eq!(due(9, 10).await, []);
    assert_eq!(due(10, 10).await, [1]);
    assert_eq!(due(29, 10).await, [1, 2]);
    assert_eq!(due(30, 10).await, [1, 2, 3]);
    assert_eq!(due(30, 2).await, [1, 2]);

    let again = OutboxEntry {
        body: "other".to_owned(),
        ..notice(2, 5)
    };
    commit(
        &*store,
        EngineCommit {
            outbox: vec![again, notice(4, 15)],
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(due(100, 10).await, [1, 4, 2, 3]);
    assert_eq!(store.outbox(at(100), 10).await.unwrap()[2], notice(2, 20));

    store.outbox_done(&[1, 3, 77].map(Uuid::from_u128)).await.unwrap();
    assert_eq!(due(100, 10).await, [4, 2]);
    store.outbox_done(&[]).await.unwrap();
    store.outbox_done(&[4, 2, 2].map(Uuid::from_u128)).await.unwrap();
    assert_eq!(due(100, 10).await, []);
}
