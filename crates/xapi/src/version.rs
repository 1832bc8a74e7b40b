//! Versions of the standard (xAPI 1.0.3 Communication 3.3).

use std::fmt;

/// The version of the standard that a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// xAPI 1.0.x, as 1.0.3 says it.
    V1_0,
    /// xAPI 2.0 (IEEE 9274.1.1).
    V2_0,
}

/// Why no version could be agreed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The header is not there.
    #[error(
        "the header X-Experience-API-Version is missing; send \"1.0.3\" or \"2.0.0\" (xAPI 1.0.3 Communication 3.3)"
    )]
    Missing,
    /// The header names a version that is not spoken here.
    #[error(
        "the header X-Experience-API-Version is \"{0}\"; supported are 1.0.x and 2.0.x: send \"1.0.3\" or \"2.0.0\" (xAPI 1.0.3 Communication 3.3)"
    )]
    Unsupported(String),
}

impl Version {
    /// The versions, oldest first.
    pub const ALL: [Self; 2] = [Self::V1_0, Self::V2_0];

    /// The version as the response header says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.3",
            Self::V2_0 => "2.0.0",
        }
    }

    /// The `version` a statement gets that came without one: 1.0.0 under 1.0.x (Data 2.4.10), else 2.0.0.
    pub const fn of_statement(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.0",
            Self::V2_0 => "2.0.0",
        }
    }

    /// Reads the header `X-Experience-API-Version`: `1.0`, `1.0.x`, `2.0` or `2.0.x`. A missing header is an error.
    pub fn negotiate(header: Option<&str>) -> Result<Self, VersionError> {
        let header = header
            .map(str::trim)
            .filter(|header| !header.is_empty())
            .ok_or(VersionError::Missing)?;
        Self::of(header).ok_or_else(|| VersionError::Unsupported(header.chars().take(40).collect()))
    }

    /// The version a text names, if it is one we know.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (family, rest) = text.split_at_checked(3)?;
        let version = match family {
            "1.0" => Self::V1_0,
            "2.0" => Self::V2_0,
            _ => return None,
        };
        if rest.is_empty() {
            return Some(version);
        }
        // Anything semantic versioning admits after the patch number ("1.0.3-rc.1") is still of the family.
        semver::Version::parse(text).ok().map(|_| version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
