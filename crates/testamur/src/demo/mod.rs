//! `testamur demo`: the whole of it at work, before somebody's eyes.
//!
//! The demo is a client of the server it starts, and nothing more: people, curricula and statements go in over
//! HTTP, and what came of them is asked for over HTTP. What *had* to come of them it knows from how it made them
//! up ([`story`], and by hand in `samples/demo/learners.yaml`), never by evaluating a curriculum.

mod catalogue;
mod client;
mod event;
mod found;
mod people;
mod plan;
mod play;
mod samples;
mod session;
mod story;
mod summary;
mod words;

use chrono::{SubsecRound, Utc};
use store::Scope;
use tempfile::TempDir;

use crate::cli::DemoArgs;
use crate::config::{Backing, Layer, LogFormat, Settings};
use crate::failure::{Failure, Outcome};
use crate::logging;
use crate::opened::open;
use crate::server::{Server, Socket};
use crate::signals::Signals;
use client::{Client, Key};
use found::Found;
use plan::Plan;
use summary::Summary;

/// `testamur demo`
pub(crate) async fn run(arguments: DemoArgs) -> Outcome {
    logging::start(LogFormat::Text, "warn")?;
    let mut signals = Signals::listen()?;
    let socket = Socket::bind(arguments.address())?;
    let folder = tempfile::Builder::new()
        .prefix("testamur-demo-")
        .tempdir()
        .map_err(|error| Failure::new(format!("no temporary folder can be made for the demo: {error}")))?;
    let store = open(&Backing::Folder(folder.path().to_owned())).await?;
    let (key, secret) =
        certification::keys::create(store.as_ref(), "Demo administrator", &Scope::ALL).await?;
    let key = Key {
        id: key.id,
        secret: secret.reveal().to_owned(),
    };
    // Whatever the environment or a settings file of this place says is about other servers.
    let settings = Settings::decide(Layer::default())?;
    let server = Server::start(socket, store, &settings)?;
    let url = format!("http://{}", server.address);

    let shown = tokio::select! {
        shown = show(&arguments, &url, key, &folder) => shown,
        () = signals.received() => Err(Failure::new("the demo was interrupted")),
    };
    if shown.is_ok() && !arguments.exit {
        println!("\n  The server stays up until Ctrl-C.");
        signals.received().await;
        println!();
    }
    let stopped = server.stop().await;
    let removed = folder.close();
    let differences = shown?;
    stopped?;
    removed.map_err(|error| Failure::new(format!("the temporary folder could not be removed: {error}")))?;
    match differences {
        0 => Ok(()),
        many => Err(Failure::new(format!(
            "{many} outcomes are not as expected; they are listed above"
        ))),
    }
}

/// Plays everything and prints what came of it; answers how much of that is not as it had to be.
async fn show(arguments: &DemoArgs, url: &str, key: Key, folder: &TempDir) -> Outcome<usize> {
    let now = Utc::now().trunc_subsecs(0) - chrono::Duration::minutes(1);
    let plan = Plan::draw(arguments.people, arguments.seed, now)?;
    println!(
        "\n  Testamur is at {url}, on a store of its own in {}\n",
        folder.path().display()
    );
    let administrator = Client::new(url.to_owned(), key.clone())?;
    let played = play::play(&plan, &administrator).await?;
    let found = Found::ask(&administrator).await?;
    let summary = Summary {
        plan: &plan,
        played: &played,
        found: &found,
        url,
        key: &key,
    };
    print!("{}", summary.text());
    let mut differences = found.differences(&plan);
    if played.log != plan.log() {
        differences.push(format!(
            "the log holds {} statements, expected {}",
            played.log,
            plan.log()
        ));
    }
    print!("{}", summary.verdict(&differences));
    Ok(differences.len())
}
