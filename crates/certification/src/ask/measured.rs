//! How the training does, of many people at once.

use std::collections::BTreeMap;

use rules::measures::{Report, Tallies, measure, measure_group};
use rules::{Curriculum, Person, View};
use store::{Store, Subject};
use xapi::Timestamp;

use crate::ask::several::{Cohort, acts_of, everybody};
use crate::error::{CertificationError, Result};

/// The most cohorts in one report.
pub(crate) const MOST_COHORTS: usize = 1_000;

/// By what people are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The groups they are in; whoever is in several counts in each.
    Group,
    /// The roles they have at the end of the time asked about.
    Role,
    /// The person they report to.
    Manager,
}

impl By {
    fn cohorts(self, person: &Person, at: Timestamp) -> Vec<String> {
        match self {
            Self::Group => person.groups.clone(),
            Self::Role => {
                let roles = person.roles.iter().map(|role| &role.role);
                let mut roles: Vec<String> =
                    roles.filter(|role| person.has_role(role, at)).cloned().collect();
                roles.dedup();
                roles
            }
            Self::Manager => person.manager.iter().cloned().collect(),
        }
    }
}

/// What was measured.
pub(crate) struct Measured {
    /// Of all of them.
    pub(crate) whole: Report,
    /// Of each cohort, by its name.
    pub(crate) cohorts: Vec<(String, Report)>,
}

/// Measures everybody in a cohort whom a curriculum is or was for, from `from` (or ever) to `at`.
///
/// # Errors
/// [`CertificationError::TooMuch`] where that is too many people or cohorts.
pub(crate) async fn measured(
    store: &dyn Store,
    curriculum: &Curriculum,
    others: &[&Curriculum],
    cohort: &Cohort,
    by: Option<By>,
    from: Option<Timestamp>,
    at: Timestamp,
) -> Result<Measured> {
    let mut whole = Tallies::new(curriculum);
    let mut parts: BTreeMap<String, Tallies> = BTreeMap::new();
    let wanted = |person: &Person| cohort.holds(person, at) && curriculum.is_ever_for(person);
    let groups = everybody(store, wanted, |known| {
        let view = View {
            acts: &known.acts,
            others,
            ..View::at(at)
        };
        let own = measure(curriculum, &known.person, &known.evidence, &view, from);
        whole.merge(&own);
        for name in by.into_iter().flat_map(|by| by.cohorts(&known.person, at)) {
            parts
                .entry(name)
                .or_insert_with(|| Tallies::new(curriculum))
                .merge(&own);
        }
    })
    .await?;
    if parts.len() > MOST_COHORTS {
        return Err(CertificationError::TooMuch);
    }

    // A role or a team has no figures of its own.
    if curriculum.measures_groups() && cohort.role.is_none() && cohort.manager.is_none() {
        let groups = groups
            .into_iter()
            .filter(|group| cohort.group.as_ref().is_none_or(|asked| asked == group));
        for (subject, acts) in acts_of(store, groups.map(Subject::Group)).await? {
            let view = View {
                acts: &acts,
                ..View::at(at)
            };
            let own = measure_group(curriculum, &view, from);
            whole.merge(&own);
            if let (Subject::Group(name), Some(By::Group)) = (subject, by)
                && let Some(part) = parts.get_mut(&name)
            {
                part.merge(&own);
            }
        }
    }
    Ok(Measured {
        whole: whole.report(curriculum),
        cohorts: parts
            .into_iter()
            .map(|(name, tallies)| (name, tallies.report(curriculum)))
            .collect(),
    })
}
