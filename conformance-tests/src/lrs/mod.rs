//! The LRS as a client sees it.

mod answer;
mod call;
mod exchange;
mod mask;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, Method, Url, redirect};

pub use answer::Answer;
pub use call::Call;
pub use exchange::Exchange;

use crate::Version;
use mask::Mask;

/// How many exchanges of a case are kept for its report; the first ones of a long case are forgotten.
const KEPT_EXCHANGES: usize = 12;

/// Where an LRS is and how to speak to it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The endpoint: the URL below which the resources are, for example `https://lrs.example.org/xapi`.
    pub endpoint: Url,
    /// The user name of HTTP Basic authentication.
    pub key: String,
    /// The password of HTTP Basic authentication.
    pub secret: String,
    /// The version it is checked against.
    pub version: Version,
    /// How long one request may take, to the last byte of its answer.
    pub request_limit: Duration,
    /// How long to wait for what was stored to become readable, which the standard does not bound.
    pub patience: Duration,
}

struct Inner {
    http: Client,
    target: Target,
    mask: Mask,
}

/// An LRS, and the log of what was said to it. A clone shares both; [`Lrs::fresh`] begins another log.
#[derive(Clone)]
pub struct Lrs {
    inner: Arc<Inner>,
    log: Arc<Mutex<Vec<Exchange>>>,
}

impl Lrs {
    /// Prepares to speak; sends nothing.
    ///
    /// # Errors
    ///
    /// When this machine can not make HTTP clients, for example for want of root certificates.
    pub fn new(target: Target) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .user_agent("conformance-tests")
            .timeout(target.request_limit)
            // What the LRS itself answers is what is checked, byte for byte.
            .redirect(redirect::Policy::none())
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .build()?;
        let mask = Mask::new(&target.key, &target.secret);
        Ok(Self {
            inner: Arc::new(Inner { http, target, mask }),
            log: Arc::default(),
        })
    }

    /// The same LRS with an empty log.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            log: Arc::default(),
        }
    }

    /// Where it is and how it is spoken to.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.inner.target
    }

    /// The version it is checked against.
    #[must_use]
    pub fn version(&self) -> Version {
        self.inner.target.version
    }

    /// Begins a request to a resource, for example `statements` or `activities/state`.
    pub fn call(&self, method: Method, resource: &str) -> Call {
        Call::new(self.clone(), method, self.url(resource))
    }

    /// Begins a GET.
    pub fn get(&self, resource: &str) -> Call {
        self.call(Method::GET, resource)
    }

    /// Begins a HEAD.
    pub fn head(&self, resource: &str) -> Call {
        self.call(Method::HEAD, resource)
    }

    /// Begins a PUT.
    pub fn put(&self, resource: &str) -> Call {
        self.call(Method::PUT, resource)
    }

    /// Begins a POST.
    pub fn post(&self, resource: &str) -> Call {
        self.call(Method::POST, resource)
    }

    /// Begins a DELETE.
    pub fn delete(&self, resource: &str) -> Call {
        self.call(Method::DELETE, resource)
    }

    /// Begins a GET of a `more` link: a path with its query, on the endpoint's scheme, host and port (1.0.3,
    /// Data 2.5).
    pub fn more(&self, link: &str) -> Call {
        let url = self
            .inner
            .target
            .endpoint
            .join(link)
            .unwrap_or_else(|_| self.url(link));
        Call::new(self.clone(), Method::GET, url)
    }

    fn url(&self, resource: &str) -> Url {
        let mut url = self.inner.target.endpoint.clone();
        let path = format!("{}/{resource}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    fn note(&self, exchange: Exchange) {
        if let Ok(mut log) = self.log.lock() {
            if log.len() >= KEPT_EXCHANGES {
                log.remove(0);
            }
            log.push(exchange);
        }
    }

    /// The text without the secrets of this target.
    #[must_use]
    pub fn masked(&self, text: &str) -> String {
        self.inner.mask.clean(text)
    }

    /// What was said since [`Lrs::fresh`], oldest first, secrets masked.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.log.lock().map(|log| log.clone()).unwrap_or_default()
    }
}
