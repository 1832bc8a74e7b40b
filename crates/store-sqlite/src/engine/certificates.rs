//! Certificates and their ledger.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use store::{CertificateFilter, CertificateRecord, LedgerEntry, StoreError};
use uuid::Uuid;
use xapi::Timestamp;

use super::{each, sql_limit};
use crate::fault::Fault;

const RECORD: &str = "id, person, curriculum, number, status, issued_at, expires_at, body";

/// By (person, curriculum, number).
pub(super) fn list(
    connection: &Connection,
    filter: &CertificateFilter,
) -> Result<Vec<CertificateRecord>, Fault> {
    let mut conditions = vec!["1"];
    let mut given: Vec<(&str, &dyn ToSql)> = Vec::new();
    for (condition, name, value) in [
        ("person = :person", ":person", &filter.person),
        ("curriculum = :curriculum", ":curriculum", &filter.curriculum),
        ("status = :status", ":status", &filter.status),
    ] {
        if let Some(value) = value {
            conditions.push(condition);
            given.push((name, value));
        }
    }
    if let Some((person, curriculum, number)) = &filter.after {
        conditions.push("(person, curriculum, number) > (:after_person, :after_curriculum, :after_number)");
        given.push((":after_person", person));
        given.push((":after_curriculum", curriculum));
        given.push((":after_number", number));
    }
    let limit = sql_limit(filter.limit);
    given.push((":limit", &limit));
    let mut query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM certificate WHERE {} ORDER BY person, curriculum, number LIMIT :limit",
        conditions.join(" AND ")
    ))?;
    let certificates = query
        .query_map(given.as_slice(), record)?
        .collect::<Result<_, _>>()?;
    Ok(certificates)
}

/// Of people in ascending order.
pub(super) fn of_people(connection: &Connection, people: &[String]) -> Result<Vec<CertificateRecord>, Fault> {
    let query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM certificate WHERE person = ?1 ORDER BY curriculum, number"
    ))?;
    each(query, people, record)
}

pub(super) fn one(connection: &Connection, id: Uuid) -> Result<Option<CertificateRecord>, Fault> {
    Ok(connection
        .prepare_cached(&format!("SELECT {RECORD} FROM certificate WHERE id = ?1"))?
        .query_row([id], record)
        .optional()?)
}

/// Adds or replaces a certificate; refuses a second one with the same person, curriculum and number.
pub(super) fn put(connection: &Connection, certificate: &CertificateRecord) -> Result<(), Fault> {
    let numbered: Option<Uuid> = connection
        .prepare_cached("SELECT id FROM certificate WHERE person = ?1 AND curriculum = ?2 AND number = ?3")?
        .query_row(
            params![certificate.person, certificate.curriculum, certificate.number],
            |row| row.get(0),
        )
        .optional()?;
    if numbered.is_some_and(|id| id != certificate.id) {
        let CertificateRecord {
            person,
            curriculum,
            number,
            ..
        } = certificate;
        let what = format!("the certificate number {number} of {person:?} for {curriculum:?}");
        return Err(StoreError::Exists { what }.into());
    }
    connection
        .prepare_cached(
            "INSERT INTO certificate (id, person, curriculum, number, status, issued_at, expires_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET person = excluded.person, curriculum = excluded.curriculum,
                 number = excluded.number, status = excluded.status, issued_at = excluded.issued_at,
                 expires_at = excluded.expires_at, body = excluded.body",
        )?
        .execute(params![
            certificate.id,
            certificate.person,
            certificate.curriculum,
            certificate.number,
            certificate.status,
            certificate.issued_at.as_micros(),
            certificate.expires_at.map(Timestamp::as_micros),
            certificate.body,
        ])?;
    Ok(())
}

/// The entries of a certificate, in the order they were appended.
pub(super) fn ledger(connection: &Connection, certificate: Uuid) -> Result<Vec<LedgerEntry>, Fault> {
    let query = connection.prepare_cached(
        "SELECT id, certificate, person, curriculum, kind, at, decided_at, body FROM ledger
         WHERE certificate = ?1 ORDER BY n",
    )?;
    each(query, &[certificate], |row| {
        Ok(LedgerEntry {
            id: row.get(0)?,
            certificate: row.get(1)?,
            person: row.get(2)?,
            curriculum: row.get(3)?,
            kind: row.get(4)?,
            at: Timestamp::from_micros(row.get(5)?),
            decided_at: Timestamp::from_micros(row.get(6)?),
            body: row.get(7)?,
        })
    })
}

/// Appends an entry; one whose id is there already is refused, for nothing in the ledger is replaced.
pub(super) fn append(connection: &Connection, entry: &LedgerEntry) -> Result<(), Fault> {
    let appended = connection
        .prepare_cached(
            "INSERT INTO ledger (id, certificate, person, curriculum, kind, at, decided_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            entry.id,
            entry.certificate,
            entry.person,
            entry.curriculum,
            entry.kind,
            entry.at.as_micros(),
            entry.decided_at.as_micros(),
            entry.body,
        ])?;
    match appended {
        0 => Err(StoreError::Exists {
            what: format!("the ledger entry {}", entry.id),
        }
        .into()),
        _ => Ok(()),
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<CertificateRecord> {
    Ok(CertificateRecord {
        id: row.get(0)?,
        person: row.get(1)?,
        curriculum: row.get(2)?,
        number: row.get(3)?,
        status: row.get(4)?,
        issued_at: Timestamp::from_micros(row.get(5)?),
        expires_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_micros),
        body: row.get(7)?,
    })
}
