//! What was measured.

use serde::Serialize;

/// What kind of number a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Quantity {
    /// How many a second, with connections that each wait for the answer.
    PerSecond,
    /// Half of the answers took less, in milliseconds, with such connections.
    P50Ms,
    /// Of a hundred answers 99 took less, in milliseconds, with such connections.
    P99Ms,
    /// The same when requests come at the rate that is asked for, counted from when each should have been sent.
    P99AtBarMs,
    /// Processor time of the server for each, in microseconds.
    ProcessorUs,
    /// How many a second the raw store does of the same.
    RawPerSecond,
    /// `PerSecond / RawPerSecond`.
    OfRaw,
    /// Resident memory in MiB.
    Mib,
    /// A time, in milliseconds.
    Ms,
}

impl Quantity {
    /// As the table says it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::PerSecond => "a second",
            Self::P50Ms => "p50, ms",
            Self::P99Ms => "p99, ms",
            Self::P99AtBarMs => "p99 at the rate asked for, ms",
            Self::ProcessorUs => "processor time of the server for each, µs",
            Self::RawPerSecond => "the raw store, a second",
            Self::OfRaw => "of the raw store",
            Self::Mib => "MiB resident",
            Self::Ms => "ms",
        }
    }
}

/// One number.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// "sqlite", "mongodb", or "memory" for what needs no store.
    pub(crate) store: &'static str,
    /// What was done.
    pub(crate) work: String,
    /// What the number is.
    pub(crate) quantity: Quantity,
    /// The number.
    pub(crate) value: f64,
    /// What is asked for.
    pub(crate) bar: Option<Bar>,
}

/// What is asked of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bar {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Bar {
    /// The number in it.
    pub(crate) const fn number(self) -> f64 {
        match self {
            Self::AtLeast(number) | Self::AtMost(number) => number,
        }
    }
}

impl Figure {
    /// Whether it is what is asked for; `None` when nothing is.
    pub(crate) fn is_met(&self) -> Option<bool> {
        self.bar.map(|bar| match bar {
            Bar::AtLeast(least) => self.value >= least,
            Bar::AtMost(most) => self.value <= most,
        })
    }
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// Adds a figure, and says so: a run takes minutes.
    pub(crate) fn add(&mut self, store: &'static str, work: &str, quantity: Quantity, value: f64) {
        let bar = crate::bars::bar(store, work, quantity);
        eprintln!(
            "{store}: {work}: {} {}",
            crate::report::number(value),
            quantity.words()
        );
        self.0.push(Figure {
            store,
            work: work.to_owned(),
            quantity,
            value,
            bar,
        });
    }

    /// All, in the order they were measured.
    pub(crate) fn all(&self) -> &[Figure] {
        &self.0
    }

    /// One of them.
    pub(crate) fn value(&self, store: &str, work: &str, quantity: Quantity) -> Option<f64> {
        let found = self
            .0
            .iter()
            .find(|figure| figure.store == store && figure.work == work && figure.quantity == quantity);
        found.map(|figure| figure.value)
    }
}
