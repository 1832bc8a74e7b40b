//! Publishing curricula.

use rules::{Curriculum, Finding};
use store::{CurriculumRecord, Store};

use crate::error::Result;

/// What became of a definition that was to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The revision in the store.
    pub record: CurriculumRecord,
    /// Whether it is a new one; the same definition again is not.
    pub new: bool,
    /// Whether it replaces another without saying what it changed and why, or with what that one said.
    pub unexplained: bool,
}

impl Published {
    /// What is said of a revision that does not say what it changed and why; `file` is what the finding calls it.
    #[must_use]
    pub fn warning(&self, file: &str) -> Option<Finding> {
        self.unexplained.then(|| Finding {
            file: file.to_owned(),
            line: None,
            column: None,
            path: "/revision".to_owned(),
            message: format!(
                "revision {} does not say what it changed and why",
                self.record.revision
            ),
            expected: "a text each, new with every revision: revision: { because: ..., changes: ... }"
                .to_owned(),
        })
    }
}

/// Publishes a definition as the next revision of its curriculum.
///
/// # Errors
/// When the store fails.
pub async fn publish(store: &dyn Store, curriculum: &Curriculum) -> Result<Published> {
    let before = store.curriculum(curriculum.id(), None).await?;
    let record = store
        .publish_curriculum(CurriculumRecord {
            id: curriculum.id().to_owned(),
            revision: 0,
            hash: curriculum.hash(),
            published_at: web::now(),
            body: curriculum.to_json(),
        })
        .await?;
    let new = before
        .as_ref()
        .is_none_or(|before| before.revision < record.revision);
    let note = curriculum.revision_note();
    let unexplained = before.filter(|_| new).is_some_and(|before| {
        // What cannot be read any more has said nothing.
        let before = Curriculum::from_json(&before.body).ok();
        note.is_none() || note == before.as_ref().and_then(Curriculum::revision_note)
    });
    Ok(Published {
        record,
        new,
        unexplained,
    })
}
