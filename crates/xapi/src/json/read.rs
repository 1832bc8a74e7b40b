//! From bytes to the tree, in one pass over jiter's iterator.

use std::borrow::Cow;
use std::collections::HashSet;

use jiter::{Jiter, JiterError, Peek};

use super::{Document, Member, Node, RULE, Value};
use crate::error::shown;
use crate::{Limits, ValidationError};

/// Nesting is read by recursion: deeper than this, whatever the limits say, the stack is at risk.
const DEEPEST: usize = 128;
/// Up to so many members, looking back at each is faster than hashing.
const FEW_MEMBERS: usize = 16;

pub(super) fn document<'a>(body: &'a [u8], limits: &Limits) -> Result<Document<'a>, ValidationError> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let valid = body.get(..error.valid_up_to()).unwrap_or_default();
            return Err(problem(
                valid,
                valid.len(),
                "found bytes that are not UTF-8; expected JSON in UTF-8".to_owned(),
            ));
        }
    };
    let mut reader = Reader {
        text,
        jiter: Jiter::new(text.as_bytes()),
        limits: *limits,
        deepest: limits.max_depth.min(DEEPEST),
    };
    let root = reader
        .peek()
        .and_then(|peek| reader.value(peek, 0))
        .map_err(|stop| reader.explain(stop))?;
    reader
        .jiter
        .finish()
        .map_err(|error| reader.explain(Stop::Syntax(error)))?;
    Ok(Document { text, root })
}

struct Reader<'a> {
    text: &'a str,
    jiter: Jiter<'a>,
    limits: Limits,
    deepest: usize,
}

/// Why reading stopped.
enum Stop {
    Syntax(JiterError),
    Refused { at: usize, message: String },
}

impl From<JiterError> for Stop {
    fn from(error: JiterError) -> Self {
        Self::Syntax(error)
    }
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Result<Peek, Stop> {
        Ok(self.jiter.peek()?)
    }

    fn value(&mut self, peek: Peek, depth: usize) -> Result<Node<'a>, Stop> {
        let start = self.jiter.current_index();
        let value = match peek {
            Peek::String => Value::String(self.string(start)?),
            Peek::Object => Value::Object(self.object(start, depth + 1)?),
            Peek::Array => Value::Array(self.array(start, depth + 1)?),
            Peek::True | Peek::False => Value::Bool(self.jiter.known_bool(peek)?),
            Peek::Null => {
                self.jiter.known_null()?;
                Value::Null
            }
            _ => Value::Number(self.number(peek, start)?),
        };
        Ok(Node {
            value,
            span: start..self.jiter.current_index(),
        })
    }

    fn string(&mut self, start: usize) -> Result<Cow<'a, str>, Stop> {
        let decoded = self.jiter.known_str()?;
        // Most strings have no escapes: where the text itself is what was decoded, it is borrowed.
        Ok(match self.text.get(start + 1..start + 1 + decoded.len()) {
            Some(raw) if raw == decoded => Cow::Borrowed(raw),
            _ => Cow::Owned(decoded.to_owned()),
        })
    }

    fn number(&mut self, peek: Peek, start: usize) -> Result<&'a str, Stop> {
        self.jiter.known_number_bytes(peek)?;
        let text = self
            .text
            .get(start..self.jiter.current_index())
            .unwrap_or_default();
        let most = self.limits.max_number_digits;
        if text.len() > most {
            return Err(Stop::Refused {
                at: start,
                message: format!(
                    "found a number of {} characters; at most {most} are taken",
                    text.len()
                ),
            });
        }
        Ok(text)
    }

    fn array(&mut self, start: usize, depth: usize) -> Result<Vec<Node<'a>>, Stop> {
        self.check_depth(start, depth)?;
        let mut elements = Vec::new();
        let mut next = self.jiter.known_array()?;
        while let Some(peek) = next {
            elements.push(self.value(peek, depth)?);
            next = self.jiter.array_step()?;
        }
        Ok(elements)
    }

    fn object(&mut self, start: usize, depth: usize) -> Result<Vec<Member<'a>>, Stop> {
        self.check_depth(start, depth)?;
        let mut members: Vec<Member<'a>> = Vec::with_capacity(4);
        let mut names: HashSet<Cow<'a, str>> = HashSet::new();
        let mut name_at = self.skip_to_name(start + 1);
        let mut raw_length = self.jiter.next_object_bytes()?.map(<[u8]>::len);
        while let Some(length) = raw_length {
            let name = self.name(name_at, length)?;
            let seen = if members.len() <= FEW_MEMBERS {
                members.iter().any(|member| member.name == name)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|member| member.name.clone()));
                }
                !names.insert(name.clone())
            };
            if seen {
                return Err(Stop::Refused {
                    at: name_at,
                    message: format!(
                        "found the member {} twice in one object; a name may be there once",
                        shown(&name)
                    ),
                });
            }
            let peek = self.peek()?;
            let value = self.value(peek, depth)?;
            members.push(Member {
                name,
                start: name_at,
                value,
            });
            name_at = self.skip_to_name(self.jiter.current_index());
            raw_length = self.jiter.next_key_bytes()?.map(<[u8]>::len);
        }
        Ok(members)
    }

    /// Where the next name's opening quote must be, if the text is well-formed.
    fn skip_to_name(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        from + rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b','))
            .count()
    }

    fn name(&self, start: usize, raw_length: usize) -> Result<Cow<'a, str>, Stop> {
        let raw = self
            .text
            .get(start + 1..start + 1 + raw_length)
            .unwrap_or_default();
        if !raw.contains('\\') {
            return Ok(Cow::Borrowed(raw));
        }
        let quoted = self.text.get(start..start + 2 + raw_length).unwrap_or_default();
        Ok(Cow::Owned(Jiter::new(quoted.as_bytes()).next_str()?.to_owned()))
    }

    fn check_depth(&self, start: usize, depth: usize) -> Result<(), Stop> {
        if depth > self.deepest {
            let deepest = self.deepest;
            return Err(Stop::Refused {
                at: start,
                message: format!("found nesting deeper than {deepest} levels"),
            });
        }
        Ok(())
    }

    fn explain(&self, stop: Stop) -> ValidationError {
        match stop {
            Stop::Syntax(error) => problem(
                self.text.as_bytes(),
                error.index,
                format!("found something that is not JSON: {}", error.error_type),
            ),
            Stop::Refused { at, message } => problem(self.text.as_bytes(), at, message),
        }
    }
}

fn problem(text: &[u8], at: usize, message: String) -> ValidationError {
    let before = text.get(..at.min(text.len())).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(line_start..).unwrap_or_default())
        .chars()
        .count()
        + 1;
    ValidationError::new("$".to_owned(), RULE, message).at(line, column)
}
