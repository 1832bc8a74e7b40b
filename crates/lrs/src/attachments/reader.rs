//! A reader of multipart bodies (RFC 2046, 5.1) that holds no more than what it has not yet handed on.
//!
//! Line breaks are CRLF by the RFC, and LF in what some tools send. Which it is shows after the first delimiter;
//! from then on a CR before a delimiter belongs to it or to the content accordingly.

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use memchr::memmem;

/// The most bytes the headers of one part may have.
const MAX_HEAD: usize = 16 * 1024;
/// Padding that may follow a delimiter in its line.
const MAX_PADDING: usize = 256;

/// Why a body is not multipart as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("the body could not be read to its end: {0}")]
    Stream(String),
    #[error("there is no line with the boundary")]
    NoBoundary,
    #[error("the body ends in the middle of a part: the closing boundary is missing")]
    Unterminated,
    #[error("the headers of a part are longer than {MAX_HEAD} bytes")]
    LongHead,
    #[error("a part has a header line without a colon: {0:?}")]
    BadHeader(String),
}

/// The headers of one part.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Head(Vec<(String, String)>);

impl Head {
    /// A header's value; names in any case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value.as_str()))
    }
}

pub(super) struct Reader<S> {
    stream: S,
    exhausted: bool,
    buffer: BytesMut,
    /// `\n--boundary`
    delimiter: Vec<u8>,
    state: State,
    crlf: bool,
    /// Bytes at the front of the buffer that are not content: the empty line after the headers, which may also be
    /// the line break before a delimiter.
    skip: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Preamble,
    Head,
    Content,
    End,
}

enum Scan {
    /// Content up to `end`, then a delimiter up to `next`.
    Delimiter {
        end: usize,
        next: usize,
        last: bool,
        crlf: bool,
    },
    /// No delimiter begins before `safe`.
    Clear { safe: usize },
}

impl<S, E> Reader<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    pub(super) fn new(stream: S, boundary: &str) -> Self {
        Self {
            stream,
            exhausted: false,
            // The first delimiter needs no line break before it.
            buffer: BytesMut::from("\r\n"),
            delimiter: format!("\n--{boundary}").into_bytes(),
            state: State::Preamble,
            crlf: true,
            skip: 0,
        }
    }

    /// Goes on to the next part, over what is left of this one. `None` after the last.
    pub(super) async fn next_part(&mut self) -> Result<Option<Head>, Fault> {
        while matches!(self.state, State::Preamble | State::Content) {
            self.chunk().await?;
        }
        match self.state {
            State::End => Ok(None),
            _ => self.head().await.map(Some),
        }
    }

    /// The next piece of this part's content. `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Fault> {
        while matches!(self.state, State::Preamble | State::Content) {
            let content = match self.scan() {
                Scan::Delimiter {
                    end,
                    next,
                    last,
                    crlf,
                } => {
                    let content = self.take(end);
                    self.buffer.advance(next - end);
                    self.state = if last { State::End } else { State::Head };
                    self.crlf = crlf;
                    content
                }
                Scan::Clear { safe } if safe > self.skip => self.take(safe),
                Scan::Clear { .. } => {
                    if !self.fill().await? {
                        return Err(match self.state {
                            State::Preamble => Fault::NoBoundary,
                            _ => Fault::Unterminated,
                        });
                    }
                    continue;
                }
            };
            if !content.is_empty() {
                return Ok(Some(content));
            }
        }
        Ok(None)
    }

    /// The bytes up to `end`, without those that are not content.
    fn take(&mut self, end: usize) -> Bytes {
        let mut content = self.buffer.split_to(end).freeze();
        content.advance(self.skip.min(end));
        self.skip = 0;
        content
    }

    fn scan(&self) -> Scan {
        for at in memmem::find_iter(&self.buffer, &self.delimiter) {
            // A CR before belongs to the delimiter if that is how this body breaks its lines.
            let end = match at.checked_sub(1).and_then(|before| self.buffer.get(before)) {
                Some(b'\r') if self.crlf => at - 1,
                _ => at,
            };
            let after = at + self.delimiter.len();
            let rest = self.buffer.get(after..).unwrap_or_default();
            if rest.starts_with(b"--") {
                return Scan::Delimiter {
                    end,
                    next: after + 2,
                    last: true,
                    crlf: self.crlf,
                };
            }
            let padding = rest
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            match rest.get(padding..).unwrap_or_default() {
                [b'\n', ..] => {
                    return Scan::Delimiter {
                        end,
                        next: after + padding + 1,
                        last: false,
                        crlf: false,
                    };
                }
                [b'\r', b'\n', ..] => {
                    return Scan::Delimiter {
                        end,
                        next: after + padding + 2,
                        last: false,
                        crlf: true,
                    };
                }
                // What it is shows when more has come.
                [] | [b'\r'] | [b'-'] if !self.exhausted && padding < MAX_PADDING => {
                    return Scan::Clear { safe: end };
                }
                // Content that only begins like the boundary.
                _ => {}
            }
        }
        // The longest beginning of a delimiter that the end of the buffer could be.
        Scan::Clear {
            safe: self.buffer.len().saturating_sub(self.delimiter.len() + 1),
        }
    }

    async fn head(&mut self) -> Result<Head, Fault> {
        let mut head = Head::default();
        let mut length = 0;
        loop {
            let Some(end) = memchr::memchr(b'\n', &self.buffer) else {
                if self.buffer.len() > MAX_HEAD {
                    return Err(Fault::LongHead);
                }
                if !self.fill().await? {
                    return Err(Fault::Unterminated);
                }
                continue;
            };
            let line = self.buffer.get(..end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                // Left in place: an empty part's delimiter may begin with it.
                self.skip = end + 1;
                self.state = State::Content;
                return Ok(head);
            }
            length += end;
            if length > MAX_HEAD {
                return Err(Fault::LongHead);
            }
            let line = String::from_utf8_lossy(line).into_owned();
            self.buffer.advance(end + 1);
            match (
                line.starts_with([' ', '\t']),
                head.0.last_mut(),
                line.split_once(':'),
            ) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (false, _, Some((name, value))) => {
                    head.0.push((name.trim().to_owned(), value.trim().to_owned()))
                }
                _ => return Err(Fault::BadHeader(line.chars().take(60).collect())),
            }
        }
    }

    /// Reads on; whether there was more.
    async fn fill(&mut self) -> Result<bool, Fault> {
        if self.exhausted {
            return Ok(false);
        }
        match self.stream.next().await {
            Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
            Some(Err(error)) => return Err(Fault::Stream(error.to_string())),
            None => self.exhausted = true,
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
