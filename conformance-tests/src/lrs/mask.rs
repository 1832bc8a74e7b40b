//! Takes secrets out of what is reported.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const MASKED: &str = "•••";
/// A shorter secret would blot out ordinary text; it is masked within `Authorization` all the same.
const SHORTEST: usize = 4;

/// Knows the secrets of a run, in every spelling in which they travel.
#[derive(Debug, Clone)]
pub(crate) struct Mask(Vec<String>);

impl Mask {
    pub(crate) fn new(key: &str, secret: &str) -> Self {
        let basic = STANDARD.encode(format!("{key}:{secret}"));
        let mut needles = Vec::new();
        for plain in [basic.as_str(), secret] {
            if plain.len() < SHORTEST {
                continue;
            }
            let encoded = utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string();
            needles.extend([plain.to_owned(), encoded]);
        }
        // The longest first, so that no tail of one is left when another is its beginning.
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        needles.dedup();
        Self(needles)
    }

    /// The text without secrets.
    pub(crate) fn clean(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, needle| {
            text.replace(needle.as_str(), MASKED)
        })
    }

    /// A header's value without secrets.
    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        if !name.eq_ignore_ascii_case("authorization") {
            return self.clean(value);
        }
        match value.split_once(' ') {
            Some((scheme, _)) => format!("{scheme} {MASKED}"),
            None => MASKED.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_vanish_in_every_spelling() {
        let mask = Mask::new("key", "s3cr/t+pass");
        let basic = STANDARD.encode("key:s3cr/t+pass");
        for text in [
            "s3cr/t+pass".to_owned(),
            "s3cr%2Ft%2Bpass".to_owned(),
            basic.clone(),
            format!(
                "Authorization=Basic%20{}",
                utf8_percent_encode(&basic, NON_ALPHANUMERIC)
            ),
        ] {
            let clean = mask.clean(&format!("before {text} after"));
            assert!(clean.contains(MASKED), "{text} stays in {clean}");
            assert!(!clean.contains("s3cr") && !clean.contains(&basic), "{clean}");
        }
    }

    #[test]
    fn authorization_is_masked_whatever_it_holds() {
        let mask = Mask::new("a", "b");
        assert_eq!(mask.header("Authorization", "Basic YTpi"), "Basic •••");
        assert_eq!(mask.header("authorization", "YTpi"), "•••");
        assert_eq!(mask.header("accept", "b"), "b");
    }
}
