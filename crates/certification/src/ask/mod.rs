//! Questions that are answered by evaluating, and write nothing: where somebody stood, as known when; what a
//! draft would change; how the training does; who has how many points.

mod board;
mod known;
mod measured;
mod preview;
mod several;

use rules::{Curriculum, Standing};
use store::{PersonRecord, Store};
use xapi::Timestamp;

pub(crate) use self::board::places;
pub(crate) use self::measured::{By, Measured, measured};
pub(crate) use self::preview::preview;
pub(crate) use self::several::{Cohort, Curricula, InForce, known};
use crate::acts;
use crate::certificate::Certificate;
use crate::engine::{Agenda, Definitions, Earlier, Known, Revision, Skipped, stand};
use crate::error::Result;
use crate::people;

/// Where somebody stood in a curriculum.
pub(crate) struct Answered {
    /// The curriculum.
    pub(crate) curriculum: String,
    /// Its title, in the revision that counted.
    pub(crate) title: String,
    /// The revision that counted.
    pub(crate) revision: i64,
    /// Its hash.
    pub(crate) hash: String,
    /// The standing.
    pub(crate) standing: Standing,
    /// The newest certificate, as it stood and was known.
    pub(crate) certificate: Option<Certificate>,
}

/// Where a person stands as of a moment, by what was known at another (`None`: by all that is known): statements
/// stored by then and not voided by then, revisions published by then, the ledger as decided by then. The person
/// is as the registry knew them then; of somebody it did not know, there is nothing.
pub(crate) async fn standings(
    store: &dyn Store,
    record: &PersonRecord,
    as_of: Timestamp,
    known_at: Option<Timestamp>,
) -> Result<Vec<Answered>> {
    let Some((record, person)) = people::as_known(store, record, known_at).await? else {
        return Ok(Vec::new());
    };
    let record = &record;
    let agenda = Agenda::overall(&store.checkpoints().await?)?;
    let definitions = Definitions::load(store, &mut Skipped::default()).await?;
    let evidence = known::evidence(store, record, &definitions.interest, &agenda, known_at).await?;
    let certificates = known::certificates(store, &record.id, as_of, known_at).await?;
    let acts = acts::of_person(store, record).await?;
    let published_by = known_at.unwrap_or(Timestamp::from_micros(i64::MAX));
    let in_force: Vec<&Revision> = definitions
        .as_of(published_by)
        .map(|(_, revision)| revision)
        .collect();
    let others: Vec<&Curriculum> = in_force.iter().map(|revision| &revision.curriculum).collect();
    let known = Known {
        person: &person,
        evidence: &evidence,
        acts: &acts,
        others: &others,
        given: &[],
        retired: &[],
        at: as_of,
        known_at,
    };
    let merged = people::merged_certificates(store, &people::Ties::of(record)?).await?;
    let (earlier, mut standings_before) = Earlier::of(&definitions, &in_force, &known, |curriculum| {
        let all = certificates.iter().chain(&merged);
        all.filter(|own| own.curriculum == curriculum).collect()
    });
    let known = known.after(&earlier);
    let mut answers = Vec::new();
    for newest in in_force {
        let id = newest.curriculum.id();
        if definitions.is_retired(id, as_of, known_at) {
            continue;
        }
        let held = certificates.iter().rfind(|own| own.curriculum == id);
        let stand = stand(&definitions, newest, &known, &mut standings_before, held);
        if stand.standing.status == rules::Status::NotAssigned
            && stand.standing.next_change_at.is_none()
            && held.is_none()
        {
            continue;
        }
        answers.push(Answered {
            curriculum: id.to_owned(),
            title: stand.revision.curriculum.title().to_owned(),
            revision: stand.revision.number,
            hash: stand.revision.hash.clone(),
            standing: stand.standing,
            certificate: held.cloned(),
        });
    }
    Ok(answers)
}
