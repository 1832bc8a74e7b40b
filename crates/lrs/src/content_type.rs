//! Media types with their parameters (RFC 9110, 8.3.1), read as leniently as the wild asks for.

/// A media type: what `Content-Type` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentType {
    essence: String,
    parameters: Vec<(String, String)>,
}

impl ContentType {
    /// Reads a header's value. Types are compared in lower case; what is not understood is passed over.
    pub(crate) fn parse(text: &str) -> Self {
        let (essence, mut rest) = text.split_once(';').unwrap_or((text, ""));
        let mut parameters = Vec::new();
        loop {
            rest = rest.trim_start_matches([' ', '\t', ';']);
            let Some((name, after)) = rest.split_once('=') else {
                break;
            };
            let (value, after) = value(after.trim_start());
            parameters.push((name.trim().to_ascii_lowercase(), value));
            rest = after;
        }
        Self {
            essence: essence.trim().to_ascii_lowercase(),
            parameters,
        }
    }

    /// Type and subtype, in lower case.
    pub(crate) fn essence(&self) -> &str {
        &self.essence
    }

    pub(crate) fn is_json(&self) -> bool {
        self.essence == "application/json"
    }

    pub(crate) fn is_multipart_mixed(&self) -> bool {
        self.essence == "multipart/mixed"
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }
}

/// A token or quoted string, and what comes after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (value, after) = text.split_at(end);
        return (value.trim().to_owned(), after);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_parameters_are_read() {
        for (text, essence, boundary) in [
            ("application/json", "application/json", None),
            ("Application/JSON; charset=utf-8", "application/json", None),
            ("multipart/mixed; boundary=abc", "multipart/mixed", Some("abc")),
            (
                "multipart/mixed;boundary=\"a b;c\"",
                "multipart/mixed",
                Some("a b;c"),
            ),
            (
                "multipart/mixed; charset=utf-8; Boundary=x",
                "multipart/mixed",
                Some("x"),
            ),
            (
                "multipart/mixed; boundary=\"a\\\"b\"; x=y",
                "multipart/mixed",
                Some("a\"b"),
            ),
            (
                "multipart/mixed; boundary=abcABC0123'()+_,-./:=?",
                "multipart/mixed",
                Some("abcABC0123'()+_,-./:=?"),
            ),
            ("multipart/mixed;", "multipart/mixed", None),
            (
                "multipart/mixed; boundary=\"open",
                "multipart/mixed",
                Some("open"),
            ),
            ("", "", None),
            (";;;=", "", None),
        ] {
            let read = ContentType::parse(text);
            assert_eq!(read.essence(), essence, "{text}");
            assert_eq!(read.parameter("boundary"), boundary, "{text}");
        }
    }
}
