//! What is broken, and how.

mod clients;
mod clock;
mod disk;
mod kill;
mod primary;
mod two_servers;

use std::future::Future;
use std::pin::Pin;

use crate::report::Outcome;

/// One way to break things.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) run: fn() -> Running,
}

type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

macro_rules! scenarios {
    ($($name:literal => $run:expr),+ $(,)?) => {
        /// All of them, in the order they run.
        pub(crate) const ALL: &[Scenario] = &[$(Scenario { name: $name, run: || Box::pin($run) }),+];
    };
}

scenarios! {
    "kill-server-embedded" => kill::on_the_embedded_store(),
    "kill-server-mongodb" => kill::on_mongodb(),
    "kill-primary" => primary::killed_under_load(),
    "kill-one-of-two-servers" => two_servers::one_is_killed(),
    "hang-one-of-two-servers" => two_servers::one_hangs(),
    "disk-full" => disk::full(),
    "disk-slow" => disk::slow(),
    "clock-embedded" => clock::on_the_embedded_store(),
    "clock-mongodb" => clock::on_mongodb(),
    "byte-a-second" => clients::that_send_a_byte_a_second(),
    "never-reading" => clients::that_never_read(),
    "many-connections" => clients::ten_thousand(),
}
