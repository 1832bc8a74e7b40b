use mongodb::bson::raw::cstr;
use mongodb::bson::{RawDocumentBuf, rawdoc};
use store::{
    CertificateRecord, ChangePosition, Checkpoint, EvidenceRecord, LedgerEntry, OutboxEntry, Position, Share,
    StandingRecord, StoreResult,
};
use xapi::Timestamp;

use crate::raw::{Fields, uuid};

pub(crate) fn checkpoint_from(found: Fields<'_>) -> StoreResult<Checkpoint> {
    Ok(Checkpoint {
        share: Share::from_i64(found.i64("_id")?),
        holder: found.optional_uuid("h")?,
        generation: found.i64("g")?,
        position: Position(found.i64("n")?),
        change: ChangePosition(found.i64("c")?),
        state: found.text("b")?,
    })
}

pub(crate) fn checkpoint_to(checkpoint: &Checkpoint) -> RawDocumentBuf {
    let mut document = rawdoc! {
        "_id": checkpoint.share.to_i64(),
        "g": checkpoint.generation,
        "n": checkpoint.position.0,
        "c": checkpoint.change.0,
        "b": checkpoint.state.as_str(),
    };
    if let Some(holder) = checkpoint.holder {
        document.append(cstr!("h"), uuid(holder));
    }
    document
}

pub(crate) fn evidence_to(evidence: &EvidenceRecord) -> RawDocumentBuf {
    rawdoc! {
        "_id": { "p": evidence.person.as_str(), "s": uuid(evidence.statement) },
        "p": evidence.person.as_str(),
        "s": uuid(evidence.statement),
        "n": evidence.position.0,
        "b": evidence.body.as_str(),
    }
}

pub(crate) fn evidence_from(found: Fields<'_>) -> StoreResult<EvidenceRecord> {
    Ok(EvidenceRecord {
        person: found.text("p")?,
        statement: found.uuid("s")?,
        position: Position(found.i64("n")?),
        body: found.text("b")?,
    })
}

pub(crate) fn standing_to(standing: &StandingRecord) -> RawDocumentBuf {
    let mut document = rawdoc! {
        "_id": { "p": standing.person.as_str(), "c": standing.curriculum.as_str() },
        "p": standing.person.as_str(),
        "c": standing.curriculum.as_str(),
        "r": standing.revision,
        "st": standing.status.as_str(),
        "k": i64::from(Share::slot_of(&standing.person)),
        "b": standing.body.as_str(),
    };
    if let Some(at) = standing.next_change_at {
        document.append(cstr!("at"), at.as_micros());
    }
    document
}

pub(crate) fn standing_from(found: Fields<'_>) -> StoreResult<StandingRecord> {
    Ok(StandingRecord {
        person: found.text("p")?,
        curriculum: found.text("c")?,
        revision: found.i64("r")?,
        status: found.text("st")?,
        next_change_at: found.optional_i64("at")?.map(Timestamp::from_micros),
        body: found.text("b")?,
    })
}

pub(crate) fn certificate_to(certificate: &CertificateRecord) -> RawDocumentBuf {
    let mut document = rawdoc! {
        "_id": uuid(certificate.id),
        "p": certificate.person.as_str(),
        "c": certificate.curriculum.as_str(),
        "no": certificate.number,
        "st": certificate.status.as_str(),
        "is": certificate.issued_at.as_micros(),
        "b": certificate.body.as_str(),
    };
    if let Some(at) = certificate.expires_at {
        document.append(cstr!("ex"), at.as_micros());
    }
    document
}

pub(crate) fn certificate_from(found: Fields<'_>) -> StoreResult<CertificateRecord> {
    Ok(CertificateRecord {
        id: found.uuid("_id")?,
        person: found.text("p")?,
        curriculum: found.text("c")?,
        number: found.i64("no")?,
        status: found.text("st")?,
        issued_at: Timestamp::from_micros(found.i64("is")?),
        expires_at: found.optional_i64("ex")?.map(Timestamp::from_micros),
        body: found.text("b")?,
    })
}

/// `generation` and `order` keep the entries in the order they were appended.
pub(crate) fn ledger_to(entry: &LedgerEntry, generation: i64, order: i64) -> RawDocumentBuf {
    rawdoc! {
        "_id": uuid(entry.id),
        "c": uuid(entry.certificate),
        "g": generation,
        "o": order,
        "p": entry.person.as_str(),
        "cu": entry.curriculum.as_str(),
        "k": entry.kind.as_str(),
        "at": entry.at.as_micros(),
        "d": entry.decided_at.as_micros(),
        "b": entry.body.as_str(),
    }
}

pub(crate) fn ledger_from(found: Fields<'_>) -> StoreResult<LedgerEntry> {
    Ok(LedgerEntry {
        id: found.uuid("_id")?,
        certificate: found.uuid("c")?,
        person: found.text("p")?,
        curriculum: found.text("cu")?,
        kind: found.text("k")?,
        at: Timestamp::from_micros(found.i64("at")?),
        decided_at: Timestamp::from_micros(found.i64("d")?),
        body: found.text("b")?,
    })
}

pub(crate) fn outbox_to(entry: &OutboxEntry, generation: i64, order: i64) -> RawDocumentBuf {
    rawdoc! {
        "_id": uuid(entry.id),
        "at": entry.due_at.as_micros(),
        "g": generation,
        "o": order,
        "k": entry.kind.as_str(),
        "b": entry.body.as_str(),
    }
}

pub(crate) fn outbox_from(found: Fields<'_>) -> StoreResult<OutboxEntry> {
    Ok(OutboxEntry {
        id: found.uuid("_id")?,
        kind: found.text("k")?,
        body: found.text("b")?,
        due_at: Timestamp::from_micros(found.i64("at")?),
    })
}
