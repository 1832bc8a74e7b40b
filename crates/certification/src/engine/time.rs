//! Time: what is due, earliest first. Nobody is looked at before their moment.

use std::collections::BTreeSet;

use crate::engine::{Delta, Engine, Work};
use crate::error::Result;

impl Engine {
    /// Looks again at those whose standing named a moment that has come.
    pub(super) async fn take_due(&self, work: &mut Work) -> Result<bool> {
        let share = work.checkpoint.share;
        let due = self
            .store
            .standings_due(share, work.at, self.options.page)
            .await?;
        if due.is_empty() {
            return Ok(false);
        }
        let people: BTreeSet<String> = due.iter().map(|standing| standing.person.clone()).collect();
        // What no curriculum in force answers for any more would be due for ever.
        for standing in due {
            if !work.agenda.in_force.contains_key(&standing.curriculum) {
                work.appraised
                    .commit
                    .lapsed
                    .push((standing.person, standing.curriculum));
            }
        }
        self.appraiser(work)
            .appraise(people, &Delta::default(), &mut work.appraised)
            .await?;
        let next = work.checkpoint.clone();
        self.finish(work, next).await?;
        Ok(true)
    }
}
