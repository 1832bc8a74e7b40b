//! Certificates, their ledger, and the notices about them.

use uuid::Uuid;

use super::Backing;
use super::decisions::{certificate, commit, entry, names, notice};
use super::sample::at;
use crate::{CertificateFilter, CertificateRecord, EngineCommit, OutboxEntry};

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
