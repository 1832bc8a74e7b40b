//! The dispatcher: drains the outbox. What it does for an entry has the same effect however often it is done.

use store::{NewStatement, OutboxEntry, StoreError};
use xapi::{Limits, Version};

use crate::engine::{Delta, Engine};
use crate::error::{CertificationError, Result, from_json};
use crate::notice::{self, Ending};

impl Engine {
    /// Does what is due in the outbox; answers whether there was anything.
    pub(super) async fn dispatch(&self) -> Result<bool> {
        let due = self
            .store
            .outbox((self.options.clock)(), self.options.page)
            .await?;
        let mut done = Vec::new();
        let mut statements = Vec::new();
        for entry in &due {
            match entry.kind.as_str() {
                notice::STATEMENT => match self.seal(entry) {
                    Ok(statement) => statements.push(statement),
                    // Trying again would not make it valid; the ledger has the decision all the same.
                    Err(error) => {
                        tracing::error!(notice = %entry.id, %error, "a notice could not be sent and is dropped")
                    }
                },
                notice::ENDING => self.end(entry).await?,
                kind => {
                    tracing::error!(notice = %entry.id, kind, "a notice of a kind that is not known is dropped")
                }
            }
            done.push(entry.id);
        }
        self.tell(statements).await?;
        if !done.is_empty() {
            self.store.outbox_done(&done).await?;
        }
        Ok(!done.is_empty())
    }

    fn seal(&self, entry: &OutboxEntry) -> Result<NewStatement> {
        let authority = &self.options.authority;
        let invalid = |reason: String| CertificationError::Statement {
            notice: entry.id,
            reason,
        };
        let received = xapi::parse_statement(entry.body.as_bytes(), Version::V1_0, &Limits::default())
            .map_err(|error| invalid(error.to_string()))?;
        let id = received
            .statement()
            .id
            .ok_or_else(|| invalid("it has no id".to_owned()))?;
        Ok(NewStatement::new(
            received.seal(id, &authority.clone().into()),
            &authority.ifi,
            true,
        ))
    }

    /// Writes statements to the log. One that is there already is a no-op; one whose id was taken by a
    /// different statement stays out, as nobody can write it.
    async fn tell(&self, mut statements: Vec<NewStatement>) -> Result<()> {
        while !statements.is_empty() {
            match self.store.append(statements.clone()).await {
                Ok(_) => return Ok(()),
                Err(StoreError::StatementConflict { id, index }) if index < statements.len() => {
                    tracing::error!(statement = %id, "the log holds another statement under the id of a notice");
                    statements.remove(index);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Ends the certificates of somebody who left the registry, once their time has come. Somebody who came
    /// back has standings again, and those see to it.
    async fn end(&self, entry: &OutboxEntry) -> Result<()> {
        let ending: Ending = from_json(|| format!("notice {}", entry.id), &entry.body)?;
        for _ in 0..Self::ATTEMPTS {
            // Whoever holds them: of two that commit, one begins again.
            let shares = self.store.checkpoints().await?;
            let Some(theirs) = shares.into_iter().find(|found| found.share.has(&ending.person)) else {
                continue;
            };
            let mut work = self.begin(theirs).await?;
            self.appraiser(&work)
                .appraise([ending.person.clone()], &Delta::default(), &mut work.appraised)
                .await?;
            let next = work.checkpoint.clone();
            match self.finish(&mut work, next).await {
                Err(CertificationError::Store(StoreError::Changed { .. })) => {}
                done => return done,
            }
        }
        Err(StoreError::Changed {
            what: "the checkpoint".to_owned(),
        }
        .into())
    }
}
