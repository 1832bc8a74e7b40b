//! A certificate and its ledger as this crate understands them: the meaning of the JSON that the store keeps.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use store::{CertificateRecord, LedgerEntry, StoreError};
use uuid::Uuid;
use xapi::Timestamp;

use crate::error::{CertificationError, Result, from_json, to_json};

/// What certificates, ledger entries and notices are named under (UUID version 5): the same decision has the
/// same id, whoever makes it and however often.
pub(crate) const NAMESPACE: Uuid = Uuid::from_u128(0x8f1d_6c52_3b0e_5d6a_9c41_7e2a_90b3_5f14);

/// Where a certificate is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It holds.
    Active,
    /// What proved it is gone; it is revoked unless proof comes back in time.
    Suspended,
    /// Its time has passed.
    Expired,
    /// It was withdrawn for good.
    Revoked,
    /// The person was merged into another, who is certified or not by what both have shown.
    Superseded,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Suspended,
        Self::Expired,
        Self::Revoked,
        Self::Superseded,
    ];

    /// The word of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
        }
    }

    /// The status by its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether the certificate can still change by itself.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Suspended)
    }
}

/// What was decided about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It was earned for the first time, or again after it had ended.
    Issued,
    /// It was earned on, before it had ended.
    Renewed,
    /// Evidence that came or went later gives it other dates or another proof.
    Amended,
    /// Its proof is gone.
    Suspended,
    /// Its proof came back.
    Reinstated,
    /// Its time has passed.
    Expired,
    /// It was withdrawn for good.
    Revoked,
    /// The person was merged into another.
    Superseded,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Issued,
        Self::Renewed,
        Self::Amended,
        Self::Suspended,
        Self::Reinstated,
        Self::Expired,
        Self::Revoked,
        Self::Superseded,
    ];

    /// The kind by its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The word of the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Renewed => "renewed",
            Self::Amended => "amended",
            Self::Suspended => "suspended",
            Self::Reinstated => "reinstated",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
        }
    }
}

/// What a certificate rests on; enough to evaluate it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The statements that earned it.
    pub statements: Vec<Uuid>,
    /// The acts of people that are part of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub acts: Vec<Uuid>,
    /// The revision of the curriculum it was decided by.
    pub revision: i64,
    /// The first of the earlier revisions whose certificate that one goes on from, if it does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<i64>,
    /// The SHA-256 of that revision's canonical definition, lower-case hex.
    pub hash: String,
    /// What every requirement came to, as evaluated then.
    pub requirements: Derivation,
}

/// What every requirement came to, as JSON that nobody here looks into: it is read, copied and written as it is.
#[derive(Debug, Clone)]
pub struct Derivation(Arc<RawValue>);

impl Derivation {
    /// Of requirements as they were evaluated.
    ///
    /// # Errors
    /// When they can not be written as JSON.
    pub fn of(requirements: &impl Serialize) -> Result<Self> {
        let json = serde_json::value::to_raw_value(requirements).map_err(|source| {
            CertificationError::Unwritable {
                what: "a derivation".to_owned(),
                source,
            }
        })?;
        Ok(Self(json.into()))
    }
}

impl Serialize for Derivation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Derivation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Box::<RawValue>::deserialize(deserializer)?.into()))
    }
}

impl PartialEq for Derivation {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for Derivation {}

/// A person's certificate of a curriculum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its id.
    pub id: Uuid,
    /// Who earned it.
    pub person: String,
    /// For which curriculum.
    pub curriculum: String,
    /// 1, 2, 3…: the person's certificates of this curriculum, counted.
    pub number: i64,
    /// Where it is in its life.
    pub status: Status,
    /// When it was first earned: the time of the event, not of the decision.
    pub issued_at: Timestamp,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// Everything else.
    pub details: Details,
}

/// What the store keeps of a certificate as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// What it certifies: the certification's title when it was last decided on.
    pub title: String,
    /// The title of the curriculum then.
    pub curriculum_title: String,
    /// When it was decided to issue it.
    pub decided_at: Timestamp,
    /// When it was last decided on.
    pub updated_at: Timestamp,
    /// When the present cycle was earned; equal to `issued_at` until it is renewed.
    pub earned_at: Timestamp,
    /// The present cycle, from 1.
    pub cycle: u32,
    /// Since when it is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Timestamp>,
    /// Whether that is only for something that it needs all the time and that is not in force: nothing is lost, and
    /// nothing revokes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspended_by_need: bool,
    /// How many ledger entries it has; makes the id of the next one.
    pub entries: u32,
    /// What it rests on.
    pub proof: Proof,
}

impl Certificate {
    /// The id of a person's `number`th certificate of a curriculum.
    #[must_use]
    pub fn id_of(person: &str, curriculum: &str, number: i64) -> Uuid {
        // Lengths keep apart what texts side by side could confuse.
        let name = format!(
            "certificate:{}:{person}:{}:{curriculum}:{number}",
            person.len(),
            curriculum.len()
        );
        Uuid::new_v5(&NAMESPACE, name.as_bytes())
    }

    /// From what the store kept.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the record is not one this crate wrote.
    pub fn from_record(record: CertificateRecord) -> Result<Self> {
        let what = || format!("certificate {}", record.id);
        let status = Status::parse(&record.status).ok_or_else(|| StoreError::Corrupt {
            what: what(),
            reason: format!("its status is {:?}", record.status),
        })?;
        let details = from_json(what, &record.body)?;
        Ok(Self {
            id: record.id,
            person: record.person,
            curriculum: record.curriculum,
            number: record.number,
            status,
            issued_at: record.issued_at,
            expires_at: record.expires_at,
            details,
        })
    }

    /// As the store keeps it.
    ///
    /// # Errors
    /// When the details can not be written as JSON.
    pub fn to_record(&self) -> Result<CertificateRecord> {
        Ok(CertificateRecord {
            id: self.id,
            person: self.person.clone(),
            curriculum: self.curriculum.clone(),
            number: self.number,
            status: self.status.as_str().to_owned(),
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            body: to_json("a certificate", &self.details)?,
        })
    }

    /// The id of the notice that sees to its end at `due_at` for somebody who left the registry.
    pub(crate) fn ending_id(&self, due_at: Timestamp) -> Uuid {
        Uuid::new_v5(
            &NAMESPACE,
            format!("ending:{}:{}", self.id, due_at.as_micros()).as_bytes(),
        )
    }

    /// Whether its time has passed at `at`.
    #[must_use]
    pub fn has_ended(&self, at: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= at)
    }
}

/// One thing that happened to a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its own id.
    pub id: Uuid,
    /// The certificate.
    pub certificate: Uuid,
    /// Whose it is.
    pub person: String,
    /// The curriculum.
    pub curriculum: String,
    /// What happened.
    pub kind: Kind,
    /// When it took effect.
    pub at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Why.
    pub account: Account,
}

/// What the store keeps of a ledger entry as JSON: the reason in plain words and all it was derived from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Why, in plain words.
    pub reason: String,
    /// Whether the outside is told: not of what was over before it was known.
    pub told: bool,
    /// Whether somebody awarded it by hand, whatever was shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awarded: bool,
    /// The cycle it is about.
    pub cycle: u32,
    /// When that cycle was earned.
    pub earned_at: Timestamp,
    /// When the certificate ends after this entry.
    pub expires_at: Option<Timestamp>,
    /// The proof as it stood: for suspensions and revocations, the requirements that are missing now.
    pub proof: Proof,
}

impl Entry {
    /// The id of a certificate's `ordinal`th entry, from 1.
    #[must_use]
    pub fn id_of(certificate: Uuid, ordinal: u32, kind: Kind) -> Uuid {
        Uuid::new_v5(
            &NAMESPACE,
            format!("entry:{certificate}:{ordinal}:{}", kind.as_str()).as_bytes(),
        )
    }

    /// The id of the statement that tells of this entry.
    #[must_use]
    pub fn statement_id(&self) -> Uuid {
        statement_of(self.id)
    }

    /// The id of the statement that tells that the person has shown what this entry certifies.
    #[must_use]
    pub fn qualified_id(&self) -> Uuid {
        Uuid::new_v5(&NAMESPACE, format!("qualified:{}", self.id).as_bytes())
    }

    /// Whether the person has newly shown all that is required: what a certificate is issued or renewed for, unless
    /// somebody awarded it.
    #[must_use]
    pub const fn qualifies(&self) -> bool {
        matches!(self.kind, Kind::Issued | Kind::Renewed) && !self.account.awarded
    }

    /// As the store keeps it.
    ///
    /// # Errors
    /// When the account can not be written as JSON.
    pub fn to_record(&self) -> Result<LedgerEntry> {
        Ok(LedgerEntry {
            id: self.id,
            certificate: self.certificate,
            person: self.person.clone(),
            curriculum: self.curriculum.clone(),
            kind: self.kind.as_str().to_owned(),
            at: self.at,
            decided_at: self.decided_at,
            body: to_json("a ledger entry", &self.account)?,
        })
    }
}

/// The id of the statement that tells of the ledger entry with this id.
pub(crate) fn statement_of(entry: Uuid) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("statement:{entry}").as_bytes())
}
