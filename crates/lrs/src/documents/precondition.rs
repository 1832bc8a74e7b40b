//! `If-Match` and `If-None-Match`, and what happens without them (1.0.3, Communication 3.1; RFC 9110, 13.1).

use actix_web::http::{StatusCode, header};
use web::Problem;
use xapi::Version;

use super::target::Kind;
use crate::call::Call;
use crate::{encoding, refusal};

/// The conditions a request makes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

#[derive(Debug, PartialEq, Eq)]
enum Tags {
    /// `*`
    Any,
    Some(Vec<String>),
}

impl Tags {
    /// Reads entity tags, without their quotes. Tags without any are read too: clients have sent the bare SHA-1
    /// since the days when the standard told them to calculate it. A tag marked weak is the strong one that was
    /// given out, marked by a proxy that compressed the answer on the way; the digest in it still names one exact
    /// content.
    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let tags: Vec<_> = text
            .split(',')
            .map(str::trim)
            .filter(|tag| !tag.is_empty())
            .map(|tag| {
                let tag = tag.strip_prefix("W/").unwrap_or(tag);
                let bare = tag
                    .strip_prefix('"')
                    .and_then(|tag| tag.strip_suffix('"'))
                    .unwrap_or(tag);
                (!bare.contains('"')).then(|| encoding::plain_etag(bare).to_owned())
            })
            .collect::<Option<_>>()?;
        (!tags.is_empty()).then_some(Self::Some(tags))
    }

    fn name(&self, etag: Option<&str>) -> bool {
        match (self, etag) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Some(tags), Some(etag)) => tags.iter().any(|tag| tag == etag),
        }
    }
}

impl Preconditions {
    pub(super) fn of(call: &Call) -> Result<Self, Problem> {
        let read = |name| {
            call.text(&name)?
                .map(|text| {
                    Tags::parse(text).ok_or_else(|| {
                        refusal::header(
                            name.as_str(),
                            format!(
                                "the header {name} holds no entity tags; expected \"*\" or tags in quotes"
                            ),
                        )
                    })
                })
                .transpose()
        };
        Ok(Self {
            if_match: read(header::IF_MATCH)?,
            if_none_match: read(header::IF_NONE_MATCH)?,
        })
    }

    /// Whether the client knows this very content already (for GET).
    pub(super) fn knows(&self, etag: &str) -> bool {
        self.if_none_match
            .as_ref()
            .is_some_and(|tags| tags.name(Some(etag)))
    }

    /// 412 unless the conditions hold of the document that is there now.
    pub(super) fn check(&self, current: Option<&str>) -> Result<(), Problem> {
        let failed = |name: &str, detail| {
            Err(
                Problem::new(StatusCode::PRECONDITION_FAILED, "precondition-failed", detail)
                    .with("header", name),
            )
        };
        if self.if_match.as_ref().is_some_and(|tags| !tags.name(current)) {
            return failed(
                "If-Match",
                match current {
                    Some(etag) => format!(
                        "the document has changed since: its entity tag is now \"{etag}\"; read it again, then retry \
                         with that tag in If-Match"
                    ),
                    None => "there is no document that could match If-Match".to_owned(),
                },
            );
        }
        if let (Some(tags), Some(etag)) = (&self.if_none_match, current)
            && tags.name(current)
        {
            return failed(
                "If-None-Match",
                format!(
                    "there is a document already, with the entity tag \"{etag}\"; read it, then send that in If-Match"
                ),
            );
        }
        Ok(())
    }

    /// What a PUT without any condition gets: nothing may be overwritten unseen, except state in 1.0.x.
    pub(super) fn check_put(
        &self,
        current: Option<&str>,
        kind: Kind,
        version: Version,
    ) -> Result<(), Problem> {
        if self.if_match.is_some() || self.if_none_match.is_some() {
            return self.check(current);
        }
        match (current, kind, version) {
            (_, Kind::State, Version::V1_0) | (None, _, Version::V2_0) => Ok(()),
            (Some(etag), ..) => Err(Problem::new(
                StatusCode::CONFLICT,
                "precondition-missing",
                format!(
                    "there is a document already; check its current state (its entity tag is \"{etag}\"), then set the \
                     header If-Match to that tag to replace it"
                ),
            )
            .with("header", "If-Match")),
            // "A Client making a PUT request ... MUST include the If-Match header or the If-None-Match header"
            (None, _, Version::V1_0) => Err(refusal::header(
                "If-None-Match",
                "a PUT of a profile document needs If-Match with its entity tag, or If-None-Match with \"*\" where there \
                 is none yet (1.0.3, Communication 3.1)",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
