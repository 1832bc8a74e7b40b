//! What a statement must say, as a curriculum writes it: conditions on its members.
//!
//! A predicate is written as a mapping; all of its members must hold. A member is a path and a condition on what is
//! there (`result.score.raw: { at_least: 40 }`), one of `all_of`, `any_of` and `not`, or a CEL expression (`cel`).
//! What a statement does not say meets no condition but `exists: false`, and so `not` holds where it is not said.

mod cel;
mod condition;
mod path;
mod read;
mod verb_names;
mod words;
mod write;

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use xapi::Iri;

use path::Path;
pub(crate) use path::is_cmi5;

use crate::Evidence;
use crate::source::Problem;
use cel::Cel;
use condition::Condition;

/// Conditions on a statement, all of which must hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Predicate {
    /// At least one, in canonical order.
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    Is(Path, Condition),
    AllOf(Vec<Predicate>),
    AnyOf(Vec<Predicate>),
    Not(Predicate),
    Cel(Cel),
}

/// What to ask the log for, so that everything that meets a predicate is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Statements about these activities: as object, or related by context.
    pub(crate) activities: BTreeSet<Iri>,
    /// Statements with these verbs.
    pub(crate) verbs: BTreeSet<Iri>,
}

impl Predicate {
    /// Reads a predicate from a definition; `at` is where it is.
    pub(crate) fn read(value: &Value, at: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let predicate = read::predicate(value, at, &mut problems);
        if problems.is_empty() {
            Ok(predicate)
        } else {
            Err(problems)
        }
    }

    /// Whether a statement meets it.
    pub(crate) fn meets(&self, evidence: &Evidence) -> bool {
        self.terms.iter().all(|term| term.meets(evidence))
    }

    /// What to ask the log for: activities if one of them must be there, else verbs; `None` if neither must.
    pub(crate) fn asks(&self) -> Option<Asked> {
        let asked = self.terms.iter().filter_map(Term::asks);
        // Few statements are about an activity; many have a verb.
        asked.min_by_key(|asked| (asked.verbs.len(), asked.activities.len()))
    }

    /// In words, why a statement does not meet it: its first term that does not hold.
    pub(crate) fn why_not(&self, evidence: &Evidence) -> Option<String> {
        let term = self.terms.iter().find(|term| !term.meets(evidence))?;
        Some(match term {
            Term::Cel(cel) => cel.why_not(evidence),
            Term::AllOf(all) => return all.iter().find_map(|own| own.why_not(evidence)),
            term => term.to_string(),
        })
    }
}

impl Term {
    fn meets(&self, evidence: &Evidence) -> bool {
        match self {
            Self::Is(path, condition) => condition.meets(path.find(evidence)),
            Self::AllOf(all) => all.iter().all(|own| own.meets(evidence)),
            Self::AnyOf(any) => any.iter().any(|own| own.meets(evidence)),
            Self::Not(not) => !not.meets(evidence),
            Self::Cel(cel) => cel.meets(evidence),
        }
    }

    fn asks(&self) -> Option<Asked> {
        match self {
            Self::Is(Path::Verb, condition) => Some(Asked {
                verbs: condition.iris()?,
                ..Asked::default()
            }),
            Self::Is(
                Path::Activity | Path::Parent | Path::Grouping | Path::Category | Path::Other,
                condition,
            ) => Some(Asked {
                activities: condition.iris()?,
                ..Asked::default()
            }),
            Self::AllOf(all) => {
                let asked = all.iter().filter_map(Predicate::asks);
                asked.min_by_key(|asked| (asked.verbs.len(), asked.activities.len()))
            }
            Self::AnyOf(any) => any.iter().try_fold(Asked::default(), |mut asked, own| {
                let own = own.asks()?;
                asked.activities.extend(own.activities);
                asked.verbs.extend(own.verbs);
                Some(asked)
            }),
            Self::Is(..) | Self::Not(_) | Self::Cel(_) => None,
        }
    }
}

impl Serialize for Predicate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::predicate(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Predicate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value, "").map_err(|problems| {
            let said: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            serde::de::Error::custom(said.join("; "))
        })
    }
}
