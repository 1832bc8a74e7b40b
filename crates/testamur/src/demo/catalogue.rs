//! The courses in which the demo's stories play: those of the sample curricula.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rules::Period;
use serde::Deserialize;

use crate::failure::{Failure, Outcome};

/// The sample curricula, by the name of their file.
pub(crate) const DEFINITIONS: [(&str, &str); 2] = [
    (
        "forklift-operator.yaml",
        include_str!("../../../../samples/curricula/forklift-operator.yaml"),
    ),
    (
        "data-protection.yaml",
        include_str!("../../../../samples/curricula/data-protection.yaml"),
    ),
];

/// A course as a learning platform needs to know it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Course {
    /// Its id in the curriculum.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// The activity its statements are about.
    pub(crate) activity: String,
    /// Whether it ends with an assessment; otherwise going through it is enough.
    pub(crate) assessed: bool,
    /// The scaled score that the curriculum asks for.
    pub(crate) passing_score: Option<f64>,
    /// Whether it has to come after others.
    pub(crate) builds_on_others: bool,
    /// Whether the certificate can be had without it.
    pub(crate) suggested: bool,
    /// How long it takes.
    pub(crate) minutes: i64,
}

/// A curriculum as those who organise it know it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curriculum {
    /// Its id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// The roles of the people it is for; empty for everyone.
    roles: Vec<String>,
    /// Its courses.
    pub(crate) courses: Vec<Arc<Course>>,
    /// How long its certificate is good for.
    validity: Period,
}

impl Curriculum {
    /// Reads the sample curricula.
    ///
    /// # Errors
    /// Exit code 3 when one of them is no curriculum that the demo can play in.
    pub(crate) fn samples() -> Outcome<Vec<Self>> {
        DEFINITIONS
            .into_iter()
            .map(|(file, text)| Self::read(file, text))
            .collect()
    }

    fn read(file: &str, text: &str) -> Outcome<Self> {
        let loaded = rules::load(file, text).map_err(|errors| Failure::definition(errors.to_string()))?;
        let written: Written = serde_json::from_str(&loaded.curriculum.to_json())
            .map_err(|error| Failure::definition(format!("{file}: the demo can not play in it: {error}")))?;
        Ok(Self {
            id: written.curriculum,
            title: written.title,
            roles: if written.audience.everyone {
                Vec::new()
            } else {
                written.audience.roles
            },
            courses: written
                .courses
                .into_iter()
                .map(|course| Arc::new(course.into()))
                .collect(),
            validity: written.certification.validity,
        })
    }

    /// Whether it is for people with these roles.
    pub(crate) fn is_for(&self, roles: &[String]) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|role| roles.contains(role))
    }

    /// The roles it names.
    pub(crate) fn roles(&self) -> &[String] {
        &self.roles
    }

    /// The course with this id.
    pub(crate) fn course(&self, id: &str) -> Option<&Arc<Course>> {
        self.courses.iter().find(|course| course.id == id)
    }

    /// The courses without which there is no certificate.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Arc<Course>> {
        self.courses.iter().filter(|course| !course.suggested)
    }

    /// The latest moment at which a certificate had to be earned to have expired by `now`.
    pub(crate) fn expired_before(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.validity.before(now.into()).to_datetime()
    }
}

/// What of a canonical definition matters here.
#[derive(Debug, Deserialize)]
struct Written {
    curriculum: String,
    title: String,
    audience: WrittenAudience,
    courses: Vec<WrittenCourse>,
    certification: WrittenCertification,
}

#[derive(Debug, Deserialize)]
struct WrittenAudience {
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    everyone: bool,
}

#[derive(Debug, Deserialize)]
struct WrittenCourse {
    id: String,
    title: String,
    activity: [String; 1],
    passing_score: Option<f64>,
    #[serde(default)]
    completion: bool,
    #[serde(default)]
    after: Vec<String>,
    #[serde(default)]
    suggested: bool,
}

#[derive(Debug, Deserialize)]
struct WrittenCertification {
    validity: Period,
}

impl From<WrittenCourse> for Course {
    fn from(written: WrittenCourse) -> Self {
        let [activity] = written.activity;
        let assessed = written.passing_score.is_some() || !written.completion;
        Self {
            id: written.id,
            title: written.title,
            activity,
            assessed,
            passing_score: written.passing_score,
            builds_on_others: !written.after.is_empty(),
            suggested: written.suggested,
            minutes: if assessed { 50 } else { 25 },
        }
    }
}
