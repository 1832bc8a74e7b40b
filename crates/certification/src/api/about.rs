//! What a certification is worth and who endorses it, shown where it is spoken of.

use std::collections::BTreeMap;

use rules::{Benefit, Curriculum, Endorsement};
use serde_json::{Map, Value, json};
use store::Store;

use crate::error::Result;

/// What a revision of a curriculum says about itself.
#[derive(Default)]
pub(super) struct About {
    value: Option<Benefit>,
    endorsed_by: Vec<Endorsement>,
}

impl About {
    /// Adds what there is to an answer.
    pub(super) fn show(&self, members: &mut Map<String, Value>) {
        if let Some(value) = &self.value {
            members.insert("value".to_owned(), json!(value));
        }
        if !self.endorsed_by.is_empty() {
            members.insert("endorsed_by".to_owned(), json!(self.endorsed_by));
        }
    }
}

/// What these revisions say about themselves. One that cannot be read says nothing.
pub(super) async fn of(
    store: &dyn Store,
    revisions: impl IntoIterator<Item = (String, i64)>,
) -> Result<BTreeMap<(String, i64), About>> {
    let mut known = BTreeMap::new();
    for (id, revision) in revisions {
        if known.contains_key(&(id.clone(), revision)) {
            continue;
        }
        let record = store.curriculum(&id, Some(revision)).await?;
        let curriculum = record.and_then(|record| Curriculum::from_json(&record.body).ok());
        let about = curriculum.map_or_else(About::default, |curriculum| About {
            value: curriculum.value().cloned(),
            endorsed_by: curriculum.endorsed_by().to_vec(),
        });
        known.insert((id, revision), about);
    }
    Ok(known)
}
