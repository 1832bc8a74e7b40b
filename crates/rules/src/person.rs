//! Whom a curriculum is for.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use xapi::{Ifi, Timestamp};

/// A person as the registry of people knows them.
///
/// Build it with `Person { id, roles, ..Person::default() }`: members are added as the language grows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The organisation's own id, such as a personnel number.
    pub id: String,
    /// What to call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where mail reaches them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Every identifier under which statements about them may come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Ifi>,
    /// Their roles, those that ended too: a certificate earned in a role outlives it until it expires.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// The groups they are in: sites, teams, cohorts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The id of the person they report to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// Their first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hired: Option<NaiveDate>,
    /// Where their days begin: an IANA name such as `Europe/Berlin`. Without one, or with one that is not
    /// known, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Leaves of absence, in any order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<Leave>,
    /// Whether they want to be on boards, where others see how many points they have.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub recognition: bool,
    /// Their place in the management chain: worked out from who reports to whom, never written down.
    #[serde(skip)]
    pub leads: Leads,
}

/// A role or job position and when it was theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Role {
    /// Its id, as curricula name it.
    pub role: String,
    /// The first day in it; without one, always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The last day in it; without one, still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A time in which somebody is away and cannot train: parental leave, say. Deadlines wait for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// The first day away.
    pub from: NaiveDate,
    /// The last day away; without one, still away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// Whom somebody leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Leads {
    /// Nobody: an individual contributor.
    #[default]
    #[serde(rename = "individual_contributor")]
    Nobody,
    /// People, none of whom leads anybody: a manager.
    #[serde(rename = "manager")]
    People,
    /// People, some of whom lead others: a manager of managers.
    #[serde(rename = "manager_of_managers")]
    Managers,
}

impl Person {
    /// Whether a role is theirs at a moment: from its first to its last day, days as they are where the person is.
    pub fn has_role(&self, role: &str, at: Timestamp) -> bool {
        let day = at.to_datetime().with_timezone(&self.zone()).date_naive();
        self.roles.iter().any(|own| {
            own.role == role
                && own.since.is_none_or(|since| since <= day)
                && own.until.is_none_or(|until| day <= until)
        })
    }

    /// The zone in which their days begin: UTC unless theirs is known.
    pub fn zone(&self) -> Tz {
        self.time_zone
            .as_deref()
            .and_then(|name| name.parse().ok())
            .unwrap_or(Tz::UTC)
    }
}
