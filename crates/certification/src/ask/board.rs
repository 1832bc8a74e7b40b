//! Who has how many points, among those who want to be seen.

use rules::recognition::{Place, board, recognize};
use rules::{Curriculum, Person, View};
use store::Store;
use xapi::Timestamp;

use crate::ask::several::{Cohort, everybody};
use crate::error::Result;

/// The places of those in a cohort who want to be on boards, for points from `from` (or ever) to `at`.
///
/// # Errors
/// [`CertificationError::TooMuch`](crate::CertificationError::TooMuch) where that is too many people.
pub(crate) async fn places(
    store: &dyn Store,
    curriculum: &Curriculum,
    others: &[&Curriculum],
    cohort: &Cohort,
    from: Option<Timestamp>,
    at: Timestamp,
) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    let wanted =
        |person: &Person| person.recognition && cohort.holds(person, at) && curriculum.is_ever_for(person);
    everybody(store, wanted, |known| {
        let view = View {
            acts: &known.acts,
            others,
            ..View::at(at)
        };
        let own = recognize(curriculum, &known.person, &known.evidence, &view);
        places.extend(own.map(|own| Place {
            rank: 0,
            person: known.person.id.clone(),
            name: known.person.name.clone(),
            points: from.map_or(own.points, |from| own.points_from(from)),
            level: own.level.map(|level| level.title),
        }));
    })
    .await?;
    Ok(board(places))
}
