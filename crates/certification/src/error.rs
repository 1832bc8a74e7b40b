use store::StoreError;

/// Why the engine, or a function beside it, could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CertificationError {
    /// The store failed; its own words say why.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something of ours could not be written as JSON.
    #[error("{what} could not be written as JSON: {source}")]
    Unwritable {
        /// What.
        what: String,
        /// serde's own error.
        #[source]
        source: serde_json::Error,
    },
    /// The engine's own statement is not one the standard allows: an option it was built from is wrong.
    #[error("the statement of notice {notice} is not valid xAPI: {reason}")]
    Statement {
        /// The outbox entry it is in.
        notice: uuid::Uuid,
        /// What the standard says against it.
        reason: String,
    },
    /// A question is about too many people, or cohorts, to be answered at once.
    #[error(
        "that is about more than 50,000 people or 1,000 cohorts, or takes longer than a minute; ask for one \"group\", \
         \"role\" or \"manager\" at a time"
    )]
    TooMuch,
    /// An option that the engine or API was made with is wrong.
    #[error("{option} is {found:?}; expected {expected}")]
    Option {
        /// Which option.
        option: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
}

/// What a function of this crate returns.
pub type Result<T, E = CertificationError> = std::result::Result<T, E>;

/// Writes something of ours as JSON text.
pub(crate) fn to_json(what: &str, value: &impl serde::Serialize) -> Result<String> {
    // Most are evidence of about 1 KiB and standings of a few: they need not be moved again and again.
    let mut json = Vec::with_capacity(1_024);
    let written = serde_json::to_writer(&mut json, value)
        .and_then(|()| String::from_utf8(json).map_err(serde::ser::Error::custom));
    written.map_err(|source| CertificationError::Unwritable {
        what: what.to_owned(),
        source,
    })
}

/// Reads something of ours that the store kept as JSON text.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    what: impl FnOnce() -> String,
    text: &str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        StoreError::Corrupt {
            what: what(),
            reason: error.to_string(),
        }
        .into()
    })
}
