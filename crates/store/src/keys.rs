use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use xapi::Timestamp;

use crate::{StoreError, StoreResult};

/// What a key may do. The xAPI scopes are those of 1.0.3, Communication 4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Write statements.
    #[serde(rename = "statements/write")]
    StatementsWrite,
    /// Read statements written under the same authority.
    #[serde(rename = "statements/read/mine")]
    StatementsReadMine,
    /// Read any statement.
    #[serde(rename = "statements/read")]
    StatementsRead,
    /// Read and write state documents.
    #[serde(rename = "state")]
    State,
    /// (Re)define activities by the statements it writes.
    #[serde(rename = "define")]
    Define,
    /// Read and write profile documents.
    #[serde(rename = "profile")]
    Profile,
    /// Read everything of xAPI.
    #[serde(rename = "all/read")]
    AllRead,
    /// Everything of xAPI.
    #[serde(rename = "all")]
    All,
    /// Read and write people.
    #[serde(rename = "people")]
    People,
    /// Publish and retire curricula.
    #[serde(rename = "curricula/write")]
    CurriculaWrite,
    /// Record acts: waivers and the other exceptions, reviews, credentials, figures.
    #[serde(rename = "acts/write")]
    ActsWrite,
    /// Import attendance and past records.
    #[serde(rename = "history/write")]
    HistoryWrite,
    /// The management API.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 13] = [
        Self::StatementsWrite,
        Self::StatementsReadMine,
        Self::StatementsRead,
        Self::State,
        Self::Define,
        Self::Profile,
        Self::AllRead,
        Self::All,
        Self::People,
        Self::CurriculaWrite,
        Self::ActsWrite,
        Self::HistoryWrite,
        Self::Admin,
    ];

    /// Whether it is of the management API rather than of xAPI.
    const fn is_of_management(self) -> bool {
        matches!(
            self,
            Self::People | Self::CurriculaWrite | Self::ActsWrite | Self::HistoryWrite | Self::Admin
        )
    }

    /// The name; of those of xAPI, as in the standard.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StatementsWrite => "statements/write",
            Self::StatementsReadMine => "statements/read/mine",
            Self::StatementsRead => "statements/read",
            Self::State => "state",
            Self::Define => "define",
            Self::Profile => "profile",
            Self::AllRead => "all/read",
            Self::All => "all",
            Self::People => "people",
            Self::CurriculaWrite => "curricula/write",
            Self::ActsWrite => "acts/write",
            Self::HistoryWrite => "history/write",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == name)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|scope| scope.as_str()).collect();
                format!("there is no scope {name:?}; the scopes are {}", known.join(", "))
            })
    }
}

/// The scopes of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(pub Vec<Scope>);

impl Scopes {
    /// Whether these scopes allow what `needed` names, directly or through a wider one: `all` holds every
    /// xAPI scope, `all/read` every reading one, `statements/read` also `statements/read/mine`, `admin` those of
    /// the management API. `admin` is held only by itself.
    #[must_use]
    pub fn allow(&self, needed: Scope) -> bool {
        self.0.iter().any(|held| match held {
            held if *held == needed => true,
            Scope::All => !needed.is_of_management(),
            Scope::Admin => needed.is_of_management(),
            Scope::AllRead => matches!(needed, Scope::StatementsRead | Scope::StatementsReadMine),
            Scope::StatementsRead => needed == Scope::StatementsReadMine,
            _ => false,
        })
    }
}

/// A secret as its owner sees it, once. Never kept, never logged.
pub struct Secret(String);

impl Secret {
    /// Makes a secret of 192 bits from the operating system, as 48 hex digits.
    ///
    /// # Errors
    /// [`StoreError::Backend`] when the operating system gives no random bytes.
    pub fn generate() -> StoreResult<Self> {
        let mut bytes = [0u8; 24];
        getrandom::fill(&mut bytes)
            .map_err(|error| StoreError::backend("draw random bytes for a secret", error.to_string()))?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// A secret somebody presents or sets.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to be shown to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. A plain SHA-256 is enough for secrets of 128 bits and more, and cheap enough to
    /// check on every request.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The SHA-256 of a secret.
#[derive(Clone, Copy)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// Whether this is the hash of `secret`; takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0.ct_eq(&secret.hash().0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

/// A key: what an external system presents as HTTP Basic user name, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The user name.
    pub id: String,
    /// What it is for, in its maker's words.
    pub name: String,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked; a revoked key opens nothing.
    pub revoked_at: Option<Timestamp>,
}

/// The keys of external systems and administrators.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Keeps a new key.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is one with this id, revoked or not.
    async fn create_key(&self, key: KeyRecord) -> StoreResult<()>;

    /// The key with this id, revoked or not.
    ///
    /// # Errors
    /// When the backing fails.
    async fn key(&self, id: &str) -> StoreResult<Option<KeyRecord>>;

    /// All keys, oldest first.
    ///
    /// # Errors
    /// When the backing fails.
    async fn keys(&self) -> StoreResult<Vec<KeyRecord>>;

    /// Revokes a key from `at` on; answers whether there is such a key. One already revoked stays as it was.
    ///
    /// # Errors
    /// When the backing fails.
    async fn revoke_key(&self, id: &str, at: Timestamp) -> StoreResult<bool>;
}

#[cfg(test)]
mod tests;
