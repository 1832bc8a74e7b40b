//! What was said, for people to read.

use std::fmt::Write;

/// The longest part of a body that is kept.
const KEPT_BODY: usize = 4096;

/// A request and its answer, secrets masked, long bodies cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Method, path and query, then headers, then the body.
    pub sent: String,
    /// Status, headers and body; or why there was no answer.
    pub received: String,
}

/// A start line, headers and a body, as text.
pub(crate) fn written(
    start: &str,
    headers: impl IntoIterator<Item = (String, String)>,
    body: &[u8],
) -> String {
    let mut text = start.to_owned();
    for (name, value) in headers {
        // Writing to a String can not fail.
        let _ = write!(text, "\n{name}: {value}");
    }
    if !body.is_empty() {
        let _ = write!(text, "\n\n{}", shown(body));
    }
    text
}

/// A body, cut where it is long.
pub(crate) fn shown(body: &[u8]) -> String {
    let kept = body.get(..KEPT_BODY).unwrap_or(body);
    let mut text = String::from_utf8_lossy(kept).into_owned();
    if kept.len() < body.len() {
        let _ = write!(text, "… ({} bytes in all)", body.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_cut_and_says_so() {
        let text = written("POST /x", [("a".into(), "b".into())], &vec![b'x'; KEPT_BODY + 1]);
        assert!(text.starts_with("POST /x\na: b\n\nxxx"));
        assert!(text.ends_with("x… (4097 bytes in all)"));
    }

    #[test]
    fn no_body_no_blank_line() {
        assert_eq!(written("GET /x", [], b""), "GET /x");
    }
}
