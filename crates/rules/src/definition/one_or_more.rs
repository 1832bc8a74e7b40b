//! What may be written as one, or as a list of several.

use serde::{Deserialize, Deserializer, Serialize};

/// One text, or a list of texts.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    one_or_more_of(deserializer)
}

/// One of something that is written as a text, or a list of them.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> From<OneOrMore<T>> for Vec<T> {
    fn from(texts: OneOrMore<T>) -> Self {
        match texts {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

pub(super) fn one_or_more_of<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    OneOrMore::deserialize(deserializer).map(Vec::from)
}
