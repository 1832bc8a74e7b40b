use aws_lc_rs::digest::Algorithm;
use serde_json::{Value, json};

use super::uuid;
use crate::tools::digest::{sha2, sha256};
use crate::tools::edit::set;
use crate::tools::multipart::Part;

/// An attachment that need not be sent: it says where its data is.
pub(crate) fn linked_attachment() -> Value {
    json!({
        "usageType": "https://example.org/attachment-usage/essay",
        "display": { "en": "An essay" },
        "description": { "en": "What was handed in" },
        "contentType": "text/plain",
        "length": 3,
        "sha2": sha256(b"abc"),
        "fileUrl": "https://example.org/essays/1.txt"
    })
}

/// Data to attach.
pub(crate) struct Data {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: String,
    pub(crate) sha2: String,
}

impl Data {
    /// Text that nobody sent before.
    pub(crate) fn text() -> Self {
        Self::new("text/plain", format!("An essay, {}", uuid()).into_bytes())
    }

    /// All bytes there are, and line ends that look like delimiters.
    pub(crate) fn binary() -> Self {
        let mut bytes: Vec<u8> = (0..=255).collect();
        bytes.extend_from_slice(b"\r\n--\r\n\r\n\0");
        bytes.extend_from_slice(uuid().as_bytes());
        Self::new("application/octet-stream", bytes)
    }

    pub(crate) fn new(content_type: &str, bytes: Vec<u8>) -> Self {
        Self {
            sha2: sha256(&bytes),
            content_type: content_type.to_owned(),
            bytes,
        }
    }

    /// The same, named by another SHA-2.
    pub(crate) fn hashed_with(self, algorithm: &'static Algorithm) -> Self {
        Self {
            sha2: sha2(algorithm, &self.bytes),
            ..self
        }
    }

    /// What the statement says about it.
    pub(crate) fn described(&self) -> Value {
        json!({
            "usageType": "https://example.org/attachment-usage/essay",
            "display": { "en": "An essay" },
            "contentType": self.content_type,
            "length": self.bytes.len(),
            "sha2": self.sha2
        })
    }

    /// What the statement says about it, with one member changed.
    pub(crate) fn described_with(&self, member: &str, value: Value) -> Value {
        set(self.described(), &format!("/{member}"), value)
    }

    /// The part that carries it.
    pub(crate) fn part(&self) -> Part {
        Part::attachment(&self.content_type, &self.sha2, &self.bytes)
    }
}
