//! What the ledger's entries say to tools that read only xAPI.
//!
//! `issued` and `renewed` use two verbs of the TLA Master Object Model (v0.16), with its extension `evidence`:
//! `qualified`, the learner meets all the requirements, and then `certified`, the certificate is there. One that was
//! awarded by hand is certified only. Every other entry has one statement. That vocabulary has no verb for a
//! certificate that ends, is taken back or comes back (its `suspended` is about a learning activity), so these are our
//! own, under [`VOCABULARY`].

#[cfg(test)]
mod tests;

use rules::ReportKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use xapi::{Ifi, Iri};

use crate::certificate::{Certificate, Entry, Kind, NAMESPACE};
use crate::error::{CertificationError, Result};

/// Where our own verbs and extensions begin.
pub const VOCABULARY: &str = "urn:testamur:xapi:";
/// `qualified`: the learner meets all the requirements of a credential, whether or not it was awarded yet.
pub const QUALIFIED: &str = "https://w3id.org/xapi/tla/verbs/qualified";
/// `certified`: the learner received an accreditation by an authoritative source.
pub const CERTIFIED: &str = "https://w3id.org/xapi/tla/verbs/certified";
/// The activity type of a certificate.
pub const CREDENTIAL: &str = "https://w3id.org/xapi/tla/activity-types/credential";
/// The context extension that names the statements behind a statement.
pub const EVIDENCE: &str = "https://w3id.org/xapi/tla/extensions/evidence";
/// The context extension that says when what is stated ends.
pub const EXPIRATION: &str = "https://w3id.org/xapi/tla/extensions/expiration";

/// The id of the outbox entry that holds a statement.
pub(crate) fn outbox_id(statement: Uuid) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("notice:{statement}").as_bytes())
}

/// The kind of outbox entry that holds a statement to write.
pub(crate) const STATEMENT: &str = "statement";
/// The kind of outbox entry that ends the certificate of somebody who is no longer in the registry.
pub(crate) const ENDING: &str = "ending";

/// The body of an outbox entry of kind [`ENDING`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ending {
    /// Whose certificates to look at.
    pub(crate) person: String,
}

/// Where this server's things are found: what the IRIs in its statements begin with.
#[derive(Debug, Clone)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// A public URL, such as `https://learning.example.com`; a slash at its end does not matter.
    ///
    /// # Errors
    /// When it is not an `http` or `https` URL.
    pub fn parse(text: &str) -> Result<Self> {
        let url = text.trim_end_matches('/');
        if !(url.starts_with("https://") || url.starts_with("http://")) || Iri::parse(url).is_err() {
            return Err(CertificationError::Option {
                option: "public_url",
                found: text.to_owned(),
                expected: "an http or https URL, such as \"https://learning.example.com\"",
            });
        }
        Ok(Self(url.to_owned()))
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn certificate(&self, id: Uuid) -> String {
        format!("{}/certificates/{id}", self.0)
    }

    fn curriculum(&self, id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        format!("{}/curricula/{id}", self.0)
    }

    /// Where a report is read.
    pub(crate) fn report(&self, curriculum: &str, report: ReportKind) -> String {
        let id = percent_encoding::utf8_percent_encode(curriculum, percent_encoding::NON_ALPHANUMERIC);
        let what = match report {
            ReportKind::Levels => "measures?by=group".to_owned(),
            listing => format!("report?report={}", listing.as_str()),
        };
        format!("{}/api/v1/curricula/{id}/{what}", self.0)
    }

    fn statement(&self, id: Uuid) -> String {
        format!("{}/xapi/statements?statementId={id}", self.0)
    }
}

/// Who a notice is about.
pub(crate) struct Subject<'a> {
    /// The person's id.
    pub(crate) id: &'a str,
    /// What to call them.
    pub(crate) name: Option<&'a str>,
    /// The identifier to speak of them by, if they have one.
    pub(crate) ifi: Option<&'a Ifi>,
}

/// The statements about one ledger entry, each with its id, in the order in which they are told. The same entry gives
/// the same statements.
pub(crate) fn statements(
    url: &PublicUrl,
    subject: &Subject<'_>,
    certificate: &Certificate,
    entry: &Entry,
) -> Vec<(Uuid, Value)> {
    let mut said = Vec::new();
    if entry.qualifies() {
        said.push((entry.qualified_id(), QUALIFIED.to_owned(), "qualified"));
    }
    let (verb, display) = match entry.kind {
        Kind::Issued | Kind::Renewed => (CERTIFIED.to_owned(), "certified"),
        kind => (format!("{VOCABULARY}verbs:{}", kind.as_str()), kind.as_str()),
    };
    said.push((entry.statement_id(), verb, display));
    said.into_iter()
        .map(|(id, verb, display)| {
            let mut statement = statement(url, subject, certificate, entry);
            if let Value::Object(members) = &mut statement {
                members.insert("id".to_owned(), json!(id));
                members.insert(
                    "verb".to_owned(),
                    json!({ "id": verb, "display": { "en": display } }),
                );
            }
            (id, statement)
        })
        .collect()
}

/// What all statements about an entry have in common.
fn statement(url: &PublicUrl, subject: &Subject<'_>, certificate: &Certificate, entry: &Entry) -> Value {
    let mut extensions = Map::new();
    let evidence: Vec<_> = entry
        .account
        .proof
        .statements
        .iter()
        .map(|id| url.statement(*id))
        .collect();
    extensions.insert(EVIDENCE.to_owned(), json!(evidence));
    if let Some(end) = entry.account.expires_at {
        extensions.insert(EXPIRATION.to_owned(), json!(end));
    }
    extensions.insert(
        format!("{VOCABULARY}extensions:reason"),
        json!(entry.account.reason),
    );
    extensions.insert(
        format!("{VOCABULARY}extensions:curriculum"),
        json!({
            "id": entry.curriculum,
            "revision": entry.account.proof.revision,
            "hash": entry.account.proof.hash,
        }),
    );
    let mut context = json!({
        "contextActivities": {
            "grouping": [{
                "objectType": "Activity",
                "id": url.curriculum(&entry.curriculum),
                "definition": { "name": { "und": certificate.details.curriculum_title } },
            }],
        },
        "extensions": extensions,
    });
    // What the certificate was decided on last, as the standard's own reference.
    if let (Some(last), Value::Object(context)) = (entry.account.proof.statements.last(), &mut context) {
        context.insert(
            "statement".to_owned(),
            json!({ "objectType": "StatementRef", "id": last }),
        );
    }
    json!({
        "actor": actor(url, subject),
        "object": {
            "objectType": "Activity",
            "id": url.certificate(entry.certificate),
            "definition": { "type": CREDENTIAL, "name": { "und": certificate.details.title } },
        },
        "context": context,
        // The time of the event; one that lies ahead is said now.
        "timestamp": entry.at.min(entry.decided_at),
    })
}

fn actor(url: &PublicUrl, subject: &Subject<'_>) -> Value {
    let mut actor = subject
        .ifi
        .and_then(|ifi| serde_json::to_value(ifi).ok())
        .unwrap_or_else(|| json!({ "account": { "homePage": url.as_str(), "name": subject.id } }));
    if let Value::Object(members) = &mut actor {
        members.insert("objectType".to_owned(), json!("Agent"));
        if let Some(name) = subject.name {
            members.insert("name".to_owned(), json!(name));
        }
    }
    actor
}
