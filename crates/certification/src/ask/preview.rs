//! What a draft would change if it were published now.

use std::collections::{BTreeMap, BTreeSet};

use rules::{Curriculum, Evidence, Interest, Person, Standing};
use store::{PersonRecord, StatementQuery, Store};
use xapi::{Statement, Timestamp};

use crate::acts;
use crate::ask::known;
use crate::certificate::Certificate;
use crate::engine::{self, Agenda, Definitions, Earlier, Known, Revision, Skipped, stand};
use crate::error::Result;
use crate::people::{Ties, from_record, leads, merged_certificates};

/// Statements read at once.
const PAGE: usize = 500;

/// What a draft would change for one person.
pub(crate) struct Previewed {
    /// The person.
    pub(crate) person: String,
    /// Their status in the curriculum now; `None` where they have none.
    pub(crate) before: Option<String>,
    /// The revision that would count for them: of somebody certified, the one their certificate was issued under.
    pub(crate) revision: i64,
    /// Where they would stand.
    pub(crate) standing: Standing,
}

/// Evaluates a draft for these people, as if it were published at `at`, and writes nothing. Those whom it is not
/// for and never was are left out.
pub(crate) async fn preview(
    store: &dyn Store,
    draft: Curriculum,
    people: &[PersonRecord],
    at: Timestamp,
) -> Result<Vec<Previewed>> {
    let id = draft.id().to_owned();
    let agenda = Agenda::overall(&store.checkpoints().await?)?;
    let mut definitions = Definitions::load(store, &mut Skipped::default()).await?;
    let wanted = draft.interest();
    let new = wanted.minus(&definitions.interest);
    let number = definitions.add_draft(draft, at);
    let Some(newest) = definitions.revision(&id, number) else {
        return Ok(Vec::new());
    };

    let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
    let mut before: BTreeMap<String, String> = store
        .standings_of(&ids)
        .await?
        .into_iter()
        .filter(|standing| standing.curriculum == id)
        .map(|standing| (standing.person, standing.status))
        .collect();
    let mut certificates: BTreeMap<String, Vec<Certificate>> = BTreeMap::new();
    for record in store.certificates_of(&ids).await? {
        let certificate = Certificate::from_record(record)?;
        certificates
            .entry(certificate.person.clone())
            .or_default()
            .push(certificate);
    }

    let in_force: Vec<&Revision> = definitions.newest().map(|(_, revision)| revision).collect();
    let others: Vec<&Curriculum> = in_force.iter().map(|revision| &revision.curriculum).collect();
    let leads = leads(store, &ids, None).await?;
    let mut previewed = Vec::new();
    for record in people {
        let person = Person {
            leads: leads.get(&record.id).copied().unwrap_or_default(),
            ..from_record(record)?
        };
        let mut evidence = known::evidence(store, record, &definitions.interest, &agenda, None).await?;
        search(store, record, &new, &wanted, &agenda, &mut evidence).await?;
        let acts = acts::of_person(store, record).await?;
        let known = Known {
            person: &person,
            evidence: &evidence,
            acts: &acts,
            others: &others,
            given: &[],
            retired: &[],
            at,
            known_at: None,
        };
        let own = certificates.remove(&record.id).unwrap_or_default();
        let merged = merged_certificates(store, &Ties::of(record)?).await?;
        let (earlier, mut standings_before) = Earlier::of(&definitions, &in_force, &known, |curriculum| {
            let all = own.iter().chain(&merged);
            all.filter(|own| own.curriculum == curriculum).collect()
        });
        let known = known.after(&earlier);
        // In the order of numbers.
        let held = own.iter().rfind(|own| own.curriculum == id);
        let stand = stand(&definitions, newest, &known, &mut standings_before, held);
        let before = before.remove(&record.id);
        let standing = stand.standing;
        if standing.status == rules::Status::NotAssigned
            && standing.next_change_at.is_none()
            && before.is_none()
        {
            continue;
        }
        previewed.push(Previewed {
            person: record.id.clone(),
            before,
            revision: stand.revision.number,
            standing,
        });
    }
    Ok(previewed)
}

/// Finds in the log what a person did that nobody was interested in before.
async fn search(
    store: &dyn Store,
    person: &PersonRecord,
    new: &Interest,
    interest: &Interest,
    agenda: &Agenda,
    evidence: &mut Vec<Evidence>,
) -> Result<()> {
    let mut known: BTreeSet<_> = evidence.iter().map(|fact| fact.statement).collect();
    for ifi in &person.ifis {
        for ask in new.asks() {
            let mut query = StatementQuery {
                agent: Some(ifi.clone()),
                ascending: true,
                limit: PAGE,
                ..engine::query(ask)
            };
            loop {
                let page = store.query(&query).await?;
                for entry in &page.statements {
                    // One that can not be read would not count once the draft is published either.
                    let Ok(statement) = Statement::from_stored(&entry.text) else {
                        continue;
                    };
                    if let Some((actor, fact)) = engine::evidence(&statement, interest, agenda)
                        && person.ifis.contains(actor)
                        && known.insert(fact.statement)
                    {
                        evidence.push(fact);
                    }
                }
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
        }
    }
    evidence.sort_by(Evidence::order);
    Ok(())
}
