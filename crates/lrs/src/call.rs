//! What a request asks, whatever syntax it came in.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use web::Problem;

use crate::content_type::ContentType;
use crate::params::Params;
use crate::{alternate, encoding, refusal};

pub(crate) const X_EXPERIENCE_API_VERSION: HeaderName = HeaderName::from_static("x-experience-api-version");

/// One request: its method, parameters, headers and body, from wherever they were.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) params: Params,
    pub(crate) body: Body,
    head: HttpRequest,
    /// Headers that came as form parameters; they count before those of HTTP.
    form: Vec<(HeaderName, HeaderValue)>,
    alternate: bool,
}

pub(crate) enum Body {
    /// Still to be read.
    Live(Payload),
    /// The form parameter `content`, or nothing.
    Given(Option<Bytes>),
}

impl Call {
    /// Reads what is needed of a request: in the alternate syntax that is the whole body, at most `limit` bytes.
    pub(crate) async fn read(head: HttpRequest, payload: Payload, limit: usize) -> Result<Self, Problem> {
        let params = match head.query_string() {
            "" => Params::default(),
            query => Params::of_query(query)?,
        };
        let call = Self {
            method: head.method().clone(),
            params,
            body: Body::Live(payload),
            head,
            form: Vec::new(),
            alternate: false,
        };
        if call.method == Method::POST && call.params.get("method").is_some() {
            return alternate::read(call, limit).await;
        }
        Ok(call)
    }

    /// The same request as its form says it.
    pub(crate) fn into_form(
        self,
        method: Method,
        params: Params,
        form: Vec<(HeaderName, HeaderValue)>,
        content: Option<Bytes>,
    ) -> Self {
        Self {
            method,
            params,
            form,
            body: Body::Given(content),
            alternate: true,
            ..self
        }
    }

    pub(crate) fn path(&self) -> &str {
        self.head.path()
    }

    pub(crate) fn http_headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    pub(crate) fn header(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.form
            .iter()
            .find_map(|(found, value)| (found == name).then_some(value))
            .or_else(|| self.head.headers().get(name))
    }

    /// A header as text. 400 when it is not.
    pub(crate) fn text(&self, name: &HeaderName) -> Result<Option<&str>, Problem> {
        self.header(name)
            .map(|value| {
                value.to_str().map_err(|_| {
                    refusal::header(
                        name.as_str(),
                        format!("the header {name} holds something other than visible ASCII"),
                    )
                })
            })
            .transpose()
    }

    /// What the body is. In the alternate syntax that is the form parameter's word alone: the header of HTTP says
    /// what the form is (1.0.3, Communication 1.3).
    pub(crate) fn content_type(&self) -> Result<Option<ContentType>, Problem> {
        let text = if self.alternate {
            self.form
                .iter()
                .find_map(|(name, value)| (name == header::CONTENT_TYPE).then_some(value))
                .and_then(|value| value.to_str().ok())
        } else {
            self.text(&header::CONTENT_TYPE)?
        };
        Ok(text.map(ContentType::parse))
    }

    /// The text of the body's `Content-Type`, as it was sent.
    pub(crate) fn content_type_text(&self) -> Result<Option<&str>, Problem> {
        if self.alternate {
            return Ok(self
                .form
                .iter()
                .find_map(|(name, value)| (name == header::CONTENT_TYPE).then_some(value))
                .and_then(|value| value.to_str().ok()));
        }
        self.text(&header::CONTENT_TYPE)
    }

    pub(crate) fn is_alternate(&self) -> bool {
        self.alternate
    }

    /// Takes the body, whole and decompressed. 413 when it is longer than `limit` bytes.
    pub(crate) async fn take_body(&mut self, limit: usize) -> Result<Bytes, Problem> {
        match std::mem::replace(&mut self.body, Body::Given(None)) {
            Body::Live(payload) => {
                encoding::check(self.head.headers())?;
                web::read_body(self.head.headers(), payload, limit).await
            }
            Body::Given(Some(content)) => Ok(content),
            Body::Given(None) => Err(refusal::parameter(
                "content",
                "the form parameter \"content\" is missing; in the alternate syntax it holds the body (1.0.3, \
                 Communication 1.3)",
            )),
        }
    }
}
