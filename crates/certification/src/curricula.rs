//! Publishing curricula.

use rules::{Curriculum, Finding, closest};
use store::{CurriculumRecord, Store};

use crate::error::Result;
use crate::shape::finding;

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

/// What is said of a definition that asks for certificates nobody can have: of a curriculum that is neither in the store nor
/// among `others`, which are to be published with it, or of one that asks for the certificate of this one.
///
/// # Errors
/// When the store fails.
pub async fn certificate_warnings(
    store: &dyn Store,
    file: &str,
    curriculum: &Curriculum,
    others: &[&str],
) -> Result<Vec<Finding>> {
    let mut asked: Vec<&str> = curriculum.certificates_asked().collect();
    asked.sort_unstable();
    asked.dedup();
    let mut warnings = Vec::new();
    for asked in asked {
        let Some(other) = store.curriculum(asked, None).await? else {
            if others.contains(&asked) {
                continue;
            }
            let known = store.curricula().await?;
            let known = known
                .iter()
                .map(|known| known.id.as_str())
                .chain(others.iter().copied());
            let meant = closest(asked, known).map_or_else(
                || "publish that one too".to_owned(),
                |meant| format!("did you mean {meant:?}?"),
            );
            let message = format!("there is no curriculum {asked:?}, whose certificate is asked for");
            warnings.push(finding(
                file,
                "",
                message,
                format!("the id of a curriculum; {meant}"),
            ));
            continue;
        };
        // One that cannot be read is told of elsewhere.
        let other = Curriculum::from_json(&other.body).ok();
        if other.is_some_and(|other| other.certificates_asked().any(|id| id == curriculum.id())) {
            let message = format!(
                "{:?} and {asked:?} ask for each other's certificate, so nobody can earn either",
                curriculum.id()
            );
            warnings.push(finding(file, "", message, "an order that begins somewhere"));
        }
    }
    Ok(warnings)
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
