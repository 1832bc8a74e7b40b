//! From a statement that is acknowledged to the certificate that can be read.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use bench::course::{STEPS, person_id, write};
use fastrand::Rng;
use hdrhistogram::Histogram;

use super::post::{JSON, STATEMENTS};
use super::reevaluate::{enroll, publish};
use super::settled;
use crate::bars::CERTIFIED;
use crate::figures::{Figures, Quantity};
use crate::http::Connection;
use crate::load::{Load, histogram};
use crate::measure::Scale;
use crate::server::Server;

/// Statements a second.
const RATE: f64 = 1_000.0;
/// So many people are at their courses at once.
const AT_ONCE: usize = 100;
/// Over so many connections statements come, and over so many it is asked for certificates.
const CONNECTIONS: usize = 16;
/// Between two questions for the same certificate.
const PAUSE: Duration = Duration::from_millis(2);

/// People work through a curriculum at 1,000 statements a second; every twentieth earns a certificate.
pub(super) fn certify(
    figures: &mut Figures,
    store: &'static str,
    server: &Server,
    scale: &Scale,
) -> Result<()> {
    let time = scale.time * 2;
    // Whole rounds only, so that everybody who begins comes to an end.
    let round = AT_ONCE * STEPS;
    let rounds = ((RATE * time.as_secs_f64()) as usize).div_ceil(round);
    let requests = rounds * round;
    publish(server, 0.8)?;
    enroll(server, 0..rounds * AT_ONCE)?;
    settled(server)?;

    let (earned, waiting) = channel::<(usize, Instant)>();
    let (waiting, over) = (Mutex::new(waiting), AtomicBool::new(false));
    let times = std::thread::scope(|scope| -> Result<Histogram<u64>> {
        let readers: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| read(server, &waiting, &over)))
            .collect();
        let load = Load {
            requests: requests as u64,
            ..Load::open(CONNECTIONS, RATE, Duration::MAX)
        };
        let done = load.run(server.address, |connection| {
            let earned = earned.clone();
            let mut random = Rng::with_seed(connection as u64);
            let mut body = String::new();
            move |connection: &mut Connection, number: u64| {
                let number = number as usize;
                let (person, step) = (
                    number / round * AT_ONCE + number % AT_ONCE,
                    number / AT_ONCE % STEPS,
                );
                body.clear();
                write(person, step, &mut random, &mut body);
                connection.post(STATEMENTS, JSON, &body)?.expect(200)?;
                if step == STEPS - 1 {
                    // A reader that failed says so itself.
                    let _ = earned.send((person, Instant::now()));
                }
                Ok(1)
            }
        });
        // Readers end when all that was earned is read, or at once when there is nothing more to come of it.
        drop(earned);
        over.fetch_or(done.is_err(), Ordering::Relaxed);
        let mut times = histogram()?;
        for reader in readers {
            match reader.join() {
                Ok(read) => times.add(read?)?,
                Err(_) => bail!("a reader broke down"),
            }
        }
        done.map(|_| times)
    })?;
    ensure!(
        times.len() == (rounds * AT_ONCE) as u64,
        "{} certificates for {} people",
        times.len(),
        rounds * AT_ONCE
    );
    for (quantity, percentile) in [(Quantity::P50Ms, 50.0), (Quantity::P99Ms, 99.0)] {
        let milliseconds = times.value_at_percentile(percentile) as f64 / 1e3;
        figures.add(store, CERTIFIED, quantity, milliseconds);
    }
    Ok(())
}

/// Asks for certificates until they are there.
fn read(
    server: &Server,
    waiting: &Mutex<Receiver<(usize, Instant)>>,
    over: &AtomicBool,
) -> Result<Histogram<u64>> {
    let mut connection = server.connect()?;
    let mut times = histogram()?;
    while !over.load(Ordering::Relaxed) {
        let next = match waiting.lock() {
            Ok(waiting) => waiting.recv_timeout(Duration::from_millis(50)),
            Err(_) => bail!("another reader broke down"),
        };
        let (person, since) = match next {
            Ok(next) => next,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let path = format!("/api/v1/certificates?person={}&limit=1", person_id(person));
        loop {
            let answer = connection.get(&path)?;
            answer.expect(200)?;
            let certificates = answer.json()?;
            let items = certificates.get("items").and_then(serde_json::Value::as_array);
            if items.is_some_and(|items| !items.is_empty()) {
                break;
            }
            if since.elapsed() > Duration::from_secs(60) {
                bail!("there is no certificate for {} after a minute", person_id(person));
            }
            std::thread::sleep(PAUSE);
        }
        times.saturating_record(u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(times)
}
