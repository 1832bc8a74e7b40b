//! One request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::Value;

use super::answer::Answer;
use super::exchange::{Exchange, shown, written};
use super::{Inner, Lrs};
use crate::requirement::{Check, failed};

/// The longest body of an answer that is read, in bytes; no case sends anything near it.
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// A request that is being put together. It carries credentials and version unless told otherwise.
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    lrs: Lrs,
    method: Method,
    url: Url,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    pub(super) fn new(lrs: Lrs, method: Method, url: Url) -> Self {
        let target = lrs.target();
        let basic = STANDARD.encode(format!("{}:{}", target.key, target.secret));
        let headers = vec![
            ("authorization".to_owned(), format!("Basic {basic}")),
            (
                "x-experience-api-version".to_owned(),
                target.version.as_str().to_owned(),
            ),
        ];
        Self {
            lrs,
            method,
            url,
            query: Vec::new(),
            headers,
            body: Vec::new(),
        }
    }

    /// With a query parameter.
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.query.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// With query parameters.
    pub fn queries<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        self.query
            .extend(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self
    }

    /// With this header, in place of one of the same name.
    pub fn header(self, name: &str, value: impl Into<String>) -> Self {
        let mut call = self.without(name);
        call.headers.push((name.to_ascii_lowercase(), value.into()));
        call
    }

    /// Without this header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// Without `Authorization`.
    pub fn without_credentials(self) -> Self {
        self.without("authorization")
    }

    /// Naming this version.
    pub fn version(self, version: &str) -> Self {
        self.header("x-experience-api-version", version)
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a body of this content type.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut call = self.header("content-type", content_type);
        call.body = body.into();
        call
    }

    /// Sends it.
    ///
    /// # Errors
    ///
    /// A failure when no answer comes, in time or at all.
    pub async fn send(self) -> Check<Answer> {
        let Self {
            lrs,
            method,
            mut url,
            query,
            headers,
            body,
        } = self;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let Inner { http, target, mask } = lrs.inner.as_ref();
        let start = mask.clean(&match url.query() {
            Some(query) => format!("{method} {}?{query}", url.path()),
            None => format!("{method} {}", url.path()),
        });
        let masked = headers
            .iter()
            .map(|(name, value)| (name.clone(), mask.header(name, value)));
        let sent = mask.clean(&written(&start, masked, &shown(&body, mask)));

        let request = http.request(method, url).headers(header_map(&headers)?);
        // A body of no bytes is sent as none: GET and DELETE carry no Content-Length then.
        let request = if body.is_empty() {
            request
        } else {
            request.body(body)
        };
        match receive(request).await {
            Ok((status, headers, body)) => {
                let named = headers.iter().map(|(name, value)| {
                    (
                        name.to_string(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                });
                let text = shown(&body, mask);
                let received = mask.clean(&written(&status.to_string(), named, &text));
                lrs.note(Exchange { sent, received });
                if body.len() > LONGEST_BODY {
                    let limit = format!("{start} is answered with no more than {LONGEST_BODY} bytes");
                    return Err(failed(limit, "more"));
                }
                Ok(Answer {
                    request: start,
                    status,
                    headers,
                    body,
                    text,
                })
            }
            Err(error) => {
                let limit = target.request_limit.as_secs();
                let why = if error.is_timeout() {
                    format!("no answer within {limit} s")
                } else {
                    mask.clean(&format!("no answer: {}", with_sources(&error)))
                };
                lrs.note(Exchange {
                    sent,
                    received: why.clone(),
                });
                Err(failed(format!("an answer to {start}"), why))
            }
        }
    }
}

/// Status, headers and body; of a body that is too long, little more than is allowed.
async fn receive(request: RequestBuilder) -> Result<(u16, HeaderMap, Vec<u8>), reqwest::Error> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_BODY {
            break;
        }
    }
    Ok((status, headers, body))
}

fn header_map(headers: &[(String, String)]) -> Check<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let (Ok(parsed), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) else {
            return Err(failed(
                "a header that can be sent",
                format!("{name} can not be sent"),
            ));
        };
        map.insert(parsed, value);
    }
    Ok(map)
}

/// An error with its causes: reqwest's own sentence leaves out the one that helps.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
