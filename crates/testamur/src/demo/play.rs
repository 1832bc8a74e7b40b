//! Sends everything, in its order, and waits for what comes of it.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use store::Scope;

use super::catalogue::DEFINITIONS;
use super::client::Client;
use super::event::Delivery;
use super::found::Certificate;
use super::plan::Plan;
use crate::failure::{Failure, Outcome};

/// Requests that are under way at once, as from so many packages.
const AT_ONCE: usize = 8;
/// People sent at once.
const PEOPLE_AT_ONCE: usize = 1_000;
/// How long the engine may take before the demo says that something is wrong.
const PATIENCE: Duration = Duration::from_secs(120);

/// How it went.
#[derive(Debug)]
pub(crate) struct Played {
    /// Statements sent, those sent again included.
    pub(crate) sent: usize,
    /// Requests that brought them.
    pub(crate) requests: usize,
    /// How long the stream took.
    pub(crate) stream: Duration,
    /// How long after it the engine had taken all of it into account.
    pub(crate) caught_up: Duration,
    /// How long after the answer to the very last statement its certificate could be read.
    pub(crate) certified_after: Option<Duration>,
    /// What the log holds in the end.
    pub(crate) log: usize,
}

/// Publishes the curricula, adds the people, and plays their statements.
///
/// # Errors
/// When the server refuses something, or does not come to terms with it.
pub(crate) async fn play(plan: &Plan, administrator: &Client) -> Outcome<Played> {
    for (_, definition) in DEFINITIONS {
        administrator.publish(definition).await?;
    }
    let people: Vec<_> = plan
        .learners
        .iter()
        .map(super::people::Learner::to_json)
        .collect();
    for some in people.chunks(PEOPLE_AT_ONCE) {
        administrator.import(some).await?;
    }
    let key = administrator
        .make_key("Learning portal", &[Scope::StatementsWrite, Scope::Define])
        .await?;
    let portal = administrator.with_key(key);

    let (sent, took) = stream_all(plan, &portal).await?;
    let caught_up = settled(administrator).await?;
    let mut requests = plan.stream.len();
    if !plan.afterwards.is_empty() {
        portal.say(&plan.statements(&plan.afterwards)).await?;
        requests += 1;
        settled(administrator).await?;
    }
    let mut certified_after = None;
    for place in &plan.last {
        portal.say(&plan.statements(&[*place])).await?;
        requests += 1;
        let person = &plan.learners[plan.events[*place].person].id;
        certified_after = Some(certified(administrator, person).await?);
    }
    settled(administrator).await?;
    let log = told(plan, administrator).await?;
    Ok(Played {
        sent: sent + plan.afterwards.len() + plan.last.len(),
        requests,
        stream: took,
        caught_up,
        certified_after,
        log,
    })
}

/// Sends the stream; answers how many statements it brought and how long it took.
async fn stream_all(plan: &Plan, portal: &Client) -> Outcome<(usize, Duration)> {
    let sent: usize = plan.stream.iter().map(Vec::len).sum();
    let bar = progress_bar(sent)?;
    let started = Instant::now();
    stream::iter(&plan.stream)
        .map(|request| {
            let statements = plan.statements(request);
            let (bar, portal) = (&bar, &portal);
            async move {
                portal.say(&statements).await?;
                bar.inc(statements.len() as u64);
                if let Some(Delivery::At(arrival)) = request.last().map(|place| plan.events[*place].delivery)
                {
                    bar.set_message(arrival.format("%b %Y").to_string());
                }
                Ok::<(), Failure>(())
            }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    bar.finish_and_clear();
    Ok((sent, started.elapsed()))
}

/// Shows itself on a terminal, and not at all elsewhere.
fn progress_bar(statements: usize) -> Outcome<ProgressBar> {
    let style =
        ProgressStyle::with_template("  {bar:40.green/dim} {human_pos}/{human_len} statements  {msg}")
            .map_err(|error| Failure::new(format!("the progress bar can not be drawn: {error}")))?;
    Ok(ProgressBar::new(statements as u64).with_style(style.progress_chars("━━─")))
}

/// Waits until the engine has taken everything into account; answers how long that took.
async fn settled(client: &Client) -> Outcome<Duration> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if client.progress().await?.settled {
            return Ok(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err(Failure::new(format!(
        "the certification engine has not come to terms with the statements within {} seconds",
        PATIENCE.as_secs()
    )))
}

/// Waits until the log holds all it has to, the server's own statements about certificates included; answers
/// what it holds. That it may hold something else is for the verdict.
async fn told(plan: &Plan, client: &Client) -> Outcome<usize> {
    let started = Instant::now();
    loop {
        let progress = client.progress().await?;
        let log = usize::try_from(progress.head).unwrap_or(usize::MAX);
        if (log >= plan.log() && progress.settled) || started.elapsed() >= PATIENCE {
            return Ok(log);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until a certificate of this person is in force; answers how long that took.
async fn certified(client: &Client, person: &str) -> Outcome<Duration> {
    let started = Instant::now();
    let path = format!("/api/v1/certificates?status=active&person={person}");
    while started.elapsed() < PATIENCE {
        if !client.all::<Certificate>(&path).await?.is_empty() {
            return Ok(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err(Failure::new(format!(
        "{person} was not certified within {} seconds",
        PATIENCE.as_secs()
    )))
}
