use std::time::Duration;

use tokio::sync::mpsc;

use super::queue::Batch;

/// A transaction takes no further batch once it has this many bytes of statements.
const GROUP_BYTES: usize = 8 * 1024 * 1024;
/// A group of so many statements waits for no others: beside what it costs to write, the commit that it would share is
/// little, and while it is written those others come, are parsed, and make the next.
const LARGE: usize = 32;

/// Makes groups of the batches that wait.
///
/// Who has got an answer often comes back at once with the next batch. The first to come back would get a
/// transaction of its own and make the others wait for the one after: so where several were answered together,
/// as many are waited for, if only for a fraction of what a transaction takes.
#[derive(Default)]
pub(super) struct Gather {
    /// A batch that had no place in the last group.
    next: Option<Batch>,
    expected: usize,
    patience: Duration,
}

impl Gather {
    /// Longer than this nobody waits for others.
    const MOST_PATIENCE: Duration = Duration::from_millis(1);

    /// The batch that the next group begins with, or `None` when there are no more. Nothing is lost when this is given up
    /// before.
    pub(super) async fn first(&mut self, batches: &mut mpsc::UnboundedReceiver<Batch>) -> Option<Batch> {
        match self.next.take() {
            Some(batch) => Some(batch),
            None => batches.recv().await,
        }
    }

    /// The group that begins with this batch, of so many statements at most unless the batch has more.
    pub(super) async fn group(
        &mut self,
        first: Batch,
        batches: &mut mpsc::UnboundedReceiver<Batch>,
        most: usize,
    ) -> Vec<Batch> {
        let (mut statements, mut bytes) = (first.statements.len(), first.bytes);
        let mut group = vec![first];
        let until = tokio::time::Instant::now() + self.patience;
        while statements < most && bytes < GROUP_BYTES {
            let batch = match batches.try_recv() {
                Ok(batch) => batch,
                Err(_) if group.len() < self.expected && statements < LARGE => {
                    match tokio::time::timeout_at(until, batches.recv()).await {
                        Ok(Some(batch)) => batch,
                        Ok(None) | Err(_) => break,
                    }
                }
                Err(_) => break,
            };
            statements += batch.statements.len();
            bytes += batch.bytes;
            if statements > most || bytes > GROUP_BYTES {
                self.next = Some(batch);
                break;
            }
            group.push(batch);
        }
        group
    }

    /// A group of so many batches took so long.
    pub(super) fn learn(&mut self, size: usize, took: Duration) {
        // Falls slowly: one small group among large ones says little.
        self.expected = if size >= self.expected {
            size
        } else {
            (self.expected + size) / 2
        };
        self.patience = if self.expected > 1 {
            (took / 4).min(Self::MOST_PATIENCE)
        } else {
            Duration::ZERO
        };
    }
}
