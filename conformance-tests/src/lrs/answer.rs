//! One answer, and what can be asked of it.

use chrono::{DateTime, FixedOffset};
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::requirement::{Check, ensure, failed};

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Method, path and query of the request, secrets masked.
    pub request: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// The body as text to be shown: secrets masked, cut where it is long.
    pub text: String,
}

impl Answer {
    /// Fails unless the status is this one.
    pub(crate) fn status(&self, expected: u16) -> Check<&Self> {
        self.status_in(&[expected])
    }

    /// Fails unless the status is one of these.
    pub(crate) fn status_in(&self, expected: &[u16]) -> Check<&Self> {
        let words: Vec<_> = expected.iter().map(u16::to_string).collect();
        ensure(
            expected.contains(&self.status),
            format!("{} answers {}", self.request, words.join(" or ")),
            format!(
                "{}: {}",
                self.status,
                self.text.chars().take(400).collect::<String>()
            ),
        )?;
        Ok(self)
    }

    /// Fails unless the request was refused as the client's fault.
    pub(crate) fn refused(&self) -> Check<&Self> {
        ensure(
            (400..500).contains(&self.status),
            format!("{} is refused with a status of 4xx", self.request),
            self.status.to_string(),
        )?;
        Ok(self)
    }

    /// A header, where it came.
    pub(crate) fn optional_header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// A header that must be there.
    pub(crate) fn header(&self, name: &str) -> Check<String> {
        self.optional_header(name).ok_or_else(|| {
            failed(
                format!("{} answers with the header {name}", self.request),
                "no such header",
            )
        })
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Check<Value> {
        serde_json::from_slice(&self.body).map_err(|error| {
            failed(
                format!("{} answers with JSON", self.request),
                format!("{error}: {}", self.text),
            )
        })
    }

    /// The media type, without its parameters, in lower case; empty where there is none.
    pub(crate) fn media_type(&self) -> String {
        let header = self.optional_header("content-type").unwrap_or_default();
        header
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Fails unless the content type is this one.
    pub(crate) fn of_type(&self, expected: &str) -> Check<&Self> {
        ensure(
            self.media_type() == expected,
            format!("{} answers with Content-Type: {expected}", self.request),
            self.optional_header("content-type")
                .unwrap_or_else(|| "none".to_owned()),
        )?;
        Ok(self)
    }

    /// The value of `X-Experience-API-Consistent-Through`.
    pub(crate) fn consistent_through(&self) -> Check<DateTime<FixedOffset>> {
        let text = self.header("x-experience-api-consistent-through")?;
        DateTime::parse_from_rfc3339(&text).map_err(|_| {
            failed(
                "X-Experience-API-Consistent-Through is a timestamp with date, time and offset",
                text,
            )
        })
    }

    /// The value of `Last-Modified`.
    pub(crate) fn last_modified(&self) -> Check<DateTime<FixedOffset>> {
        let text = self.header("last-modified")?;
        DateTime::parse_from_rfc2822(&text).map_err(|_| failed("Last-Modified is a date of HTTP", text))
    }

    /// The statements of a StatementResult (1.0.3, Data 2.5).
    pub(crate) fn statements(&self) -> Check<Vec<Value>> {
        self.status(200)?;
        match self.json()?.get_mut("statements").map(Value::take) {
            Some(Value::Array(statements)) => Ok(statements),
            _ => Err(failed(
                format!(
                    "{} answers with a StatementResult: an object with an array \"statements\"",
                    self.request
                ),
                self.text.clone(),
            )),
        }
    }

    /// The ids of the statements of a StatementResult, in its order.
    pub(crate) fn ids(&self) -> Check<Vec<String>> {
        self.statements()?
            .iter()
            .map(|statement| {
                statement["id"]
                    .as_str()
                    .map(str::to_ascii_lowercase)
                    .ok_or_else(|| failed("every statement returned has an id", statement.to_string()))
            })
            .collect()
    }

    /// The link to the next page; none where it is missing or empty.
    pub(crate) fn more_link(&self) -> Check<Option<String>> {
        match self.json()?.get("more") {
            None => Ok(None),
            Some(Value::String(link)) if link.is_empty() => Ok(None),
            Some(Value::String(link)) => Ok(Some(link.clone())),
            Some(other) => Err(failed("\"more\" is a string", other.to_string())),
        }
    }
}
