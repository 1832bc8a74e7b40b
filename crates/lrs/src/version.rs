//! Which version of the standard a request speaks, and which one an answer names (1.0.3, Communication 3.3).

use std::collections::HashMap;
use std::sync::RwLock;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderValue;
use xapi::Version;

use crate::call::X_EXPERIENCE_API_VERSION;

/// What an answer names where nothing else is known.
pub(crate) const LATEST: Version = Version::V2_0;

/// On every response, set to the latest patch version.
pub(crate) fn set(response: &mut HttpResponse, version: Version) {
    let value = HeaderValue::from_static(version.as_str());
    response.headers_mut().insert(X_EXPERIENCE_API_VERSION, value);
}

/// The version each key last spoke.
///
/// A request that names no version is refused, and yet "every response" carries the header, set to the latest
/// patch version: of the family that this client speaks, which only its earlier requests tell. This is a courtesy
/// and no state of the store: another server, or this one after a restart, answers with the latest.
#[derive(Default)]
pub(crate) struct Spoken(RwLock<HashMap<String, Version>>);

impl Spoken {
    /// How many keys are remembered; past that all are forgotten.
    const CAPACITY: usize = 10_000;

    pub(crate) fn note(&self, key: &str, version: Version) {
        if self.get(key) == Some(version) {
            return;
        }
        if let Ok(mut versions) = self.0.write() {
            if versions.len() >= Self::CAPACITY {
                versions.clear();
            }
            versions.insert(key.to_owned(), version);
        }
    }

    pub(crate) fn of(&self, key: Option<&str>) -> Version {
        key.and_then(|key| self.get(key)).unwrap_or(LATEST)
    }

    fn get(&self, key: &str) -> Option<Version> {
        self.0.read().ok()?.get(key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_answered_in_the_version_it_last_spoke() {
        let spoken = Spoken::default();
        assert_eq!(spoken.of(None), LATEST);
        assert_eq!(spoken.of(Some("a")), LATEST);
        spoken.note("a", Version::V1_0);
        spoken.note("b", Version::V2_0);
        assert_eq!(spoken.of(Some("a")), Version::V1_0);
        spoken.note("a", Version::V2_0);
        assert_eq!(spoken.of(Some("a")), Version::V2_0);
    }

    #[test]
    fn memory_is_bounded() {
        let spoken = Spoken::default();
        for key in 0..=Spoken::CAPACITY {
            spoken.note(&key.to_string(), Version::V1_0);
        }
        assert!(spoken.0.read().expect("not poisoned").len() <= Spoken::CAPACITY);
    }
}
