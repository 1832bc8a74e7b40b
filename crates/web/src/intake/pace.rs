use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep};

/// Fewer bytes a second than this are too few.
const FLOOR: u64 = 1_024;

/// A body that fails when it comes too slowly. Only the time counts in which somebody waits for it: how long the
/// server takes with what has come is not the client's fault.
pub(super) struct Paced<S> {
    body: S,
    stall: Duration,
    /// Runs while the body is waited for.
    alarm: Option<(Pin<Box<Sleep>>, Instant)>,
    waited: Duration,
    received: u64,
}

impl<S> Paced<S> {
    pub(super) fn new(body: S, stall: Duration) -> Self {
        Self {
            body,
            stall,
            alarm: None,
            waited: Duration::ZERO,
            received: 0,
        }
    }

    fn is_too_slow(&self) -> bool {
        self.received < FLOOR.saturating_mul(self.stall.as_secs().max(1))
    }
}

impl<S> Stream for Paced<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Poll::Ready(next) = Pin::new(&mut this.body).poll_next(context) {
            if let Some((_, since)) = this.alarm.take() {
                this.waited += since.elapsed();
            }
            if let Some(Ok(bytes)) = &next {
                this.received += bytes.len() as u64;
            }
            return Poll::Ready(next);
        }
        loop {
            let left = this.stall.saturating_sub(this.waited);
            let (alarm, _) = this
                .alarm
                .get_or_insert_with(|| (Box::pin(sleep(left)), Instant::now()));
            ready!(alarm.as_mut().poll(context));
            if this.is_too_slow() {
                let slow = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
                return Poll::Ready(Some(Err(PayloadError::Io(slow))));
            }
            (this.alarm, this.waited, this.received) = (None, Duration::ZERO, 0);
        }
    }
}
