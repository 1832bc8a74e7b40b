//! What a certification engine writes, to test with.

use uuid::Uuid;

use super::sample::at;
use crate::{
    CertificateRecord, Checkpoint, EngineCommit, EvidenceRecord, LedgerEntry, OutboxEntry, Position,
    StandingRecord, Store,
};

/// A fact about a person, from a statement by number.
pub fn evidence(person: &str, statement: u128, position: i64) -> EvidenceRecord {
    EvidenceRecord {
        person: person.to_owned(),
        statement: Uuid::from_u128(statement),
        position: Position(position),
        body: format!("{{\"from\":{statement}}}"),
    }
}

/// Where a person stands.
pub fn standing(person: &str, curriculum: &str, status: &str, next_change_at: Option<i64>) -> StandingRecord {
    StandingRecord {
        person: person.to_owned(),
        curriculum: curriculum.to_owned(),
        revision: 1,
        status: status.to_owned(),
        next_change_at: next_change_at.map(at),
        body: format!("{{\"of\":{person:?}}}"),
    }
}

/// A certificate by number.
pub fn certificate(id: u128, person: &str, curriculum: &str, number: i64, status: &str) -> CertificateRecord {
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

/// An entry in the ledger of a certificate, by number.
pub fn entry(id: u128, certificate: u128, kind: &str) -> LedgerEntry {
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

/// Something to tell, by number.
pub fn notice(id: u128, due_at: i64) -> OutboxEntry {
    OutboxEntry {
        id: Uuid::from_u128(id),
        kind: "statement".to_owned(),
        body: format!("{{\"n\":{id}}}"),
        due_at: at(due_at),
    }
}

/// The checkpoint of everybody, who must not have been divided.
pub async fn checkpoint(store: &dyn Store) -> Checkpoint {
    let mut checkpoints = store.checkpoints().await.unwrap();
    assert_eq!(checkpoints.len(), 1);
    checkpoints.pop().unwrap()
}

/// Commits on top of what is there.
pub async fn commit(store: &dyn Store, commit: EngineCommit) {
    let expected = checkpoint(store).await.generation;
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

/// Names as the engine asks for them.
pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
