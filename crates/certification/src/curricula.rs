//! Publishing curricula.

use rules::Curriculum;
use store::{CurriculumRecord, Store};

use crate::error::Result;

/// What became of a definition that was to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The revision in the store.
    pub record: CurriculumRecord,
    /// Whether it is a new one; the same definition again is not.
    pub new: bool,
}

/// Publishes a definition as the next revision of its curriculum.
///
/// # Errors
/// When the store fails.
pub async fn publish(store: &dyn Store, curriculum: &Curriculum) -> Result<Published> {
    let before = store
        .curriculum(curriculum.id(), None)
        .await?
        .map(|record| record.revision);
    let record = store
        .publish_curriculum(CurriculumRecord {
            id: curriculum.id().to_owned(),
            revision: 0,
            hash: curriculum.hash(),
            published_at: web::now(),
            body: curriculum.to_json(),
        })
        .await?;
    let new = before.is_none_or(|before| before < record.revision);
    Ok(Published { record, new })
}
