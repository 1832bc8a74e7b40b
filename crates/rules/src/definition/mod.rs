//! The language: what a curriculum says, as it is written down.
//!
//! Deserialized only after the schema found the shape right; serialized, with defaults left out and every list a list,
//! it is the canonical form. A member added to the language later must be left out where it has its default, so that
//! the canonical form, and with it the hash, of what is already published stays as it is.

mod attempts;
mod check;
mod design;
mod due;
mod escalation;
mod fixed_day;
mod measures;
mod recognition;
mod score;
mod seen;
mod tally;
mod tiers;
mod upkeep;
mod waived;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xapi::{Ifi, Iri};

use crate::plan::{Needs, Wanted};
use crate::predicate::Predicate;
use crate::{Leads, Number, Period};

pub(crate) use attempts::{Attempts, Counting};
pub(crate) use check::{check, texts, warnings};
pub use design::{Assessment, Delivery, Level};
pub(crate) use due::{Due, Start};
pub use escalation::Recipient;
pub(crate) use escalation::{Anchor, Offset, Rung, describe as describe_escalation};
pub(crate) use fixed_day::FixedDay;
pub(crate) use measures::{Baseline, Measure, iris};
pub use measures::{Better, Combine, Learning, Subject};
pub use recognition::Streak;
pub(crate) use recognition::{Badge, PointsLevel, Recognition};
pub(crate) use score::PassingScore;
pub(crate) use seen::{NotBefore, Observer, agents};
pub(crate) use tally::{Amount, Count, Distinct, Sum, Summed};
pub(crate) use upkeep::describe as describe_upkeep;
pub use upkeep::{
    Benefit, Cadence, Certified, Endorsement, Feedback, InFlight, ReportKind, ReportPlan, ReviewDue,
    RevisionNote,
};
pub(crate) use waived::WaivedFor;

/// A whole definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definition {
    #[serde(default = "format_version")]
    pub(crate) format: u32,
    pub(crate) curriculum: String,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
    pub(crate) audience: Audience,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) order: Order,
    /// By when everything that is required must be shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) due: Option<Due>,
    /// Either these or `tiers`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) courses: Vec<Course>,
    /// Each a group of all its courses.
    #[serde(skip_serializing_if = "Vec::is_empty", default, with = "tiers")]
    pub(crate) tiers: Vec<Course>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub(crate) certification: Certification,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) review: Option<Reviewing>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) escalation: Vec<Rung>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) reports: Vec<ReportPlan>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) feedback: Option<Feedback>,
    /// What this revision changed, and why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) revision: Option<RevisionNote>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) endorsed_by: Vec<Endorsement>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) value: Option<Benefit>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) measures: Vec<Measure>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) recognition: Option<Recognition>,
}

/// Whose time is doubtful has to be reviewed before it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reviewing {
    /// How much later than it happened evidence may become known; without one, any time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) backdated: Option<Period>,
    /// How far the clocks that date evidence may be ahead.
    #[serde(skip_serializing_if = "is_an_hour", default = "an_hour")]
    pub(crate) ahead: Period,
    /// Authorities whose dates are believed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) trusted: Vec<Ifi>,
}

fn an_hour() -> Period {
    Period::HOUR
}

fn is_an_hour(period: &Period) -> bool {
    *period == Period::HOUR
}

/// Whom it is for: everybody whom any of these names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audience {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) roles: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) people: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) management: Vec<Leads>,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) everyone: bool,
}

/// What `after` means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// What was done before its prerequisite was met does not count.
    #[default]
    Strict,
    /// `after` is a recommendation.
    Any,
}

impl Definition {
    /// The courses and groups that nothing is around: the tiers, where there are tiers.
    pub(crate) fn tops(&self) -> &[Course] {
        if self.tiers.is_empty() {
            &self.courses
        } else {
            &self.tiers
        }
    }

    /// Whether a tier, course or group says by itself by when it is due.
    pub(crate) fn has_due_of_its_own(&self, id: &str) -> bool {
        fn says(courses: &[Course], id: &str) -> bool {
            courses
                .iter()
                .any(|course| (course.id == id && course.due.is_some()) || says(&course.of, id))
        }
        says(self.tops(), id)
    }

    /// Whether anything is ever due: what is required, or the renewal of what expires.
    pub(crate) fn has_due(&self) -> bool {
        fn any(courses: &[Course]) -> bool {
            courses
                .iter()
                .any(|course| course.due.is_some() || any(&course.of))
        }
        self.due.is_some() || any(self.tops()) || self.certification.lasts().is_some()
    }

    /// What is required or suggested by itself: the courses and groups that are no more than part of a tier.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Course> {
        let in_tiers = self.tiers.iter().flat_map(|tier| &tier.of);
        self.courses.iter().chain(in_tiers)
    }
}

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
    /// When that certificate is needed.
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

/// When the certificate of another curriculum must be in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Needed {
    /// When the own certificate is awarded or renewed.
    #[default]
    ActiveAtAward,
    /// All the time: while it is not in force, the own certificate is suspended.
    ActiveAlways,
}

/// What those who have shown everything get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Certification {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validity: Option<Period>,
    /// The day of the year on which it ends; then `validity` is in whole years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_on: Option<FixedDay>,
    /// How long it lasts at least, where it ends on a fixed day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) active_at_least: Option<Period>,
    /// From when the time of a renewed certificate is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) valid_from: Option<ValidFrom>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) renewal_window: Option<Period>,
    /// How long after its end it can still be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grace: Option<Period>,
    /// What renews it, if that is something else than what earns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) renewal: Option<Renewal>,
    /// How long a suspended certificate waits for its proof before it is revoked.
    #[serde(skip_serializing_if = "is_a_fortnight")]
    pub(crate) recovery: Period,
}

/// From when the time of a renewed certificate is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ValidFrom {
    /// From when it was earned again.
    Completion,
    /// From when the one before it ended.
    PriorExpiry,
}

/// What renews a certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renewal {
    pub(crate) courses: Vec<Course>,
}

impl Default for Certification {
    fn default() -> Self {
        Self {
            title: None,
            validity: None,
            expires_on: None,
            active_at_least: None,
            valid_from: None,
            within: None,
            renewal_window: None,
            grace: None,
            renewal: None,
            recovery: Period::FORTNIGHT,
        }
    }
}

impl Certification {
    /// How long it lasts: to the next fixed day, where it ends on one and says no more.
    pub(crate) fn lasts(&self) -> Option<Period> {
        self.validity.or(self.expires_on.map(|_| Period::YEAR))
    }

    /// How old a pass may be when a certificate is earned: as old as it says, else as old as a certificate gets.
    pub(crate) fn freshness(&self) -> Option<Period> {
        self.within.or(self.lasts())
    }

    /// From when the time of a renewed certificate is counted: those that end on a fixed day go from one to the next.
    pub(crate) fn valid_from(&self) -> ValidFrom {
        self.valid_from.unwrap_or(match self.expires_on {
            Some(_) => ValidFrom::PriorExpiry,
            None => ValidFrom::Completion,
        })
    }

    /// The courses that renew it, if those are others than what earns it.
    pub(crate) fn renewal_courses(&self) -> &[Course] {
        self.renewal.as_ref().map_or(&[], |renewal| &renewal.courses)
    }
}

fn is_a_fortnight(period: &Period) -> bool {
    *period == Period::FORTNIGHT
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
            return Some(Wanted::Certificate {
                curriculum: curriculum.clone(),
                always: self.needed == Needed::ActiveAlways,
            });
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

fn format_version() -> u32 {
    1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A text behind another where there is one.
fn optional(before: &str, text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!("{before}{text}"))
}

/// One text, or a list of texts.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    one_or_more_of(deserializer)
}

/// One of something that is written as a text, or a list of them.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> From<OneOrMore<T>> for Vec<T> {
    fn from(texts: OneOrMore<T>) -> Self {
        match texts {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

fn one_or_more_of<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    OneOrMore::deserialize(deserializer).map(Vec::from)
}

/// A decimal number, or a percentage where the schema allows one; canonically a number.
pub(crate) mod decimal {
    use serde::de::Error as _;

    use super::*;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(serde_json::Number),
        Percent(String),
    }

    pub(crate) fn serialize<S: Serializer>(value: &Option<Number>, serializer: S) -> Result<S::Ok, S::Error> {
        // The schema bounds those of a definition: nine decimals and few digits before, which a double tells apart and
        // is written as.
        value
            .and_then(|number| number.to_string().parse::<f64>().ok())
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Number>, D::Error> {
        let number = match Written::deserialize(deserializer)? {
            Written::Number(number) => Number::parse(&number.to_string()),
            Written::Percent(text) => return percent(&text).map(Some).ok_or_else(|| no_percentage(&text)),
        };
        number.map(Some).map_err(D::Error::custom)
    }

    /// `80 %` as 0.8.
    pub(super) fn percent(text: &str) -> Option<Number> {
        let hundredths = text.strip_suffix('%')?.trim_end();
        Number::parse(&format!("{hundredths}e-2")).ok()
    }

    fn no_percentage<E: serde::de::Error>(text: &str) -> E {
        E::custom(format!("{text:?} is no percentage"))
    }
}
