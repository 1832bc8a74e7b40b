use crate::admin_key;
use crate::cli::ServeArgs;
use crate::commands::print;
use crate::config::Settings;
use crate::failure::Outcome;
use crate::logging;
use crate::opened::open;
use crate::server::{Server, Socket};
use crate::signals::Signals;

/// `testamur serve`: runs until it is told to stop.
pub(crate) async fn run(arguments: ServeArgs) -> Outcome {
    let settings = Settings::load(arguments.layer(), arguments.store.config.as_deref())?;
    let given = admin_key::from_environment(|name| std::env::var(name).ok())?;
    logging::start(settings.log_format, &settings.log)?;
    // Before the store is opened: from here on the end is always an orderly one.
    let mut signals = Signals::listen()?;
    let socket = Socket::bind(settings.bind)?;
    let store = open(&settings.backing).await?;
    if let Some((key, secret)) = admin_key::ensure(store.as_ref(), given).await? {
        // On standard output and not in the log: logs are kept and sent around.
        print(&format!(
            "This store had no keys. Here is one for its administrator, with every scope; it is shown only now:\n\n  \
             key     {}\n  secret  {}\n",
            key.id,
            secret.reveal()
        ))?;
    }
    let server = Server::start(socket, store, &settings)?;
    print(&format!("Testamur is at http://{}", server.address))?;
    signals.received().await;
    server.stop().await
}
