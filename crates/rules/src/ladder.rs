//! The ladder of a curriculum: which steps were and will be taken because something is due and not done.
//!
//! Pure, like everything here: from what is owed, what was told already and the moment, the steps with their states.
//! Whoever tells people compares the states with what was told: a step that is [`StepState::Taken`] and was not told
//! is told now, one that is [`StepState::Withdrawn`] and was not withdrawn is withdrawn now. Then:
//!
//! - each step is told at most once, withdrawn at most once, and never before an earlier one;
//! - none is taken at or after the moment at which the requirement was met, and one that was, because that became
//!   known late, is withdrawn;
//! - a due date that moves moves the steps that were not taken, and repeats none that was;
//! - nobody falls down the ladder: who is found to be overdue begins at its due date, and of the reminders that are
//!   past already only the last is given;
//! - between two moments named as next, nothing happens.

use serde::{Deserialize, Serialize};
use xapi::Timestamp;

pub use crate::definition::Recipient;
use crate::definition::{Anchor, Offset, Rung};
use crate::{Curriculum, Evidence, Outcome, Person, RequirementStanding, Standing, Status};

/// Something that has to be done by a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// What it is called: `first`, the first certificate; `first-basics`, the tier or course on the way to it that has a
    /// due date of its own; `renewal-2`, the certificate after that of cycle 2.
    pub key: String,
    /// By when.
    pub due_at: Timestamp,
    /// When it was done.
    pub met_at: Option<Timestamp>,
    /// Whether the certificate that it follows had ended when the curriculum became theirs again: then what is due
    /// counts as it does for those who never had one.
    pub returned: bool,
    /// Whether it is done if the evidence is accepted that somebody has to review. Until that is decided, no step is
    /// taken.
    pub in_review: bool,
}

/// A step that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its `when`.
    pub when: String,
    /// The moment at which it was due to be told.
    pub at: Timestamp,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// A step of the ladder for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When, as the definition says it; unlike that of every other step.
    pub when: String,
    /// The moment.
    pub at: Timestamp,
    /// Who is told.
    pub tell: Vec<Recipient>,
    /// What they are told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub say: Option<String>,
    /// What follows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consequence: Option<String>,
    /// Where it stands.
    pub state: StepState,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Its moment has not come.
    Upcoming,
    /// It was told, or is to be told now.
    Taken,
    /// It was told and should not have been: what was due had been done by then.
    Withdrawn,
    /// It was not needed: done before, or overtaken by a later step.
    Skipped,
}

/// The steps for one obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// In order.
    pub steps: Vec<Step>,
    /// When the next of them is taken if nothing else happens.
    pub next_at: Option<Timestamp>,
}

impl Obligation {
    /// What a person owes first, by where they stand: what is required and due earliest, or else the renewal of their
    /// certificate. Nothing, if nothing is due.
    pub fn open(
        curriculum: &Curriculum,
        person: &Person,
        standing: &Standing,
        at: Timestamp,
    ) -> Option<Self> {
        if standing.status == Status::NotAssigned {
            return None;
        }
        let due_at = standing.due_at?;
        let suspended = standing
            .suspended
            .as_ref()
            .map(|suspended| &suspended.entitlement);
        let held = standing
            .entitlement
            .as_ref()
            .or(standing.lapsed.as_ref())
            .or(suspended);
        let returned = held
            .filter(|held| standing.lapsed.as_ref() == Some(*held))
            .and_then(|held| held.expires_at)
            .is_some_and(|ended| !curriculum.applies_throughout(person, ended, at));
        let key = match held {
            Some(held) => format!("{RENEWAL}{}", held.cycle),
            None => first(curriculum, &standing.requirements, due_at),
        };
        Some(Self {
            key,
            due_at,
            met_at: None,
            returned,
            in_review: standing.status == Status::PendingReview,
        })
    }

    /// When what once was owed under this name was done, by where the person stands now and their evidence. Nothing, if
    /// it was not, or if no statement shows it.
    pub fn met_at(key: &str, standing: &Standing, evidence: &[Evidence]) -> Option<Timestamp> {
        let held = standing.entitlement.as_ref().or(standing.lapsed.as_ref());
        let before = match key.strip_prefix(RENEWAL) {
            Some(cycle) => cycle.parse().ok()?,
            None => 0,
        };
        let earned = held.filter(|held| held.cycle > before).map(|held| held.earned_at);
        let own = key
            .strip_prefix(PART)
            .and_then(|id| find(&standing.requirements, id));
        let shown = own
            .filter(|own| own.outcome == Outcome::Met)
            .and_then(|own| shown_at(own, evidence));
        [earned, shown].into_iter().flatten().min()
    }

    /// Whether it is about renewing a certificate.
    pub fn is_renewal(&self) -> bool {
        self.key.starts_with(RENEWAL)
    }
}

/// The first certificate, where all of it is due together.
const FIRST: &str = "first";
/// What is due by itself on the way to it: with the id of the tier or course.
const PART: &str = "first-";
/// The renewal of a certificate: with its cycle.
const RENEWAL: &str = "renewal-";

/// What is due then: what has this due date of its own, the outermost and first of several, or else all together.
fn first(curriculum: &Curriculum, requirements: &[RequirementStanding], due_at: Timestamp) -> String {
    let mut level: Vec<&RequirementStanding> = requirements.iter().collect();
    while !level.is_empty() {
        let due = |own: &&&RequirementStanding| {
            own.due_at == Some(due_at)
                && !own.outcome.is_met()
                && curriculum.definition.has_due_of_its_own(&own.id)
        };
        if let Some(own) = level.iter().find(due) {
            return format!("{PART}{}", own.id);
        }
        level = level.iter().flat_map(|own| &own.parts).collect();
    }
    FIRST.to_owned()
}

fn find<'s>(requirements: &'s [RequirementStanding], id: &str) -> Option<&'s RequirementStanding> {
    requirements.iter().find_map(|own| {
        if own.id == id {
            Some(own)
        } else {
            find(&own.parts, id)
        }
    })
}

/// When the last of the statements that show something happened.
fn shown_at(own: &RequirementStanding, evidence: &[Evidence]) -> Option<Timestamp> {
    let parts = own.parts.iter().filter_map(|part| shown_at(part, evidence));
    let cited = evidence
        .iter()
        .filter(|fact| own.statements.contains(&fact.statement))
        .map(|fact| fact.timestamp);
    cited.chain(parts).max()
}

impl Ladder {
    /// The ladder of a curriculum for an obligation.
    ///
    /// `since` is when the obligation became known: of the steps before the due date whose moments lie before it, only
    /// the last is taken; if the due date itself lies before it, the later steps count from there. `told` are the
    /// steps already told for the obligation, in any order.
    pub fn of(
        curriculum: &Curriculum,
        obligation: &Obligation,
        since: Timestamp,
        told: &[Told],
        at: Timestamp,
    ) -> Self {
        let renewal = obligation.is_renewal() && !obligation.returned;
        let rungs = rungs(&curriculum.definition.escalation, renewal);
        let moments = moments(&rungs, obligation.due_at, since);
        let find = |rung: &Rung| told.iter().find(|told| told.when == rung.when.to_string());
        let last_told = rungs.iter().rposition(|rung| find(rung).is_some());
        let overtaken = moments
            .iter()
            .rposition(|moment| *moment <= at && *moment < since)
            .max(last_told);
        let mut next_at = None;
        let steps = rungs
            .iter()
            .zip(&moments)
            .enumerate()
            .map(|(index, (rung, moment))| {
                let told = find(rung);
                let state = match (told, obligation.met_at) {
                    (Some(told), met) if told.withdrawn || met.is_some_and(|met| met <= told.at) => {
                        StepState::Withdrawn
                    }
                    (Some(_), _) => StepState::Taken,
                    (None, Some(_)) => StepState::Skipped,
                    (None, None) if overtaken.is_some_and(|overtaken| index < overtaken) => {
                        StepState::Skipped
                    }
                    (None, None) if obligation.in_review => StepState::Upcoming,
                    (None, None) if *moment > at => {
                        next_at = next_at.or(Some(*moment));
                        StepState::Upcoming
                    }
                    // It says what is not so any more.
                    (None, None) if *moment < obligation.due_at && obligation.due_at <= at => {
                        StepState::Skipped
                    }
                    (None, None) => StepState::Taken,
                };
                Step {
                    when: rung.when.to_string(),
                    at: told.map_or(*moment, |told| told.at),
                    tell: rung.tell.clone(),
                    say: rung.say.clone(),
                    consequence: rung.consequence.clone(),
                    state,
                }
            })
            .collect();
        Self { steps, next_at }
    }

    /// The steps that are to be told now: taken, and not among those told.
    pub fn to_tell<'a>(&'a self, told: &'a [Told]) -> impl Iterator<Item = &'a Step> {
        self.steps
            .iter()
            .filter(|step| step.state == StepState::Taken)
            .filter(|step| !told.iter().any(|told| told.when == step.when))
    }
}

/// What was told for an obligation that is over and has to be withdrawn: by when it was met, nothing was owed.
pub fn to_withdraw(told: &[Told], met_at: Timestamp) -> impl Iterator<Item = &Told> {
    told.iter()
        .filter(move |told| !told.withdrawn && met_at <= told.at)
}

/// The steps that count from a due date serve for renewals too, unless there are steps that count from expiry.
fn rungs(all: &[Rung], renewal: bool) -> Vec<&Rung> {
    let names_expiry = all.iter().any(|rung| rung.when.anchor == Anchor::Expiry);
    let wanted = if renewal && names_expiry {
        Anchor::Expiry
    } else {
        Anchor::Due
    };
    all.iter().filter(|rung| rung.when.anchor == wanted).collect()
}

/// The moments, never one before that of an earlier step: `30 days` may be longer than `1 month`.
fn moments(rungs: &[&Rung], due_at: Timestamp, since: Timestamp) -> Vec<Timestamp> {
    let known_due = due_at.max(since);
    let mut latest = Timestamp::from_micros(i64::MIN);
    rungs
        .iter()
        .map(|rung| {
            let moment = match rung.when.offset {
                Offset::Before(period) => period.before(due_at),
                Offset::On => known_due,
                Offset::After(period) => period.after(known_due),
            };
            latest = latest.max(moment);
            latest
        })
        .collect()
}
