//! Where a person stands, by which revision.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use rules::{Act, Certified, Curriculum, Evidence, InFlight, Person, Standing, Status, View};
use xapi::Timestamp;

use crate::certificate::{self, Certificate};
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
/// revision was published counts by the old one. Renewing, or earning it anew, goes by the newest. A revision that
/// says so counts for the certified at once, or lets those who had begun finish by the one before it.
pub(crate) fn stand<'d>(
    definitions: &'d Definitions,
    newest: &'d Revision,
    known: &Known<'_>,
    held: Option<&Certificate>,
) -> Stand<'d> {
    let published_at = definitions.published_at(newest.curriculum.id());
    let standing = known.evaluate(&newest.curriculum, known.evidence, published_at);
    let live = held.filter(|held| held.status.is_live() || held.status == certificate::Status::Superseded);
    let (older, old) = match live {
        Some(held) => match pinned(definitions, newest, held) {
            Some(pinned) => {
                let earlier = earlier(definitions, pinned, known, held, published_at);
                (pinned, known.evaluate(&pinned.curriculum, &earlier, published_at))
            }
            None => return by(newest, standing, None),
        },
        None if standing.entitlement.is_some() => return by(newest, standing, None),
        None => match begun_by(definitions, newest, known, published_at) {
            Some(begun) => {
                let old = known.evaluate(&begun.curriculum, known.evidence, published_at);
                return by(begun, old, standing.next_change_at);
            }
            None => return by(newest, standing, None),
        },
    };
    let renewed = match (&old.entitlement, &standing.entitlement) {
        (Some(old), Some(new)) => new.earned_at > old.earned_at,
        (Some(_), None) => false,
        (None, _) => true,
    };
    if renewed {
        by(newest, standing, old.next_change_at)
    } else {
        by(older, old, standing.next_change_at)
    }
}

const fn by(revision: &Revision, standing: Standing, also_at: Option<Timestamp>) -> Stand<'_> {
    Stand {
        revision,
        standing,
        also_at,
    }
}

/// The revision before the newest that a certificate goes by: the one it was issued under, or a later one that counts
/// for the certified at once.
fn pinned<'d>(definitions: &'d Definitions, newest: &Revision, held: &Certificate) -> Option<&'d Revision> {
    let issued = held.details.proof.revision;
    let mut own = definitions.revision(&held.curriculum, issued);
    let mut next = definitions.following(&held.curriculum, issued);
    while let Some(later) = next.filter(|later| later.number <= newest.number) {
        if later.curriculum.certified() == Certified::AtOnce {
            own = Some(later);
        }
        next = definitions.following(&held.curriculum, later.number);
    }
    own.filter(|own| own.number < newest.number)
}

/// What counts for a certificate of an older revision: what happened before the next was published, and what earned
/// it, if that came later because they were allowed to finish.
fn earlier<'a>(
    definitions: &Definitions,
    pinned: &Revision,
    known: &Known<'a>,
    held: &Certificate,
    published_at: Option<Timestamp>,
) -> Cow<'a, [Evidence]> {
    let next = definitions.following(pinned.curriculum.id(), pinned.number);
    let may_finish = next.is_some_and(|next| had_begun(pinned, next, known, published_at));
    let counts = |fact: &&Evidence| {
        let is_earlier = next.is_none_or(|next| fact.timestamp < next.published_at);
        is_earlier || (may_finish && fact.timestamp <= held.details.earned_at)
    };
    if known.evidence.iter().all(|fact| counts(&fact)) {
        return Cow::Borrowed(known.evidence);
    }
    Cow::Owned(known.evidence.iter().filter(counts).cloned().collect())
}

/// The older revision by which somebody who is not certified may finish what they had begun.
fn begun_by<'d>(
    definitions: &'d Definitions,
    newest: &'d Revision,
    known: &Known<'_>,
    published_at: Option<Timestamp>,
) -> Option<&'d Revision> {
    let mut begun = None;
    let mut later = newest;
    while let Some(before) = definitions.preceding(newest.curriculum.id(), later.number) {
        if !had_begun(before, later, known, published_at) {
            break;
        }
        begun = Some(before);
        later = before;
    }
    begun
}

/// Whether a person had begun with a revision when the next was published, and that one lets them finish.
fn had_begun(before: &Revision, next: &Revision, known: &Known<'_>, published_at: Option<Timestamp>) -> bool {
    if next.curriculum.in_flight() != InFlight::FinishOld || known.at < next.published_at {
        return false;
    }
    let then = Known {
        at: Timestamp::from_micros(next.published_at.as_micros().saturating_sub(1)),
        ..*known
    };
    let status = then
        .evaluate(&before.curriculum, known.evidence, published_at)
        .status;
    matches!(status, Status::InProgress | Status::PendingReview)
}
