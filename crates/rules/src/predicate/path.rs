//! Where in a statement a condition looks, and what is there.

use std::fmt;

use serde_json::Value;
use xapi::{Duration, Ifi, Iri, Timestamp};

use crate::verbs::CMI5_CATEGORY;
use crate::{Evidence, Number};

/// A place in a statement. In canonical order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Path {
    Verb,
    Activity,
    Type,
    Parent,
    Grouping,
    Category,
    Other,
    Registration,
    Platform,
    Authority,
    Instructor,
    Timestamp,
    Success,
    Completion,
    Duration,
    Response,
    Scaled,
    Raw,
    Min,
    Max,
    ResultExtension(Iri),
    ContextExtension(Iri),
}

/// What kind of value is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Verb,
    Iri,
    Iris,
    Uuid,
    Text,
    Agent,
    Moment,
    Bool,
    Duration,
    Number,
    /// Whatever an extension holds.
    Json,
}

/// Every path with a name of its own; extensions are named by `result.extensions` and `context.extensions`.
pub(super) const NAMED: [(&str, Path, Kind); 20] = [
    ("verb", Path::Verb, Kind::Verb),
    ("activity", Path::Activity, Kind::Iri),
    ("type", Path::Type, Kind::Iri),
    ("parent", Path::Parent, Kind::Iris),
    ("grouping", Path::Grouping, Kind::Iris),
    ("category", Path::Category, Kind::Iris),
    ("other", Path::Other, Kind::Iris),
    ("registration", Path::Registration, Kind::Uuid),
    ("platform", Path::Platform, Kind::Text),
    ("authority", Path::Authority, Kind::Agent),
    ("instructor", Path::Instructor, Kind::Agent),
    ("timestamp", Path::Timestamp, Kind::Moment),
    ("result.success", Path::Success, Kind::Bool),
    ("result.completion", Path::Completion, Kind::Bool),
    ("result.duration", Path::Duration, Kind::Duration),
    ("result.response", Path::Response, Kind::Text),
    ("result.score.scaled", Path::Scaled, Kind::Number),
    ("result.score.raw", Path::Raw, Kind::Number),
    ("result.score.min", Path::Min, Kind::Number),
    ("result.score.max", Path::Max, Kind::Number),
];

pub(super) const RESULT_EXTENSIONS: &str = "result.extensions";
pub(super) const CONTEXT_EXTENSIONS: &str = "context.extensions";

/// What was found at a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'e> {
    Nothing,
    Text(&'e str),
    /// A UUID, written on demand.
    Uuid(uuid::Uuid),
    Iris(Iris<'e>),
    Number(Number),
    Bool(bool),
    Duration(&'e Duration),
    Moment(Timestamp),
    Agent(&'e Ifi),
    Json(&'e Value),
}

/// Several IRIs, any of which will do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Iris<'e> {
    first: Option<&'e Iri>,
    rest: &'e [Iri],
}

impl<'e> Iris<'e> {
    pub(super) fn iter(self) -> impl Iterator<Item = &'e Iri> {
        self.first.into_iter().chain(self.rest)
    }
}

impl Path {
    /// Its name, without the IRI of an extension.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::ResultExtension(_) => RESULT_EXTENSIONS,
            Self::ContextExtension(_) => CONTEXT_EXTENSIONS,
            named => NAMED
                .iter()
                .find(|(_, path, _)| path == named)
                .map_or("", |(name, ..)| name),
        }
    }

    /// What is there.
    pub(crate) fn find<'e>(&self, row: &'e Evidence) -> Found<'e> {
        let iris = |rest: &'e [Iri]| match rest {
            [] => Found::Nothing,
            rest => Found::Iris(Iris { first: None, rest }),
        };
        let number = |number: Option<Number>| number.map_or(Found::Nothing, Found::Number);
        let flag = |flag: Option<bool>| flag.map_or(Found::Nothing, Found::Bool);
        let text = |text: Option<&'e str>| text.map_or(Found::Nothing, Found::Text);
        let agent = |agent: Option<&'e Ifi>| agent.map_or(Found::Nothing, Found::Agent);
        match self {
            Self::Verb => Found::Text(row.verb.as_str()),
            // Of what cmi5 defines, the publisher's id is in `grouping` (cmi5 9.6.2.3).
            Self::Activity => Found::Iris(Iris {
                first: Some(&row.activity),
                rest: if is_cmi5(row) { &row.grouping } else { &[] },
            }),
            Self::Type => text(row.activity_type.as_ref().map(Iri::as_str)),
            Self::Parent => iris(&row.parent),
            Self::Grouping => iris(&row.grouping),
            Self::Category => iris(&row.category),
            Self::Other => iris(&row.other),
            Self::Registration => row.registration.map_or(Found::Nothing, Found::Uuid),
            Self::Platform => text(row.platform.as_deref()),
            Self::Authority => agent(row.authority.as_ref()),
            Self::Instructor => agent(row.instructor.as_ref()),
            Self::Timestamp => Found::Moment(row.timestamp),
            Self::Success => flag(row.success),
            Self::Completion => flag(row.completion),
            Self::Duration => row.duration.as_ref().map_or(Found::Nothing, Found::Duration),
            Self::Response => text(row.response.as_deref()),
            Self::Scaled => number(row.score.and_then(|score| score.as_scaled())),
            Self::Raw => number(row.score.and_then(|score| score.raw)),
            Self::Min => number(row.score.and_then(|score| score.min)),
            Self::Max => number(row.score.and_then(|score| score.max)),
            Self::ResultExtension(iri) => row.result_extensions.get(iri).map_or(Found::Nothing, Found::Json),
            Self::ContextExtension(iri) => row
                .context_extensions
                .get(iri)
                .map_or(Found::Nothing, Found::Json),
        }
    }
}

/// Whether cmi5 defines the statement.
pub(crate) fn is_cmi5(row: &Evidence) -> bool {
    row.category
        .iter()
        .any(|category| category.as_str() == CMI5_CATEGORY)
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::ResultExtension(iri) | Self::ContextExtension(iri) => write!(f, " {}", iri.as_str()),
            _ => Ok(()),
        }
    }
}
