//! One person, in memory.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use bench::course::{Case, case};

use crate::bars::EVALUATED;
use crate::figures::{Figures, Quantity};
use crate::measure::Scale;

/// On one core.
pub(crate) fn evaluate(figures: &mut Figures, scale: &Scale) -> Result<()> {
    let Case {
        curriculum,
        person,
        evidence,
        at,
    } = case(true)?;
    let (began, mut people) = (Instant::now(), 0_u64);
    while began.elapsed() < scale.time / 2 {
        for _ in 0..100 {
            black_box(rules::evaluate(&curriculum, &person, black_box(&evidence), at));
        }
        people += 100;
    }
    let per_second = people as f64 / began.elapsed().as_secs_f64();
    figures.add("memory", EVALUATED, Quantity::PerSecond, per_second);
    Ok(())
}
