//! What meets a course or a group, written from docs/curricula.md for clarity alone.

use rules::{Evidence, Number, Period, verbs};
use serde_json::{Value, json};
use xapi::Timestamp;

use crate::decisions_oracle::{is_waived, stands_for};
use crate::oracle::Oracle;

impl Oracle<'_> {
    /// Whether these rows alone, in order, meet a course or a group.
    pub(crate) fn meets(&self, rows: &[&Evidence], course: &Value, now: Timestamp) -> bool {
        if course.get("of").is_some() {
            let is_claimed = self.is_claimed_by(rows, course, now);
            return is_claimed && Self::enough(course, &|part| self.meets(rows, part, now), None);
        }
        if rows.iter().any(|row| self.waives(row, course, Some(now))) {
            return true;
        }
        if is_met_by_itself(course) {
            return false;
        }
        let (completed, passed) = self.done(rows, course);
        completed && passed
    }

    /// Whether a course is completed and passed, as far as it asks for that.
    fn done(&self, rows: &[&Evidence], course: &Value) -> (bool, bool) {
        let (complete, pass) = asks(course);
        let any = |test: &dyn Fn(&Evidence) -> bool| {
            (0..rows.len()).any(|at| test(rows[at]) && self.in_order(rows, at, course))
        };
        (
            !complete || any(&|row| self.is_completed(row, course)),
            !pass || (0..rows.len()).any(|at| self.is_passed(rows, at, course)),
        )
    }

    /// Whether a course or group counts at a moment for a certificate that was earned by a row: it was met then or since;
    /// what is needed all the time is met now.
    pub(crate) fn stays_met(&self, course: &Value, last: usize, at: Timestamp) -> bool {
        if course["needed"] == "active_always" {
            return self.meets(&self.rows, course, at);
        }
        let since = (last..self.rows.len()).map(|row| (&self.rows[..=row], self.rows[row].timestamp));
        if course.get("of").is_some() {
            let mut claimed = since.filter(|(rows, now)| self.is_claimed_by(rows, course, *now));
            return claimed.next().is_some()
                && Self::enough(course, &|part| self.stays_met(part, last, at), None);
        }
        let (mut completed, mut passed) = (false, false);
        for (rows, now) in since {
            if self.meets(rows, course, now) {
                return true;
            }
            let done = self.done(rows, course);
            completed |= done.0;
            passed |= done.1;
        }
        !is_met_by_itself(course) && completed && passed
    }

    /// Whether one row counts towards a course.
    pub(crate) fn counts(&self, rows: &[&Evidence], at: usize, course: &Value) -> bool {
        if self.waives(rows[at], course, None) {
            return true;
        }
        if course.get("of").is_some() {
            return self.is_claimed(rows, at, course);
        }
        if is_met_by_itself(course) {
            return false;
        }
        let (complete, pass) = asks(course);
        let completes = || self.is_completed(rows[at], course) && self.in_order(rows, at, course);
        (complete && completes()) || (pass && self.is_passed(rows, at, course))
    }

    /// Whether a row is a decision by which a course, or what it is in, is waived.
    pub(crate) fn waives(&self, row: &Evidence, course: &Value, now: Option<Timestamp>) -> bool {
        let way = Self::way(&self.definition["courses"], &course["id"]);
        self.decisions.waives(row, &way.unwrap_or_default(), now) || self.absences.meets(row, course, now)
    }

    fn is_completed(&self, row: &Evidence, course: &Value) -> bool {
        let completes = row.verb.as_str() != verbs::WAIVED && completes(row) && self.fits(row, course);
        (completes && speaks_of(row, course)) || is_waived_by(row, course)
    }

    /// Whether a course is passed by one of these rows.
    fn is_passed(&self, rows: &[&Evidence], at: usize, course: &Value) -> bool {
        let row = rows[at];
        let passes = match course.get("attempts") {
            Some(_) => self.deciding(rows, course).contains(&at),
            None => {
                let passes = only_matches(course) || passes(row, course);
                passes && speaks_of(row, course) && self.fits(row, course) && self.is_enough(rows, at, course)
            }
        };
        let is_waived = !only_matches(course) && is_waived_by(row, course);
        (passes || is_waived) && self.in_order(rows, at, course)
    }

    /// Whether what a course comes after, or has to wait for, was met by the rows before one.
    pub(crate) fn in_order(&self, rows: &[&Evidence], at: usize, course: &Value) -> bool {
        let now = rows[at].timestamp;
        let entry = |id: &str| {
            let way = Self::way(&self.definition["courses"], &json!(id)).unwrap();
            *way.last().unwrap()
        };
        let has_waited = course["not_before"].as_str().is_none_or(|text| {
            let (wait, id) = text.split_once(" after ").unwrap();
            let latest = Period::parse(wait).unwrap().before(now);
            let then = rows.partition_point(|row| row.timestamp <= latest);
            self.meets(&rows[..then], entry(id), latest)
        });
        if self.definition["order"] == "any" {
            return has_waited;
        }
        let way = Self::way(&self.definition["courses"], &course["id"]).unwrap();
        let mut first = way.iter().filter_map(|entry| entry["after"].as_array()).flatten();
        has_waited && first.all(|id| self.meets(&rows[..at], entry(id.as_str().unwrap()), now))
    }
}

/// Whether no statement meets a course.
fn is_met_by_itself(course: &Value) -> bool {
    course.get("absent").is_some() || course.get("credential").is_some()
}

pub(crate) fn speaks_of(row: &Evidence, course: &Value) -> bool {
    let named = match course.get("match") {
        Some(matching) => holds(row, matching),
        None => is_about(row, course.get("activity").unwrap_or(&course["satisfied"])),
    };
    named || (course.get("absent").is_none() && stands_for(row, course))
}

/// Whether a row is about one of these activities.
fn is_about(row: &Evidence, activities: &Value) -> bool {
    let activities = match activities {
        Value::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    };
    let is_cmi5 = row
        .category
        .iter()
        .any(|category| category.as_str() == verbs::CMI5_CATEGORY);
    activities.iter().any(|activity| {
        *activity == row.activity.as_str()
            || (is_cmi5 && row.grouping.iter().any(|grouping| *activity == grouping.as_str()))
    })
}

/// Those of the conditions that the laws make use of.
pub(crate) fn holds(row: &Evidence, condition: &Value) -> bool {
    let is_one_of = |asked: &Value, own: &str| match asked.as_array() {
        Some(several) => several.iter().any(|asked| asked == own),
        None => asked == own,
    };
    let members = condition.as_object().unwrap();
    members.iter().all(|(path, asked)| match path.as_str() {
        "platform" => row.platform.as_deref().is_some_and(|own| is_one_of(asked, own)),
        "verb" => is_one_of(asked, row.verb.as_str()),
        "activity" => is_about(row, asked),
        "not" => !holds(row, asked),
        "any_of" => asked.as_array().unwrap().iter().any(|one| holds(row, one)),
        "result.score.raw" => {
            let least = Number::parse(&asked["at_least"].to_string()).unwrap();
            let raw = row.score.and_then(|score| score.raw);
            raw.is_some_and(|raw| least <= raw)
        }
        other => panic!("the oracle knows no condition on {other}"),
    })
}

pub(crate) fn is_by(row: &Evidence, course: &Value) -> bool {
    course.get("by").is_none_or(|by| {
        let own = serde_json::to_value(&row.authority).unwrap();
        by.as_array().unwrap().contains(&own)
    })
}

pub(crate) fn in_time(row: &Evidence, course: &Value) -> bool {
    course.get("time_limit").is_none_or(|limit| {
        let limit = Period::parse(limit.as_str().unwrap()).unwrap().nominal_seconds();
        row.duration
            .as_ref()
            .and_then(|took| took.as_seconds())
            .is_some_and(|took| took <= limit as f64)
    })
}

/// Whether a course has to be completed, and whether it has to be passed: by what matches, if it asks for neither.
fn asks(course: &Value) -> (bool, bool) {
    let complete = course["completion"] == true;
    (complete, !complete || course.get("passing_score").is_some())
}

/// Whether a statement that matches counts, whatever it says of passing.
pub(crate) fn only_matches(course: &Value) -> bool {
    course.get("match").is_some() && course.get("passing_score").is_none()
}

fn is_waived_by(row: &Evidence, course: &Value) -> bool {
    speaks_of(row, course) && is_by(row, course) && is_waived(row, course)
}

fn completes(row: &Evidence) -> bool {
    match row.completion {
        Some(completion) => completion,
        None => row.verb.as_str() == verbs::COMPLETED,
    }
}

pub(crate) fn passes(row: &Evidence, course: &Value) -> bool {
    let verb = row.verb.as_str();
    if verb == verbs::FAILED || row.success == Some(false) {
        return false;
    }
    let claims = [verbs::PASSED, verbs::MASTERED].contains(&verb);
    let reports = [verbs::COMPLETED, verbs::SCORED].contains(&verb);
    match course.get("passing_score") {
        None => claims || (reports && row.success == Some(true)),
        Some(_) => (claims || reports) && score_for(row, course).is_some_and(|score| score >= least(course)),
    }
}

/// The least score with which a course is passed.
pub(crate) fn least(course: &Value) -> Number {
    let score = &course["passing_score"];
    Number::parse(&score.get("raw").unwrap_or(score).to_string()).unwrap()
}

/// What is held against the passing score of a course.
pub(crate) fn score_for(row: &Evidence, course: &Value) -> Option<Number> {
    let score = row.score?;
    match course["passing_score"].get("raw") {
        Some(_) => score.raw,
        None => score.as_scaled(),
    }
}
