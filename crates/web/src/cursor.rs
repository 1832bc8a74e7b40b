use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Problem;

/// Where a list goes on, as an opaque word in a link: the last item's key, nothing the server has to keep.
pub struct Cursor;

impl Cursor {
    /// Longest word that is looked at.
    const MAX_LENGTH: usize = 8 * 1024;

    /// The word for a place.
    ///
    /// # Errors
    /// 500 when the place can not be written as JSON.
    pub fn encode(place: &impl Serialize) -> Result<String, Problem> {
        serde_json::to_vec(place)
            .map(|json| URL_SAFE_NO_PAD.encode(json))
            .map_err(|error| {
                Problem::new(
                    actix_web::http::StatusCode::INTERNAL_SERVER_ERROR,
                    "cursor",
                    format!("the link to the next page could not be made: {error}"),
                )
            })
    }

    /// The place a word stands for.
    ///
    /// # Errors
    /// 400 when this server did not make the word.
    pub fn decode<T: DeserializeOwned>(word: &str) -> Result<T, Problem> {
        Some(word)
            .filter(|word| word.len() <= Self::MAX_LENGTH)
            .and_then(|word| URL_SAFE_NO_PAD.decode(word).ok())
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| {
                Problem::bad_request(
                    "cursor",
                    "this link to a further page is not one that this server made; start again from the first page",
                )
            })
    }
}
