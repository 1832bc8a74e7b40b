//! Comparing with an earlier run, by ratios that say the same on any machine: to the raw store where that did the same in the
//! same run, else to how fast the machine is.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bars::YARDSTICK;
use crate::figures::{Figure, Figures, Quantity};

/// Less than this part of the earlier ratio is slower; what is between is noise.
const NOISE: f64 = 0.75;
/// The same of a 99th percentile: a few syncs of the disk make it.
const NOISE_OF_TAILS: f64 = 0.4;

/// A ratio, now and then: the higher, the better.
pub(crate) struct Compared {
    pub(crate) name: String,
    pub(crate) now: f64,
    pub(crate) before: f64,
    noise: f64,
}

impl Compared {
    /// Whether it fell by more than noise.
    pub(crate) fn is_slower(&self) -> bool {
        self.now < self.before * self.noise
    }
}

/// One ratio, and how much of it may be noise.
struct Ratio {
    value: f64,
    noise: f64,
}

/// The ratio of a figure that something is asked of.
fn ratio(figure: &Figure, figures: &Figures, mib_hashed: f64) -> Option<Ratio> {
    let noise = match figure.quantity {
        Quantity::P99Ms | Quantity::P99AtBarMs => NOISE_OF_TAILS,
        _ => NOISE,
    };
    let has_raw = figures
        .value(figure.store, &figure.work, Quantity::OfRaw)
        .is_some();
    let value = match figure.quantity {
        Quantity::OfRaw => figure.value,
        _ if figure.bar.is_none() => return None,
        Quantity::PerSecond if has_raw => return None,
        Quantity::PerSecond => figure.value / mib_hashed,
        Quantity::P50Ms | Quantity::P99Ms | Quantity::P99AtBarMs | Quantity::Ms => {
            1e6 / (figure.value * mib_hashed)
        }
        // The faster the machine, the more of it is under way.
        Quantity::Mib => 1e3 / figure.value,
        Quantity::ProcessorUs | Quantity::RawPerSecond => return None,
    };
    value.is_finite().then_some(Ratio { value, noise })
}

/// Of what was measured several times in one run (memory: after POST, after GET), the worst.
fn ratios(figures: &Figures) -> BTreeMap<String, Ratio> {
    let mib_hashed = figures.value("memory", YARDSTICK, Quantity::PerSecond);
    let mib_hashed = mib_hashed.unwrap_or(f64::NAN);
    let mut all: BTreeMap<String, Ratio> = BTreeMap::new();
    for figure in figures.all() {
        let Figure {
            store,
            work,
            quantity,
            ..
        } = figure;
        let Some(ratio) = ratio(figure, figures, mib_hashed) else {
            continue;
        };
        let name = format!("{store}: {work}: {}", quantity.words());
        if all.get(&name).is_none_or(|before| ratio.value < before.value) {
            all.insert(name, ratio);
        }
    }
    all
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
        .filter_map(|(name, Ratio { value: now, noise })| {
            let before = *before.get(&name)?;
            Some(Compared {
                name,
                now,
                before,
                noise,
            })
        })
        .collect())
}

/// Takes over the ratios of this run.
pub(crate) fn update(figures: &Figures, file: &Path) -> Result<()> {
    let mut all = read(file)?;
    let rounded = ratios(figures)
        .into_iter()
        .map(|(name, Ratio { value, .. })| (name, (value * 1e4).round() / 1e4));
    all.extend(rounded);
    let text = serde_json::to_string_pretty(&all)?;
    std::fs::write(file, text + "\n").with_context(|| format!("write {}", file.display()))
}
