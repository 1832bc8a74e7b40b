//! How engines divide people among them. A lease is that an engine was alive a moment ago, by the clock of the primary;
//! what holds without any clock is the generation of each share.

use std::collections::BTreeSet;

use mongodb::ClientSession;
use mongodb::bson::{Bson, Document, doc};
use store::{Checkpoint, LEASE, Move, Part, Share, StoreError, StoreResult, moves};
use uuid::Uuid;

use super::records;
use crate::Inner;
use crate::error::doing;
use crate::raw::{Fields, binary_uuid, read_all};
use crate::schema::{CHECKPOINT, ENGINES};
use crate::transaction::Stopped;

pub(super) const HOLD: &str = "divide people among engines";
pub(super) const LEAVE: &str = "leave the engines";
pub(super) const DIVIDE: &str = "divide people anew";

/// A filter that finds standings, of those of a share. There are few of others that the index finds before it: only
/// what is due is ever asked for.
pub(super) fn of(share: Share, mut filter: Document) -> Document {
    if share != Share::ALL {
        let slots: Vec<i64> = share.slots().map(i64::from).collect();
        filter.insert("k", doc! { "$in": slots });
    }
    filter
}

impl Inner {
    pub(super) async fn checkpoints(&self, reading: &'static str) -> StoreResult<Vec<Checkpoint>> {
        let found = self
            .collection(CHECKPOINT)
            .find(doc! {})
            .sort(doc! { "_id": 1 })
            .await
            .map_err(doing(reading))?;
        read_all(found, "a checkpoint", reading, records::checkpoint_from).await
    }

    pub(super) async fn hold(&self, engine: Uuid) -> StoreResult<bool> {
        let engines = self.collection(ENGINES);
        engines
            .update_one(
                doc! { "_id": binary_uuid(engine) },
                vec![doc! { "$set": { "at": "$$NOW" } }],
            )
            .upsert(true)
            .await
            .map_err(doing(HOLD))?;
        let lease = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        let lately = doc! { "$gt": ["$at", { "$subtract": ["$$NOW", lease] }] };
        let alive = engines
            .find(doc! { "$expr": lately })
            .await
            .map_err(doing(HOLD))?;
        let alive = read_all(alive, "an engine", HOLD, |engine| engine.uuid("_id")).await?;
        let alive: BTreeSet<Uuid> = alive.into_iter().chain([engine]).collect();

        let checkpoints = self.checkpoints(HOLD).await?;
        let parts: Vec<Part> = checkpoints
            .iter()
            .map(|checkpoint| Part {
                share: checkpoint.share,
                holder: checkpoint.holder.filter(|holder| alive.contains(holder)),
            })
            .collect();
        let mut has_moved = false;
        for one in moves(engine, &alive, &parts) {
            let me = Some(engine);
            let (of, off, left, taken) = match one {
                Move::Take(share) => (share, share, None, me),
                Move::TakeOff(share, off) => (share, off, None, me),
                Move::GiveUp(share) => (share, share, me, None),
                Move::GiveOff(share, off) => (share, off, me, None),
            };
            let Some(before) = checkpoints.iter().find(|checkpoint| checkpoint.share == of) else {
                continue;
            };
            let mut parts = vec![(off, taken)];
            if of != off {
                parts.push((of.minus(off), left));
            }
            match self.hand_on(before, &parts).await {
                // Another was quicker: the next time will do.
                Err(StoreError::Changed { .. }) => continue,
                done => done?,
            }
            has_moved = true;
            tracing::info!(%engine, ?one, engines = alive.len(), "people are divided anew");
        }
        if has_moved {
            // Those long gone are not looked at any more.
            let gone = doc! { "$lt": ["$at", { "$subtract": ["$$NOW", 100 * lease] }] };
            let forgotten = engines.delete_many(doc! { "$expr": gone }).await;
            forgotten.map_err(doing(HOLD))?;
        }
        Ok(has_moved)
    }

    pub(super) async fn leave(&self, engine: Uuid) -> StoreResult<()> {
        let left = self
            .collection(ENGINES)
            .delete_one(doc! { "_id": binary_uuid(engine) })
            .await;
        left.map(drop).map_err(doing(LEAVE))
    }

    /// Gives a share, as far as it has come by now, to others.
    async fn hand_on(&self, of: &Checkpoint, parts: &[(Share, Option<Uuid>)]) -> StoreResult<()> {
        let mut transaction = self.transaction(HOLD);
        loop {
            let session = transaction.begin().await?;
            let handed: Result<(), Stopped> = async {
                let holder = of.holder.map_or(Bson::Null, binary_uuid);
                let now = self
                    .collection(CHECKPOINT)
                    .find_one(doc! { "_id": of.share.to_i64(), "h": holder })
                    .session(&mut *session)
                    .await?
                    .ok_or_else(changed)?;
                let now = records::checkpoint_from(Fields::new("a checkpoint", &now))?;
                let parts = parts.iter().map(|(share, holder)| now.of_part(*share, *holder));
                let parts: Vec<_> = parts.collect();
                self.change_hands(session, std::slice::from_ref(&now), &parts)
                    .await
            }
            .await;
            if transaction.end(handed).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// Puts checkpoints in the place of others.
    pub(super) async fn divide_anew(&self, before: &[Checkpoint], after: &[Checkpoint]) -> StoreResult<()> {
        let mut transaction = self.transaction(DIVIDE);
        loop {
            let session = transaction.begin().await?;
            let divided = self.change_hands(session, before, after).await;
            if transaction.end(divided).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// An engine that is about to commit on one of those before meets it there, and one that hangs in the middle of
    /// that is given up.
    async fn change_hands(
        &self,
        session: &mut ClientSession,
        before: &[Checkpoint],
        after: &[Checkpoint],
    ) -> Result<(), Stopped> {
        let checkpoints = self.collection(CHECKPOINT);
        for Checkpoint {
            share, generation, ..
        } in before
        {
            let seen = doc! { "_id": share.to_i64(), "g": *generation };
            let gone = checkpoints.delete_one(seen).session(&mut *session).await?;
            if gone.deleted_count == 0 {
                return Err(changed().into());
            }
        }
        for next in after {
            let next = records::checkpoint_to(next);
            checkpoints.insert_one(next).session(&mut *session).await?;
        }
        Ok(())
    }
}

fn changed() -> StoreError {
    let what = "the engine's checkpoint".to_owned();
    StoreError::Changed { what }
}
