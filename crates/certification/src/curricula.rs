//! Publishing curricula.

use std::collections::BTreeSet;

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
/// among `others`, which are to be published with it, or of one that needs the certificate of this one, or of one that
/// needs that.
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
        if store.curriculum(asked, None).await?.is_some() || others.contains(&asked) {
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
    }
    if let Some(way) = way_back(store, curriculum).await? {
        let way: Vec<String> = way
            .iter()
            .map(|id| format!("the certificate of {id:?}"))
            .collect();
        let message = format!(
            "nobody can earn {:?}: it asks for {}",
            curriculum.certification_title(),
            way.join(", which asks for ")
        );
        warnings.push(finding(file, "", message, "an order that begins somewhere"));
    }
    Ok(warnings)
}

/// Through which others a curriculum needs its own certificate, itself the last, if it does.
async fn way_back(store: &dyn Store, curriculum: &Curriculum) -> Result<Option<Vec<String>>> {
    let needed = |of: &Curriculum| of.certificates_needed().map(str::to_owned).collect::<Vec<_>>();
    let mut seen = BTreeSet::new();
    let mut open: Vec<Vec<String>> = needed(curriculum).into_iter().map(|id| vec![id]).collect();
    while let Some(way) = open.pop() {
        let Some(last) = way.last() else { continue };
        if last == curriculum.id() {
            return Ok(Some(way));
        }
        let other = if seen.insert(last.clone()) {
            store.curriculum(last, None).await?
        } else {
            None
        };
        // One that cannot be read is told of elsewhere.
        let other = other.and_then(|other| Curriculum::from_json(&other.body).ok());
        let next = other.iter().flat_map(needed);
        open.extend(next.map(|id| way.iter().cloned().chain([id]).collect()));
    }
    Ok(None)
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
