//! A second evaluator, written from docs/curricula.md for clarity alone: it looks at the whole history again for every
//! moment. It knows nothing of the crate's inside; it reads the canonical definition.

use std::collections::BTreeSet;

use rules::{Curriculum, Evidence, Number, Period, Person, Status, verbs};
use serde_json::Value;
use xapi::Timestamp;

/// What the oracle answers: the status, and of the certificate in force (or the last one) when it was earned, when it
/// expires, and its cycle.
pub(crate) type Answer = (Status, Option<(Timestamp, Option<Timestamp>, u32)>);

struct Oracle<'a> {
    definition: &'a Value,
    rows: Vec<&'a Evidence>,
}

#[derive(Clone, Copy)]
struct Earned {
    from: Timestamp,
    earned: Timestamp,
    expires: Option<Timestamp>,
}

pub(crate) fn answer(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    at: Timestamp,
) -> Answer {
    let definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
    let ahead = |row: &&Evidence| is_ahead(&definition, row);
    let firm: Vec<Evidence> = evidence
        .iter()
        .filter(|row| !ahead(row) && !is_backdated(&definition, row))
        .cloned()
        .collect();
    let all: Vec<Evidence> = evidence
        .iter()
        .map(|row| Evidence {
            timestamp: if ahead(&row) { row.stored } else { row.timestamp },
            ..row.clone()
        })
        .collect();

    let (shown, _) = look(&definition, curriculum, person, &firm, at);
    let (perhaps, is_started) = look(&definition, curriculum, person, &all, at);
    let is_in_force = |(earned, _): (Earned, u32)| earned.expires.is_none_or(|expires| at < expires);
    let answer = shown.map(|(earned, cycle)| (earned.earned, earned.expires, cycle));
    let status = if shown.is_some_and(is_in_force) {
        Status::Certified
    } else if perhaps.is_some_and(is_in_force) {
        Status::PendingReview
    } else if !curriculum.applies_to(person, at) {
        return (Status::NotAssigned, None);
    } else if shown.is_some() {
        Status::Expired
    } else if is_started {
        Status::InProgress
    } else {
        Status::NotStarted
    };
    (status, answer)
}

fn is_ahead(definition: &Value, row: &Evidence) -> bool {
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

/// The certificate shown, with its cycle, and whether there is anything about a required course.
fn look(
    definition: &Value,
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    at: Timestamp,
) -> (Option<(Earned, u32)>, bool) {
    let mut rows: Vec<&Evidence> = evidence.iter().filter(|row| row.timestamp <= at).collect();
    rows.sort_by_key(|row| (row.timestamp, row.stored, row.statement));
    let mut seen = BTreeSet::new();
    rows.retain(|row| seen.insert(row.statement));
    let oracle = Oracle { definition, rows };
    let earned = oracle.earned(person, &|at| curriculum.applies_to(person, at));
    (oracle.shown(&earned, at), oracle.is_started())
}

impl Oracle<'_> {
    fn required(&self) -> impl Iterator<Item = &Value> {
        self.definition["courses"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|course| course["suggested"] != true)
    }

    /// The entry with an id and the groups around it, the outermost first.
    fn way<'v>(entries: &'v Value, id: &Value) -> Option<Vec<&'v Value>> {
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

    /// Every course, groups left aside, of entries.
    fn leaves(entry: &Value) -> Vec<&Value> {
        match entry["of"].as_array() {
            None => vec![entry],
            Some(parts) => parts.iter().flat_map(Self::leaves).collect(),
        }
    }

    /// Whether enough parts of a group are met, `part` taken as met.
    fn enough(group: &Value, met: &dyn Fn(&Value) -> bool, part: Option<&Value>) -> bool {
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
        let met = |entry: &Value| self.meets(rows, entry);
        let groups = way.iter().zip(way.iter().skip(1));
        groups.into_iter().all(|(group, part)| Self::enough(group, &met, Some(part)))
            && self.required().all(|own| own["id"] == way[0]["id"] || met(own))
            // Of two tests of one course, the row meets one; the other must be met besides.
            && met(course)
    }

    fn period(&self, name: &str) -> Option<Period> {
        Some(Period::parse(self.definition["certification"][name].as_str()?).unwrap())
    }

    fn is_started(&self) -> bool {
        self.rows.iter().any(|row| {
            self.required()
                .flat_map(Self::leaves)
                .any(|course| speaks_of(row, course))
        })
    }

    /// Every certificate earned, with the moment from which the person has it.
    fn earned(&self, person: &Person, assigned: &dyn Fn(Timestamp) -> bool) -> Vec<Earned> {
        let freshness = self.period("within").or(self.period("validity"));
        let mut earned = Vec::new();
        for (last, row) in self.rows.iter().enumerate() {
            let moment = row.timestamp;
            let fresh: Vec<&Evidence> = self.rows[..=last]
                .iter()
                .filter(|row| freshness.is_none_or(|freshness| moment < freshness.after(row.timestamp)))
                .copied()
                .collect();
            let is_earned = self
                .required()
                .flat_map(Self::leaves)
                .any(|course| self.counts(&fresh, fresh.len() - 1, course) && self.is_met_by(&fresh, course));
            if !is_earned {
                continue;
            }
            let expires = self.period("validity").map(|validity| validity.after(moment));
            // The first moment from then on at which they are in the audience: then, or when some role begins.
            let mut starts: Vec<Timestamp> = person
                .roles
                .iter()
                .filter_map(|role| role.since)
                .map(|day| Timestamp::parse(&format!("{day}T00:00:00Z")).unwrap())
                .filter(|start| *start > moment)
                .chain([moment])
                .collect();
            starts.sort();
            let from = starts.into_iter().find(|start| assigned(*start));
            if let Some(from) = from.filter(|from| expires.is_none_or(|expires| *from < expires)) {
                earned.push(Earned {
                    from,
                    earned: moment,
                    expires,
                });
            }
        }
        earned
    }

    /// Whether these rows alone, in order, meet a course or a group.
    fn meets(&self, rows: &[&Evidence], course: &Value) -> bool {
        if course.get("of").is_some() {
            return Self::enough(course, &|part| self.meets(rows, part), None);
        }
        let complete = course["completion"] == true;
        let pass = !complete || course.get("passing_score").is_some();
        let any = |test: &dyn Fn(&Evidence) -> bool| {
            (0..rows.len()).any(|at| test(rows[at]) && self.in_order(&rows[..at], course))
        };
        let about = |row: &Evidence| speaks_of(row, course) && fits(row, course);
        (!complete || any(&|row| about(row) && completes(row)))
            && (!pass || any(&|row| about(row) && passes(row, course)))
    }

    /// Whether one row counts towards a course.
    fn counts(&self, rows: &[&Evidence], at: usize, course: &Value) -> bool {
        let complete = course["completion"] == true;
        let pass = !complete || course.get("passing_score").is_some();
        let row = rows[at];
        speaks_of(row, course)
            && fits(row, course)
            && ((complete && completes(row)) || (pass && passes(row, course)))
            && self.in_order(&rows[..at], course)
    }

    fn in_order(&self, before: &[&Evidence], course: &Value) -> bool {
        if self.definition["order"] == "any" {
            return true;
        }
        let way = Self::way(&self.definition["courses"], &course["id"]).unwrap();
        way.iter()
            .filter_map(|entry| entry["after"].as_array())
            .flatten()
            .all(|id| {
                let first = Self::way(&self.definition["courses"], id).unwrap();
                self.meets(before, first.last().unwrap())
            })
    }

    /// The certificate shown at a moment, by going through all moments at which another can take its place.
    fn shown(&self, earned: &[Earned], at: Timestamp) -> Option<(Earned, u32)> {
        let opens = |earned: &Earned| {
            let expires = earned.expires?;
            let quarter = (expires.as_micros() - earned.earned.as_micros()) / 4;
            Some(match self.period("renewal_window") {
                Some(window) => window.before(expires).max(earned.earned),
                None => Timestamp::from_micros(expires.as_micros() - quarter),
            })
        };
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

fn speaks_of(row: &Evidence, course: &Value) -> bool {
    course["activity"].as_array().unwrap().iter().any(|activity| {
        *activity == row.activity.as_str()
            || (row
                .category
                .iter()
                .any(|category| category.as_str() == verbs::CMI5_CATEGORY)
                && row.grouping.iter().any(|grouping| *activity == grouping.as_str()))
    })
}

/// Whether a row is by whom and as fast as a course asks.
fn fits(row: &Evidence, course: &Value) -> bool {
    let by = course.get("by").is_none_or(|by| {
        let own = serde_json::to_value(&row.authority).unwrap();
        by.as_array().unwrap().contains(&own)
    });
    let in_time = course.get("time_limit").is_none_or(|limit| {
        let limit = Period::parse(limit.as_str().unwrap()).unwrap().nominal_seconds();
        row.duration
            .as_ref()
            .and_then(|took| took.as_seconds())
            .is_some_and(|took| took <= limit as f64)
    });
    by && in_time
}

fn completes(row: &Evidence) -> bool {
    match row.completion {
        Some(completion) => completion,
        None => row.verb.as_str() == verbs::COMPLETED,
    }
}

fn passes(row: &Evidence, course: &Value) -> bool {
    let verb = row.verb.as_str();
    if verb == verbs::FAILED || row.success == Some(false) {
        return false;
    }
    let claims = [verbs::PASSED, verbs::MASTERED].contains(&verb);
    let reports = [verbs::COMPLETED, verbs::SCORED].contains(&verb);
    match course.get("passing_score") {
        None => claims || (reports && row.success == Some(true)),
        Some(threshold) => {
            let threshold = Number::parse(&threshold.to_string()).unwrap();
            (claims || reports)
                && row
                    .score
                    .and_then(|score| score.as_scaled())
                    .is_some_and(|score| score >= threshold)
        }
    }
}
