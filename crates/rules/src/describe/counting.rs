//! In words: what becomes of several statements about one course.

use std::fmt::Write as _;

use crate::definition::{Counting, Course, Definition};

pub(super) fn counting(out: &mut String, course: &Course, definition: &Definition) {
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
