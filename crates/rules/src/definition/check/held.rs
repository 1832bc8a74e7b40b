//! Courses that a credential of an outside issuer or the certificate of another curriculum meets.

use xapi::Iri;

use super::Entry;
use super::kind::of_statements;
use crate::definition::{Definition, Needed};
use crate::source::Problem;

/// What a credential or a certificate meets, no statement does.
pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let course = entry.course;
    let is_credential = !course.credential.is_empty();
    if is_credential && course.certificate.is_some() {
        problems.push(entry.at(
            "certificate",
            "a credential of an outside issuer meets it already",
            "either \"credential\" or \"certificate\"; two courses, in a group with \"at_least: 1\", for one of both",
        ));
    }
    if course.wanted().is_some() {
        let misplaced = of_statements(course)
            .into_iter()
            .chain([("after", !course.after.is_empty())]);
        for (name, _) in misplaced.filter(|(_, is_there)| *is_there) {
            problems.push(entry.at(
                name,
                "a credential or certificate meets it, not statements",
                "no such member, or \"activity\" instead",
            ));
        }
    }
    if !course.issuer.is_empty() && !is_credential {
        problems.push(entry.at(
            "issuer",
            "only a credential has an issuer",
            "\"credential\" beside it, or no such member",
        ));
    }
    if course.needed != Needed::default() && course.wanted().is_none() {
        problems.push(entry.at(
            "needed",
            "only a certificate or a credential can be needed all the time",
            "\"certificate\" or \"credential\" beside it, or no such member",
        ));
    }
    for (name, texts) in [("credential", &course.credential), ("issuer", &course.issuer)] {
        for text in texts {
            if let Err(error) = Iri::parse(text) {
                problems.push(entry.at(name, format!("found {text:?}"), error.expected()));
            }
        }
    }
}

/// A curriculum can not ask for its own certificate.
pub(super) fn own_certificate(definition: &Definition, entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    let asks_for_own = |entry: &&Entry<'_>| entry.course.certificate.as_ref() == Some(&definition.curriculum);
    for entry in entries.iter().filter(asks_for_own) {
        problems.push(entry.at(
            "certificate",
            "the curriculum asks for its own certificate",
            "the id of another curriculum",
        ));
    }
}
