//! Parameters: of the query string, or of a form in the alternate syntax.

use uuid::Uuid;
use web::Problem;
use xapi::{Actor, Agent, Iri, Timestamp, Version};

use crate::refusal;

/// The longest query string that is looked at, in bytes.
const MAX_LENGTH: usize = 32 * 1024;

/// The parameters of one request, each name once.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string. 400 for a name twice, broken percent-encoding or bytes that are not UTF-8.
    pub(crate) fn of_query(query: &str) -> Result<Self, Problem> {
        if query.len() > MAX_LENGTH {
            return Err(Problem::bad_request(
                "invalid-parameter",
                format!(
                    "the query string is longer than {MAX_LENGTH} bytes; send the parameters as a form \
                     (1.0.3, Communication 1.3)"
                ),
            ));
        }
        pairs(query.as_bytes()).and_then(Self::of_pairs)
    }

    /// From pairs that were read already. 400 for a name twice.
    pub(crate) fn of_pairs(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        for (at, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(refusal::parameter(
                    name,
                    format!("the parameter {name:?} is there twice; send it once"),
                ));
            }
        }
        Ok(Self(pairs))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// 400 for any parameter but these (1.0.3, Communication 3.2).
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        let Some(name) = self
            .iter()
            .map(|(name, _)| name)
            .find(|name| !known.contains(name))
        else {
            return Ok(());
        };
        let shown: String = name.chars().take(60).collect();
        let detail = match known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            Some(meant) => format!("there is no parameter {shown:?}; the case counts: {meant:?}"),
            None if known.is_empty() => format!("there is no parameter {shown:?}; this request takes none"),
            None => format!(
                "there is no parameter {shown:?} here; this request takes {}",
                known.join(", ")
            ),
        };
        Err(refusal::parameter(&shown, detail))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }

    pub(crate) fn require(&self, name: &str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| {
            refusal::parameter(
                name,
                format!("the parameter {name:?} is missing; this request needs it"),
            )
        })
    }

    pub(crate) fn uuid(&self, name: &str) -> Result<Option<Uuid>, Problem> {
        self.get(name).map(|text| uuid(name, text)).transpose()
    }

    pub(crate) fn iri(&self, name: &str) -> Result<Option<Iri>, Problem> {
        self.get(name)
            .map(|text| Iri::parse(text).map_err(|error| malformed(name, &error)))
            .transpose()
    }

    pub(crate) fn timestamp(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.get(name)
            .map(|text| Timestamp::parse(text).map_err(|error| malformed(name, &error)))
            .transpose()
    }

    /// `true` or `false`, as in JSON; `false` when it is not there.
    pub(crate) fn boolean(&self, name: &str) -> Result<bool, Problem> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(text) => Err(malformed(
                name,
                &format!("found {}; expected true or false", shown(text)),
            )),
        }
    }

    /// An integer from 0 on.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let wrong = || {
            malformed(
                name,
                &format!("found {}; expected an integer, 0 or greater", shown(text)),
            )
        };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        // More than fits is more than anybody can be given.
        Ok(Some(text.parse().unwrap_or(u64::MAX)))
    }

    pub(crate) fn actor(&self, name: &str, version: Version) -> Result<Option<Actor>, Problem> {
        self.get(name)
            .map(|text| {
                Actor::parse(text.as_bytes(), version).map_err(|error| refusal::json_parameter(name, &error))
            })
            .transpose()
    }

    /// An agent; 400 for a group (1.0.3, Communication 2.6, note).
    pub(crate) fn require_agent(&self, name: &str, version: Version) -> Result<Agent, Problem> {
        self.require(name)?;
        match self.actor(name, version)? {
            Some(Actor::Agent(agent)) => Ok(agent),
            _ => Err(malformed(
                name,
                &"found a group; expected an agent (1.0.3, Communication 2.3 and 2.6)",
            )),
        }
    }

    pub(crate) fn require_iri(&self, name: &str) -> Result<Iri, Problem> {
        Iri::parse(self.require(name)?).map_err(|error| malformed(name, &error))
    }

    pub(crate) fn require_uuid(&self, name: &str) -> Result<Uuid, Problem> {
        uuid(name, self.require(name)?)
    }
}

fn uuid(name: &str, text: &str) -> Result<Uuid, Problem> {
    // `Uuid` reads more notations than the standard's one: RFC 4122 with hyphens (Data 4.4).
    Some(text)
        .filter(|text| text.len() == 36)
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or_else(|| {
            malformed(
                name,
                &format!(
                    "found {}; expected a UUID of 36 characters, with hyphens",
                    shown(text)
                ),
            )
        })
}

fn malformed(name: &str, error: &impl std::fmt::Display) -> Problem {
    refusal::parameter(name, format!("the parameter {name:?} is not right: {error}"))
}

fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(60).collect::<String>())
}

/// The pairs of a text in `application/x-www-form-urlencoded`, strictly: what can not be decoded is refused, since
/// guessing would keep something else than was sent.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    text.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (
                    pair.get(..at).unwrap_or_default(),
                    pair.get(at + 1..).unwrap_or_default(),
                ),
                None => (pair, [].as_slice()),
            };
            let name = decode(name).map_err(|why| {
                Problem::bad_request(
                    "invalid-parameter",
                    format!("the name of a parameter can not be decoded: {why}"),
                )
            })?;
            let value = decode(value).map_err(|why| {
                refusal::parameter(
                    &name,
                    format!("the parameter {} can not be decoded: {why}", shown(&name)),
                )
            })?;
            Ok((name, value))
        })
        .collect()
}

fn decode(text: &[u8]) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let value = digit()
                    .zip(digit())
                    .and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                value.ok_or("after \"%\" there must be two hex digits")?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests;
