//! What those who have shown everything get, and what renews it.

use serde::{Deserialize, Serialize};

use super::{Course, FixedDay};
use crate::Period;

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
