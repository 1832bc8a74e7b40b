use std::collections::HashMap;
use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use store::{KeyRecord, Keys, Scope, Scopes, Secret, SecretHash};

use crate::Problem;

/// Checks the HTTP Basic keys of requests against the store.
///
/// A key that was found is remembered for [`Gate::MEMORY`], so a revocation made on another server takes
/// that long at most to be felt here.
pub struct Gate {
    store: Arc<dyn Keys>,
    known: Mutex<HashMap<String, (KeyRecord, Instant)>>,
    rate: Option<DefaultKeyedRateLimiter<String>>,
}

impl Gate {
    /// How long a key is remembered.
    pub const MEMORY: Duration = Duration::from_secs(1);
    /// How many keys are remembered; past that all are forgotten.
    const CAPACITY: usize = 10_000;

    /// A gate before this store. Put it into the application's data: `App::app_data(Data::new(gate))`.
    #[must_use]
    pub fn new(store: Arc<dyn Keys>) -> Self {
        Self {
            store,
            known: Mutex::new(HashMap::new()),
            rate: None,
        }
    }

    /// The same gate, through which each key comes so many times a second, and as often at once after a pause; `None`
    /// for as often as it likes. Counted by this gate alone.
    #[must_use]
    pub fn with_rate(self, a_second: Option<NonZeroU32>) -> Self {
        Self {
            rate: a_second.map(|rate| RateLimiter::keyed(Quota::per_second(rate))),
            ..self
        }
    }

    /// Who calls, by the `Authorization` header.
    ///
    /// # Errors
    /// 401 when there is no header, no such key, a wrong secret or a revoked key: the answer does not tell
    /// which, beyond a missing header. 429 for a key that comes too often.
    pub async fn authenticate(&self, authorization: Option<&HeaderValue>) -> Result<Caller, Problem> {
        let authorization = authorization.ok_or_else(|| {
            unauthorized("this needs a key: send it as HTTP Basic user name, its secret as password")
        })?;
        let (id, secret) = basic(authorization).ok_or_else(|| {
            unauthorized("the Authorization header is not HTTP Basic with KEY:SECRET in base64")
        })?;
        let refused = || unauthorized("there is no such key, or its secret is another");
        let Some(key) = self.find(&id).await? else {
            // As much work as for a key that exists.
            let _ = SecretHash([0; 32]).matches(&secret);
            return Err(refused());
        };
        if !key.secret.matches(&secret) || key.revoked_at.is_some() {
            return Err(refused());
        }
        // Only keys that are let in are counted, so nobody can use up another's share or fill memory with names.
        if let Some(rate) = &self.rate
            && let Err(again) = rate.check_key(&key.id)
        {
            return Err(too_often(again.wait_time_from(rate.clock().now())));
        }
        Ok(Caller {
            key: key.id,
            name: key.name,
            scopes: key.scopes,
        })
    }

    async fn find(&self, id: &str) -> Result<Option<KeyRecord>, Problem> {
        if let Ok(known) = self.known.lock()
            && let Some((key, at)) = known.get(id)
            && at.elapsed() < Self::MEMORY
        {
            return Ok(Some(key.clone()));
        }
        let key = self.store.key(id).await?;
        if let (Some(key), Ok(mut known)) = (&key, self.known.lock()) {
            if known.len() >= Self::CAPACITY {
                known.clear();
            }
            known.insert(id.to_owned(), (key.clone(), Instant::now()));
        }
        Ok(key)
    }

    /// Forgets what is remembered of a key, so that a revocation made here is felt at once.
    pub fn forget(&self, id: &str) {
        if let Ok(mut known) = self.known.lock() {
            known.remove(id);
        }
    }
}

/// Who makes a request; an extractor for handlers.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The key's id, as used for user name.
    pub key: String,
    /// What the key is for.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
}

impl Caller {
    /// Whether this caller may do what `scope` names.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }

    /// Refuses a caller who may not do what `scope` names.
    ///
    /// # Errors
    /// 403, naming the missing scope.
    pub fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.may(scope) {
            return Ok(());
        }
        Err(Problem::forbidden(format!(
            "the key {} lacks the scope {scope}; ask an administrator for a key that has it",
            self.key
        ))
        .with("scope", scope.as_str()))
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let gate = request.app_data::<Data<Gate>>().cloned();
        let authorization = request.headers().get(header::AUTHORIZATION).cloned();
        Box::pin(async move {
            let gate = gate.ok_or_else(|| {
                Problem::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "no-gate",
                    "the server was put together without a gate",
                )
            })?;
            gate.authenticate(authorization.as_ref()).await
        })
    }
}

fn basic(authorization: &HeaderValue) -> Option<(String, Secret)> {
    let (scheme, encoded) = authorization.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}

fn too_often(wait: Duration) -> Problem {
    let seconds = wait.as_millis().div_ceil(1_000).max(1);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-requests",
        "this key sends more requests than this server lets one key send; send fewer with more in each, or wait",
    )
    .with_header(header::RETRY_AFTER, HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX)))
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).with_header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Basic realm=\"Testamur\", charset=\"UTF-8\""),
    )
}
