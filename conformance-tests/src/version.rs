//! The versions of the standard.

use std::fmt;

use clap::ValueEnum;

/// The version an LRS is checked against: what the requests name in `X-Experience-API-Version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Version {
    /// xAPI 1.0.3.
    #[value(name = "1.0.3")]
    V1_0_3,
    /// xAPI 2.0, IEEE 9274.1.1.
    #[value(name = "2.0.0")]
    V2_0_0,
}

impl Version {
    /// As the header spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0_3 => "1.0.3",
            Self::V2_0_0 => "2.0.0",
        }
    }

    /// What an LRS sets as the `version` of a statement that came without one.
    #[must_use]
    pub fn of_statements(self) -> &'static str {
        match self {
            Self::V1_0_3 => "1.0.0",
            Self::V2_0_0 => "2.0.0",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
