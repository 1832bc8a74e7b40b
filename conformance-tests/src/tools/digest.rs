//! SHA-1 for the ETags of 1.0.3, SHA-2 for attachments.

use std::fmt::Write;

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

fn hex(algorithm: &'static Algorithm, bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in digest(algorithm, bytes).as_ref() {
        // Writing to a String can not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// SHA-1 in lower-case hexadecimal digits.
pub(crate) fn sha1(bytes: &[u8]) -> String {
    hex(&SHA1_FOR_LEGACY_USE_ONLY, bytes)
}

/// SHA-256 in lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&SHA256, bytes)
}

/// The same with another algorithm of `aws_lc_rs::digest`.
pub(crate) fn sha2(algorithm: &'static Algorithm, bytes: &[u8]) -> String {
    hex(algorithm, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests() {
        assert_eq!(sha1(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(sha256(b"abc").starts_with("ba7816bf8f01cfea"));
    }
}
