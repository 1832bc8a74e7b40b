//! Everybody, after a revision.

use std::time::Instant;

use anyhow::Result;
use bench::course::{STEPS, definition, people, write};
use fastrand::Rng;

use super::post::{JSON, STATEMENTS};
use super::settled;
use crate::bars::REEVALUATED;
use crate::figures::{Figures, Quantity};
use crate::http::Connection;
use crate::load::Load;
use crate::measure::Scale;
use crate::server::Server;

/// The people of one request.
const PEOPLE: usize = 1_000;

/// Half of the people have done everything and are certified, half lack the last step. Then a revision asks for a
/// higher score.
pub(super) fn reevaluate(
    figures: &mut Figures,
    store: &'static str,
    server: &Server,
    scale: &Scale,
) -> Result<()> {
    publish(server, 0.8)?;
    enroll(server, 0..scale.people)?;
    let people = scale.people as u64;
    Load::count(4, people).run(server.address, |connection| {
        let mut random = Rng::with_seed(connection as u64);
        let mut body = String::new();
        move |connection: &mut Connection, number: u64| {
            let person = number as usize;
            let steps = STEPS - person % 2;
            body.clear();
            for step in 0..steps {
                body.push(if step == 0 { '[' } else { ',' });
                write(person, step, &mut random, &mut body);
            }
            body.push(']');
            connection.post(STATEMENTS, JSON, &body)?.expect(200)?;
            Ok(steps as u64)
        }
    })?;
    settled(server)?;

    let began = Instant::now();
    publish(server, 0.85)?;
    settled(server)?;
    let per_second = people as f64 / began.elapsed().as_secs_f64();
    figures.add(store, REEVALUATED, Quantity::PerSecond, per_second);
    Ok(())
}

/// Publishes the curriculum.
pub(super) fn publish(server: &Server, passing_score: f64) -> Result<()> {
    let mut connection = server.connect()?;
    let definition = definition(passing_score);
    connection
        .post("/api/v1/curricula", "application/yaml", &definition)?
        .expect(201)
}

/// Adds people to the registry.
pub(super) fn enroll(server: &Server, numbers: std::ops::Range<usize>) -> Result<()> {
    let mut connection = server.connect()?;
    for from in numbers.clone().step_by(PEOPLE) {
        let body = people(from..(from + PEOPLE).min(numbers.end));
        connection.post("/api/v1/people", JSON, &body)?.expect(200)?;
    }
    Ok(())
}
