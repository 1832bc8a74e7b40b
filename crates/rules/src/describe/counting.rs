//! In words: what several statements about one course must come to, who must have seen it and what it has to wait for.

use std::fmt::Write as _;

use super::title;
use crate::Period;
use crate::definition::{Amount, Counting, Course, Definition, Observer};

pub(super) fn counting(out: &mut String, course: &Course, definition: &Definition) {
    attempts(out, course, definition);
    let within = |within: Option<Period>| within.map_or(String::new(), |within| format!(" within {within}"));
    if let Some(count) = &course.count {
        let _ = write!(out, ", {} times{}", count.at_least, within(count.within));
        if let Some(distinct) = count.distinct {
            let _ = write!(out, ", each with another {}", distinct.as_str());
        }
    }
    if let Some(sum) = &course.sum {
        let least = match sum.at_least {
            Amount::Number(number) => number.to_string(),
            Amount::Length(length) => length.to_string(),
        };
        let _ = write!(
            out,
            ", {} of {least} together{}",
            sum.of.as_str(),
            within(sum.within)
        );
    }
    if course.absent.is_some() {
        out.push_str(", counted from when the curriculum becomes theirs, and anew from each such statement");
    }
    if !course.observed_by.is_empty() {
        let places: Vec<&str> = course.observed_by.iter().map(place).collect();
        let _ = write!(
            out,
            ", seen by somebody other than the learner ({})",
            places.join(" or ")
        );
    }
    if let Some(not_before) = &course.not_before {
        let courses = [definition.tops(), definition.certification.renewal_courses()];
        let first = courses
            .iter()
            .find_map(|courses| title(courses, &not_before.after));
        let first = first.unwrap_or(&not_before.after);
        let _ = write!(out, ", not before {} after {first}", not_before.wait);
    }
    if !course.satisfied.is_empty() {
        let _ = write!(out, ", and reported as satisfied by the LMS once they are met");
    }
}

fn place(observer: &Observer) -> &str {
    match observer {
        Observer::Other => "instructor or observer extension",
        named => named.as_str(),
    }
}

fn attempts(out: &mut String, course: &Course, definition: &Definition) {
    let Some(attempts) = &course.attempts else { return };
    let _ = match attempts.count {
        Counting::Best => Ok(()),
        Counting::First => write!(out, ", the first attempt alone counts"),
        Counting::Latest => write!(out, ", the latest attempt counts"),
        Counting::Average => write!(out, ", the average of all attempts counts"),
    };
    if let Some(most) = attempts.maximum {
        let _ = write!(
            out,
            ", at most {most} attempt{}",
            if most == 1 { "" } else { "s" }
        );
    }
    if let Some(wait) = attempts.cool_down {
        let _ = write!(out, ", none sooner than {wait} after a failed one");
    }
    let is_limited =
        attempts.maximum.is_some() || matches!(attempts.count, Counting::First | Counting::Average);
    if is_limited && definition.certification.lasts().is_some() {
        let _ = write!(
            out,
            " (counted anew once a certificate earned by the first could be renewed)"
        );
    }
}
