//! A second evaluator, written from docs/curricula.md for clarity alone: it looks at the whole history again for every
//! moment. It knows nothing of the crate's inside; it reads the canonical definition.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;
use rules::{Act, Curriculum, Evidence, Period, Person, Standing, Status};
use serde_json::{Value, json};
use xapi::{Ifi, Timestamp};

use crate::absence_oracle::Absences;
use crate::certificates_oracle::Earned;
use crate::course_oracle::speaks_of;
use crate::deadline_oracle;
use crate::decisions_oracle::Decisions;

/// What the oracle answers.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    /// Of the certificate in force (or the last one) when it was earned, when it expires, and its cycle.
    pub(crate) shown: Option<(Timestamp, Option<Timestamp>, u32)>,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) overdue: bool,
}

impl Answer {
    /// The same of what the crate answers.
    pub(crate) fn of(standing: &Standing) -> Self {
        let suspended = standing.suspended.as_ref().map(|own| &own.entitlement);
        let found = standing
            .entitlement
            .as_ref()
            .or(standing.lapsed.as_ref())
            .or(suspended);
        Self {
            status: standing.status,
            shown: found.map(|own| (own.earned_at, own.expires_at, own.cycle)),
            due_at: standing.due_at,
            overdue: standing.overdue,
        }
    }
}

pub(crate) struct Oracle<'a> {
    /// The definition with tiers written as groups.
    pub(crate) definition: &'a Value,
    pub(crate) rows: Vec<&'a Evidence>,
    pub(crate) decisions: &'a Decisions,
    pub(crate) absences: &'a Absences,
    /// Under which identifiers the learner is known.
    pub(crate) learner: Vec<Ifi>,
    pub(crate) zone: Tz,
}

/// Tiers are groups of all that is required in them.
fn without_tiers(mut definition: Value) -> Value {
    if let Some(tiers) = definition.get("tiers").cloned() {
        let mut before: Option<Value> = None;
        let mut groups = Vec::new();
        for tier in tiers.as_array().unwrap() {
            let required = tier["courses"].as_array().unwrap().iter();
            let required: Vec<&Value> = required.filter(|course| course["suggested"] != true).collect();
            let after = tier.get("after").cloned();
            let after = after.unwrap_or_else(|| before.iter().cloned().collect());
            groups.push(json!({
                "id": tier["id"], "due": tier["due"], "of": required, "after": after, "is_tier": true,
            }));
            before = Some(tier["id"].clone());
        }
        definition["courses"] = groups.into();
    }
    definition
}

/// The first moment of a day.
pub(crate) fn start_of(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_hms_opt(0, 0, 0).unwrap();
    // No zone of these tests skips a midnight.
    let local = midnight.and_local_timezone(zone).earliest().unwrap();
    Timestamp::from(local.with_timezone(&chrono::Utc))
}

pub(crate) fn day_of(moment: Timestamp, zone: Tz) -> NaiveDate {
    moment.to_datetime().with_timezone(&zone).date_naive()
}

pub(crate) fn zone_of(person: &Person) -> Tz {
    person
        .time_zone
        .as_deref()
        .map_or(Tz::UTC, |zone| zone.parse().unwrap())
}

pub(crate) fn answer(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    acts: &[Act],
    at: Timestamp,
    published_at: Option<Timestamp>,
) -> Answer {
    let definition = without_tiers(serde_json::from_str(&curriculum.to_json()).unwrap());
    let decisions = Decisions::of(acts, at);
    let (mut firm, mut all) = decisions.among(evidence, acts, &definition);
    let void = decisions.void_until;
    let absences =
        |rows: &mut Vec<Evidence>| Absences::among(rows, &definition, curriculum, person, void, at);
    let (by_firm, by_all) = (absences(&mut firm), absences(&mut all));
    let firm = Oracle::of(&definition, &firm, &decisions, &by_firm, person, at);
    let all = Oracle::of(&definition, &all, &decisions, &by_all, person, at);
    let earned = firm.earned(person, &|at| curriculum.applies_to(person, at));
    let perhaps = all.earned(person, &|at| curriculum.applies_to(person, at));
    let (shown, perhaps) = (firm.shown(&earned, at), all.shown(&perhaps, at));
    let is_in_force = |(earned, _): &(Earned, u32)| earned.expires.is_none_or(|expires| at < expires);
    let in_grace = shown
        .and_then(|(earned, _)| earned.expires)
        .is_some_and(|expires| at < firm.grace_ends(expires));
    let answer = shown.map(|(earned, cycle)| (earned.earned, earned.expires, cycle));
    let is_assigned = curriculum.applies_to(person, at);
    let in_force = shown.filter(is_in_force);
    let mut in_effect = earned.iter().filter(|own| Oracle::is_in_effect(own, at));
    let status = if in_force.is_some() && !in_effect.any(|own| firm.is_upheld(own, at)) {
        Status::Suspended
    } else if in_force.is_some() {
        Status::Certified
    } else if perhaps.filter(is_in_force).is_some() {
        Status::PendingReview
    } else if !is_assigned {
        Status::NotAssigned
    } else if in_grace {
        Status::InGrace
    } else if shown.is_some() {
        Status::Expired
    } else if all.is_started() {
        Status::InProgress
    } else {
        Status::NotStarted
    };
    let (due_at, overdue) = if !is_assigned {
        (None, false)
    } else if in_force.is_some() {
        let ends = earned.iter().map(|earned| earned.expires);
        let last = ends.max_by_key(|ends| ends.map_or(i64::MAX, Timestamp::as_micros));
        (last.flatten(), false)
    } else {
        let last = shown.map(|(earned, _)| earned);
        let (due_at, overdue) = deadline_oracle::open(&firm, &all, person, at, published_at, last, in_grace);
        // What is met for the certificate that may be in force has only to be reviewed.
        (due_at, overdue && status != Status::PendingReview)
    };
    Answer {
        status,
        // What ended is nothing to those whom it is not for any more.
        shown: answer.filter(|_| is_assigned || in_force.is_some()),
        due_at,
        overdue,
    }
}

/// Whether somebody has to review a row before it counts.
pub(crate) fn is_doubtful(definition: &Value, row: &Evidence) -> bool {
    is_ahead(definition, row) || is_backdated(definition, row)
}

pub(crate) fn is_ahead(definition: &Value, row: &Evidence) -> bool {
    let Some(review) = definition.get("review") else {
        return false;
    };
    let ahead = Period::parse(review["ahead"].as_str().unwrap_or("1 hour")).unwrap();
    row.timestamp > ahead.after(row.stored)
}

fn is_backdated(definition: &Value, row: &Evidence) -> bool {
    let backdated = definition["review"]["backdated"].as_str();
    backdated.is_some_and(|limit| row.stored > Period::parse(limit).unwrap().after(row.timestamp))
}

impl<'a> Oracle<'a> {
    fn of(
        definition: &'a Value,
        evidence: &'a [Evidence],
        decisions: &'a Decisions,
        absences: &'a Absences,
        person: &Person,
        at: Timestamp,
    ) -> Self {
        let mut rows: Vec<&Evidence> = evidence.iter().filter(|row| row.timestamp <= at).collect();
        rows.sort_by_key(|row| (row.timestamp, row.stored, row.statement));
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(row.statement));
        Self {
            definition,
            rows,
            decisions,
            absences,
            learner: person.identifiers.clone(),
            zone: zone_of(person),
        }
    }

    /// The same about what renews a certificate, where that is something else.
    pub(crate) fn of_renewal(&self, definition: &'a Value) -> Self {
        Self {
            definition,
            rows: self.rows.clone(),
            decisions: self.decisions,
            absences: self.absences,
            learner: self.learner.clone(),
            zone: self.zone,
        }
    }

    /// The definition of what renews, as one that is earned.
    pub(crate) fn renewal(&self) -> Option<Value> {
        let courses = self.definition["certification"].get("renewal")?["courses"].clone();
        let mut definition = self.definition.clone();
        definition["courses"] = courses;
        Some(definition)
    }

    /// Those rows that are not too old at a moment.
    pub(crate) fn fresh(&self, rows: &[&'a Evidence], moment: Timestamp) -> Vec<&'a Evidence> {
        let within = self.period("within");
        let is_fresh = |row: &&&Evidence| {
            // A waiver lasts as long as it says; what does not happen grows no older.
            if self.holds(row) {
                return true;
            }
            within.is_none_or(|within| moment < within.after(row.timestamp))
                && self.expires(row.timestamp).is_none_or(|expires| moment < expires)
        };
        rows.iter().filter(is_fresh).copied().collect()
    }

    /// Whether a row is something that holds for a time.
    pub(crate) fn holds(&self, row: &Evidence) -> bool {
        self.decisions.holds.contains_key(&row.statement) || self.absences.is_one(row)
    }

    pub(crate) fn all_fresh(&self, moment: Timestamp) -> Vec<&'a Evidence> {
        self.fresh(&self.rows, moment)
    }

    /// Whether a row is the last of what meets everything.
    pub(crate) fn completes_all(&self, rows: &[&Evidence]) -> bool {
        let now = rows[rows.len() - 1].timestamp;
        if self.decisions.void_until.is_some_and(|void| now <= void) {
            return false;
        }
        let own = self.required().flat_map(Oracle::leaves);
        let mut own = own.filter(|course| self.counts(rows, rows.len() - 1, course));
        own.any(|course| self.is_met_by(rows, course))
    }

    /// The latest moment such that nothing before it is needed for rows to be the last of what meets everything.
    pub(crate) fn root(&self, rows: &[&'a Evidence]) -> Timestamp {
        let mut moments: Vec<Timestamp> = rows.iter().map(|row| row.timestamp).collect();
        moments.reverse();
        let is_enough = |from: &Timestamp| {
            let stays = |row: &&&Evidence| *from <= row.timestamp || self.holds(row);
            let rows: Vec<&Evidence> = rows.iter().filter(stays).copied().collect();
            self.completes_all(&rows)
        };
        moments.into_iter().find(is_enough).unwrap()
    }
}

impl<'a> Oracle<'a> {
    pub(crate) fn required(&self) -> impl Iterator<Item = &Value> {
        self.definition["courses"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|course| course["suggested"] != true)
    }

    /// The entry with an id and the groups around it, the outermost first.
    pub(crate) fn way<'v>(entries: &'v Value, id: &Value) -> Option<Vec<&'v Value>> {
        entries.as_array()?.iter().find_map(|entry| {
            let inner = if entry["id"] == *id {
                Some(Vec::new())
            } else {
                Self::way(&entry["of"], id)
            };
            inner.map(|mut way| {
                way.insert(0, entry);
                way
            })
        })
    }

    /// Every course of entries, and every group that must be reported as satisfied.
    fn leaves(entry: &Value) -> Vec<&Value> {
        let own = entry.get("of").is_none() || entry.get("satisfied").is_some();
        let parts = entry["of"].as_array().into_iter().flatten();
        parts
            .flat_map(Self::leaves)
            .chain(Some(entry).filter(|_| own))
            .collect()
    }

    /// Whether enough parts of a group are met, `part` taken as met.
    pub(crate) fn enough(group: &Value, met: &dyn Fn(&Value) -> bool, part: Option<&Value>) -> bool {
        let parts = group["of"].as_array().unwrap();
        let there: Vec<&Value> = parts
            .iter()
            .filter(|own| part.is_some_and(|part| part["id"] == own["id"]) || met(own))
            .collect();
        if let Some(points) = group["points"].as_f64() {
            return there
                .iter()
                .map(|part| part["worth"].as_f64().unwrap())
                .sum::<f64>()
                >= points;
        }
        there.len() as u64 >= group["at_least"].as_u64().unwrap_or(parts.len() as u64)
    }

    /// Whether everything required is met, and one row that counts towards a course is among what meets it.
    fn is_met_by(&self, rows: &[&Evidence], course: &Value) -> bool {
        let way = Self::way(&self.definition["courses"], &course["id"]).unwrap();
        let now = rows[rows.len() - 1].timestamp;
        let met = |entry: &Value| self.meets(rows, entry, now);
        let groups = way.iter().zip(way.iter().skip(1));
        let claimed = |group: &Value| self.is_claimed_by(rows, group, now);
        groups
            .into_iter()
            .all(|(group, part)| claimed(group) && Self::enough(group, &met, Some(part)))
            && self.required().all(|own| own["id"] == way[0]["id"] || met(own))
            // Of two tests of one course, the row meets one; the other must be met besides.
            && met(course)
    }

    pub(crate) fn period(&self, name: &str) -> Option<Period> {
        Some(Period::parse(self.definition["certification"][name].as_str()?).unwrap())
    }

    fn is_started(&self) -> bool {
        self.rows.iter().any(|row| {
            self.required().flat_map(Self::leaves).any(|course| {
                let is_done = course.get("absent").is_none() && speaks_of(row, course);
                is_done || (self.waives(row, course, None) && !self.absences.is_one(row))
            })
        })
    }
}
