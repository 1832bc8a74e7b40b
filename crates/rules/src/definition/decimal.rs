//! A decimal number, or a percentage where the schema allows one; canonically a number.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Number;

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(serde_json::Number),
    Percent(String),
}

pub(crate) fn serialize<S: Serializer>(value: &Option<Number>, serializer: S) -> Result<S::Ok, S::Error> {
    // The schema bounds those of a definition: nine decimals and few digits before, which a double tells apart and
    // is written as.
    value
        .and_then(|number| number.to_string().parse::<f64>().ok())
        .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Number>, D::Error> {
    let number = match Written::deserialize(deserializer)? {
        Written::Number(number) => Number::parse(&number.to_string()),
        Written::Percent(text) => return percent(&text).map(Some).ok_or_else(|| no_percentage(&text)),
    };
    number.map(Some).map_err(D::Error::custom)
}

/// `80 %` as 0.8.
pub(super) fn percent(text: &str) -> Option<Number> {
    let hundredths = text.strip_suffix('%')?.trim_end();
    Number::parse(&format!("{hundredths}e-2")).ok()
}

fn no_percentage<E: serde::de::Error>(text: &str) -> E {
    E::custom(format!("{text:?} is no percentage"))
}
