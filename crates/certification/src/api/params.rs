//! Query parameters: those that are known, each once, everything else refused.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::Query;
use web::Problem;
use xapi::Timestamp;

/// The query parameters of a request.
pub(super) struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads the parameters; only those in `known` may be there.
    pub(super) fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string())
            .map_err(|error| Problem::bad_request("query", format!("the query can not be read: {error}")))?;
        let mut params = BTreeMap::new();
        for (name, value) in pairs.into_inner() {
            if !known.contains(&name.as_str()) {
                let takes = if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                };
                return Err(Problem::bad_request(
                    "unknown-parameter",
                    format!("there is no parameter {name:?} here; the parameters are: {takes}"),
                )
                .with("parameter", name));
            }
            if params.insert(name.clone(), value).is_some() {
                return Err(Problem::bad_request(
                    "repeated-parameter",
                    format!("the parameter {name:?} stands there twice; send it once"),
                )
                .with("parameter", name));
            }
        }
        Ok(Self(params))
    }

    /// A parameter's text. An empty one says nothing.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// A parameter that is one of these words.
    pub(super) fn word(&self, name: &str, words: &[&str]) -> Result<Option<String>, Problem> {
        match self.text(name) {
            Some(word) if !words.contains(&word.as_str()) => {
                Err(invalid(name, &word, &format!("one of {}", words.join(", "))))
            }
            word => Ok(word),
        }
    }

    /// A parameter that is a date and time.
    pub(super) fn moment(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match Timestamp::parse(&text) {
            Ok(moment) => Ok(Some(moment)),
            Err(error) => Err(invalid(name, &text, error.expected())),
        }
    }

    /// A parameter that is a whole number from `least` to `most`.
    pub(super) fn number(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(invalid(
                name,
                &text,
                &format!("a whole number from {least} to {most}"),
            )),
        }
    }
}

pub(super) fn invalid(name: &str, found: &str, expected: &str) -> Problem {
    Problem::bad_request(
        "invalid-parameter",
        format!("the parameter {name:?} is {found:?}; expected {expected}"),
    )
    .with("parameter", name)
}
