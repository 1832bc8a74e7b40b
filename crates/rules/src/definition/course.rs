//! Courses and groups of them, tiers included.

use serde::{Deserialize, Serialize};
use xapi::{Ifi, Iri};

use super::waived;
use super::{
    Assessment, Attempts, Count, Delivery, Due, Level, NotBefore, Observer, PassingScore, Sum, WaivedFor,
    decimal, is_default, one_or_more, seen,
};
use crate::plan::{Needs, Wanted};
use crate::predicate::Predicate;
use crate::{Number, Period};

/// A course, or a group of them (`of`) of which some are needed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Course {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) title: Option<String>,
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) activity: Vec<String>,
    /// Instead of activities: statements that are so speak to the course.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none", default)]
    pub(crate) matching: Option<Predicate>,
    /// What a statement must say besides being about the activity.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none", default)]
    pub(crate) says: Option<Predicate>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) passing_score: Option<PassingScore>,
    /// Which attempts count; without it, the best of all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) attempts: Option<Attempts>,
    /// How many statements are needed; without it, one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) count: Option<Count>,
    /// What they must come to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) sum: Option<Sum>,
    /// For how long there must not have been any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) absent: Option<Period>,
    /// Where they name somebody other than the learner who saw it: in any of these places.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "seen::observers"
    )]
    pub(crate) observed_by: Vec<Observer>,
    /// How long after another course was met they count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) not_before: Option<NotBefore>,
    /// Of a group: the blocks or courses one of which an LMS must say is satisfied, once its parts are met.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) satisfied: Vec<String>,
    /// For which reasons an LMS may waive it.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "waived::read"
    )]
    pub(crate) waived: Vec<WaivedFor>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) completion: bool,
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) after: Vec<String>,
    /// By when it must be shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) due: Option<Due>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) suggested: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// Authorities whose statements alone count.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) by: Vec<Ifi>,
    /// How long an attempt may take.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) time_limit: Option<Period>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) of: Vec<Course>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) at_least: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none", default, with = "decimal")]
    pub(crate) points: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none", default, with = "decimal")]
    pub(crate) worth: Option<Number>,
    /// Credentials of outside issuers, any of which meets it while it holds.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) credential: Vec<String>,
    /// The issuers whose credentials alone count.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        deserialize_with = "one_or_more"
    )]
    pub(crate) issuer: Vec<String>,
    /// The curriculum whose certificate meets it while it is in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) certificate: Option<String>,
    /// When that credential or certificate is needed.
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) needed: Needed,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) level: Level,
    /// That a course of level 1 or 4 is a requirement all the same.
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) gates: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) delivery: Option<Delivery>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) assessment: Option<Assessment>,
}

/// When a credential or the certificate of another curriculum must be in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Needed {
    /// When the own certificate is awarded or renewed.
    #[default]
    ActiveAtAward,
    /// All the time: while it is not in force, the own certificate is suspended.
    ActiveAlways,
}

impl Course {
    /// What to call it.
    pub(crate) fn shown(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// The activities, those that are IRIs.
    pub(crate) fn iris(&self) -> impl Iterator<Item = Iri> {
        self.activity.iter().filter_map(|text| Iri::parse(text).ok())
    }

    /// What meets it, if no statement does.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        let iris = |texts: &[String]| texts.iter().filter_map(|text| Iri::parse(text).ok()).collect();
        if let Some(curriculum) = &self.certificate {
            return Some(Wanted::Certificate(curriculum.clone()));
        }
        (!self.credential.is_empty()).then(|| Wanted::Credential {
            credentials: iris(&self.credential),
            issuers: iris(&self.issuer),
        })
    }

    /// Whether it is a group.
    pub(crate) fn is_group(&self) -> bool {
        !self.of.is_empty()
    }

    /// How many of its parts a group needs: all, unless it says otherwise.
    pub(crate) fn needs(&self) -> Needs {
        match (self.at_least, self.points) {
            (Some(count), _) => Needs::AtLeast(count),
            (None, Some(points)) => Needs::Points(points),
            (None, None) => Needs::All,
        }
    }

    /// Whether it has to be passed: unless it says that completion is enough, or any statement that matches, or that
    /// there is none, or something else meets it.
    pub(crate) fn needs_pass(&self) -> bool {
        let is_enough =
            self.completion || self.matching.is_some() || self.absent.is_some() || self.wanted().is_some();
        self.passing_score.is_some() || !is_enough
    }

    /// Whether any statement that matches is enough.
    pub(crate) fn needs_match(&self) -> bool {
        self.matching.is_some() && !self.completion && self.passing_score.is_none() && self.absent.is_none()
    }
}
