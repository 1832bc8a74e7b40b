//! What meets courses for a time by itself: waivers, credentials of outside issuers, certificates of other curricula.

use std::borrow::Cow;
use std::rc::Rc;

use uuid::Uuid;
use xapi::Timestamp;

use super::acts::Acts;
use super::clock::{Clock, NEVER};
use super::gather::{Fact, Row};
use crate::plan::{NodeId, Plan, Wanted};
use crate::{Act, ActKind, Curriculum};

/// What meets courses from one moment until another.
#[derive(Clone)]
pub(super) struct Holds<'a> {
    pub(super) by: Holding<'a>,
    /// [`NEVER`] if it does not end.
    pub(super) until: Timestamp,
}

/// What it is.
#[derive(Clone)]
pub(super) enum Holding<'a> {
    Waiver(&'a Act),
    Credential(&'a Act),
    Certificate(Rc<OtherCertificate<'a>>),
    /// That nothing of a kind happened for a while: since something of the kind did, if it resumes.
    Absence {
        resumes: bool,
    },
}

/// A certificate of another curriculum, for a time in which it holds.
pub(super) struct OtherCertificate<'a> {
    pub(super) curriculum: &'a Curriculum,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    /// The statements that prove it, and the decisions it rests on.
    pub(super) proof: (Vec<Uuid>, Vec<Uuid>),
}

impl Holds<'_> {
    pub(super) fn id(&self) -> Uuid {
        match self.by {
            Holding::Waiver(act) | Holding::Credential(act) => act.id,
            Holding::Certificate(_) | Holding::Absence { .. } => Uuid::nil(),
        }
    }

    /// Whether it is that nothing of a kind happened for a while.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self.by, Holding::Absence { .. })
    }

    /// Whether it held before, and was interrupted by what must not happen.
    pub(super) fn resumes(&self) -> bool {
        matches!(self.by, Holding::Absence { resumes: true })
    }

    pub(super) fn is_waiver(&self) -> bool {
        matches!(self.by, Holding::Waiver(_))
    }
}

/// The rows of what holds by the decisions about the person and by their other certificates, as far as it has begun.
pub(super) fn rows<'a>(
    plan: &'a Plan,
    acts: &Acts<'a>,
    certificates: &[Rc<OtherCertificate<'a>>],
    clock: &Clock,
) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut add = |from: Timestamp, until: Timestamp, leaves: Cow<'a, [NodeId]>, by: Holding<'a>| {
        // What began before a revocation and goes on counts from then on.
        let from = acts
            .revocation()
            .map_or(from, |revocation| from.max(revocation.at));
        if !leaves.is_empty() && from < until && clock.reached(from) {
            clock.reached(until);
            rows.push(Row {
                fact: Fact::Holds(Holds { by, until }),
                leaves,
                when: from,
                doubt: None,
            });
        }
    };
    for (act, requirement, until) in acts.waivers() {
        add(
            act.at,
            until,
            plan.leaves_within(requirement).into(),
            Holding::Waiver(act),
        );
    }
    for act in acts.credentials() {
        let ActKind::Credential {
            credential,
            issuer,
            issued,
            expires,
            ..
        } = &act.kind
        else {
            continue;
        };
        let leaves = plan.wanting(|wanted| match wanted {
            Wanted::Credential { credentials, issuers } => {
                credentials.contains(credential) && (issuers.is_empty() || issuers.contains(issuer))
            }
            Wanted::Certificate(_) => false,
        });
        add(
            *issued,
            expires.unwrap_or(NEVER),
            leaves.into(),
            Holding::Credential(act),
        );
    }
    for certificate in certificates {
        let leaves = plan.wanting(|wanted| match wanted {
            Wanted::Certificate(curriculum) => certificate.curriculum.id() == curriculum,
            Wanted::Credential { .. } => false,
        });
        add(
            certificate.from,
            certificate.until,
            leaves.into(),
            Holding::Certificate(Rc::clone(certificate)),
        );
    }
    rows
}
