//! A second evaluator, written from docs/curricula.md for clarity alone: it looks at the whole history again for every
//! moment. It knows nothing of the crate's inside; it reads the canonical definition.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use rules::{Act, Curriculum, Evidence, Period, Person, Standing, Status};
use serde_json::{Value, json};
use xapi::{Ifi, Timestamp};

use crate::absence_oracle::Absences;
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
        let found = standing.entitlement.as_ref().or(standing.lapsed.as_ref());
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
    zone: Tz,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Earned {
    from: Timestamp,
    earned: Timestamp,
    pub(crate) expires: Option<Timestamp>,
}

impl Earned {
    pub(crate) fn new(earned: Timestamp, expires: Option<Timestamp>) -> Self {
        Self {
            from: earned,
            earned,
            expires,
        }
    }
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
    let is_in_force = |(earned, _): (Earned, u32)| earned.expires.is_none_or(|expires| at < expires);
    let in_grace = shown
        .and_then(|(earned, _)| earned.expires)
        .is_some_and(|expires| at < firm.grace_ends(expires));
    let answer = shown.map(|(earned, cycle)| (earned.earned, earned.expires, cycle));
    let is_assigned = curriculum.applies_to(person, at);
    let status = if shown.is_some_and(is_in_force) {
        Status::Certified
    } else if perhaps.is_some_and(is_in_force) {
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
    } else if status == Status::Certified {
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
        shown: answer.filter(|_| is_assigned || shown.is_some_and(is_in_force)),
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
            if self.decisions.holds.contains_key(&row.statement) || self.absences.is_one(row) {
                return true;
            }
            within.is_none_or(|within| moment < within.after(row.timestamp))
                && self.expires(row.timestamp).is_none_or(|expires| moment < expires)
        };
        rows.iter().filter(is_fresh).copied().collect()
    }

    pub(crate) fn all_fresh(&self, moment: Timestamp) -> Vec<&'a Evidence> {
        self.fresh(&self.rows, moment)
    }

    /// Whether a row is the last of what meets everything.
    fn completes_all(&self, rows: &[&Evidence]) -> bool {
        let now = rows[rows.len() - 1].timestamp;
        if self.decisions.void_until.is_some_and(|void| now <= void) {
            return false;
        }
        let own = self.required().flat_map(Oracle::leaves);
        let mut own = own.filter(|course| self.counts(rows, rows.len() - 1, course));
        own.any(|course| self.is_met_by(rows, course))
    }

    /// The latest moment such that nothing before it is needed for rows to be the last of what meets everything.
    fn root(&self, rows: &[&'a Evidence]) -> Timestamp {
        let mut moments: Vec<Timestamp> = rows.iter().map(|row| row.timestamp).collect();
        moments.reverse();
        let is_enough = |from: &Timestamp| {
            let stays = |row: &&&Evidence| {
                *from <= row.timestamp
                    || self.absences.is_one(row)
                    || self.decisions.holds.contains_key(&row.statement)
            };
            let rows: Vec<&Evidence> = rows.iter().filter(stays).copied().collect();
            self.completes_all(&rows)
        };
        moments.into_iter().find(is_enough).unwrap()
    }

    /// When a certificate ends whose time begins at a moment.
    pub(crate) fn expires(&self, from: Timestamp) -> Option<Timestamp> {
        let validity = self.period("validity");
        let Some(fixed) = self.definition["certification"]["expires_on"].as_str() else {
            return validity.map(|validity| validity.after(from));
        };
        let soonest = self
            .period("active_at_least")
            .map_or(from, |least| least.after(from));
        let years = validity
            .map_or(1, |validity| validity.nominal_seconds() / 31_556_952)
            .max(1) as usize;
        let ends = (day_of(from, self.zone).year()..)
            .map(|year| start_of(day_in(fixed, year).succ_opt().unwrap(), self.zone))
            .filter(|end| *end > from);
        ends.skip(years - 1).find(|end| *end >= soonest)
    }

    pub(crate) fn grace_ends(&self, expires: Timestamp) -> Timestamp {
        self.period("grace").map_or(expires, |grace| grace.after(expires))
    }

    pub(crate) fn opens(&self, earned: &Earned) -> Option<Timestamp> {
        let expires = earned.expires?;
        let quarter = (expires.as_micros() - earned.earned.as_micros()) / 4;
        Some(match self.period("renewal_window") {
            Some(window) => window.before(expires).max(earned.earned),
            None => Timestamp::from_micros(expires.as_micros() - quarter),
        })
    }
}

/// `31 December` in a year.
fn day_in(text: &str, year: i32) -> NaiveDate {
    let parse = |year: i32| NaiveDate::parse_from_str(&format!("{text} {year}"), "%d %B %Y");
    parse(year).unwrap_or_else(|_| NaiveDate::from_ymd_opt(year, 2, 28).unwrap())
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

    fn period(&self, name: &str) -> Option<Period> {
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

    /// Every certificate earned, with the moment from which the person has it.
    fn earned(&self, person: &Person, assigned: &dyn Fn(Timestamp) -> bool) -> Vec<Earned> {
        let prior = match self.definition["certification"]["valid_from"].as_str() {
            Some(word) => word == "prior_expiry",
            None => self.definition["certification"].get("expires_on").is_some(),
        };
        let renewal = self.renewal();
        let renewing = renewal.as_ref().map(|renewal| self.of_renewal(renewal));
        let mut earned: Vec<Earned> = Vec::new();
        for (last, row) in self.rows.iter().enumerate() {
            let moment = row.timestamp;
            let fresh = self.fresh(&self.rows[..=last], moment);
            let mut new = Vec::new();
            let completes_all = !fresh.is_empty() && self.completes_all(&fresh);
            // What was only interrupted gives no more time than it would have given otherwise.
            let resumes = self.absences.resumes(row);
            let from = if resumes && completes_all {
                self.root(&fresh)
            } else {
                moment
            };
            for own in earned
                .iter()
                .filter(|own| (prior || renewing.is_some()) && own.earned < moment)
            {
                let Some((opens, expires)) = self.opens(own).zip(own.expires) else {
                    continue;
                };
                let mut since_when = from;
                let renews = match &renewing {
                    None => completes_all && opens <= from,
                    Some(renewing) => {
                        let since: Vec<&Evidence> = fresh
                            .iter()
                            .filter(|row| opens <= row.timestamp || self.absences.is_one(row))
                            .copied()
                            .collect();
                        let renews = !since.is_empty() && opens <= moment && renewing.completes_all(&since);
                        since_when = if renews && resumes {
                            renewing.root(&since)
                        } else {
                            moment
                        };
                        renews && opens <= since_when
                    }
                };
                if renews && moment <= self.grace_ends(expires) {
                    let on = self.expires(if prior { expires } else { since_when });
                    // What would be over already lasts from the renewal.
                    let next = on.filter(|on| *on > moment).or_else(|| self.expires(since_when));
                    new.extend(next.filter(|next| *next > expires && *next > moment));
                }
            }
            let by_renewal = new.into_iter().map(Some);
            let awarded = self.decisions.awards.get(&row.statement);
            let awarded = awarded.map(|until| until.or_else(|| self.expires(moment)));
            let awarded = awarded.filter(|until| until.is_none_or(|until| moment < until));
            let by_itself = completes_all.then(|| self.expires(from)).or(awarded);
            for expires in by_renewal.chain(by_itself).collect::<Vec<_>>() {
                // The first moment from then on at which they are in the audience: then, or when some role begins.
                let mut starts: Vec<Timestamp> = person
                    .roles
                    .iter()
                    .filter_map(|role| role.since)
                    .map(|day| start_of(day, self.zone))
                    .filter(|start| *start > moment)
                    .chain([moment])
                    .collect();
                starts.sort();
                // Who never is in it has it never; what it renews into may still come to be theirs.
                let from = starts.into_iter().find(|start| assigned(*start));
                let new = Earned {
                    from: from.unwrap_or(Timestamp::from_micros(i64::MAX)),
                    earned: moment,
                    expires,
                };
                // One with the same end was earned before.
                if !earned.iter().any(|own| own.expires == new.expires) {
                    earned.push(new);
                }
            }
        }
        earned.retain(|own| own.expires.is_none_or(|expires| own.from < expires));
        earned.retain(|own| own.from < Timestamp::from_micros(i64::MAX));
        earned
    }

    /// The certificate shown at a moment, by going through all moments at which another can take its place.
    fn shown(&self, earned: &[Earned], at: Timestamp) -> Option<(Earned, u32)> {
        let opens = |earned: &Earned| self.opens(earned);
        let mut moments: Vec<Timestamp> = earned
            .iter()
            .map(|earned| earned.from)
            .chain(earned.iter().filter_map(opens))
            .collect();
        moments.retain(|moment| *moment <= at);
        moments.sort();
        let lasts = |earned: &Earned| earned.expires.unwrap_or(Timestamp::from_micros(i64::MAX));
        let mut shown: Option<(Earned, u32)> = None;
        for moment in moments {
            if shown.is_some_and(|(current, _)| opens(&current).is_none_or(|opens| moment < opens)) {
                continue;
            }
            let known = earned.iter().filter(|earned| earned.from <= moment);
            let better =
                known.filter(|earned| shown.is_none_or(|(current, _)| lasts(earned) > lasts(&current)));
            // The longest; of equals, the first.
            let best = better.fold(None, |best: Option<&Earned>, next| match best {
                Some(best) if lasts(best) >= lasts(next) => Some(best),
                _ => Some(next),
            });
            if let Some(best) = best {
                shown = Some((*best, shown.map_or(1, |(_, cycle)| cycle + 1)));
            }
        }
        shown
    }
}
