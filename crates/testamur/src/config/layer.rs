use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("write text or json".to_owned()),
        }
    }
}

/// What one source says; `None` is left to the layers below. Its members are the keys of the settings file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    pub(crate) data: Option<PathBuf>,
    pub(crate) mongodb: Option<String>,
    pub(crate) bind: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) max_body_bytes: Option<NonZeroUsize>,
    pub(crate) workers: Option<NonZeroUsize>,
    pub(crate) max_connections: Option<NonZeroUsize>,
    pub(crate) max_requests: Option<NonZeroUsize>,
    pub(crate) max_buffered_bytes: Option<NonZeroUsize>,
    pub(crate) stall_seconds: Option<NonZeroU64>,
    pub(crate) requests_per_second: Option<NonZeroU32>,
    pub(crate) shutdown_seconds: Option<NonZeroU64>,
    pub(crate) engine: Option<bool>,
    pub(crate) log_format: Option<LogFormat>,
    pub(crate) log: Option<String>,
}

impl Layer {
    /// This layer, with what it leaves open taken from `lower`.
    pub(crate) fn over(self, lower: Self) -> Self {
        let (data, mongodb) = match (self.data, self.mongodb) {
            (None, None) => (lower.data, lower.mongodb),
            chosen => chosen,
        };
        Self {
            data,
            mongodb,
            bind: self.bind.or(lower.bind),
            public_url: self.public_url.or(lower.public_url),
            max_body_bytes: self.max_body_bytes.or(lower.max_body_bytes),
            workers: self.workers.or(lower.workers),
            max_connections: self.max_connections.or(lower.max_connections),
            max_requests: self.max_requests.or(lower.max_requests),
            max_buffered_bytes: self.max_buffered_bytes.or(lower.max_buffered_bytes),
            stall_seconds: self.stall_seconds.or(lower.stall_seconds),
            requests_per_second: self.requests_per_second.or(lower.requests_per_second),
            shutdown_seconds: self.shutdown_seconds.or(lower.shutdown_seconds),
            engine: self.engine.or(lower.engine),
            log_format: self.log_format.or(lower.log_format),
            log: self.log.or(lower.log),
        }
    }
}
