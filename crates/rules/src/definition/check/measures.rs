//! Whether what is measured makes sense.

use std::collections::BTreeSet;

use serde_json::Value;
use xapi::Iri;

use super::{Entry, authorities, period_text};
use crate::Number;
use crate::definition::{Baseline, Combine, Definition, Learning, Level, Measure, Subject};
use crate::schema::closest;
use crate::source::Problem;

/// What texts in measures must be besides what the schema says.
pub(super) fn texts(value: &Value, problems: &mut Vec<Problem>) {
    let count = value
        .pointer("/measures")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    for index in 0..count {
        let path = format!("/measures/{index}");
        period_text(value, &format!("{path}/window"), problems);
        period_text(value, &format!("{path}/not_before"), problems);
        authorities(value, &format!("{path}/by"), problems);
        let baseline = format!("{path}/baseline");
        if let Some(text) = value.pointer(&baseline).and_then(Value::as_str)
            && Baseline::parse(text).is_none()
        {
            problems.push(Problem::at(
                baseline,
                format!("found {text:?}"),
                "a number, a percentage such as \"60 %\", or how long before the window to look, such as \"90 days\"",
            ));
        }
    }
}

/// Reactions and results decide about no single person, unless that is said.
pub(super) fn gates(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    let is_beyond_them = matches!(course.level, Level::Reaction | Level::Results);
    if is_beyond_them && !course.gates && !entry.is_suggested() && !course.is_group() {
        problems.push(entry.at(
            "level",
            format!(
                "a course of {} would decide whether a person is certified",
                course.level
            ),
            "\"gates: true\" beside it, if it is meant to; or \"suggested: true\"; or a measure",
        ));
    }
    if course.gates && !is_beyond_them && !course.is_group() {
        problems.push(entry.at(
            "gates",
            format!("a course of {} gates anyway", course.level),
            "no \"gates\"; it is said of courses of level 1 or 4",
        ));
    }
}

/// Everything in the measures that contradicts itself or refers to nothing.
pub(super) fn check(definition: &Definition, entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (index, measure) in definition.measures.iter().enumerate() {
        let at = At {
            path: format!("/measures/{index}"),
            measure,
        };
        if !seen.insert(measure.id.as_str()) {
            problems.push(at.problem(
                "id",
                format!("there is a measure with the id {:?} already", measure.id),
                "an id of its own for each measure",
            ));
        }
        at.iris(problems);
        at.course(entries, problems);
        if let Some(kind) = at.kind(problems) {
            at.members(kind, problems);
            at.numbers(problems);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Survey,
    Learning,
    Observed,
    Kpi,
}

struct At<'d> {
    path: String,
    measure: &'d Measure,
}

impl At<'_> {
    fn problem(&self, step: &str, message: impl Into<String>, expected: impl Into<String>) -> Problem {
        Problem::at(format!("{}/{step}", self.path), message, expected)
    }

    fn kind(&self, problems: &mut Vec<Problem>) -> Option<Kind> {
        let own = self.measure;
        let kinds: Vec<(&str, Kind)> = [
            ("survey", Kind::Survey, !own.survey.is_empty()),
            ("learning", Kind::Learning, own.learning.is_some()),
            ("observed", Kind::Observed, !own.observed.is_empty()),
            ("kpi", Kind::Kpi, own.kpi.is_some()),
        ]
        .into_iter()
        .filter(|(_, _, is_there)| *is_there)
        .map(|(name, kind, _)| (name, kind))
        .collect();
        match kinds.as_slice() {
            [(_, kind)] => Some(*kind),
            [] => {
                problems.push(Problem::at(
                    self.path.as_str(),
                    "it is not said what is measured",
                    "\"survey\": what learners rate; \"learning\": such as pass_rate; \"observed\": what others see; or \"kpi\"",
                ));
                None
            }
            [_, (second, _), ..] => {
                problems.push(self.problem(
                    second,
                    "the measure measures something else already",
                    "a measure of its own for each: one of \"survey\", \"learning\", \"observed\" and \"kpi\"",
                ));
                None
            }
        }
    }

    /// Members that say something of another kind of measure.
    fn members(&self, kind: Kind, problems: &mut Vec<Problem>) {
        let own = self.measure;
        let is_gain = matches!(own.learning, Some(Learning::Gain | Learning::NormalizedGain));
        let misplaced = [
            ("before", !own.before.is_empty() && !is_gain, "a gain"),
            ("after", !own.after.is_empty() && !is_gain, "a gain"),
            ("by", !own.by.is_empty() && kind != Kind::Observed, "\"observed\""),
            (
                "observer",
                own.observer.is_some() && kind != Kind::Observed,
                "\"observed\"",
            ),
            (
                "not_before",
                own.not_before.is_some() && kind != Kind::Observed,
                "\"observed\"",
            ),
            ("of", own.of != Subject::default() && kind != Kind::Kpi, "\"kpi\""),
            ("value", own.value.is_some() && kind != Kind::Kpi, "\"kpi\""),
            (
                "combine",
                own.combine != Combine::default() && kind != Kind::Kpi,
                "\"kpi\"",
            ),
        ];
        for (name, _, of) in misplaced.iter().filter(|(_, is_there, _)| *is_there) {
            problems.push(self.problem(
                name,
                format!("only a measure of {of} can say this"),
                format!("no \"{name}\" here"),
            ));
        }
        if kind == Kind::Kpi && own.course.is_some() {
            problems.push(self.problem("course", "a KPI is of no single course", "no \"course\" here"));
        }
        if is_gain && own.before.is_empty() {
            problems.push(Problem::at(
                self.path.as_str(),
                "\"before\" is missing",
                "\"before\": the activity of the test before the course",
            ));
        }
        if is_gain && own.after.is_empty() && own.course.is_none() {
            problems.push(Problem::at(
                self.path.as_str(),
                "it is not said which test comes after",
                "\"course\": the id of the course whose test it is; or \"after\": the activity of that test",
            ));
        }
        if own.not_before.is_some() && own.course.is_none() {
            problems.push(self.problem(
                "not_before",
                "it is not said after which course",
                "\"course\" beside it, with the id of a course",
            ));
        }
    }

    fn numbers(&self, problems: &mut Vec<Problem>) {
        let own = self.measure;
        let is_share = own.kpi.is_none() && own.learning != Some(Learning::Attempts);
        let baseline = match own.baseline {
            Some(Baseline::Fixed(number)) => Some(number),
            _ => None,
        };
        for (name, number) in [("target", own.target), ("baseline", baseline)] {
            if is_share && number.is_some_and(|number| number > Number::ONE) {
                problems.push(self.problem(
                    name,
                    "more than 100 % cannot be reached",
                    "at most 1, or \"100 %\"",
                ));
            }
        }
        if matches!(own.baseline, Some(Baseline::Before(_))) && own.window.is_none() {
            problems.push(self.problem(
                "baseline",
                "without a window there is no time before it",
                "\"window\" beside it, such as \"90 days\"; or a number",
            ));
        }
    }

    fn iris(&self, problems: &mut Vec<Problem>) {
        let own = self.measure;
        let extensions =
            [("observer", &own.observer), ("value", &own.value)].map(|(name, iri)| (name, iri.as_slice()));
        for (name, texts) in own.activities().into_iter().chain(extensions) {
            for (place, text) in texts.iter().enumerate() {
                let step = match texts.len() {
                    1 => name.to_owned(),
                    _ => format!("{name}/{place}"),
                };
                // A KPI may have a name that is no IRI; then only posted figures have it.
                let may_be_a_name = name == "kpi" && !text.contains(':');
                if let Some(error) = Iri::parse(text).err().filter(|_| !may_be_a_name) {
                    problems.push(self.problem(&step, format!("found {text:?}"), error.expected()));
                } else if texts.iter().take(place).any(|earlier| earlier == text) {
                    problems.push(self.problem(&step, format!("{text} stands there twice"), "each once"));
                }
            }
        }
    }

    fn course(&self, entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
        let Some(id) = &self.measure.course else { return };
        match entries.iter().find(|entry| entry.course.id == *id) {
            Some(entry) if entry.course.is_group() => problems.push(self.problem(
                "course",
                format!("{id:?} is a group of courses"),
                "the id of a course; without \"course\", all of them are measured",
            )),
            Some(_) => {}
            None => {
                let known = entries.iter().map(|entry| entry.course.id.as_str());
                let expected = match closest(id, known) {
                    Some(known) => format!("the id of a course; did you mean {known:?}?"),
                    None => "the id of a course".to_owned(),
                };
                problems.push(self.problem(
                    "course",
                    format!("there is no course with the id {id:?}"),
                    expected,
                ));
            }
        }
    }
}
