//! What a run says: a table, and under the folder of reports JSON and a chart.

mod chart;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::baseline::Compared;
use crate::figures::{Bar, Figure, Figures};
use crate::measure::Scale;

/// A number to read: thousands with commas, small ones with as many digits as say something.
pub(crate) fn number(value: f64) -> String {
    if value >= 100.0 {
        let digits = format!("{value:.0}");
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        text
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// Prints everything, work by work, with what is asked for.
pub(crate) fn table(figures: &Figures, compared: &[Compared]) {
    let mut last = None;
    for figure in figures.all() {
        let of = (figure.store, figure.work.as_str());
        if last != Some(of) {
            println!("\n{} | {}", figure.store, figure.work);
            last = Some(of);
        }
        println!(
            "  {:<45}{:>10}  {}",
            figure.quantity.words(),
            number(figure.value),
            asked(figure)
        );
    }
    if !compared.is_empty() {
        println!("\nagainst the baseline, as parts of the raw store or of the yardstick: more is better");
    }
    for compared in compared {
        println!(
            "  {:<100}{:>8}, was {}{}",
            compared.name,
            number(compared.now),
            number(compared.before),
            if compared.is_slower() { ": SLOWER" } else { "" }
        );
    }
}

fn asked(figure: &Figure) -> String {
    let Some(bar) = figure.bar else {
        return String::new();
    };
    let sign = match bar {
        Bar::AtLeast(_) => '≥',
        Bar::AtMost(_) => '≤',
    };
    let met = if figure.is_met() == Some(true) {
        "met"
    } else {
        "NOT MET"
    };
    format!("{sign} {:<9} {met}", number(bar.number()))
}

/// Writes the JSON and the chart.
pub(crate) fn files(figures: &Figures, scale: &Scale, folder: &Path) -> Result<()> {
    let report = json!({
        "statements": scale.statements,
        "seconds": scale.time.as_secs_f64(),
        "people": scale.people,
        "quick": scale.quick,
        "figures": figures.all(),
    });
    for (name, text) in [
        ("bench.json", serde_json::to_string_pretty(&report)? + "\n"),
        ("bench.svg", chart::svg(figures)),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, text).with_context(|| format!("write {}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}
