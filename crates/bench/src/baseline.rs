//! Comparing with an earlier run, by ratios to the raw store: those say the same on any machine.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::figures::{Figures, Quantity};

/// Less than this part of the earlier ratio is slower; what is between is noise.
const NOISE: f64 = 0.75;

/// A ratio, now and then.
pub(crate) struct Compared {
    pub(crate) name: String,
    pub(crate) now: f64,
    pub(crate) before: f64,
}

impl Compared {
    /// Whether it fell by more than noise.
    pub(crate) fn is_slower(&self) -> bool {
        self.now < self.before * NOISE
    }
}

fn ratios(figures: &Figures) -> BTreeMap<String, f64> {
    figures
        .all()
        .iter()
        .filter(|figure| figure.quantity == Quantity::OfRaw)
        .map(|figure| (format!("{}: {}", figure.store, figure.work), figure.value))
        .collect()
}

fn read(file: &Path) -> Result<BTreeMap<String, f64>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("read {}", file.display()))
}

/// The ratios that were measured then and now.
pub(crate) fn compare(figures: &Figures, file: &Path) -> Result<Vec<Compared>> {
    let before = read(file)?;
    Ok(ratios(figures)
        .into_iter()
        .filter_map(|(name, now)| {
            let before = *before.get(&name)?;
            Some(Compared { name, now, before })
        })
        .collect())
}

/// Takes over the ratios of this run.
pub(crate) fn update(figures: &Figures, file: &Path) -> Result<()> {
    let mut all = read(file)?;
    let rounded = ratios(figures)
        .into_iter()
        .map(|(name, ratio)| (name, (ratio * 1e3).round() / 1e3));
    all.extend(rounded);
    let text = serde_json::to_string_pretty(&all)?;
    std::fs::write(file, text + "\n").with_context(|| format!("write {}", file.display()))
}
