//! What people get, how long it lasts and how it is renewed. Writing to a text cannot fail.

use std::fmt::Write as _;

use super::courses;
use crate::definition::{Certification, Course, ValidFrom};
use crate::{Curriculum, Period};

pub(super) fn certificate(out: &mut String, curriculum: &Curriculum, required: usize) {
    let certification = &curriculum.definition.certification;
    let all = match required {
        1 => "that",
        2 => "both",
        _ => "all of that",
    };
    let _ = write!(
        out,
        "Who has shown {all} is certified as {:?}",
        curriculum.certification_title()
    );
    let Some(validity) = certification.lasts() else {
        let _ = writeln!(out, ", for good.");
        if let Some(within) = certification.within {
            let _ = writeln!(out, "What was passed {within} or longer before does not count.");
        }
        return;
    };
    duration(out, certification, validity);
    renewal(out, curriculum, all);
    if certification.recovery != Period::FORTNIGHT {
        let _ = writeln!(
            out,
            "If its proof is lost it is suspended, and revoked unless there is proof again within {}.",
            certification.recovery
        );
    }
}

fn duration(out: &mut String, certification: &Certification, validity: Period) {
    match (certification.expires_on, certification.within) {
        (None, within) => {
            let within = within.unwrap_or(validity);
            let _ = writeln!(out, " for {validity} from the moment the last of it was shown.");
            let _ = writeln!(
                out,
                "A pass counts for a certificate that is earned less than {within} after it."
            );
        }
        (Some(day), within) => {
            let _ = match validity.as_years() {
                Some(years @ 2..) => write!(out, " until the end of the {} {day} from then on", nth(years)),
                _ => write!(out, " until the end of the next {day}"),
            };
            if let Some(least) = certification.active_at_least {
                let _ = write!(out, ", or of one a year later, so that it lasts at least {least}");
            }
            out.push_str(", where they are.\n");
            if let Some(within) = within {
                let _ = writeln!(
                    out,
                    "A pass counts for a certificate that is earned less than {within} after it."
                );
            }
        }
    }
}

fn renewal(out: &mut String, curriculum: &Curriculum, all: &str) {
    let certification = &curriculum.definition.certification;
    let window = match certification.renewal_window {
        Some(window) => format!("{window} before it expires"),
        None => String::from("when three quarters of its time have gone"),
    };
    let of: Vec<&Course> = certification.renewal_courses().iter().collect();
    if of.is_empty() {
        let _ = write!(
            out,
            "It is renewed, from {window}, for those who have shown {all} again. Passing again earlier is not lost: \
             it carries the certificate on from then."
        );
    } else {
        courses(out, "Renewed by", &of, &curriculum.definition);
        let _ = write!(
            out,
            "That counts from {window} on. Who has shown {all} again is certified anew, whenever that is."
        );
    }
    out.push('\n');
    if certification.valid_from() == ValidFrom::PriorExpiry {
        out.push_str(
            "A certificate that is renewed in that time lasts on from when it would have expired: nobody loses by \
             renewing early.\n",
        );
    }
    if let Some(grace) = certification.grace {
        let _ = writeln!(out, "It can still be renewed in the {grace} after it expired.");
    }
}

fn nth(count: i32) -> String {
    match count {
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        4 => "fourth".to_owned(),
        5 => "fifth".to_owned(),
        _ => format!("{count}th"),
    }
}
