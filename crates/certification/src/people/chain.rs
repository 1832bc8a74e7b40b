//! Who leads whom, by who reports to whom.

use std::collections::{BTreeMap, BTreeSet};

use rules::Leads;
use store::Store;
use xapi::Timestamp;

use crate::error::Result;

/// The longest chain of managers that is followed: nobody is looked for higher up.
const LONGEST: usize = 20;

/// The managers of a person, their own first, then that one's, and so on upwards: those who are in the registry. Where
/// people report to each other in a circle, each is named once.
///
/// # Errors
/// When the store fails.
pub async fn chain(store: &dyn Store, person: &str) -> Result<Vec<String>> {
    let mut chain: Vec<String> = Vec::new();
    let mut next = store.person(person).await?.and_then(|person| person.manager);
    while let Some(id) = next.take() {
        if id == person || chain.contains(&id) || chain.len() == LONGEST {
            break;
        }
        let Some(manager) = store.person(&id).await? else {
            break;
        };
        next = manager.manager;
        chain.push(id);
    }
    Ok(chain)
}

/// Whom these people lead, now or by what was known at a moment; who is not in the answer leads nobody.
pub(crate) async fn leads(
    store: &dyn Store,
    people: &[String],
    known_at: Option<Timestamp>,
) -> Result<BTreeMap<String, Leads>> {
    let direct = store.reports(people, known_at).await?;
    let reporting: BTreeSet<String> = direct.iter().map(|report| report.person.clone()).collect();
    let reporting: Vec<String> = reporting.into_iter().collect();
    let managers: BTreeSet<String> = if reporting.is_empty() {
        BTreeSet::new()
    } else {
        let theirs = store.reports(&reporting, known_at).await?;
        theirs.into_iter().map(|report| report.manager).collect()
    };
    let mut leads = BTreeMap::new();
    for report in direct {
        let place = if managers.contains(&report.person) {
            Leads::Managers
        } else {
            Leads::People
        };
        let known = leads.entry(report.manager).or_insert(place);
        *known = place.max(*known);
    }
    Ok(leads)
}
