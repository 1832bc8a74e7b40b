//! The form of the alternate request syntax (1.0.3, Communication 1.3).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// `application/x-www-form-urlencoded`, as text.
pub(crate) fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| {
            format!(
                "{}={}",
                utf8_percent_encode(name, NON_ALPHANUMERIC),
                utf8_percent_encode(&value, NON_ALPHANUMERIC)
            )
        })
        .collect();
    pairs.join("&")
}
