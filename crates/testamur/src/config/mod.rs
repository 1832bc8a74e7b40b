//! Settings: command line over environment over settings file over defaults.
//!
//! Each source is read into a [`Layer`] on its own; a later layer only fills what earlier ones left open.
//! `data` and `mongodb` exclude each other within a layer, and a layer that names one of them silences the
//! other in the layers below, so that a file can say MongoDB and a flag can still try a folder.

mod environment;
mod file;
mod layer;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use layer::{Layer, LogFormat};
use web::IntakeLimits;

use crate::failure::{Failure, Outcome};

/// Where a server keeps what it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Backing {
    /// The embedded store, in this folder.
    Folder(PathBuf),
    /// A MongoDB replica set at this URI; the URI may name the database.
    MongoDb(String),
}

/// Every setting, decided.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where everything is kept.
    pub(crate) backing: Backing,
    /// Where the server listens.
    pub(crate) bind: SocketAddr,
    /// How the world reaches the server, without a slash at the end; `None` for the address it listens on.
    pub(crate) public_url: Option<String>,
    /// The longest request body that is read, in bytes.
    pub(crate) max_body_bytes: usize,
    /// Threads that answer requests.
    pub(crate) workers: usize,
    /// Connections at once; more wait to be accepted.
    pub(crate) max_connections: usize,
    /// What is taken on at once, and how slow a client may be.
    pub(crate) intake: IntakeLimits,
    /// How many requests a second one key may make; `None` for any number.
    pub(crate) requests_per_second: Option<NonZeroU32>,
    /// How long requests in flight may take once the server was told to stop, in seconds.
    pub(crate) shutdown_seconds: u64,
    /// Whether this process runs the certification engine.
    pub(crate) engine: bool,
    /// How log lines are written.
    pub(crate) log_format: LogFormat,
    /// Which log lines are written.
    pub(crate) log: String,
}

impl Settings {
    /// The folder used when nothing is said.
    pub(crate) const DEFAULT_DATA: &str = "testamur-data";
    /// The address used when nothing is said.
    pub(crate) const DEFAULT_BIND: &str = "127.0.0.1:8085";
    /// 16 MiB: several thousand statements in one batch.
    const DEFAULT_MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
    /// Enough for a proxy with a large pool in front.
    const DEFAULT_MAX_CONNECTIONS: usize = 4096;
    /// Longer than any request should take, shorter than the patience of service managers.
    const DEFAULT_SHUTDOWN_SECONDS: u64 = 25;
    /// One line a request, and whatever goes wrong.
    const DEFAULT_LOG: &str = "info";

    /// Decides every setting from the flags, the process's environment and the settings file.
    ///
    /// # Errors
    /// Exit code 2, naming the source and the setting that is wrong.
    pub(crate) fn load(flags: Layer, config: Option<&Path>) -> Outcome<Self> {
        Self::load_from(flags, config, std::env::vars_os())
    }

    fn load_from(
        flags: Layer,
        config: Option<&Path>,
        environment: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    ) -> Outcome<Self> {
        let environment = environment::read(environment)?;
        let file = match config.or(environment.config.as_deref()) {
            Some(path) => file::read(path)?,
            None => Layer::default(),
        };
        Self::decide(flags.over(environment.layer).over(file))
    }

    /// How the world reaches a server that listens on this address.
    pub(crate) fn url_at(&self, address: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}"))
    }

    /// Decides every setting from what is said, and the defaults for the rest.
    ///
    /// # Errors
    /// Exit code 2, naming the setting that is wrong.
    pub(crate) fn decide(layer: Layer) -> Outcome<Self> {
        let backing = match (layer.data, layer.mongodb) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "both data and mongodb are set; choose one of them",
                ));
            }
            (_, Some(uri)) => Backing::MongoDb(uri),
            (data, None) => Backing::Folder(data.unwrap_or_else(|| Self::DEFAULT_DATA.into())),
        };
        let bind = layer.bind.as_deref().unwrap_or(Self::DEFAULT_BIND);
        let bind = bind.parse().map_err(|_| {
            Failure::usage(format!(
                "{bind:?} is not an address to listen on; write IP:PORT, for example 127.0.0.1:8085, 0.0.0.0:80 or [::1]:8085"
            ))
        })?;
        let public_url = layer.public_url.as_deref().map(public_url).transpose()?;
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Ok(Self {
            backing,
            bind,
            public_url,
            max_body_bytes: layer
                .max_body_bytes
                .map_or(Self::DEFAULT_MAX_BODY_BYTES, NonZeroUsize::get),
            workers: layer.workers.map_or(cores.max(2), NonZeroUsize::get),
            max_connections: layer
                .max_connections
                .map_or(Self::DEFAULT_MAX_CONNECTIONS, NonZeroUsize::get),
            intake: intake(layer.max_requests, layer.max_buffered_bytes, layer.stall_seconds),
            requests_per_second: layer.requests_per_second,
            shutdown_seconds: layer
                .shutdown_seconds
                .map_or(Self::DEFAULT_SHUTDOWN_SECONDS, NonZeroU64::get),
            engine: layer.engine.unwrap_or(true),
            log_format: layer.log_format.unwrap_or_default(),
            log: layer.log.unwrap_or_else(|| Self::DEFAULT_LOG.to_owned()),
        })
    }
}

fn intake(
    requests: Option<NonZeroUsize>,
    buffered_bytes: Option<NonZeroUsize>,
    stall_seconds: Option<NonZeroU64>,
) -> IntakeLimits {
    let default = IntakeLimits::default();
    IntakeLimits {
        requests: requests.map_or(default.requests, NonZeroUsize::get),
        buffered_bytes: buffered_bytes.map_or(default.buffered_bytes, NonZeroUsize::get),
        stall: stall_seconds.map_or(default.stall, |seconds| Duration::from_secs(seconds.get())),
    }
}

/// Checks that certificates and statements can name things under this URL.
fn public_url(text: &str) -> Outcome<String> {
    let wrong = |why: &str| {
        Failure::usage(format!(
            "{text:?} is not a public URL: {why}; write for example https://testamur.example.org"
        ))
    };
    let url = reqwest::Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("it must begin with http:// or https:// and a host"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it must have no query and no fragment"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
