//! What was known at a moment.

use std::collections::{BTreeMap, BTreeSet};

use rules::{Evidence, Interest};
use store::{PersonRecord, StatementQuery, Store};
use uuid::Uuid;
use xapi::{Ifi, Iri, Statement, Timestamp};

use crate::certificate::{Account, Certificate, Kind, Status};
use crate::engine::{self, Agenda, voided};
use crate::error::{Result, from_json};

/// Statements read at once.
const PAGE: usize = 500;

/// A person's evidence as known at `known_at`, in order; `None` for now.
///
/// What is kept now, less what was stored later, and with what has been voided since: the log keeps it.
pub(super) async fn evidence(
    store: &dyn Store,
    person: &PersonRecord,
    interest: &Interest,
    agenda: &Agenda,
    known_at: Option<Timestamp>,
) -> Result<Vec<Evidence>> {
    let mut evidence = match known_at {
        // Since then, identifiers may have come and gone.
        Some(_) if same_identifiers(store, person).await? => kept(store, person).await?,
        Some(_) => told(store, person, interest, agenda).await?,
        None => kept(store, person).await?,
    };
    evidence.retain(|fact| known_at.is_none_or(|known_at| fact.stored <= known_at));
    if let Some(known_at) = known_at {
        for target in voided_since(store, person, known_at).await? {
            let Some(entry) = store
                .statement(target)
                .await?
                .filter(|entry| entry.stored <= known_at)
            else {
                continue;
            };
            // One that can not be read was noted when it came, and counted for nothing.
            let Ok(statement) = Statement::from_stored(&entry.text) else {
                continue;
            };
            if let Some((actor, fact)) = engine::evidence(&statement, interest, agenda)
                && person.ifis.contains(actor)
            {
                evidence.push(fact);
            }
        }
    }
    evidence.sort_by(Evidence::order);
    Ok(evidence)
}

/// Whether the registry knows the person by the same identifiers now.
async fn same_identifiers(store: &dyn Store, person: &PersonRecord) -> Result<bool> {
    Ok(store
        .person(&person.id)
        .await?
        .is_some_and(|now| now.ifis == person.ifis))
}

/// The evidence that is kept.
async fn kept(store: &dyn Store, person: &PersonRecord) -> Result<Vec<Evidence>> {
    store
        .evidence(std::slice::from_ref(&person.id))
        .await?
        .into_iter()
        .map(|row| {
            from_json(
                || format!("the evidence of statement {}", row.statement),
                &row.body,
            )
        })
        .collect()
}

/// The evidence that the log has under a person's identifiers.
async fn told(
    store: &dyn Store,
    person: &PersonRecord,
    interest: &Interest,
    agenda: &Agenda,
) -> Result<Vec<Evidence>> {
    let mut evidence = Vec::new();
    statements(store, person, None, |ifi, _, statement| {
        if let Some((actor, fact)) = engine::evidence(statement, interest, agenda)
            && actor == ifi
        {
            evidence.push(fact);
        }
    })
    .await?;
    Ok(evidence)
}

/// What the log has under each of a person's identifiers, of one verb or of any.
async fn statements(
    store: &dyn Store,
    person: &PersonRecord,
    verb: Option<Iri>,
    mut take: impl FnMut(&Ifi, Timestamp, &Statement),
) -> Result<()> {
    for ifi in &person.ifis {
        let mut query = StatementQuery {
            agent: Some(ifi.clone()),
            verb: verb.clone(),
            ascending: true,
            limit: PAGE,
            ..StatementQuery::default()
        };
        loop {
            let page = store.query(&query).await?;
            for entry in &page.statements {
                // One that can not be read was noted when it came, and counted for nothing.
                if let Ok(statement) = Statement::from_stored(&entry.text) {
                    take(ifi, entry.stored, &statement);
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
    }
    Ok(())
}

/// Statements about a person that were first voided after `known_at`. A voiding statement is found by the agent
/// of the statement it voids, since it inherits what that one can be found by.
async fn voided_since(
    store: &dyn Store,
    person: &PersonRecord,
    known_at: Timestamp,
) -> Result<BTreeSet<Uuid>> {
    let mut first: BTreeMap<Uuid, Timestamp> = BTreeMap::new();
    statements(store, person, Some(voided()?), |_, stored, statement| {
        if let Some(target) = statement.voids() {
            let at = first.entry(target).or_insert(stored);
            *at = (*at).min(stored);
        }
    })
    .await?;
    Ok(first
        .into_iter()
        .filter(|(_, at)| *at > known_at)
        .map(|(target, _)| target)
        .collect())
}

/// A person's certificates as they stood at `as_of` by what the ledger had at `known_at` (`None`: has now), by
/// curriculum and number.
pub(super) async fn certificates(
    store: &dyn Store,
    person: &str,
    as_of: Timestamp,
    known_at: Option<Timestamp>,
) -> Result<Vec<Certificate>> {
    let mut certificates = Vec::new();
    for record in store.certificates_of(&[person.to_owned()]).await? {
        let mut certificate = Certificate::from_record(record)?;
        let mut there = false;
        for entry in store.ledger(certificate.id).await? {
            if entry.at > as_of || known_at.is_some_and(|known_at| entry.decided_at > known_at) {
                continue;
            }
            let account: Account = from_json(|| format!("ledger entry {}", entry.id), &entry.body)?;
            there |= replay(&mut certificate, &entry.kind, account);
        }
        if there {
            // Asked about a time that nobody has decided on yet.
            if certificate.status == Status::Active && certificate.has_ended(as_of) {
                certificate.status = Status::Expired;
            }
            certificates.push(certificate);
        }
    }
    Ok(certificates)
}

/// Makes a certificate what an entry made of it; answers whether the entry is one that is understood.
fn replay(certificate: &mut Certificate, kind: &str, account: Account) -> bool {
    let Some(kind) = Kind::parse(kind) else {
        return false;
    };
    certificate.expires_at = account.expires_at;
    certificate.details.earned_at = account.earned_at;
    certificate.details.cycle = account.cycle;
    certificate.status = match kind {
        Kind::Issued | Kind::Renewed | Kind::Amended | Kind::Reinstated => {
            certificate.details.proof = account.proof;
            Status::Active
        }
        Kind::Suspended => Status::Suspended,
        Kind::Expired => Status::Expired,
        Kind::Revoked => Status::Revoked,
        Kind::Superseded => Status::Superseded,
    };
    true
}
