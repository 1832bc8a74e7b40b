//! Where a person stands, by which revision.

#[cfg(test)]
mod tests;

mod earlier;

use rules::{
    Act, Curriculum, Entitlement, Evidence, Given, InFlight, Person, RequirementKind, Standing, Status, View,
};
use xapi::Timestamp;

pub(crate) use self::earlier::{Earlier, Standings};
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
    /// What these gave them before.
    pub(crate) given: &'a [Given],
    /// Those that are retired.
    pub(crate) retired: &'a [&'a str],
    /// As of when.
    pub(crate) at: Timestamp,
    /// By what was known when; `None` for all that is known.
    pub(crate) known_at: Option<Timestamp>,
}

impl<'a> Known<'a> {
    /// The same, with what was given before.
    pub(crate) fn after(&self, earlier: &'a Earlier<'_>) -> Self {
        Self {
            given: &earlier.given,
            retired: &earlier.retired,
            ..*self
        }
    }

    fn view(&self, published_at: Option<Timestamp>) -> View<'a> {
        View {
            at: self.at,
            known_at: self.known_at,
            published_at,
            acts: self.acts,
            others: self.others,
            given: self.given,
            retired: self.retired,
        }
    }

    fn evaluate(
        &self,
        curriculum: &Curriculum,
        evidence: &[Evidence],
        published_at: Option<Timestamp>,
    ) -> Standing {
        rules::evaluate_as(curriculum, self.person, evidence, &self.view(published_at))
    }
}

/// A standing, and what it was evaluated by.
pub(crate) struct Stand<'d> {
    /// The revision that counts for this person.
    pub(crate) revision: &'d Revision,
    /// The standing by it.
    pub(crate) standing: Standing,
    /// The first of the revisions that it goes on from, if it goes on from earlier ones.
    pub(crate) since: Option<i64>,
    /// When the other revision that matters would say otherwise.
    pub(crate) also_at: Option<Timestamp>,
}

/// Evaluates a curriculum for a person who holds `held` as their newest certificate of it.
///
/// A certificate stays with the revision it was issued under until it ends: what happened before the next
/// revision was published counts by the old one. What renews it, or earns it anew, goes by the newest. A revision that
/// says so counts for the certified at once, or lets those who had begun finish by the one before it.
pub(crate) fn stand<'d>(
    definitions: &'d Definitions,
    newest: &'d Revision,
    known: &Known<'_>,
    earlier: &mut Standings<'d>,
    held: Option<&Certificate>,
) -> Stand<'d> {
    let id = newest.curriculum.id();
    let published_at = definitions.published_at(id);
    let standing = known.evaluate(&newest.curriculum, known.evidence, published_at);
    let before = earlier.take(id);
    let by = |revision, standing, also_at, since| Stand {
        revision,
        standing,
        since,
        also_at: [also_at, earlier.next_change_at].into_iter().flatten().min(),
    };
    let is_held =
        held.is_some_and(|held| held.status.is_live() || held.status == certificate::Status::Superseded);
    let Some(before) = before else {
        if is_held || earned(&standing).is_some() {
            return by(newest, standing, None, None);
        }
        return match begun_by(definitions, newest, known, published_at) {
            Some(begun) => {
                let old = known.evaluate(&begun.curriculum, known.evidence, published_at);
                by(begun, old, standing.next_change_at, None)
            }
            None => by(newest, standing, None, None),
        };
    };
    if is_renewed(&before.standing, &standing) {
        return by(
            newest,
            standing,
            before.standing.next_change_at,
            Some(before.first),
        );
    }
    let mut old = before.standing;
    // What renews it is what the newest asks for.
    let is_renewal = |own: &rules::RequirementStanding| own.kind == RequirementKind::Renewal;
    old.requirements.retain(|own| !is_renewal(own));
    old.requirements
        .extend(standing.requirements.into_iter().filter(is_renewal));
    let since = Some(before.first).filter(|first| *first < before.revision.number);
    by(before.revision, old, standing.next_change_at, since)
}

/// Whether a later revision gives what one before it does not.
fn is_renewed(before: &Standing, later: &Standing) -> bool {
    match (earned(before), earned(later)) {
        (Some(before), Some(later)) => later.earned_at > before.earned_at,
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// The certificate in force, suspended or not.
fn earned(standing: &Standing) -> Option<&Entitlement> {
    let suspended = standing.suspended.as_ref().map(|own| &own.entitlement);
    standing.entitlement.as_ref().or(suspended)
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
