//! Where a person stands, by which revision.

use rules::{Act, Curriculum, Evidence, Person, Standing, View};
use xapi::Timestamp;

use crate::certificate::Certificate;
use crate::engine::definitions::{Definitions, Revision};

/// Whose standing is asked for, with all that is known of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The person.
    pub(crate) person: &'a Person,
    /// Their evidence.
    pub(crate) evidence: &'a [Evidence],
    /// What was decided about them.
    pub(crate) acts: &'a [Act],
    /// Every curriculum, as it is in force.
    pub(crate) others: &'a [&'a Curriculum],
    /// As of when.
    pub(crate) at: Timestamp,
    /// By what was known when; `None` for all that is known.
    pub(crate) known_at: Option<Timestamp>,
}

impl Known<'_> {
    fn evaluate(
        &self,
        curriculum: &Curriculum,
        evidence: &[Evidence],
        published_at: Option<Timestamp>,
    ) -> Standing {
        let view = View {
            at: self.at,
            known_at: self.known_at,
            published_at,
            acts: self.acts,
            others: self.others,
        };
        rules::evaluate_as(curriculum, self.person, evidence, &view)
    }
}

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
    known: &Known<'_>,
    held: Option<&Certificate>,
) -> Stand<'d> {
    let published_at = definitions.published_at(newest.curriculum.id());
    let standing = known.evaluate(&newest.curriculum, known.evidence, published_at);
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
    let earlier: Vec<_> = known
        .evidence
        .iter()
        .filter(|fact| until.is_none_or(|until| fact.timestamp < until))
        .cloned()
        .collect();
    let old = known.evaluate(&pinned.curriculum, &earlier, published_at);
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
