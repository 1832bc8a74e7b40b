//! What people are told: steps of a ladder, certificates that are lost, reports and reviews that are due; the meaning of
//! the JSON that the store keeps of a notice.

use rules::ladder::Recipient;
use rules::{Cadence, ReportKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::Timestamp;

use crate::certificate::NAMESPACE;

/// The kind of a notice about a step of the ladder.
pub(crate) const STEP: &str = "step";
/// The kind of a notice that a certificate was suspended, holds again or was revoked.
pub(crate) const CERTIFICATE: &str = "certificate";
/// The kind of a notice that a report is due.
pub(crate) const REPORT: &str = "report";
/// The kind of a notice that a curriculum is to be reviewed.
pub(crate) const REVIEW: &str = "review";
/// Every kind.
pub(crate) const KINDS: [&str; 4] = [STEP, CERTIFICATE, REPORT, REVIEW];

/// The state of a notice that was told.
pub(crate) const TAKEN: &str = "taken";
/// The state of a notice that takes another back.
pub(crate) const WITHDRAWN: &str = "withdrawn";
/// Every state.
pub(crate) const STATES: [&str; 2] = [TAKEN, WITHDRAWN];

/// Who runs the training, as a recipient.
pub(crate) const TRAINING: &str = "training";

/// What the store keeps of a notice about a step as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepBody {
    /// The curriculum's title.
    pub(crate) title: String,
    /// By when what is owed has to be done.
    pub(crate) due_at: Timestamp,
    /// Who is to be told.
    pub(crate) tell: Vec<Recipient>,
    /// Those of them whom nobody is known to be; the training office is told instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unknown: Vec<Recipient>,
    /// What they are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) say: Option<String>,
    /// What follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) consequence: Option<String>,
    /// Of a withdrawal, the notice that is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) withdraws: Option<Uuid>,
    /// Of a withdrawal, when what was owed had been done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) met_at: Option<Timestamp>,
}

/// What the store keeps of a notice about a certificate as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CertificateBody {
    /// The curriculum's title.
    pub(crate) title: String,
    /// The certificate.
    pub(crate) certificate: Uuid,
    /// Who is to be told.
    pub(crate) tell: Vec<Recipient>,
    /// Those of them whom nobody is known to be; the training office is told instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unknown: Vec<Recipient>,
    /// What they are told: why.
    pub(crate) say: String,
}

/// What the store keeps of a notice about a report as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReportBody {
    /// The curriculum's title.
    pub(crate) title: String,
    /// Which report.
    pub(crate) report: ReportKind,
    /// How often it is due.
    pub(crate) every: Cadence,
    /// Where it is.
    pub(crate) url: String,
}

/// What the store keeps of a notice about a review as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReviewBody {
    /// The curriculum's title.
    pub(crate) title: String,
    /// The revision to look at.
    pub(crate) revision: i64,
    /// The survey whose answers feed the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) survey: Option<String>,
}

/// The id of the notice that takes this one back.
pub(crate) fn withdrawal_of(notice: Uuid) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("withdrawn:{notice}").as_bytes())
}

/// The id of a notice: the same one has the same id, whoever writes it and however often. The last two parts are
/// told apart by the colons that the others cannot have.
pub(crate) fn id_of(kind: &str, person: &str, curriculum: &str, obligation: &str, step: &str) -> Uuid {
    let name = format!(
        "told:{kind}:{}:{person}:{curriculum}:{obligation}:{step}",
        person.len()
    );
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}
