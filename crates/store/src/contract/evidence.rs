//! Evidence: small facts about people, each from one statement.

use std::collections::HashSet;

use uuid::Uuid;

use super::Backing;
use super::decisions::{commit, evidence, names};
use crate::{EngineCommit, EvidenceRecord};

/// Evidence is one row a person and statement: replaced, withdrawn, forgotten by person.
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

    let withdrawn = ["ann", "ben", "cid"].map(|person| (person.to_owned(), Uuid::from_u128(1)));
    commit(
        &*store,
        EngineCommit {
            withdrawn: withdrawn.to_vec(),
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
            withdrawn: vec![
                ("ann".to_owned(), Uuid::from_u128(3)),
                ("cid".to_owned(), Uuid::from_u128(77)),
            ],
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
