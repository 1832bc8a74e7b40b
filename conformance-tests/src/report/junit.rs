use std::fmt::Write;

use super::escaped;
use crate::runner::{Outcome, Report};

/// The report as JUnit XML: a test suite for each requirement, a test case for each of its cases.
#[must_use]
pub fn junit(report: &Report) -> String {
    let cases = report.cases();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String can not fail, here and below.
    let _ = writeln!(
        out,
        "<testsuites name=\"xAPI {} at {}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" \
         time=\"{:.3}\">",
        report.version,
        escaped(&report.endpoint),
        cases.passed + cases.failed + cases.not_applicable,
        cases.failed,
        cases.not_applicable,
        report.took.as_secs_f64()
    );
    for result in &report.results {
        let count = |of: fn(&Outcome) -> bool| result.cases.iter().filter(|case| of(&case.outcome)).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" \
             timestamp=\"{}\">\n    <properties>\n      \
             <property name=\"requirement\" value=\"{}\"/>\n      \
             <property name=\"level\" value=\"{}\"/>\n      \
             <property name=\"sections\" value=\"{}\"/>\n    </properties>",
            escaped(&result.id),
            result.cases.len(),
            count(|outcome| matches!(outcome, Outcome::Failed { .. })),
            count(|outcome| matches!(outcome, Outcome::NotApplicable(_))),
            report.began.format("%Y-%m-%dT%H:%M:%S"),
            escaped(&result.text),
            result.level.as_str(),
            escaped(&result.sections.to_string())
        );
        for case in &result.cases {
            let _ = write!(
                out,
                "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                escaped(&result.id),
                escaped(&case.name),
                case.took.as_secs_f64()
            );
            match &case.outcome {
                Outcome::Passed => out.push_str("/>\n"),
                Outcome::NotApplicable(reason) => {
                    let _ = writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(reason));
                }
                Outcome::Failed {
                    expected,
                    found,
                    exchanges,
                } => {
                    let mut story = format!("{}\n\nexpected: {expected}\nfound: {found}\n", result.text);
                    for exchange in exchanges {
                        let _ = write!(
                            story,
                            "\n--- sent\n{}\n--- received\n{}\n",
                            exchange.sent, exchange.received
                        );
                    }
                    let _ = writeln!(
                        out,
                        "><failure message=\"{}\">{}</failure></testcase>",
                        escaped(&format!("expected: {expected}; found: {found}")),
                        escaped(&story)
                    );
                }
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}
