//! Looking at many people one after the other: some at a time, no more than a bound, and not for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rules::{Act, Curriculum, Evidence, Person};
use store::{Store, StoreError, Subject};
use xapi::Timestamp;

use crate::acts;
use crate::engine::Agenda;
use crate::error::{CertificationError, Result, from_json};
use crate::people::{Ties, from_record};

/// People read from the registry at once.
const PAGE: usize = 500;
/// People whose evidence is held at once.
const AT_ONCE: usize = 50;
/// The most people that are looked at for one question.
pub(crate) const MOST: usize = 50_000;
/// The longest that one question takes.
const LONGEST: Duration = Duration::from_secs(60);

/// Which people. `None` does not filter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cohort {
    /// In this group.
    pub(crate) group: Option<String>,
    /// In this role at the moment asked about.
    pub(crate) role: Option<String>,
    /// Reporting to this person.
    pub(crate) manager: Option<String>,
}

impl Cohort {
    pub(crate) fn holds(&self, person: &Person, at: Timestamp) -> bool {
        let is = |asked: &Option<String>, holds: &dyn Fn(&String) -> bool| asked.as_ref().is_none_or(holds);
        is(&self.group, &|group| person.groups.contains(group))
            && is(&self.role, &|role| person.has_role(role, at))
            && is(&self.manager, &|manager| person.manager.as_ref() == Some(manager))
    }
}

/// Every curriculum, as people are evaluated by it.
pub(crate) struct Curricula(Vec<InForce>);

/// A curriculum, as people are evaluated by it.
pub(crate) struct InForce {
    /// The curriculum.
    pub(crate) curriculum: Curriculum,
    /// The number of its revision.
    pub(crate) revision: i64,
}

impl Curricula {
    pub(crate) async fn load(store: &dyn Store) -> Result<Self> {
        let agenda = Agenda::overall(&store.checkpoints().await?)?;
        let mut all = Vec::new();
        for newest in store.curricula().await? {
            let number = agenda
                .in_force
                .get(&newest.id)
                .copied()
                .unwrap_or(newest.revision);
            let record = match store.curriculum(&newest.id, Some(number)).await? {
                Some(record) => record,
                None => newest,
            };
            let curriculum = Curriculum::from_json(&record.body).map_err(|error| StoreError::Corrupt {
                what: format!("curriculum {}", record.id),
                reason: error.to_string(),
            })?;
            all.push(InForce {
                curriculum,
                revision: record.revision,
            });
        }
        Ok(Self(all))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&InForce> {
        self.iter().find(|own| own.curriculum.id() == id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &InForce> {
        self.0.iter()
    }

    /// All of them, as evaluation asks for them.
    pub(crate) fn all(&self) -> Vec<&Curriculum> {
        self.iter().map(|own| &own.curriculum).collect()
    }
}

/// One person with all that is known of them.
pub(crate) struct Known {
    /// The person.
    pub(crate) person: Person,
    /// Their evidence, in the order of the log.
    pub(crate) evidence: Vec<Evidence>,
    /// What was decided about them.
    pub(crate) acts: Vec<Act>,
}

/// These people with all that is known of them.
pub(crate) async fn known(store: &dyn Store, people: Vec<Person>) -> Result<Vec<Known>> {
    let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
    let mut evidence: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
    for row in store.evidence(&ids).await? {
        let fact = from_json(
            || format!("the evidence of statement {}", row.statement),
            &row.body,
        )?;
        evidence.entry(row.person).or_default().push(fact);
    }
    let mut acts = acts_of(store, ids.into_iter().map(Subject::Person)).await?;
    Ok(people
        .into_iter()
        .map(|person| Known {
            evidence: evidence.remove(&person.id).unwrap_or_default(),
            acts: acts
                .remove(&Subject::Person(person.id.clone()))
                .unwrap_or_default(),
            person,
        })
        .collect())
}

/// What was decided about, or posted of, each of these.
pub(crate) async fn acts_of(
    store: &dyn Store,
    subjects: impl IntoIterator<Item = Subject>,
) -> Result<BTreeMap<Subject, Vec<Act>>> {
    let subjects: Vec<Subject> = subjects.into_iter().collect();
    let mut by_subject: BTreeMap<Subject, Vec<_>> = BTreeMap::new();
    for chunk in subjects.chunks(PAGE) {
        for record in store.acts_of(chunk).await? {
            by_subject.entry(record.subject.clone()).or_default().push(record);
        }
    }
    Ok(by_subject
        .into_iter()
        .map(|(subject, records)| {
            let acts = acts::fold(&records, |id, error| {
                tracing::warn!(act = %id, %error, "an act could not be read and was left out");
            });
            (subject, acts)
        })
        .collect())
}

/// Shows `see` everybody in the registry who is `wanted`, with all that is known of them; answers the groups they are
/// in.
///
/// # Errors
/// [`CertificationError::TooMuch`] where there are more than [`MOST`] of them, or it takes too long.
pub(crate) async fn everybody(
    store: &dyn Store,
    wanted: impl Fn(&Person) -> bool,
    mut see: impl FnMut(&Known),
) -> Result<BTreeSet<String>> {
    let begun = Instant::now();
    let (mut seen, mut groups) = (0, BTreeSet::new());
    let mut after: Option<String> = None;
    loop {
        let page = store.people(after.as_deref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        after = page.last().map(|record| record.id.clone());
        let mut people = Vec::new();
        for record in &page {
            // Whoever was merged into somebody is counted there.
            if Ties::of(record)?.merged_into.is_some() {
                continue;
            }
            let person = from_record(record)?;
            if wanted(&person) {
                people.push(person);
            }
        }
        seen += people.len();
        if seen > MOST || begun.elapsed() > LONGEST {
            return Err(CertificationError::TooMuch);
        }
        let mut people = people.into_iter().peekable();
        while people.peek().is_some() {
            for known in known(store, people.by_ref().take(AT_ONCE).collect()).await? {
                groups.extend(known.person.groups.iter().cloned());
                see(&known);
            }
            // Others are served in between.
            tokio::task::yield_now().await;
        }
        if is_last {
            return Ok(groups);
        }
    }
}
