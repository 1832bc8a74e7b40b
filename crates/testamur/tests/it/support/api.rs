use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// A key and its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// The HTTP of a server, as one key sees it.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    url: String,
    key: Option<Key>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Api {
    pub(crate) fn new(url: &str, key: Option<Key>) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            client,
            url: url.to_owned(),
            key,
        }
    }

    /// The same server, with another key.
    pub(crate) fn with_key(&self, key: Key) -> Self {
        Self {
            key: Some(key),
            ..self.clone()
        }
    }

    /// A request to a path of the server.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        };
        let mut request = self.client.request(method, url);
        if let Some(key) = &self.key {
            request = request.basic_auth(&key.id, Some(&key.secret));
        }
        if path.contains("/xapi/") {
            request = request.header("X-Experience-API-Version", "2.0.0");
        }
        request
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str) -> Answer {
        Answer::of(self.request(method, path)).await
    }

    /// Posts statements that must be accepted; answers their ids.
    #[track_caller]
    pub(crate) fn statements(&self, statements: &Value) -> impl Future<Output = Vec<String>> + use<> {
        let request = self.request(Method::POST, "/xapi/statements").json(statements);
        async move {
            let ids = Answer::of(request).await.expect(200).json();
            ids.as_array()
                .unwrap()
                .iter()
                .map(|id| id.as_str().unwrap().to_owned())
                .collect()
        }
    }
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    /// The same answer, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of a refusal, which must have this status and this stable code, say what to do and carry the
    /// id of its request.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{answer:?}"
        );
        let body = answer.json();
        assert_eq!(body["code"], code, "{answer:?}");
        assert_eq!(body["status"], status);
        assert!(
            body["detail"].as_str().is_some_and(|detail| detail.len() > 10),
            "{answer:?}"
        );
        assert_eq!(
            body["request_id"].as_str(),
            answer.header("x-request-id"),
            "{answer:?}"
        );
        body
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
