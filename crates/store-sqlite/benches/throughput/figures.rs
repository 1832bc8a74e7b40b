//! What a measurement found.

use std::fmt;
use std::time::Duration;

/// A count of things done, the time it took, and the times of single requests.
#[derive(Default)]
pub(crate) struct Figures {
    count: usize,
    took: Duration,
    times: Vec<Duration>,
    rows: Option<usize>,
}

impl Figures {
    pub(crate) fn new(count: usize, took: Duration, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self {
            count,
            took,
            times,
            rows: None,
        }
    }

    pub(crate) fn with_rows(self, rows: usize) -> Self {
        Self {
            rows: Some(rows),
            ..self
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.took += other.took;
        self.times.extend(other.times);
        self.times.sort_unstable();
    }

    fn percentile(&self, percent: usize) -> Duration {
        let place = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(place).copied().unwrap_or_default()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each_second = self.count as f64 / self.took.as_secs_f64();
        write!(f, "{each_second:.0}/s")?;
        if !self.times.is_empty() {
            let [half, most, longest] = [50, 99, 100].map(|percent| self.percentile(percent));
            write!(f, ", p50 {half:.2?}, p99 {most:.2?}, max {longest:.2?}")?;
        }
        if let Some(rows) = self.rows {
            write!(f, ", {:.1} statements each", rows as f64 / self.count as f64)?;
        }
        Ok(())
    }
}
