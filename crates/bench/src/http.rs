//! A connection that sends prepared requests and reads whole answers, at as little cost as there can be: it shares the
//! machine with what it measures.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Longer than this no answer takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// The administrator's key of the servers that are measured.
pub(crate) const KEY: &str = "bench";
/// Its secret: the servers listen on a loopback address, for as long as they are measured.
pub(crate) const SECRET: &str = "only-while-it-is-measured";

/// One connection, kept alive.
pub(crate) struct Connection {
    stream: TcpStream,
    headers: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// An answer: its status and its body.
pub(crate) struct Answer<'c> {
    pub(crate) status: u16,
    pub(crate) body: &'c [u8],
}

impl Answer<'_> {
    /// Refuses any answer but this.
    pub(crate) fn expect(&self, status: u16) -> Result<()> {
        if self.status == status {
            return Ok(());
        }
        bail!(
            "the server answered {} instead of {status}: {}",
            self.status,
            String::from_utf8_lossy(self.body)
        )
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(self.body).context("an answer is not JSON")
    }
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("connect to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let key = STANDARD.encode(format!("{KEY}:{SECRET}"));
        Ok(Self {
            stream,
            headers: format!(
                " HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {key}\r\nX-Experience-API-Version: 1.0.3\r\n"
            ),
            request: Vec::new(),
            answer: vec![0; 128 * 1024],
        })
    }

    /// GET of a path.
    pub(crate) fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        self.send("GET", path, None)
    }

    /// POST of a body.
    pub(crate) fn post(&mut self, path: &str, media_type: &str, body: &str) -> Result<Answer<'_>> {
        self.send("POST", path, Some((media_type, body)))
    }

    fn send(&mut self, method: &str, path: &str, body: Option<(&str, &str)>) -> Result<Answer<'_>> {
        self.request.clear();
        write!(self.request, "{method} {path}{}", self.headers)?;
        if let Some((media_type, body)) = body {
            write!(
                self.request,
                "Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )?;
        } else {
            self.request.extend_from_slice(b"\r\n");
        }
        self.stream.write_all(&self.request).context("send a request")?;
        self.receive()
    }

    fn receive(&mut self) -> Result<Answer<'_>> {
        let mut filled = 0;
        let (status, from, to) = loop {
            filled += self.more(filled)?;
            if let Some(head) = head(&self.answer[..filled])? {
                break head;
            }
        };
        if to > self.answer.len() {
            self.answer.resize(to, 0);
        }
        while filled < to {
            filled += self.more(filled)?;
        }
        Ok(Answer {
            status,
            body: &self.answer[from..to],
        })
    }

    fn more(&mut self, filled: usize) -> Result<usize> {
        if filled == self.answer.len() {
            bail!("the head of an answer has more than {filled} bytes");
        }
        match self
            .stream
            .read(&mut self.answer[filled..])
            .context("read an answer")?
        {
            0 => bail!("the server closed the connection"),
            read => Ok(read),
        }
    }
}

/// The status of an answer and where its body begins and ends, once its head is there.
fn head(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(from) = answer.parse(bytes).context("an answer is not HTTP")? else {
        return Ok(None);
    };
    let status = answer.code.context("an answer has no status")?;
    let length = answer
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .map(|header| {
            std::str::from_utf8(header.value)?
                .parse::<usize>()
                .context("a length")
        })
        .transpose()?;
    let length = match length {
        Some(length) => length,
        None if status == 204 => 0,
        None => bail!("an answer does not say how long it is"),
    };
    Ok(Some((status, from, from + length)))
}
