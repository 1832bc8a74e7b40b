//! What is met while nothing of a kind happens, written as if it were evidence: a row for each moment at which it
//! begins to hold.

use std::collections::BTreeMap;

use rules::{Curriculum, Evidence, Period, Person};
use serde_json::Value;
use uuid::Uuid;
use xapi::Timestamp;

use crate::counting_oracle::fits;
use crate::course_oracle::speaks_of;
use crate::oracle::{start_of, zone_of};
use crate::support;

/// What holds by absence from the row with an id on.
#[derive(Default)]
pub(crate) struct Absences(BTreeMap<Uuid, Absence>);

struct Absence {
    /// The id of the course.
    course: Value,
    until: Option<Timestamp>,
    resumes: bool,
}

/// What a course with `absent` is asked about.
struct Asked<'a> {
    curriculum: &'a Curriculum,
    person: &'a Person,
    void_until: Option<Timestamp>,
    period: Period,
    breaks: Vec<Timestamp>,
}

impl Absences {
    /// Adds the rows of what holds by absence to those of a person.
    pub(crate) fn among(
        rows: &mut Vec<Evidence>,
        definition: &Value,
        curriculum: &Curriculum,
        person: &Person,
        void_until: Option<Timestamp>,
        at: Timestamp,
    ) -> Self {
        let mut courses = Vec::new();
        find(&definition["courses"], &mut courses);
        find(&definition["certification"]["renewal"]["courses"], &mut courses);
        let mut own = Self::default();
        let mut more = Vec::new();
        for course in courses {
            let is_break = |row: &&Evidence| {
                row.timestamp <= at && speaks_of(row, course) && fits(row, course, &person.identifiers)
            };
            let mut breaks: Vec<Timestamp> = rows.iter().filter(is_break).map(|row| row.timestamp).collect();
            breaks.sort();
            let asked = Asked {
                curriculum,
                person,
                void_until,
                period: Period::parse(course["absent"].as_str().unwrap()).unwrap(),
                breaks,
            };
            for shown in asked.moments().into_iter().filter(|shown| *shown <= at) {
                let begin = asked.begin(shown);
                let resumes = |own: &Timestamp| begin <= *own && asked.period.after(*own) == shown;
                let id = 1 + own.0.len() as u128;
                let mut row = support::row(id, "none", "urn:x-absent", "2024-01-01");
                // Before all that is decided or happens at the same moment.
                (row.timestamp, row.stored) = (shown, Timestamp::from_micros(i64::MIN));
                own.0.insert(
                    row.statement,
                    Absence {
                        course: course["id"].clone(),
                        until: asked.end(shown),
                        resumes: asked.breaks.iter().any(resumes),
                    },
                );
                more.push(row);
            }
        }
        rows.extend(more);
        own
    }

    pub(crate) fn is_one(&self, row: &Evidence) -> bool {
        self.0.contains_key(&row.statement)
    }

    /// Whether it held before a break.
    pub(crate) fn resumes(&self, row: &Evidence) -> bool {
        self.0.get(&row.statement).is_some_and(|own| own.resumes)
    }

    /// Whether a row says that a course is met by absence; at a moment, if it is asked for one.
    pub(crate) fn meets(&self, row: &Evidence, course: &Value, now: Option<Timestamp>) -> bool {
        self.0.get(&row.statement).is_some_and(|own| {
            own.course == course["id"] && now.zip(own.until).is_none_or(|(now, until)| now < until)
        })
    }
}

/// Every course with `absent`.
fn find<'v>(entries: &'v Value, found: &mut Vec<&'v Value>) {
    for entry in entries.as_array().into_iter().flatten() {
        if entry.get("absent").is_some() {
            found.push(entry);
        }
        find(&entry["of"], found);
    }
}

impl Asked<'_> {
    fn is_theirs(&self, at: Timestamp) -> bool {
        self.curriculum.applies_to(self.person, at)
    }

    /// When the curriculum became the person's that is theirs at a moment, or what was shown before became void.
    fn begin(&self, at: Timestamp) -> Timestamp {
        let zone = zone_of(self.person);
        let just_before = |at: Timestamp| Timestamp::from_micros(at.as_micros() - 1);
        let starts = self.person.roles.iter().filter_map(|role| role.since);
        let starts = starts.map(|day| start_of(day, zone));
        let starts = starts.filter(|start| *start <= at && !self.is_theirs(just_before(*start)));
        let hired = self.person.hired.map(|day| start_of(day, zone));
        let begin = starts.max().or(hired).unwrap_or(Timestamp::from_micros(0));
        self.void_until.map_or(begin, |void| void.max(begin))
    }

    /// Whether nothing happened for long enough.
    fn is_quiet(&self, at: Timestamp) -> bool {
        let begin = self.begin(at);
        let is_recent = |own: &Timestamp| begin <= *own && *own <= at && at < self.period.after(*own);
        self.is_theirs(at) && self.period.after(begin) <= at && !self.breaks.iter().any(is_recent)
    }

    /// Each moment at which that begins to be so.
    fn moments(&self) -> Vec<Timestamp> {
        let zone = zone_of(self.person);
        let days = self.person.roles.iter().filter_map(|role| role.since);
        let starts = days.chain(self.person.hired).map(|day| start_of(day, zone));
        let starts = starts.chain(self.void_until).chain([Timestamp::from_micros(0)]);
        let mut moments: Vec<Timestamp> = starts
            .chain(self.breaks.iter().copied())
            .map(|start| self.period.after(start))
            .filter(|moment| self.is_quiet(*moment))
            // A start in the middle of it begins nothing.
            .filter(|moment| !self.is_quiet(Timestamp::from_micros(moment.as_micros() - 1)))
            .collect();
        moments.sort();
        moments.dedup();
        moments
    }

    /// When it ends that began at a moment.
    fn end(&self, shown: Timestamp) -> Option<Timestamp> {
        let zone = zone_of(self.person);
        let ends = self.person.roles.iter().filter_map(|role| role.until);
        let ends = ends
            .filter_map(|day| day.succ_opt())
            .map(|day| start_of(day, zone));
        let ends = ends.filter(|end| !self.is_theirs(*end));
        let ends = ends.chain(self.breaks.iter().copied());
        ends.filter(|end| shown < *end).min()
    }
}
