//! By when something is due for a person.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use xapi::Timestamp;

use super::acts::Acts;
use super::clock::{Clock, NEVER};
use super::{Appraisal, Context};
use crate::assignment::Assignment;
use crate::calendar::{day_of, end_of, start_of};
use crate::definition::{Due, Start};
use crate::plan::{Plan, Requirement};
use crate::{Leave, Outcome, Person, RequirementKind, RequirementStanding, View};

/// What a person owes, and by when.
pub(super) struct Owing<'a> {
    plan: &'a Plan,
    clock: &'a Clock,
    acts: &'a Acts<'a>,
    /// Of those for whom the curriculum is not, none: they owe nothing.
    deadlines: Option<Deadlines<'a>>,
    held: Held,
    /// When the certificate ends that can be renewed.
    renewable_until: Option<Timestamp>,
    /// Whether a certificate would be in force if somebody accepted what they have to review: until they decide, the
    /// person is not late.
    may_be_in_force: bool,
}

/// Which certificate there is.
#[derive(Clone, Copy)]
enum Held {
    /// None so far, or one that had ended when the person came back.
    Nothing,
    /// One in force. The last of those earned ends then: [`NEVER`] if it does not.
    InForce(Timestamp),
    /// One that ended, and that courses of its own can still renew: these alone are owed.
    Renewable,
    /// One that ended then.
    Lapsed(Timestamp),
}

/// From when on something is overdue.
#[derive(Clone, Copy)]
pub(super) struct DueAt {
    pub(super) at: Timestamp,
    /// Whether that is by the definition: not because a certificate ended.
    pub(super) is_defined: bool,
}

impl<'a> Owing<'a> {
    pub(super) fn of(
        context: &Context<'a, 'a>,
        assignment: &Assignment,
        acts: &'a Acts<'a>,
        firm: &Appraisal<'_>,
        may_be_in_force: bool,
    ) -> Self {
        let deadlines = Deadlines::of(context.person, assignment, context.view);
        let assigned = deadlines.as_ref().and_then(Deadlines::assigned);
        let held = match firm.chain.last().map(|last| last.candidate.expires) {
            Some(_) if firm.in_force => {
                let ends = firm.earned.iter().map(|earned| earned.expires);
                Held::InForce(ends.max().unwrap_or(NEVER))
            }
            Some(_) if firm.in_grace && context.curriculum.plan.renewal.is_some() => Held::Renewable,
            Some(ended) if assigned.is_none_or(|assigned| assigned < ended) => Held::Lapsed(ended),
            _ => Held::Nothing,
        };
        Self {
            plan: &context.curriculum.plan,
            clock: context.clock,
            acts,
            deadlines,
            held,
            renewable_until: firm.renewable().map(|last| last.candidate.expires),
            may_be_in_force,
        }
    }

    /// From when on a requirement is overdue, if it is due at all.
    pub(super) fn due(&self, requirement: &Requirement) -> Option<DueAt> {
        let deadlines = self.deadlines.as_ref()?;
        let due = match (requirement.kind, self.held) {
            (RequirementKind::Renewal, _) if !requirement.is_part => DueAt {
                at: self.renewable_until?,
                is_defined: false,
            },
            (RequirementKind::Required, Held::Lapsed(ended)) if !requirement.is_part => {
                let defined = deadlines.due(&requirement.due).filter(|due| *due > ended);
                DueAt {
                    at: defined.unwrap_or(ended),
                    is_defined: defined.is_some(),
                }
            }
            (RequirementKind::Required, Held::Nothing) => DueAt {
                at: deadlines.due(&requirement.due)?,
                is_defined: true,
            },
            _ => return None,
        };
        let around = std::iter::successors(Some(requirement), |own| self.plan.requirements.get(own.group?));
        let ids: Vec<&str> = around.map(|own| own.id.as_str()).collect();
        let extended = self.acts.extension(&ids).filter(|longer| *longer > due.at);
        Some(extended.map_or(due, |at| DueAt { at, is_defined: true }))
    }

    /// Whether what is not met was due by now.
    pub(super) fn is_overdue(&self, due: DueAt, outcome: Outcome) -> bool {
        !self.may_be_in_force && outcome == Outcome::Unmet && self.clock.reached(due.at)
    }

    /// The same for all that is required together.
    pub(super) fn whole(&self, requirements: &[RequirementStanding]) -> (Option<Timestamp>, bool) {
        match (&self.deadlines, self.held) {
            (None, _) => (None, false),
            (Some(_), Held::InForce(ends)) => (Some(ends).filter(|ends| *ends != NEVER), false),
            (Some(_), _) => {
                let mut open: Vec<&RequirementStanding> = requirements.iter().collect();
                let (mut due, mut overdue) = (None, false);
                while let Some(own) = open.pop() {
                    if !own.outcome.is_met() {
                        due = [due, own.due_at].into_iter().flatten().min();
                        overdue |= own.overdue;
                        open.extend(&own.parts);
                    }
                }
                (due, overdue)
            }
        }
    }
}

/// The days of one person from which due dates are counted.
struct Deadlines<'a> {
    person: &'a Person,
    zone: Tz,
    /// The day on which the curriculum became theirs, if that is known.
    assigned: Option<NaiveDate>,
    /// The first day in the role that makes it theirs, if that is known.
    role: Option<NaiveDate>,
}

impl<'a> Deadlines<'a> {
    /// Of somebody for whom the curriculum is; nothing is due for others.
    fn of(person: &'a Person, assignment: &Assignment, view: &View<'_>) -> Option<Self> {
        if !assignment.covers(view.at) {
            return None;
        }
        let zone = person.zone();
        let published = view.published_at.map(|moment| day_of(moment, zone));
        // Nobody has a curriculum before it exists.
        let since = assignment.since(view.at).map(|moment| day_of(moment, zone));
        Some(Self {
            person,
            zone,
            assigned: since.or(person.hired).max(published),
            role: assignment.role_since(view.at).map(|moment| day_of(moment, zone)),
        })
    }

    /// When the assignment began: the first moment of its first day.
    fn assigned(&self) -> Option<Timestamp> {
        self.assigned.map(|day| start_of(day, self.zone))
    }

    /// The first moment after the day by which something is due: of several days, the earliest.
    fn due(&self, dues: &[Due]) -> Option<Timestamp> {
        let days = dues.iter().filter_map(|due| self.day(*due));
        days.min().map(|day| end_of(day, self.zone))
    }

    /// Nothing is due before the first day of the assignment is over.
    fn day(&self, due: Due) -> Option<NaiveDate> {
        let day = match due {
            Due::On(day) => day,
            Due::After(period, anchor) => {
                let start = match anchor {
                    Start::Assignment => self.assigned,
                    Start::Hire => self.person.hired.or(self.assigned),
                    Start::Role => self.role.or(self.assigned),
                }?;
                paused(start, period.after_day(start)?, &self.person.leaves)?
            }
        };
        Some(self.assigned.map_or(day, |assigned| day.max(assigned)))
    }
}

/// Later by each day of leave from the start on; `None` while there is no end to it.
fn paused(start: NaiveDate, due: NaiveDate, leaves: &[Leave]) -> Option<NaiveDate> {
    let mut leaves: Vec<&Leave> = leaves.iter().collect();
    leaves.sort_by_key(|leave| leave.from);
    // The first day that is not counted yet: leaves may overlap.
    let (mut open, mut due) = (start, due);
    for leave in leaves {
        let first = leave.from.max(open);
        if first > due {
            // Those that follow begin later.
            break;
        }
        let last = leave.until?;
        if last < first {
            continue;
        }
        let days = u64::try_from((last - first).num_days() + 1).unwrap_or(0);
        due = due.checked_add_days(Days::new(days))?;
        open = last.succ_opt()?;
    }
    Some(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn leave(since: &str, until: &str) -> Leave {
        Leave {
            from: day(since),
            until: Some(day(until)),
        }
    }

    #[test]
    fn leave_pauses() {
        let start = day("2026-03-01");
        let due = day("2026-03-31");
        for (leaves, expected) in [
            (vec![], Some("2026-03-31")),
            // A day; before the start; partly before it; after the due date.
            (vec![leave("2026-03-10", "2026-03-10")], Some("2026-04-01")),
            (vec![leave("2026-02-01", "2026-02-28")], Some("2026-03-31")),
            (vec![leave("2026-02-20", "2026-03-02")], Some("2026-04-02")),
            (vec![leave("2026-04-01", "2026-04-30")], Some("2026-03-31")),
            // From the last day on, for a year.
            (vec![leave("2026-03-31", "2027-03-30")], Some("2027-03-31")),
            // One brings the next into reach.
            (
                vec![
                    leave("2026-04-01", "2026-04-03"),
                    leave("2026-03-10", "2026-03-10"),
                ],
                Some("2026-04-04"),
            ),
            // Overlapping days count once.
            (
                vec![
                    leave("2026-03-05", "2026-03-10"),
                    leave("2026-03-08", "2026-03-12"),
                ],
                Some("2026-04-08"),
            ),
            (
                vec![
                    leave("2026-03-05", "2026-03-20"),
                    leave("2026-03-08", "2026-03-12"),
                ],
                Some("2026-04-16"),
            ),
            (
                vec![Leave {
                    from: day("2026-03-05"),
                    until: None,
                }],
                None,
            ),
        ] {
            assert_eq!(paused(start, due, &leaves), expected.map(day), "{leaves:?}");
        }
    }
}
