//! What is measured, in words.

use std::fmt::Write as _;

use crate::Number;
use crate::definition::{Baseline, Better, Combine, Course, Definition, Learning, Level, Measure, Subject};

/// What is said of a course besides: ` [on the job, demonstration, level 3 (behaviour)]`.
pub(super) fn design(course: &Course) -> String {
    let level = (course.level != Level::default()).then(|| course.level.to_string());
    let parts: Vec<String> = course
        .delivery
        .map(|delivery| delivery.words().to_owned())
        .into_iter()
        .chain(course.assessment.map(|assessment| assessment.words().to_owned()))
        .chain(level)
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(" [{}]", parts.join(", "))
}

pub(super) fn measures(out: &mut String, definition: &Definition) {
    if definition.measures.is_empty() {
        return;
    }
    out.push_str("Measured (nobody's status depends on it):\n");
    for measure in &definition.measures {
        let _ = write!(
            out,
            "  - {}, {}: {}",
            measure.shown(),
            measure.level(),
            what(measure)
        );
        if let Some(course) = &measure.course {
            let title = super::title(definition.tops(), course).unwrap_or(course);
            let _ = match measure.not_before {
                Some(period) => write!(out, ", from {period} after {title} on"),
                None if measure.observed.is_empty() => write!(out, ", of {title}"),
                None => write!(out, ", after {title}"),
            };
        }
        if let Some(window) = measure.window {
            let _ = write!(out, ", in the last {window}");
        }
        if let Some(target) = measure.target {
            let bound = match measure.better() {
                Better::Higher => "at least",
                Better::Lower => "at most",
            };
            let _ = write!(out, "; {bound} {} is the target", shown(measure, target));
        }
        match measure.baseline {
            Some(Baseline::Fixed(number)) => {
                let _ = write!(out, "; compared with {}", shown(measure, number));
            }
            Some(Baseline::Before(period)) => {
                let _ = write!(out, "; compared with the {period} before");
            }
            None => {}
        }
        out.push_str(".\n");
    }
}

fn what(measure: &Measure) -> String {
    if !measure.survey.is_empty() {
        return "how learners rate it".to_owned();
    }
    if !measure.observed.is_empty() {
        let things = match measure.observed.len() {
            1 => "whether it is done at work".to_owned(),
            items => format!("how many of {items} things are done at work"),
        };
        let by: Vec<String> = measure.by.iter().map(ToString::to_string).collect();
        return if by.is_empty() {
            format!("{things}, as others see it")
        } else {
            format!("{things}, as {} sees it", by.join(" or "))
        };
    }
    if let Some(learning) = measure.learning {
        return match learning {
            Learning::PassRate => "how many of those who try pass",
            Learning::FirstTryRate => "how many of those who try pass at the first attempt",
            Learning::MeanScore => "the mean score of all attempts",
            Learning::BestScore => "the mean of everybody's best score",
            Learning::Attempts => "how many attempts people make up to the first pass",
            Learning::Gain => "how much better the score is than that of the test before",
            Learning::NormalizedGain => "how much of what was left to gain after the test before was gained",
        }
        .to_owned();
    }
    let combined = match measure.combine {
        Combine::Mean => "the mean of the figures",
        Combine::Sum => "the sum of the figures",
        Combine::Latest => "the latest of the figures",
    };
    let whose = match measure.of {
        Subject::Person => "each person",
        Subject::Group => "the group",
    };
    format!(
        "{combined} of {whose} for {}",
        measure.kpi.as_deref().unwrap_or_default()
    )
}

/// A share in percent, all else as it is.
fn shown(measure: &Measure, number: Number) -> String {
    if measure.kpi.is_some() || measure.learning == Some(Learning::Attempts) {
        number.to_string()
    } else {
        number.percent()
    }
}
