//! Decisions of people, written as if they were evidence: what a waiver meets, what another activity stands for.

use std::collections::BTreeMap;

use rules::{Act, ActKind, Evidence, verbs};
use serde_json::Value;
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use crate::oracle::is_doubtful;
use crate::support;

/// What was decided about somebody, as far as it is in effect at a moment.
#[derive(Default)]
pub(crate) struct Decisions {
    /// Nothing that happened until then counts.
    pub(crate) void_until: Option<Timestamp>,
    /// What holds from the row with this id on, until then.
    pub(crate) holds: BTreeMap<Uuid, Option<Timestamp>>,
    /// Which credential of which issuer is held from the row with this id on.
    credentials: BTreeMap<Uuid, (Iri, Iri)>,
    /// The certificates awarded by the row with this id: until when, if that was said.
    pub(crate) awards: BTreeMap<Uuid, Option<Timestamp>>,
    /// What was decided last comes last.
    extensions: Vec<(Option<String>, Timestamp)>,
    /// The rows that waivers and awards are written as.
    rows: Vec<Evidence>,
}

/// An activity that no statement of these tests is about.
fn mark(word: &str, id: &str) -> Iri {
    Iri::parse(&format!("urn:x-{word}:{id}")).unwrap()
}

impl Decisions {
    pub(crate) fn of(acts: &[Act], at: Timestamp) -> Self {
        let is_undone = |act: &Act| act.undone_at.is_some_and(|undone| undone <= at);
        let all = acts;
        let mut acts: Vec<&Act> = all.iter().filter(|act| act.at <= at && !is_undone(act)).collect();
        acts.sort_by_key(|act| (act.at, act.id));
        acts.dedup_by_key(|act| act.id);
        let revocations = acts
            .iter()
            .filter(|act| matches!(act.kind, ActKind::Revocation { .. }));
        let mut own = Self {
            void_until: revocations.map(|act| act.at).max(),
            ..Self::default()
        };
        // A credential is held since it was issued, whenever that was put on record.
        let credentials = all.iter().filter(|act| act.undone_at.is_none());
        for act in credentials {
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
            let from = own.void_until.map_or(*issued, |void| void.max(*issued));
            if expires.is_none_or(|expires| from < expires) {
                let mut row = support::row(act.id.as_u128(), "none", "urn:x-decision", "2024-01-01");
                (row.timestamp, row.stored) = (from, from);
                own.holds.insert(act.id, *expires);
                own.credentials
                    .insert(act.id, (credential.clone(), issuer.clone()));
                own.rows.push(row);
            }
        }
        for act in acts {
            let mut row = support::row(act.id.as_u128(), "none", "urn:x-decision", "2024-01-01");
            (row.timestamp, row.stored) = (act.at, act.at);
            match &act.kind {
                ActKind::Waiver {
                    requirement, until, ..
                } => {
                    // What was waived before a revocation is waived anew from then on.
                    let from = own.void_until.map_or(act.at, |void| void.max(act.at));
                    (row.timestamp, row.stored) = (from, from);
                    row.activity = mark("waived", requirement);
                    if until.is_none_or(|until| from < until) {
                        own.holds.insert(act.id, *until);
                        own.rows.push(row);
                    }
                }
                ActKind::Award { until, .. } if own.void_until.is_none_or(|void| act.at > void) => {
                    own.awards.insert(act.id, *until);
                    own.rows.push(row);
                }
                ActKind::Extension { requirement, due, .. } => {
                    own.extensions.push((requirement.clone(), *due))
                }
                _ => {}
            }
        }
        own
    }

    /// The evidence that counts, doubtful or not, with the decisions among it. What was decided of a statement, or of an
    /// activity, counts whenever it was decided, unless it was undone.
    pub(crate) fn among(
        &self,
        evidence: &[Evidence],
        acts: &[Act],
        definition: &Value,
    ) -> (Vec<Evidence>, Vec<Evidence>) {
        let lasting = || acts.iter().filter(|act| act.undone_at.is_none());
        let (mut firm, mut all) = (self.rows.clone(), self.rows.clone());
        for row in evidence {
            let mut row = row.clone();
            for act in lasting() {
                if let ActKind::Equivalence {
                    requirement,
                    activity,
                    until,
                    ..
                } = &act.kind
                    && row.activity == *activity
                    && until.is_none_or(|until| row.timestamp < until)
                {
                    row.other.push(mark("equivalent", requirement));
                }
            }
            let is_open = is_doubtful(definition, &row);
            let decided = lasting().filter_map(|act| match act.kind {
                ActKind::Review {
                    statement, accepted, ..
                } if statement == row.statement => Some((act.at, !accepted)),
                _ => None,
            });
            let is_refused = decided.max().map(|(_, refused)| refused).filter(|_| is_open);
            if is_refused == Some(true) {
                continue;
            }
            if crate::oracle::is_ahead(definition, &row) {
                row.timestamp = row.stored;
            }
            if self.void_until.is_some_and(|void| row.timestamp <= void) {
                continue;
            }
            if !is_open || is_refused.is_some() {
                firm.push(row.clone());
            }
            all.push(row);
        }
        (firm, all)
    }

    /// Whether a row waives an entry, or one that it is in; at a moment, if it is asked for one.
    pub(crate) fn waives(&self, row: &Evidence, way: &[&Value], now: Option<Timestamp>) -> bool {
        let Some(until) = self.holds.get(&row.statement) else {
            return false;
        };
        let holds = now.zip(*until).is_none_or(|(now, until)| now < until);
        let is_one_of = |names: &Value, iri: &Iri| {
            names
                .as_array()
                .is_some_and(|names| names.iter().any(|own| *own == iri.as_str()))
        };
        if let Some((credential, issuer)) = self.credentials.get(&row.statement) {
            // It meets the course itself, not what is around it.
            return holds
                && way.last().is_some_and(|course| {
                    is_one_of(&course["credential"], credential)
                        && (course.get("issuer").is_none() || is_one_of(&course["issuer"], issuer))
                });
        }
        let is_waived = |entry: &&Value| row.activity == mark("waived", entry["id"].as_str().unwrap());
        holds && way.iter().any(is_waived)
    }

    /// Until when there is time for what has one of these ids, if that is longer.
    pub(crate) fn extended(&self, due: Timestamp, ids: &[&Value]) -> Timestamp {
        let is_meant = |of: &Option<String>| of.as_ref().is_none_or(|of| ids.iter().any(|id| *id == of));
        let last = self.extensions.iter().rev().find(|(of, _)| is_meant(of));
        last.map_or(due, |(_, longer)| due.max(*longer))
    }
}

/// Whether it was decided that the activity of a row stands for a course.
pub(crate) fn stands_for(row: &Evidence, course: &Value) -> bool {
    let Some(id) = course["id"].as_str() else {
        return false;
    };
    row.other.iter().any(|iri| *iri == mark("equivalent", id))
}

/// Whether an LMS waives a course by a row that speaks of it, for a reason that counts (cmi5, 9.5.5.2).
pub(crate) fn is_waived(row: &Evidence, course: &Value) -> bool {
    let reason = Iri::parse("https://w3id.org/xapi/cmi5/result/extensions/reason").unwrap();
    let reasons = course["waived"].as_array();
    row.verb.as_str() == verbs::WAIVED
        && row
            .result_extensions
            .get(&reason)
            .is_some_and(|reason| reasons.is_some_and(|reasons| reasons.contains(reason)))
}
