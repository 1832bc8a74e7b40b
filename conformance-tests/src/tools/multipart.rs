//! `multipart/mixed` both ways (RFC 2046; 1.0.3, Communication 1.5.2).

use crate::lrs::Answer;
use crate::requirement::{Check, failed};

/// A part: its headers, names in lower case, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Part {
    /// The part that holds the statements.
    pub(crate) fn statements(json: &serde_json::Value) -> Self {
        Self {
            headers: vec![("content-type".into(), "application/json".into())],
            body: json.to_string().into_bytes(),
        }
    }

    /// A part that holds an attachment's data.
    pub(crate) fn attachment(content_type: &str, hash: &str, body: &[u8]) -> Self {
        Self {
            headers: vec![
                ("content-type".into(), content_type.into()),
                ("content-transfer-encoding".into(), "binary".into()),
                ("x-experience-api-hash".into(), hash.into()),
            ],
            body: body.to_vec(),
        }
    }

    /// Without one of its headers.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// The boundary that requests are written with.
pub(crate) const BOUNDARY: &str = "conformance-0'()+_,-.:=?1";

/// The Content-Type that goes with [`write()`].
pub(crate) fn content_type() -> String {
    format!("multipart/mixed; boundary=\"{BOUNDARY}\"")
}

/// The body of a request.
pub(crate) fn write(parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        for (name, value) in &part.headers {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&part.body);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    out
}

/// The parts of an answer.
pub(crate) fn read(answer: &Answer) -> Check<Vec<Part>> {
    answer.of_type("multipart/mixed")?;
    let header = answer.header("content-type")?;
    let boundary = boundary_of(&header)
        .ok_or_else(|| failed("Content-Type: multipart/mixed names its boundary", header.clone()))?;
    split(&answer.body, &boundary).ok_or_else(|| {
        failed(
            "a multipart/mixed body as RFC 2046 describes it, with its closing delimiter",
            String::from_utf8_lossy(&answer.body).into_owned(),
        )
    })
}

fn boundary_of(content_type: &str) -> Option<String> {
    let at = content_type.to_ascii_lowercase().find("boundary=")?;
    let value = content_type.get(at + "boundary=".len()..)?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().map(str::to_owned),
        None => value.split(';').next().map(|value| value.trim().to_owned()),
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn split(body: &[u8], boundary: &str) -> Option<Vec<Part>> {
    // The delimiter is CRLF, two hyphens and the boundary; before the first part the CRLF may be the start.
    let mut whole = b"\r\n".to_vec();
    whole.extend_from_slice(body);
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let mut rest = whole.get(find(&whole, &delimiter)? + delimiter.len()..)?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let start = find(rest, b"\r\n")?;
        let content = rest.get(start..)?;
        let end = find(content, &delimiter)?;
        parts.push(part(content.get(..end)?)?);
        rest = content.get(end + delimiter.len()..)?;
    }
}

/// A part from what stands between two delimiters: CRLF, headers, CRLF CRLF, bytes.
fn part(content: &[u8]) -> Option<Part> {
    let end = find(content, b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(content.get(..end)?).into_owned();
    let headers = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Part {
        headers,
        body: content.get(end + 4..)?.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let parts = [
            Part::statements(&json!([{ "a": 1 }])),
            Part::attachment("application/octet-stream", "abc", b"\r\n--not\r\n\0\xff"),
        ];
        assert_eq!(split(&write(&parts), BOUNDARY).expect("parts"), parts);
    }

    #[test]
    fn without_its_closing_delimiter_it_is_not_read() {
        let mut body = write(&[Part::statements(&json!({}))]);
        body.truncate(body.len() - 4);
        assert_eq!(split(&body, BOUNDARY), None);
    }

    #[test]
    fn boundaries() {
        assert_eq!(
            boundary_of("multipart/mixed; boundary=abc; x=y").as_deref(),
            Some("abc")
        );
        assert_eq!(
            boundary_of("multipart/mixed; Boundary=\"a b\"").as_deref(),
            Some("a b")
        );
        assert_eq!(boundary_of("multipart/mixed"), None);
    }
}
