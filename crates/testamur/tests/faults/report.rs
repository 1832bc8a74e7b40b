//! What the suite says at its end, for people and for programs.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;

use crate::check::Findings;

/// What became of a scenario that ran to its end.
pub(crate) struct Outcome {
    /// How often something was broken.
    pub(crate) injected: usize,
    /// What was found afterwards.
    pub(crate) found: Findings,
    /// What else is worth knowing.
    pub(crate) remark: String,
}

/// One scenario in the report.
pub(crate) struct Line {
    name: &'static str,
    took: Duration,
    outcome: Result<Outcome, String>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

impl Line {
    pub(crate) fn new(name: &'static str, took: Duration, outcome: Result<Outcome, String>) -> Self {
        Self { name, took, outcome }
    }

    fn passed(&self) -> bool {
        self.outcome
            .as_ref()
            .is_ok_and(|outcome| outcome.found.is_clean())
    }

    fn columns(&self) -> [String; 8] {
        let verdict = if self.passed() { "pass" } else { "FAIL" };
        let seconds = format!("{:.0} s", self.took.as_secs_f64());
        match &self.outcome {
            Ok(Outcome {
                injected,
                found,
                remark,
            }) => [
                self.name.to_owned(),
                injected.to_string(),
                found.acknowledged.to_string(),
                found.lost.to_string(),
                found.doubled.to_string(),
                found.not_sent.to_string(),
                found.certificates.to_string(),
                format!("{verdict}, {seconds}; {remark}"),
            ],
            Err(reason) => {
                let none = || "?".to_owned();
                let verdict = format!("{verdict}, {seconds}; {reason}");
                [
                    self.name.to_owned(),
                    none(),
                    none(),
                    none(),
                    none(),
                    none(),
                    none(),
                    verdict,
                ]
            }
        }
    }

    fn json(&self) -> serde_json::Value {
        let mut line = json!({
            "scenario": self.name, "passed": self.passed(), "seconds": self.took.as_secs_f64().round(),
        });
        match &self.outcome {
            Ok(Outcome {
                injected,
                found,
                remark,
            }) => {
                line["faults"] = json!(injected);
                line["acknowledged"] = json!(found.acknowledged);
                line["lost"] = json!(found.lost);
                line["doubled"] = json!(found.doubled);
                line["not_sent"] = json!(found.not_sent);
                line["certificates"] = json!(found.certificates);
                line["differences"] = json!(found.differences);
                line["remark"] = json!(remark);
            }
            Err(reason) => line["reason"] = json!(reason),
        }
        line
    }
}

const HEADINGS: [&str; 8] = [
    "scenario",
    "faults",
    "acknowledged",
    "lost",
    "doubled",
    "not sent",
    "certificates",
    "verdict",
];

impl Report {
    /// Adds a line and prints it.
    pub(crate) fn add(&mut self, line: Line) {
        if let Ok(outcome) = &line.outcome {
            for difference in &outcome.found.differences {
                println!("{}: {difference}", line.name);
            }
        }
        println!("{}", row(&line.columns(), &[0; 8]));
        self.lines.push(line);
    }

    /// Prints the table, writes it to the file that `TESTAMUR_TEST_REPORT` names, and says whether all is well.
    pub(crate) fn finish(self) -> ExitCode {
        let rows: Vec<_> = self.lines.iter().map(Line::columns).collect();
        let headings = HEADINGS.map(str::to_owned);
        let mut widths = headings.clone().map(|heading| heading.len());
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.len().max(*width);
            }
        }
        println!("\n{}", row(&headings, &widths));
        for columns in &rows {
            println!("{}", row(columns, &widths));
        }
        let passed = !self.lines.is_empty() && self.lines.iter().all(Line::passed);
        let report =
            json!({ "passed": passed, "scenarios": self.lines.iter().map(Line::json).collect::<Vec<_>>() });
        if let Some(file) = std::env::var_os("TESTAMUR_TEST_REPORT") {
            std::fs::write(&file, serde_json::to_string_pretty(&report).unwrap()).unwrap();
        }
        if passed {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn row(columns: &[String; 8], widths: &[usize; 8]) -> String {
    let cells: Vec<_> = columns
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}", width = *width))
        .collect();
    format!("| {} |", cells.join(" | "))
}
