//! How a curriculum is looked after: reports and their cadence, feedback and review, what a revision changed, who
//! endorses it, and what it is worth.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xapi::{Iri, Timestamp};

use super::{Definition, one_or_more_of};
use crate::source::Problem;
use crate::{Period, period};

/// A report that is due again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPlan {
    /// Which.
    pub report: ReportKind,
    /// How often.
    pub every: Cadence,
    /// To whom: `training`, `managers`, ids of people, mail addresses.
    #[serde(deserialize_with = "one_or_more_of")]
    pub to: Vec<String>,
}

/// What a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Where everybody stands.
    Status,
    /// Who has not done what was due.
    Overdue,
    /// Whose certificate expires soon.
    Expiring,
    /// How the training does, by Kirkpatrick's levels.
    Levels,
}

impl ReportKind {
    /// The word in definitions and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Overdue => "overdue",
            Self::Expiring => "expiring",
            Self::Levels => "levels",
        }
    }
}

/// How often a report is due: at the beginning of each day, week (on Monday) and so on, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Each day.
    Day,
    /// Each week, on Monday.
    Week,
    /// Each month, on its first day.
    Month,
    /// In January, April, July and October.
    Quarter,
    /// On the first of January.
    Year,
}

impl Cadence {
    /// The word in definitions and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The beginning of the period that a moment is in.
    pub fn begin(self, at: Timestamp) -> Timestamp {
        start_of(self.first_day(at.to_datetime().date_naive()))
    }

    /// The beginning of the next period.
    pub fn next(self, at: Timestamp) -> Timestamp {
        let first = self.first_day(at.to_datetime().date_naive());
        let next = match self {
            Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter => first.checked_add_months(Months::new(3)),
            Self::Year => first.checked_add_months(Months::new(12)),
        };
        next.map_or(Timestamp::from_micros(i64::MAX), start_of)
    }

    fn first_day(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
            Self::Month => day.with_day(1),
            Self::Quarter => day
                .with_day(1)
                .and_then(|day| day.with_month(day.month0() / 3 * 3 + 1)),
            Self::Year => day.with_ordinal(1),
        };
        first.unwrap_or(day)
    }
}

fn start_of(day: NaiveDate) -> Timestamp {
    Timestamp::from(day.and_time(NaiveTime::MIN).and_utc())
}

/// What feeds the next revision, and when that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// The survey whose answers are looked at: an activity's IRI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub survey: Option<String>,
    /// When the curriculum is looked at again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub review: Option<ReviewDue>,
}

/// When a curriculum is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ReviewDue {
    /// On a day, in UTC.
    On(NaiveDate),
    /// Each time so long has passed since the revision was published.
    Every(Period),
}

impl ReviewDue {
    fn parse(text: &str) -> Option<Self> {
        match text.trim().strip_prefix("every ") {
            Some(period) => Period::parse(period).ok().map(Self::Every),
            None => text.trim().parse().ok().map(Self::On),
        }
    }

    /// Of a revision that was published then: the last moment not after another at which a review was due, and the
    /// first after it.
    pub fn around(self, published: Timestamp, at: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        match self {
            Self::On(day) => {
                let due = start_of(day);
                // What was due before the revision has been looked at by making it.
                let due = Some(due).filter(|due| *due > published);
                (due.filter(|due| *due <= at), due.filter(|due| *due > at))
            }
            Self::Every(period) => {
                let (mut last, mut next) = (None, period.after(published));
                while next <= at {
                    let following = period.after(next);
                    if following <= next {
                        return (Some(next), None);
                    }
                    (last, next) = (Some(next), following);
                }
                (last, Some(next))
            }
        }
    }
}

impl std::fmt::Display for ReviewDue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(day) => write!(f, "{day}"),
            Self::Every(period) => write!(f, "every {period}"),
        }
    }
}

const EXPECTED_REVIEW: &str = "a day such as 2027-01-31, or \"every 1 year\"";

impl TryFrom<String> for ReviewDue {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is not {EXPECTED_REVIEW}"))
    }
}

impl From<ReviewDue> for String {
    fn from(review: ReviewDue) -> Self {
        review.to_string()
    }
}

/// What a revision changed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionNote {
    /// Why it was made.
    pub because: String,
    /// What is different.
    pub changes: String,
    /// What becomes of those who began before it was published and are not certified yet.
    #[serde(skip_serializing_if = "super::is_default", default)]
    pub in_flight: InFlight,
    /// What becomes of those who are certified.
    #[serde(skip_serializing_if = "super::is_default", default)]
    pub certified: Certified,
}

/// What becomes of those who began before a revision was published and are not certified yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InFlight {
    /// They go by the newest revision.
    #[default]
    Newest,
    /// They may finish by the revision by which they began.
    FinishOld,
}

/// What becomes of those who are certified when a revision is published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certified {
    /// They stay so by the revision by which they were certified, until they renew.
    #[default]
    UntilRenewal,
    /// They go by the new one at once: who does not meet it is suspended.
    AtOnce,
}

/// Who endorses the certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endorsement {
    /// What they are called.
    pub name: String,
    /// Where that can be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
}

/// What the certification is worth, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Benefit {
    /// To those who earn it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learner: Option<String>,
    /// To those they work for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
}

/// What the schema cannot say of these texts.
pub(super) fn texts(value: &Value, problems: &mut Vec<Problem>) {
    let mut text = |path: String, is_right: &dyn Fn(&str) -> bool, expected: &str| {
        if let Some(text) = value.pointer(&path).and_then(Value::as_str)
            && !is_right(text)
        {
            problems.push(Problem::at(path, format!("found {text:?}"), expected));
        }
    };
    let review = |text: &str| ReviewDue::parse(text).is_some();
    let expected = match value.pointer("/feedback/review").and_then(Value::as_str) {
        Some(text) if text.trim().starts_with("every ") => period::EXPECTED,
        _ => EXPECTED_REVIEW,
    };
    text("/feedback/review".to_owned(), &review, expected);
    text(
        "/feedback/survey".to_owned(),
        &|text| Iri::parse(text).is_ok(),
        "the IRI of the survey's activity, such as https://surveys.example.com/forklift",
    );
    let endorsed = value
        .get("endorsed_by")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    for index in 0..endorsed {
        text(
            format!("/endorsed_by/{index}/url"),
            &|text| text.starts_with("https://") || text.starts_with("http://"),
            "an address on the web, such as https://safety.example.org",
        );
    }
}

/// Each report once.
pub(super) fn check(definition: &Definition, problems: &mut Vec<Problem>) {
    for (index, plan) in definition.reports.iter().enumerate() {
        let earlier = definition.reports.iter().take(index);
        if earlier
            .into_iter()
            .any(|other| (other.report, other.every) == (plan.report, plan.every))
        {
            problems.push(Problem::at(
                format!("/reports/{index}"),
                format!(
                    "the report {:?} goes out every {} already",
                    plan.report.as_str(),
                    plan.every.as_str()
                ),
                "each report once, with everybody who gets it in \"to\"",
            ));
        }
        if plan.report == ReportKind::Expiring && definition.certification.lasts().is_none() {
            problems.push(Problem::at(
                format!("/reports/{index}/report"),
                "the certificate never expires",
                "\"validity\" in \"certification\", or another report",
            ));
        }
    }
}

/// In words, several lines.
pub(crate) fn describe(definition: &Definition, out: &mut String) {
    for plan in &definition.reports {
        let what = match plan.report {
            ReportKind::Status => "where everybody stands",
            ReportKind::Overdue => "who is overdue",
            ReportKind::Expiring => "whose certificate expires soon",
            ReportKind::Levels => "how the training does, by Kirkpatrick's levels",
        };
        out.push_str(&format!(
            "Every {}, a report goes to {}: {what}.\n",
            plan.every.as_str(),
            plan.to.join(", ")
        ));
    }
    if let Some(feedback) = &definition.feedback {
        if let Some(survey) = &feedback.survey {
            out.push_str(&format!("Feedback for the next revision comes from {survey}.\n"));
        }
        match feedback.review {
            Some(ReviewDue::On(day)) => out.push_str(&format!("It is to be reviewed on {day}.\n")),
            Some(ReviewDue::Every(period)) => {
                out.push_str(&format!(
                    "It is to be reviewed every {period} after it was published.\n"
                ));
            }
            None => {}
        }
    }
    if let Some(value) = &definition.value {
        for (whom, text) in [("who earn it", &value.learner), ("they work for", &value.company)] {
            if let Some(text) = text {
                out.push_str(&format!("Worth to those {whom}: {text}\n"));
            }
        }
    }
    for by in &definition.endorsed_by {
        let at = by
            .url
            .as_ref()
            .map_or_else(String::new, |url| format!(" ({url})"));
        out.push_str(&format!("Endorsed by {}{at}.\n", by.name));
    }
    if let Some(note) = &definition.revision {
        if note.in_flight == InFlight::FinishOld {
            out.push_str("Who began before this revision was published may finish by the one before it.\n");
        }
        if note.certified == Certified::AtOnce {
            out.push_str("It counts for the certified at once: who does not meet it is suspended.\n");
        }
        out.push_str(&format!(
            "This revision: {} Why: {}\n",
            note.changes, note.because
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn periods_begin_with_the_calendar() {
        for (cadence, begin, next) in [
            (Cadence::Day, "2026-11-25", "2026-11-26"),
            (Cadence::Week, "2026-11-23", "2026-11-30"),
            (Cadence::Month, "2026-11-01", "2026-12-01"),
            (Cadence::Quarter, "2026-10-01", "2027-01-01"),
            (Cadence::Year, "2026-01-01", "2027-01-01"),
        ] {
            let midnight = |day: &str| at(&format!("{day}T00:00:00Z"));
            for moment in ["2026-11-25T00:00:00Z", "2026-11-25T23:59:59.999999Z"] {
                assert_eq!(cadence.begin(at(moment)), midnight(begin), "{cadence:?}");
                assert_eq!(cadence.next(at(moment)), midnight(next), "{cadence:?}");
            }
            assert_eq!(cadence.begin(midnight(begin)), midnight(begin));
        }
    }

    #[test]
    fn reviews_are_due_after_the_revision() {
        let published = at("2026-02-01T10:00:00Z");
        let year = ReviewDue::parse("every 1 year").unwrap();
        let due = |year: i32| Some(at(&format!("{year}-02-01T10:00:00Z")));
        assert_eq!(
            year.around(published, at("2026-12-31T00:00:00Z")),
            (None, due(2027))
        );
        assert_eq!(
            year.around(published, at("2027-02-01T10:00:00Z")),
            (due(2027), due(2028))
        );
        assert_eq!(
            year.around(published, at("2029-07-01T10:00:00Z")),
            (due(2029), due(2030))
        );
        let day = ReviewDue::parse("2027-01-31").unwrap();
        let midnight = Some(at("2027-01-31T00:00:00Z"));
        assert_eq!(
            day.around(published, at("2027-01-30T23:00:00Z")),
            (None, midnight)
        );
        assert_eq!(
            day.around(published, at("2027-01-31T00:00:00Z")),
            (midnight, None)
        );
        // A revision made after the day is the review.
        assert_eq!(
            day.around(at("2027-02-01T00:00:00Z"), at("2027-03-01T00:00:00Z")),
            (None, None)
        );
        assert_eq!(
            day.around(at("2027-01-31T00:00:00Z"), at("2027-03-01T00:00:00Z")),
            (None, None)
        );
    }
}
