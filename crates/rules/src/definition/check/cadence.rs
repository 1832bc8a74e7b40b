//! Whether what is said of validity and renewal makes sense.

use serde_json::Value;

use super::super::{Certification, FixedDay, ValidFrom, fixed_day};
use crate::Period;
use crate::source::Problem;

/// What texts must be besides what the schema says.
pub(super) fn texts(value: &Value, problems: &mut Vec<Problem>) {
    let path = "/certification/expires_on";
    if let Some(text) = value.pointer(path).and_then(Value::as_str)
        && FixedDay::parse(text).is_err()
    {
        problems.push(Problem::at(path, format!("found {text:?}"), fixed_day::EXPECTED));
    }
}

pub(super) fn check(certification: &Certification, problems: &mut Vec<Problem>) {
    let mut problem = |member: &str, message: &str, expected: String| {
        problems.push(Problem::at(format!("/certification/{member}"), message, expected));
    };
    let Some(lasts) = certification.lasts() else {
        let needs_an_end = [
            ("renewal_window", certification.renewal_window.is_some()),
            ("grace", certification.grace.is_some()),
            ("renewal", certification.renewal.is_some()),
            ("valid_from", certification.valid_from.is_some()),
            ("active_at_least", certification.active_at_least.is_some()),
        ];
        for (member, _) in needs_an_end.iter().filter(|(_, is_there)| *is_there) {
            problem(
                member,
                "a certificate without a validity never expires and is never renewed",
                format!("\"validity\" beside it, or no \"{member}\""),
            );
        }
        return;
    };
    let is_longer = |period: Option<Period>| {
        period.is_some_and(|period| period.nominal_seconds() > lasts.nominal_seconds())
    };
    if is_longer(certification.within) {
        problem(
            "within",
            "passes may be older than the certificate is valid",
            format!("at most the validity, {lasts}"),
        );
    }
    if is_longer(certification.renewal_window) {
        problem(
            "renewal_window",
            "the window is longer than the validity",
            format!("at most the validity, {lasts}"),
        );
    } else if let Some(grace) = certification.grace {
        // Else one pass would be in the windows of two certificates, one after the other.
        let window = certification
            .renewal_window
            .map_or(lasts.nominal_seconds() / 4, Period::nominal_seconds);
        if window + grace.nominal_seconds() > lasts.nominal_seconds() {
            problem(
                "grace",
                "the renewal window and the time of grace are longer than the validity",
                format!("a time that is with the renewal window at most the validity, {lasts}"),
            );
        }
    }
    match certification.expires_on {
        Some(_) if lasts.as_years().is_none() => problem(
            "validity",
            "a certificate that ends on a day of the year lasts whole years",
            String::from(
                "whole years, such as \"1 year\", or no \"validity\": then it ends on the next such day",
            ),
        ),
        Some(_) if is_longer(certification.active_at_least) => problem(
            "active_at_least",
            "the least time is longer than the validity",
            format!("at most the validity, {lasts}"),
        ),
        None if certification.active_at_least.is_some() => problem(
            "active_at_least",
            "a certificate is always active for its whole validity, unless it ends on a day of the year",
            String::from("\"expires_on\" beside it, or no \"active_at_least\""),
        ),
        _ => {}
    }
}

pub(super) fn warnings(certification: &Certification, warnings: &mut Vec<Problem>) {
    let is_fixed = certification.expires_on.is_some() && certification.active_at_least.is_none();
    if is_fixed && certification.valid_from == Some(ValidFrom::Completion) {
        warnings.push(Problem::at(
            "/certification/valid_from",
            "renewed before that day, the certificate ends on the same day as before",
            "\"prior_expiry\", or \"active_at_least\" beside it",
        ));
    }
}
