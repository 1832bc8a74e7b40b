//! What every part of an evaluation is about, and what it takes from other curricula.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Appraisal;
use super::acts::Acts;
use super::clock::Clock;
use super::gather::{self, Fact, Row};
use super::holds::{self, OtherCertificate};
use super::terms::Terms;
use crate::assignment::Assignment;
use crate::{Curriculum, Evidence, Person, View};

/// What every part of an evaluation is about.
#[derive(Clone, Copy)]
pub(super) struct Context<'a, 'v> {
    pub(super) curriculum: &'a Curriculum,
    pub(super) person: &'a Person,
    pub(super) evidence: &'a [Evidence],
    pub(super) view: &'v View<'a>,
    pub(super) clock: &'v Clock,
    /// The certificates of the curricula that were looked at, by curriculum.
    pub(super) known: &'v RefCell<BTreeMap<&'a str, Vec<Rc<OtherCertificate<'a>>>>>,
}

impl<'a> Context<'a, '_> {
    pub(super) fn assignment(&self) -> Assignment {
        let assignment = Assignment::of(&self.curriculum.definition.audience, self.person);
        for change in assignment.changes() {
            self.clock.reached(change);
        }
        assignment
    }

    pub(super) fn terms(&self) -> Terms<'a> {
        Terms {
            certification: &self.curriculum.definition.certification,
            zone: self.person.zone(),
        }
    }

    pub(super) fn rows(&self, acts: &Acts<'a>, others: &[Rc<OtherCertificate<'a>>]) -> Vec<Row<'a>> {
        let holds = holds::rows(&self.curriculum.plan, acts, others, self.clock);
        gather::rows(self.curriculum, self.evidence, acts, holds, self.view, self.clock)
    }

    /// The certificates of other curricula that this one asks for.
    pub(super) fn other_certificates(&self) -> Vec<Rc<OtherCertificate<'a>>> {
        let mut certificates = Vec::new();
        let mut asked: Vec<&str> = Vec::new();
        for id in self.curriculum.plan.certificates() {
            let other = self.view.others.iter().copied().find(|other| other.id() == id);
            let Some(other) = other.filter(|other| !asked.contains(&other.id())) else {
                continue;
            };
            asked.push(other.id());
            let known = self.known.borrow().get(other.id()).cloned();
            certificates.extend(known.unwrap_or_else(|| self.certificates_of(other)));
        }
        certificates
    }

    /// Every certificate of another curriculum so far. Looked up once; while it is being looked up, there are none: no
    /// curriculum counts for itself, through however many others.
    fn certificates_of(&self, curriculum: &'a Curriculum) -> Vec<Rc<OtherCertificate<'a>>> {
        self.known.borrow_mut().insert(curriculum.id(), Vec::new());
        let context = Context { curriculum, ..*self };
        let appraisal = context.firm();
        let certificates: Vec<_> = appraisal
            .chain
            .iter()
            .enumerate()
            .flat_map(|(count, certificate)| {
                let holds = appraisal.holds(&context, certificate).into_iter();
                let own = &appraisal;
                holds.map(move |(from, until)| {
                    let upholding = own.upholding(&context, certificate, (from, until));
                    Rc::new(OtherCertificate {
                        curriculum,
                        from,
                        until,
                        proof: own.proof(count + 1, upholding),
                    })
                })
            })
            .collect();
        self.known
            .borrow_mut()
            .insert(curriculum.id(), certificates.clone());
        certificates
    }

    /// What is made of the person by what is firm.
    pub(super) fn firm(&self) -> Appraisal<'a> {
        let assignment = self.assignment();
        let acts = Acts::of(self.curriculum.id(), self.view, self.clock);
        let mut rows = self.rows(&acts, &self.other_certificates());
        let is_retired = self.view.retired.contains(&self.curriculum.id());
        rows.retain(|row| row.doubt.is_none() && (!is_retired || matches!(row.fact, Fact::Given(_))));
        Appraisal::of(self, &assignment, &acts, rows)
    }
}
