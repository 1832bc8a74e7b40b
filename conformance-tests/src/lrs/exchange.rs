//! What was said, for people to read.

use std::fmt::Write;

use super::mask::Mask;

/// How many characters of a body are kept.
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
    body: &str,
) -> String {
    let mut text = start.to_owned();
    for (name, value) in headers {
        // Writing to a String can not fail.
        let _ = write!(text, "\n{name}: {value}");
    }
    if !body.is_empty() {
        let _ = write!(text, "\n\n{body}");
    }
    text
}

/// A body as text, without secrets; cut where it is long, and not before, so that no half of a secret is left.
pub(crate) fn shown(body: &[u8], mask: &Mask) -> String {
    let text = mask.clean(&String::from_utf8_lossy(body));
    match text.char_indices().nth(KEPT_BODY) {
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or_default();
            format!("{kept}… ({} bytes in all)", body.len())
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_cut_and_says_so() {
        let mask = Mask::new("key", "secret");
        let body = shown(&vec![b'x'; KEPT_BODY + 1], &mask);
        assert!(body.ends_with("x… (4097 bytes in all)"));
        let text = written("POST /x", [("a".into(), "b".into())], &body);
        assert!(text.starts_with("POST /x\na: b\n\nxxx"));
    }

    #[test]
    fn a_secret_across_the_cut_leaves_no_half() {
        let mut body = "x".repeat(KEPT_BODY - 3);
        body.push_str("secret and more");
        assert!(!shown(body.as_bytes(), &Mask::new("key", "secret")).contains("sec"));
    }

    #[test]
    fn no_body_no_blank_line() {
        assert_eq!(written("GET /x", [], ""), "GET /x");
    }
}
