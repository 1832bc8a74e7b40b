//! When a certificate does not hold, for something that it needs all the time is not there.
//!
//! What was met when a certificate was earned, or since, stays met, except for what is needed all the time: that must be
//! met now. While what is left is not enough, the certificate is suspended, unless another that was earned is upheld.

use std::collections::BTreeMap;

use xapi::Timestamp;

use super::absences::ALWAYS;
use super::certificates::Certificate;
use super::clock::NEVER;
use super::fold::{Candidate, Step};
use super::gather::Fact;
use super::words::Quoted;
use super::{Appraisal, Context, tree};
use crate::plan::{Kind, NodeId, Wanted};
use crate::{Given, Suspension};

/// What a certificate rests on: what was met at a row.
#[derive(Clone, Copy)]
struct Met {
    node: NodeId,
    position: usize,
}

/// A moment, and the step after all that has happened by then.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    at: Timestamp,
    step: Step,
}

/// How things stand with a certificate at a moment.
enum State<'s> {
    /// All that it needs is there.
    Holds,
    /// It is not, but another that was earned is upheld.
    HoldsBy(&'s Candidate),
    /// It does not hold, and why.
    Lost(String),
}

impl<'a> Appraisal<'a> {
    /// Why a certificate does not hold now.
    pub(super) fn suspended(&self, context: &Context<'_, '_>, own: &Certificate) -> Option<String> {
        let last = self.suspensions(context, own).pop()?;
        last.until.is_none().then_some(last.reason)
    }

    /// From when until when a certificate holds, as far as that is known, the first time first.
    pub(super) fn holds(&self, context: &Context<'_, '_>, own: &Certificate) -> Vec<(Timestamp, Timestamp)> {
        let expires = own.candidate.expires;
        let mut from = own.from;
        let mut holds = Vec::with_capacity(1);
        for suspension in self.suspensions(context, own) {
            holds.push((from, suspension.from.min(expires)));
            from = suspension.until.unwrap_or(NEVER);
        }
        holds.push((from, expires));
        holds.retain(|(from, until)| from < until);
        holds
    }

    /// When a certificate did not hold up to now, the first time first.
    pub(super) fn suspensions(&self, context: &Context<'_, '_>, own: &Certificate) -> Vec<Suspension> {
        let mut suspensions: Vec<Suspension> = Vec::new();
        for (moment, state) in self.states(context, own) {
            match (suspensions.last_mut().filter(|last| last.until.is_none()), state) {
                (None, State::Lost(reason)) => suspensions.push(Suspension {
                    from: moment.at,
                    until: None,
                    reason,
                }),
                (Some(last), State::Holds | State::HoldsBy(_)) => last.until = Some(moment.at),
                // What it was suspended for first is what it is suspended for.
                (Some(_), State::Lost(_)) | (None, State::Holds | State::HoldsBy(_)) => {}
            }
        }
        suspensions
    }

    /// What upholds a certificate now, or upheld it in the end, beside what it was earned by.
    pub(super) fn upholding_now(&self, context: &Context<'_, '_>, own: &Certificate) -> Vec<usize> {
        let mut positions = Vec::new();
        let end = Timestamp::from_micros(own.candidate.expires.as_micros().saturating_sub(1));
        if self.needs_anything(own)
            && let Some(moment) = self.moment(context.view.at.min(end))
        {
            self.uphold(own, &self.state(context, own, moment), moment, &mut positions);
        }
        positions
    }

    /// What upholds a certificate up to now from one moment until another, beside what it was earned by.
    pub(super) fn upholding(
        &self,
        context: &Context<'_, '_>,
        own: &Certificate,
        (from, until): (Timestamp, Timestamp),
    ) -> Vec<usize> {
        let mut positions = Vec::new();
        for (moment, state) in self.states(context, own) {
            if from <= moment.at && moment.at < until {
                self.uphold(own, &state, moment, &mut positions);
            }
        }
        positions
    }

    /// Whether a certificate does not hold while something is not there.
    fn needs_anything(&self, own: &Certificate) -> bool {
        let given = || self.given(self.before_renewals(&own.candidate)?);
        !self.fold.plan.always.is_empty() || given().is_some_and(|given| !given.suspensions.is_empty())
    }

    /// How things stand with a certificate at each moment up to now at which that may change.
    fn states(&self, context: &Context<'_, '_>, own: &Certificate) -> Vec<(Moment, State<'_>)> {
        let mut states = Vec::new();
        let mut is_lost = false;
        for (moment, may_end) in self.moments(context, own) {
            if may_end || is_lost {
                let state = self.state(context, own, moment);
                is_lost = !matches!(state, State::Holds);
                states.push((moment, state));
            }
        }
        states
    }

    /// How things stand with a certificate at a moment.
    fn state(&self, context: &Context<'_, '_>, own: &Certificate, moment: Moment) -> State<'_> {
        match self.lost(context, &own.candidate, moment) {
            None => State::Holds,
            Some(reason) => self
                .other_upheld(context, moment)
                .map_or(State::Lost(reason), State::HoldsBy),
        }
    }

    /// The moments up to now at which a certificate can begin or cease to hold, and whether it may cease then: whether
    /// anything begins or ends that holds for a time. None if it needs nothing all the time.
    fn moments(&self, context: &Context<'_, '_>, own: &Certificate) -> Vec<(Moment, bool)> {
        if !self.needs_anything(own) {
            return Vec::new();
        }
        let held = self.rows.iter().filter_map(|row| match &row.fact {
            Fact::Holds(holds) => Some([Some(row.when), Some(holds.until)]),
            _ => None,
        });
        let given = self.rests_on(&own.candidate).1.into_iter();
        let before = given.flat_map(|given| &given.suspensions);
        let before = before.map(|own| [Some(own.from), own.until]);
        let ends = held.chain(before).flatten().flatten().chain([own.from]);
        let others = self
            .in_effect(context)
            .flat_map(|(from, own)| [from, own.expires]);
        let begun = self.fold.begun().filter_map(|position| self.rows.get(position));
        let all = begun
            .map(|row| row.when)
            .chain(others)
            .map(|moment| (moment, false))
            .chain(ends.map(|moment| (moment, true)));
        // What may end something comes last and counts.
        let mut moments: BTreeMap<Timestamp, bool> = BTreeMap::new();
        for (moment, may_end) in all {
            if own.from <= moment && context.clock.reached(moment) {
                moments.insert(moment, may_end);
            }
        }
        let moments = moments.into_iter();
        moments
            .filter_map(|(at, may_end)| Some((self.moment(at)?, may_end)))
            .collect()
    }

    /// A moment, if anything has happened by then.
    pub(super) fn moment(&self, at: Timestamp) -> Option<Moment> {
        let count = self.rows.partition_point(|row| row.when <= at);
        let step = count.checked_sub(1).map(Step::after)?;
        Some(Moment { at, step })
    }

    /// What was met for a certificate, and what was given before that it renews. An award by hand needs nothing.
    fn rests_on(&self, candidate: &Candidate) -> (Vec<Met>, Option<&'a Given>) {
        let plan = self.fold.plan;
        let position = candidate.position;
        let renewal = plan.renewal.filter(|_| candidate.is_by_renewal);
        let renewal = renewal.map(|node| Met { node, position });
        let own = self.before_renewals(candidate);
        let earned = own.filter(|own| own.leaf.is_some()).map(|own| Met {
            node: plan.root,
            position: own.position,
        });
        let met = renewal.into_iter().chain(earned).collect();
        (met, own.and_then(|own| self.given(own)))
    }

    /// The certificate that was given before, if it is one.
    fn given(&self, candidate: &Candidate) -> Option<&'a Given> {
        match &self.rows.get(candidate.position)?.fact {
            Fact::Given(given) => Some(*given),
            _ => None,
        }
    }

    /// A certificate that is in effect at a moment and needs nothing that is not there.
    fn other_upheld(&self, context: &Context<'_, '_>, moment: Moment) -> Option<&Candidate> {
        let mut others = self.in_effect(context).filter_map(|(from, own)| {
            let is_in_effect = from <= moment.at && moment.at < own.expires;
            is_in_effect.then_some(own)
        });
        others.find(|own| self.lost(context, own, moment).is_none())
    }

    /// Everything that was earned, and from when on it is in effect, if it ever is.
    fn in_effect(&self, context: &Context<'_, '_>) -> impl Iterator<Item = (Timestamp, &Candidate)> {
        let assignment = context.assignment();
        self.earned.iter().filter_map(move |own| {
            let from = match own.given {
                Some(_) => Some(own.from),
                None => assignment.first_from(own.earned),
            };
            Some((from?, own))
        })
    }

    /// What is not there at a moment without which a certificate does not hold, in words.
    fn lost(&self, context: &Context<'_, '_>, own: &Candidate, moment: Moment) -> Option<String> {
        let (met, given) = self.rests_on(own);
        let before = given.and_then(|given| lost_before(given, moment.at));
        before.or_else(|| {
            let lost = met
                .iter()
                .find(|own| !self.is_upheld(own.node, own.position, moment))?;
            let plan = self.fold.plan;
            let is_lost = |leaf: &&NodeId| {
                let way: Vec<NodeId> = plan.way_up(**leaf).collect();
                way.last() == Some(&lost.node)
                    && self.fold.pass(**leaf, Step::at(lost.position)).is_some()
                    && way
                        .iter()
                        .all(|node| !self.is_upheld(*node, lost.position, moment))
            };
            plan.always.iter().find(is_lost).map(|leaf| words(context, *leaf))
        })
    }

    /// Whether what was met at a row is there at a moment.
    pub(super) fn is_upheld(&self, node: NodeId, position: usize, moment: Moment) -> bool {
        let (fold, plan) = (&self.fold, self.fold.plan);
        tree::is_met(plan, node, &|leaf| {
            if plan.always.contains(&leaf) {
                fold.met_as_of(leaf, moment.step, moment.at, &self.rows).is_some()
            } else {
                fold.met_since(leaf, position, moment.step).is_some()
            }
        })
    }

    /// Cites what upholds a certificate at a moment, beside what it was earned by.
    fn uphold(&self, own: &Certificate, state: &State<'_>, moment: Moment, positions: &mut Vec<usize>) {
        match state {
            State::Holds => self.replace(&own.candidate, moment, positions),
            State::HoldsBy(other) => {
                let chain = std::iter::successors(Some(*other), |own| self.renewed_by(own));
                chain.for_each(|own| self.fold.prove(own, &self.rows, positions));
                self.replace(other, moment, positions);
            }
            State::Lost(_) => {}
        }
    }

    /// Cites what is there in the place of what was needed all the time and has ended.
    fn replace(&self, own: &Candidate, moment: Moment, positions: &mut Vec<usize>) {
        for own in self.rests_on(own).0 {
            let ended = self.fold.plan.always.iter().any(|leaf| {
                let by = self.fold.pass(*leaf, Step::at(own.position));
                let fact = by.and_then(|by| self.rows.get(by)).map(|row| &row.fact);
                matches!(fact, Some(Fact::Holds(holds)) if holds.until <= moment.at)
            });
            if ended {
                let mut open = Vec::new();
                self.open(own.node, own.position, moment, &mut open);
                self.fold.prove_met(open, &self.rows, positions);
            }
        }
    }

    /// Opens what upholds a node: the leaves, at which step they are met, and as of which moment after it.
    fn open(
        &self,
        node: NodeId,
        position: usize,
        moment: Moment,
        open: &mut Vec<(NodeId, Step, Option<Timestamp>)>,
    ) {
        let (fold, plan) = (&self.fold, self.fold.plan);
        match plan.nodes.get(node).map(|node| &node.kind) {
            None => {}
            Some(Kind::Leaf { .. }) if plan.always.contains(&node) => {
                open.push((node, moment.step, Some(moment.at)));
            }
            Some(Kind::Leaf { .. }) => {
                open.extend(
                    fold.met_since(node, position, moment.step)
                        .map(|step| (node, step, None)),
                );
            }
            Some(Kind::Group { .. }) => {
                let root = |child| {
                    let is_upheld = self.is_upheld(child, position, moment);
                    is_upheld.then(|| fold.root_at(child, Step::at(position)).unwrap_or(ALWAYS))
                };
                for child in tree::chosen(plan, node, None, &root) {
                    self.open(child, position, moment, open);
                }
            }
        }
    }
}

/// Why what was given before did not hold at a moment.
fn lost_before(given: &Given, moment: Timestamp) -> Option<String> {
    let covers = |own: &&Suspension| own.from <= moment && own.until.is_none_or(|until| moment < until);
    let own = given.suspensions.iter().find(covers);
    own.map(|own| own.reason.clone())
}

fn words(context: &Context<'_, '_>, leaf: NodeId) -> String {
    let plan = &context.curriculum.plan;
    let needs = format!("{} needs it all the time", Quoted(context.curriculum.title()));
    if let Some(Wanted::Certificate(id)) = plan.wanted(leaf) {
        let other = context.view.others.iter().find(|other| other.id() == id);
        let title = other.map_or(id.as_str(), |other| other.certification_title());
        return format!("the certificate {} is not in force, and {needs}", Quoted(title));
    }
    let title = plan.requirement_of(leaf).map_or("", |own| own.title.as_str());
    let title = Quoted(title);
    format!("the credential {title} is not valid any more, and {needs}")
}
