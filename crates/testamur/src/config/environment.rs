use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use crate::config::Layer;
use crate::failure::{Failure, Outcome};

/// What the environment says.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// The settings file it names.
    pub(crate) config: Option<PathBuf>,
    /// The settings it gives.
    pub(crate) layer: Layer,
}

/// Reads the variables that are settings; any other `TESTAMUR_*` is left alone, since service managers set
/// some of their own (Kubernetes: `TESTAMUR_SERVICE_HOST`). An empty variable counts as absent.
///
/// # Errors
/// Exit code 2, naming the variable.
pub(crate) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Outcome<Environment> {
    let mut found = Environment::default();
    for (name, value) in variables {
        let Some(setting) = name.to_str().and_then(|name| name.strip_prefix("TESTAMUR_")) else {
            continue;
        };
        if value.is_empty() {
            continue;
        }
        let layer = &mut found.layer;
        match setting {
            "CONFIG" => found.config = Some(value.into()),
            "DATA" => layer.data = Some(value.into()),
            "MONGODB" => layer.mongodb = Some(text(setting, value)?),
            "BIND" => layer.bind = Some(text(setting, value)?),
            "PUBLIC_URL" => layer.public_url = Some(text(setting, value)?),
            "MAX_BODY_BYTES" => layer.max_body_bytes = Some(parsed(setting, value, "a number of bytes")?),
            "WORKERS" => layer.workers = Some(parsed(setting, value, "a number of threads")?),
            "MAX_CONNECTIONS" => {
                layer.max_connections = Some(parsed(setting, value, "a number of connections")?);
            }
            "MAX_REQUESTS" => layer.max_requests = Some(parsed(setting, value, "a number of requests")?),
            "MAX_BUFFERED_BYTES" => {
                layer.max_buffered_bytes = Some(parsed(setting, value, "a number of bytes")?);
            }
            "STALL_SECONDS" => layer.stall_seconds = Some(parsed(setting, value, "a number of seconds")?),
            "REQUESTS_PER_SECOND" => {
                layer.requests_per_second = Some(parsed(setting, value, "a number of requests")?);
            }
            "SHUTDOWN_SECONDS" => {
                layer.shutdown_seconds = Some(parsed(setting, value, "a number of seconds")?);
            }
            "ENGINE" => layer.engine = Some(parsed(setting, value, "true or false")?),
            "LOG_FORMAT" => layer.log_format = Some(parsed(setting, value, "text or json")?),
            "LOG" => layer.log = Some(text(setting, value)?),
            _ => {}
        }
    }
    if found.layer.data.is_some() && found.layer.mongodb.is_some() {
        return Err(Failure::usage(
            "TESTAMUR_DATA and TESTAMUR_MONGODB are both set; unset one of them",
        ));
    }
    Ok(found)
}

fn text(setting: &str, value: OsString) -> Outcome<String> {
    value
        .into_string()
        .map_err(|_| Failure::usage(format!("TESTAMUR_{setting} is not UTF-8 text")))
}

fn parsed<T: FromStr>(setting: &str, value: OsString, expected: &str) -> Outcome<T> {
    let value = text(setting, value)?;
    value
        .parse()
        .map_err(|_| Failure::usage(format!("TESTAMUR_{setting} is {value:?}; it must be {expected}")))
}
