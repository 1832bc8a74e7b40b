//! Where a person stands, by which revision.

use rules::{Evidence, Person, Standing};
use xapi::Timestamp;

use crate::certificate::Certificate;
use crate::engine::definitions::{Definitions, Revision};

/// A standing, and what it was evaluated by.
pub(crate) struct Stand<'d> {
    /// The revision that counts for this person.
    pub(crate) revision: &'d Revision,
    /// The standing by it.
    pub(crate) standing: Standing,
    /// When the other revision that matters would say otherwise.
    pub(crate) also_at: Option<Timestamp>,
}

/// Evaluates a curriculum for a person who holds `held` as their newest certificate of it.
///
/// A certificate stays with the revision it was issued under until it ends: what happened before the next
/// revision was published counts by the old one. Renewing, or earning it anew, goes by the newest.
pub(crate) fn stand<'d>(
    definitions: &'d Definitions,
    newest: &'d Revision,
    person: &Person,
    evidence: &[Evidence],
    held: Option<&Certificate>,
    at: Timestamp,
) -> Stand<'d> {
    let standing = rules::evaluate(&newest.curriculum, person, evidence, at);
    let pinned = held
        .filter(|held| held.status.is_live() && held.details.proof.revision < newest.number)
        .and_then(|held| definitions.revision(&held.curriculum, held.details.proof.revision));
    let Some(pinned) = pinned else {
        return Stand {
            revision: newest,
            standing,
            also_at: None,
        };
    };
    let until = definitions
        .following(pinned.curriculum.id(), pinned.number)
        .map(|next| next.published_at);
    let earlier: Vec<_> = evidence
        .iter()
        .filter(|fact| until.is_none_or(|until| fact.timestamp < until))
        .cloned()
        .collect();
    let old = rules::evaluate(&pinned.curriculum, person, &earlier, at);
    let renewed = match (&old.entitlement, &standing.entitlement) {
        (Some(old), Some(new)) => new.earned_at > old.earned_at,
        (Some(_), None) => false,
        (None, _) => true,
    };
    if renewed {
        Stand {
            revision: newest,
            standing,
            also_at: old.next_change_at,
        }
    } else {
        Stand {
            revision: pinned,
            standing: old,
            also_at: standing.next_change_at,
        }
    }
}
