//! The short names of verbs: those of ADL and cmi5, `observed` (DoD ISD profile) and `rated` (Tin Can registry).

const ADL: &str = "http://adlnet.gov/expapi/verbs/";
const CMI5: &str = "https://w3id.org/xapi/adl/verbs/";

/// The verbs of ADL's list, voiding aside.
const ADL_VERBS: [&str; 26] = [
    "answered",
    "asked",
    "attempted",
    "attended",
    "commented",
    "completed",
    "exited",
    "experienced",
    "failed",
    "imported",
    "initialized",
    "interacted",
    "launched",
    "mastered",
    "passed",
    "preferred",
    "progressed",
    "registered",
    "responded",
    "resumed",
    "scored",
    "shared",
    "suspended",
    "terminated",
    "logged-in",
    "logged-out",
];

/// Those that cmi5 added (cmi5 9.3).
const CMI5_VERBS: [&str; 3] = ["abandoned", "satisfied", "waived"];

const OTHERS: [(&str, &str); 2] = [
    ("observed", "https://w3id.org/xapi/dod-isd/verbs/observed"),
    ("rated", "http://id.tincanapi.com/verb/rated"),
];

/// The IRI that a short name stands for.
pub(super) fn iri(name: &str) -> Option<String> {
    if ADL_VERBS.contains(&name) {
        return Some(format!("{ADL}{name}"));
    }
    if CMI5_VERBS.contains(&name) {
        return Some(format!("{CMI5}{name}"));
    }
    let other = OTHERS.iter().find(|(short, _)| *short == name);
    other.map(|(_, iri)| (*iri).to_owned())
}

/// Every short name.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let others = OTHERS.iter().map(|(short, _)| *short);
    ADL_VERBS.into_iter().chain(CMI5_VERBS).chain(others)
}

/// What to call a verb: its short name, if it has one.
pub(super) fn shown(verb: &str) -> &str {
    let tail = |prefix: &str, names: &[&str]| {
        verb.strip_prefix(prefix)
            .filter(|name| names.contains(name))
            .is_some()
    };
    if tail(ADL, &ADL_VERBS) || tail(CMI5, &CMI5_VERBS) {
        return verb.rsplit('/').next().unwrap_or(verb);
    }
    OTHERS
        .iter()
        .find(|(_, iri)| *iri == verb)
        .map_or(verb, |(short, _)| short)
}
