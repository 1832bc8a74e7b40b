//! A server with the API on it, and a client that holds a key.

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, scope};
use actix_web::{App, HttpServer};
use certification::{CertificationApi, PublicUrl};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use store::Scope;

use crate::site::{Backing, Site, URL};

/// How long a body the test's server takes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// A site that answers HTTP.
pub(crate) struct Served {
    pub(crate) site: Site,
    pub(crate) api: CertificationApi,
    base: String,
    server: ServerHandle,
    http: reqwest::Client,
    admin: (String, String),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) media_type: String,
    pub(crate) body: Value,
}

impl Reply {
    /// The text at a JSON pointer; empty when there is none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The items of a list, each by one of its members.
    pub(crate) fn items(&self, member: &str) -> Vec<String> {
        let items = self
            .body
            .get("items")
            .and_then(Value::as_array)
            .unwrap_or_else(|| panic!("no list: {self:?}"));
        items
            .iter()
            .map(|item| item.get(member).and_then(Value::as_str).unwrap().to_owned())
            .collect()
    }

    /// Status and code of a problem.
    pub(crate) fn problem(&self) -> (u16, &str) {
        assert_eq!(self.media_type, "application/problem+json", "{self:?}");
        (self.status.as_u16(), self.text("/code"))
    }
}

impl Served {
    pub(crate) async fn open(backing: Backing) -> Self {
        let site = Site::open(backing).await;
        let (key, secret) = certification::keys::create(site.store.as_ref(), "tests", &[Scope::Admin])
            .await
            .unwrap();
        let api = CertificationApi::new(site.store.clone(), PublicUrl::parse(URL).unwrap())
            .with_body_limit(BODY_LIMIT);
        let served = api.clone();
        let gate = Data::new(web::Gate::new(site.store.clone()));
        let server = HttpServer::new(move || {
            let api = served.clone();
            App::new()
                .app_data(gate.clone())
                .wrap(from_fn(web::request_id))
                .service(scope("/api/v1").configure(move |config| api.configure(config)))
        })
        .workers(1)
        .bind("127.0.0.1:0")
        .unwrap();
        let base = format!("http://{}", server.addrs().first().unwrap());
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let admin = (key.id, secret.reveal().to_owned());
        Self {
            site,
            api,
            base,
            server: handle,
            http: reqwest::Client::new(),
            admin,
        }
    }

    pub(crate) async fn close(self) {
        self.server.stop(false).await;
        self.site.close().await;
    }

    /// A key with these scopes, as user name and password.
    pub(crate) async fn key(&self, scopes: &[Scope]) -> (String, String) {
        let (key, secret) = certification::keys::create(self.site.store.as_ref(), "more", scopes)
            .await
            .unwrap();
        (key.id, secret.reveal().to_owned())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) async fn send(
        &self,
        key: Option<&(String, String)>,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
    ) -> Reply {
        let mut request = self.http.request(method, self.url(path));
        if let Some((id, secret)) = key {
            request = request.basic_auth(id, Some(secret));
        }
        if let Some((media_type, body)) = body {
            request = request.header("content-type", media_type).body(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let media_type = response
            .headers()
            .get("content-type")
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default();
        let text = response.text().await.unwrap();
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap()
        };
        Reply {
            status,
            media_type,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Some(&self.admin), Method::GET, path, None).await
    }

    /// The media type and text of what is no JSON.
    pub(crate) async fn text(&self, path: &str) -> (String, String) {
        let (id, secret) = &self.admin;
        let request = self.http.get(self.url(path)).basic_auth(id, Some(secret));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let media_type = response.headers().get("content-type").unwrap();
        let media_type = media_type.to_str().unwrap().to_owned();
        (media_type, response.text().await.unwrap())
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Some(&self.admin), Method::DELETE, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, media_type: &str, body: impl Into<String>) -> Reply {
        self.send(
            Some(&self.admin),
            Method::POST,
            path,
            Some((media_type, body.into())),
        )
        .await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(
            Some(&self.admin),
            Method::PUT,
            path,
            Some(("application/json", body.to_string())),
        )
        .await
    }

    /// Everything of a list, following `next` to the end; answers the member of each item and how many pages.
    pub(crate) async fn all(&self, path: &str, member: &str) -> (Vec<String>, usize) {
        let mut found = Vec::new();
        let mut pages = 0;
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let reply = self.get(&path).await;
            assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
            found.extend(reply.items(member));
            pages += 1;
            next = reply
                .body
                .get("next")
                .map(|next| next.as_str().unwrap().to_owned());
        }
        (found, pages)
    }
}
