//! The parts of a request in `multipart/mixed`.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::dev::{Decompress, Payload};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use bytes::{Bytes, BytesMut};
use futures_util::stream::LocalBoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use web::Problem;

use super::reader::{Fault, Head, Reader};
use crate::content_type::ContentType;
use crate::{encoding, refusal};

pub(super) const RULE: &str = "xAPI 1.0.3 Communication 1.5.2";

/// A request's parts: first the statements, then an attachment each.
pub(crate) struct Parts {
    reader: Reader<LocalBoxStream<'static, Result<Bytes, PayloadError>>>,
    /// Why the body could not be read on, where its sender is to blame for how it comes and not for what.
    slow: Rc<RefCell<Option<Problem>>>,
    /// How many were begun.
    count: usize,
    pub(super) max_attachment_bytes: u64,
}

impl Parts {
    /// 400 when the type names no boundary, or one that RFC 2046 does not know.
    pub(crate) fn open(
        headers: &HeaderMap,
        payload: Payload,
        kind: &ContentType,
        max_attachment_bytes: u64,
    ) -> Result<Self, Problem> {
        encoding::check(headers)?;
        let boundary = kind.parameter("boundary").filter(|boundary| (1..=70).contains(&boundary.len())).ok_or_else(|| {
            refusal::header(
                "Content-Type",
                "the Content-Type multipart/mixed needs the parameter \"boundary\", of 1 to 70 characters (RFC 2046, 5.1.1)",
            )
        })?;
        let slow = Rc::new(RefCell::new(None));
        let noted = Rc::clone(&slow);
        let body = Decompress::from_headers(payload, headers).inspect_err(move |error| {
            let problem = web::unreadable(error);
            if problem.status() == StatusCode::REQUEST_TIMEOUT {
                noted.replace(Some(problem));
            }
        });
        Ok(Self {
            reader: Reader::new(body.boxed_local(), boundary),
            slow,
            count: 0,
            max_attachment_bytes,
        })
    }

    /// The first part: the JSON of the statements.
    pub(crate) async fn statements(&mut self, limit: usize) -> Result<Bytes, Problem> {
        let head = self
            .next()
            .await?
            .ok_or_else(|| malformed(1, "there is no part; the first must hold the statements"))?;
        if !head
            .get("Content-Type")
            .is_some_and(|kind| ContentType::parse(kind).is_json())
        {
            return Err(malformed(
                1,
                "the first part holds the statements, so its Content-Type must be application/json",
            ));
        }
        let mut json = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if json.len() + chunk.len() > limit {
                return Err(refusal::too_large("the part with the statements", limit as u64));
            }
            web::reserve(chunk.len())?;
            json.extend_from_slice(&chunk);
        }
        Ok(json.freeze())
    }

    pub(super) async fn next(&mut self) -> Result<Option<Head>, Problem> {
        self.count += 1;
        self.reader.next_part().await.map_err(|fault| self.refuse(&fault))
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        self.reader.chunk().await.map_err(|fault| self.refuse(&fault))
    }

    /// The number of this part, from 1.
    pub(super) fn number(&self) -> usize {
        self.count
    }

    fn refuse(&self, fault: &Fault) -> Problem {
        let slow = self.slow.borrow_mut().take();
        slow.unwrap_or_else(|| malformed(self.count, fault.to_string()))
    }
}

/// 400 for something wrong with a part, by its number from 1.
pub(super) fn malformed(part: usize, detail: impl Into<String>) -> Problem {
    refusal::at(format!("part {part}"), RULE, detail).with("part", part)
}
