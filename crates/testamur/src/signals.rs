use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Failure, Outcome};

/// The signals that ask the program to end: SIGTERM and SIGINT.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens for them from now on; they no longer end the program by themselves.
    ///
    /// # Errors
    /// When the operating system does not allow it.
    pub(crate) fn listen() -> Outcome<Self> {
        let to =
            |kind| signal(kind).map_err(|error| Failure::new(format!("signals can not be heard: {error}")));
        Ok(Self {
            terminate: to(SignalKind::terminate())?,
            interrupt: to(SignalKind::interrupt())?,
        })
    }

    /// Waits for one of them.
    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
