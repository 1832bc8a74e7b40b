//! A proxy before an LRS that spoils requests and answers, in one way at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use reqwest::{Client, Method, Url, redirect};
use serde_json::Value;

/// A request on its way to the LRS.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer on its way back.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What a spoiling remembers between requests.
pub(crate) type Memory = HashMap<String, Value>;

/// One way to spoil what passes.
#[derive(Clone, Copy)]
pub(crate) struct Spoiling {
    /// What it does, in words.
    pub(crate) name: &'static str,
    /// The requirement that must catch it.
    pub(crate) caught_by: &'static str,
    /// The version under which it is caught.
    pub(crate) version: conformance_tests::Version,
    /// Changes the request, or answers it without the LRS.
    pub(crate) before: fn(&mut Request, &mut Memory) -> Option<Response>,
    /// Changes the answer.
    pub(crate) after: fn(&Request, &mut Response, &mut Memory),
}

impl Request {
    pub(crate) fn is(&self, method: &str, resource: &str) -> bool {
        self.method == method && self.at(resource)
    }

    pub(crate) fn at(&self, resource: &str) -> bool {
        self.path.ends_with(&format!("/xapi/{resource}"))
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn without_parameter(&mut self, name: &str) {
        self.query.retain(|(known, _)| known != name);
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.without_header(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn without_header(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    /// The body where it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Response {
    /// An answer made here.
    pub(crate) fn own(status: u16) -> Self {
        let headers = [
            ("x-experience-api-version", "2.0.0"),
            ("x-experience-api-consistent-through", "2026-01-01T00:00:00Z"),
        ];
        let headers = headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        Self {
            status,
            headers,
            body: Vec::new(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.without_header(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn without_header(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    /// The body where it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }
}

struct Shared {
    http: Client,
    upstream: Url,
    spoiling: RwLock<Option<Spoiling>>,
    memory: Mutex<Memory>,
}

/// A running proxy; it ends when this is dropped.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    handle: ServerHandle,
}

impl Proxy {
    /// Before the LRS at this endpoint, spoiling nothing.
    pub(crate) fn start(endpoint: &str) -> Self {
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        let shared = Arc::new(Shared {
            http,
            upstream: endpoint.parse().expect("a URL"),
            spoiling: RwLock::default(),
            memory: Mutex::default(),
        });
        let (tell, told) = mpsc::channel();
        let data = web::Data::from(Arc::clone(&shared));
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .app_data(web::PayloadConfig::new(64 * 1024 * 1024))
                        .default_service(web::to(pass))
                })
                .workers(2)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .expect("a port");
                let port = server.addrs()[0].port();
                let server = server.run();
                tell.send((port, server.handle())).expect("somebody waits");
                server.await.expect("the proxy serves");
            });
        });
        let (port, handle) = told.recv().expect("the proxy starts");
        Self { port, shared, handle }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.shared.upstream.path())
    }

    /// Spoils in this way from now on, with nothing remembered.
    pub(crate) fn spoil(&self, spoiling: Spoiling) {
        self.shared
            .memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        *self.shared.spoiling.write().unwrap() = Some(spoiling);
    }

    /// Spoils nothing from now on.
    pub(crate) fn heal(&self) {
        *self.shared.spoiling.write().unwrap() = None;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Stopping is begun; nobody waits for it.
        drop(self.handle.stop(false));
    }
}

/// Headers that belong to one connection, or that are computed anew.
const HOP: [&str; 5] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "keep-alive",
];

fn carried<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<(String, String)> {
    headers
        .filter(|(name, _)| !HOP.contains(name))
        .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
        .collect()
}

async fn pass(http: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let mut url = shared.upstream.clone();
    url.set_query((!http.query_string().is_empty()).then(|| http.query_string()));
    let mut request = Request {
        method: http.method().to_string(),
        path: http.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        headers: carried(
            http.headers()
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_bytes())),
        ),
        body: body.to_vec(),
    };
    let spoiling = *shared.spoiling.read().unwrap();
    let own = spoiling.and_then(|spoiling| {
        let mut memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
        (spoiling.before)(&mut request, &mut memory)
    });
    let mut response = match own {
        Some(own) => own,
        None => forward(&shared, &request).await,
    };
    if let Some(spoiling) = spoiling {
        let mut memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
        (spoiling.after)(&request, &mut response, &mut memory);
    }
    let status = StatusCode::from_u16(response.status).expect("a status");
    let mut answer = HttpResponse::build(status);
    for (name, value) in &response.headers {
        answer.insert_header((name.as_str(), value.as_str()));
    }
    answer.body(response.body)
}

async fn forward(shared: &Shared, request: &Request) -> Response {
    let mut url = shared.upstream.clone();
    url.set_path(&request.path);
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    let method = Method::from_bytes(request.method.as_bytes()).expect("a method");
    let mut call = shared.http.request(method, url);
    for (name, value) in &request.headers {
        call = call.header(name, value);
    }
    let answer = call
        .body(request.body.clone())
        .send()
        .await
        .expect("the LRS answers");
    Response {
        status: answer.status().as_u16(),
        headers: carried(
            answer
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_bytes())),
        ),
        body: answer.bytes().await.expect("all of the answer").to_vec(),
    }
}
