//! From when, and by what was known when, a standing is looked at.

use xapi::Timestamp;

use crate::{Act, Curriculum, Given};

/// The two moments of a question, and what is known beside the evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View<'a> {
    /// Where the person stands then: what happened later is left out.
    pub at: Timestamp,
    /// By what was known then: what was stored or decided later is left out. `None`: by all that is given.
    pub known_at: Option<Timestamp>,
    /// When the curriculum was first published: whoever has it without a date has it from then on. `None`: always.
    pub published_at: Option<Timestamp>,
    /// What was decided about the person, in any order.
    pub acts: &'a [Act],
    /// The other curricula that matter for the person: those whose certificates this one may ask for.
    pub others: &'a [&'a Curriculum],
    /// What this one and those gave the person before: by earlier revisions, or while they were in use for them. Of each
    /// the first certificate first.
    pub given: &'a [Given],
    /// The ids of those that are retired: what was given is all that they give.
    pub retired: &'a [&'a str],
}

impl<'a> View<'a> {
    /// By all that is given, with nothing decided.
    pub fn at(at: Timestamp) -> Self {
        Self {
            at,
            known_at: None,
            published_at: None,
            acts: &[],
            others: &[],
            given: &[],
            retired: &[],
        }
    }

    pub(crate) fn knows(&self, moment: Timestamp) -> bool {
        self.known_at.is_none_or(|known_at| moment <= known_at)
    }

    /// The decisions about this curriculum that are known and were not known to be undone at a moment, and those
    /// moments up to then.
    pub(crate) fn acts_on(&self, curriculum: &str) -> impl Iterator<Item = &'a Act> {
        let view = *self;
        self.acts.iter().filter(move |act| {
            act.kind.curriculum().is_none_or(|own| own == curriculum) && view.knows(act.at)
        })
    }

    /// What a curriculum gave before, the first certificate first.
    pub(crate) fn given_by(&self, curriculum: &str) -> impl Iterator<Item = &'a Given> {
        self.given
            .iter()
            .filter(move |given| given.curriculum == curriculum)
    }

    /// When a decision stops to hold, as far as that is known.
    pub(crate) fn undone_at(&self, act: &Act) -> Option<Timestamp> {
        act.undone_at.filter(|undone| self.knows(*undone))
    }
}
