//! What curricula gave a person before: by the revisions before those in force, or while they were in use for them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rules::{Certified, Evidence, Given, Standing};
use uuid::Uuid;
use xapi::Timestamp;

use super::{Known, had_begun, is_renewed};
use crate::certificate::{Certificate, Status};
use crate::engine::definitions::{Definitions, Revision};

/// What all curricula gave a person before: certificates of one may be asked for by another.
#[derive(Default)]
pub(crate) struct Earlier<'d> {
    /// The certificates, of each curriculum the first first.
    pub(crate) given: Vec<Given>,
    /// The curricula that are retired.
    pub(crate) retired: Vec<&'d str>,
}

/// Where a person stands in each curriculum by the revisions before the one in force, if those still matter.
#[derive(Default)]
pub(crate) struct Standings<'d> {
    /// When any of them would be otherwise.
    pub(super) next_change_at: Option<Timestamp>,
    of: BTreeMap<&'d str, Before<'d>>,
}

impl<'d> Standings<'d> {
    /// Takes out that of a curriculum.
    pub(super) fn take(&mut self, curriculum: &str) -> Option<Before<'d>> {
        self.of.remove(curriculum)
    }
}

/// Where a person stands by the revisions before the one in force.
pub(super) struct Before<'d> {
    /// The first of them that matters.
    pub(super) first: i64,
    /// The one that counts.
    pub(super) revision: &'d Revision,
    /// The standing by it.
    pub(super) standing: Standing,
}

impl<'d> Earlier<'d> {
    /// Of a person under the revisions `in_force`; `held` are their certificates of a curriculum by number, and those of
    /// whoever was merged into them.
    pub(crate) fn of<'c>(
        definitions: &'d Definitions,
        in_force: &[&'d Revision],
        known: &Known<'_>,
        held: impl Fn(&str) -> Vec<&'c Certificate>,
    ) -> (Self, Standings<'d>) {
        let (mut earlier, mut standings) = (Self::default(), Standings::default());
        let mut walks: BTreeMap<&'d str, Walk<'d, 'c>> = BTreeMap::new();
        for newest in in_force {
            let id = newest.curriculum.id();
            let is_retired = definitions.is_retired(id, known.at, known.known_at);
            earlier.retired.extend(is_retired.then_some(id));
            let held = held(id);
            let walk = Walk::of(definitions, newest, &held).filter(|_| !is_retired);
            if let Some(walk) = walk {
                walks.insert(id, walk);
            } else if !held.is_empty() && (is_retired || !newest.curriculum.is_ever_for(known.person)) {
                // Nothing gives them any more; what they have stays.
                let stays = held.into_iter().filter(|held| stays(held, known));
                earlier.given.extend(stays.map(given));
            }
        }
        let mut open: BTreeSet<&str> = walks.keys().copied().collect();
        while let Some(id) = open.pop_first() {
            earlier.walk(definitions, id, &walks, &mut open, known, &mut standings);
        }
        (earlier, standings)
    }

    /// Goes through the revisions of a curriculum, after those of the curricula that it asks for.
    fn walk(
        &mut self,
        definitions: &'d Definitions,
        id: &str,
        walks: &BTreeMap<&'d str, Walk<'d, '_>>,
        open: &mut BTreeSet<&'d str>,
        known: &Known<'_>,
        standings: &mut Standings<'d>,
    ) {
        let Some(walk) = walks.get(id) else { return };
        let revisions = || {
            std::iter::successors(Some(walk.first), |revision| {
                definitions.following(id, revision.number)
            })
            .take_while(|revision| revision.number < walk.newest.number)
        };
        for asked in revisions().flat_map(|revision| revision.curriculum.certificates_asked()) {
            if let Some(asked) = open.take(asked) {
                self.walk(definitions, asked, walks, open, known, standings);
            }
        }
        let published_at = definitions.published_at(id);
        let mut before: Option<Before<'d>> = None;
        for revision in revisions() {
            let known = Known {
                given: &self.given,
                ..*known
            };
            let evidence = evidence(definitions, revision, &known, walk.held, published_at);
            let view = known.view(published_at);
            let (standing, given) =
                rules::evaluate_with_certificates(&revision.curriculum, known.person, &evidence, &view);
            self.given.retain(|own| own.curriculum != id);
            self.given.extend(given);
            let next = [standings.next_change_at, standing.next_change_at];
            standings.next_change_at = next.into_iter().flatten().min();
            if before
                .as_ref()
                .is_none_or(|before| is_renewed(&before.standing, &standing))
            {
                before = Some(Before {
                    first: walk.first.number,
                    revision,
                    standing,
                });
            }
        }
        if let Some(before) = before {
            standings.of.insert(walk.first.curriculum.id(), before);
        }
    }
}

/// The revisions of a curriculum to go through: from the first that matters to the last before the newest.
struct Walk<'d, 'c> {
    first: &'d Revision,
    newest: &'d Revision,
    held: &'c Certificate,
}

impl<'d, 'c> Walk<'d, 'c> {
    /// From the newest certificate of each person on that somebody is by now.
    fn of(definitions: &'d Definitions, newest: &'d Revision, held: &[&'c Certificate]) -> Option<Self> {
        let is_last = |own: &Certificate| {
            let later = |other: &&&Certificate| other.person == own.person && other.number > own.number;
            own.status != Status::Revoked && !held.iter().any(|other| later(&other))
        };
        let walks = held.iter().filter(|own| is_last(own)).filter_map(|held| {
            Some(Self {
                first: pinned(definitions, newest, held)?,
                newest,
                held,
            })
        });
        walks.min_by_key(|walk| walk.first.number)
    }
}

/// Whether a certificate of a curriculum that gives none any more stays: it held until it ended, if it did, and its proof
/// is there.
fn stays(held: &Certificate, known: &Known<'_>) -> bool {
    let is_known = |statement: &Uuid| known.evidence.iter().any(|fact| fact.statement == *statement);
    matches!(held.status, Status::Active | Status::Expired)
        && held.person == known.person.id
        && held.details.proof.statements.iter().all(is_known)
}

fn given(held: &Certificate) -> Given {
    Given {
        curriculum: held.curriculum.clone(),
        earned_at: held.details.earned_at,
        from: held.issued_at,
        // Nothing renews it.
        renewal_opens_at: None,
        expires_at: held.expires_at,
        statements: held.details.proof.statements.clone(),
        acts: held.details.proof.acts.clone(),
        awarded: None,
        suspensions: Vec::new(),
    }
}

/// The revision before the newest from which on a certificate is gone by: the one it was issued under, or a later one
/// that counts for the certified at once.
fn pinned<'d>(definitions: &'d Definitions, newest: &Revision, held: &Certificate) -> Option<&'d Revision> {
    let proof = &held.details.proof;
    let issued = proof.since.unwrap_or(proof.revision);
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

/// What counts by an older revision: what happened before the next was published, and what earned the certificate, if
/// that came later because they were allowed to finish.
fn evidence<'a>(
    definitions: &Definitions,
    revision: &Revision,
    known: &Known<'a>,
    held: &Certificate,
    published_at: Option<Timestamp>,
) -> Cow<'a, [Evidence]> {
    let next = definitions.following(revision.curriculum.id(), revision.number);
    let may_finish = next.is_some_and(|next| had_begun(revision, next, known, published_at));
    let counts = |fact: &&Evidence| {
        let is_earlier = next.is_none_or(|next| fact.timestamp < next.published_at);
        is_earlier || (may_finish && fact.timestamp <= held.details.earned_at)
    };
    if known.evidence.iter().all(|fact| counts(&fact)) {
        return Cow::Borrowed(known.evidence);
    }
    Cow::Owned(known.evidence.iter().filter(counts).cloned().collect())
}
