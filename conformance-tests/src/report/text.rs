use std::collections::BTreeMap;
use std::fmt::Write;

use crate::requirement::Requirement;
use crate::runner::{Count, Outcome, Report, RequirementResult, Verdict};

/// How many failed cases of one requirement are shown in full; the others are named.
const SHOWN_CASES: usize = 3;

/// The report for a terminal: what failed and why, then the counts, the verdict last.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for result in report
        .results
        .iter()
        .filter(|result| result.verdict() == Verdict::Failed)
    {
        failure(&mut out, result);
    }
    not_applicable(&mut out, report);
    areas(&mut out, report);
    let (requirements, cases) = (report.requirements(), report.cases());
    // Writing to a String can not fail, here and below.
    let _ = writeln!(
        out,
        "\n{} against xAPI {}, {:.1} s\nrequirements: {}\ncases:        {}\n{}",
        report.endpoint,
        report.version,
        report.took.as_secs_f64(),
        counted(requirements),
        counted(cases),
        if requirements.failed == 0 {
            "PASSED"
        } else {
            "FAILED"
        }
    );
    out
}

/// The requirements, for `--list`.
#[must_use]
pub fn list(requirements: &[Requirement]) -> String {
    let mut out = String::new();
    for requirement in requirements {
        let only = requirement
            .only
            .map(|version| format!("; {version} only"))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{}\n    {} ({}{only}; {} {})",
            requirement.id,
            requirement.text,
            requirement.sections,
            requirement.cases.len(),
            if requirement.cases.len() == 1 {
                "case"
            } else {
                "cases"
            }
        );
    }
    let cases: usize = requirements
        .iter()
        .map(|requirement| requirement.cases.len())
        .sum();
    let _ = writeln!(out, "\n{} requirements, {cases} cases", requirements.len());
    out
}

fn counted(count: Count) -> String {
    format!(
        "{} passed, {} failed, {} not applicable",
        count.passed, count.failed, count.not_applicable
    )
}

fn failure(out: &mut String, result: &RequirementResult) {
    let _ = writeln!(
        out,
        "FAILED {} [{}; {}]\n  {}",
        result.id,
        result.level.as_str(),
        result.sections,
        result.text
    );
    let mut shown = 0;
    for case in &result.cases {
        let Outcome::Failed {
            expected,
            found,
            exchanges,
        } = &case.outcome
        else {
            continue;
        };
        shown += 1;
        let _ = writeln!(out, "  case {}", case.name);
        let _ = writeln!(out, "    expected: {}", one_line(expected));
        let _ = writeln!(out, "    found:    {}", one_line(found));
        if shown > SHOWN_CASES {
            continue;
        }
        // What led there is in the other reports; a terminal wants the last word.
        if let Some(last) = exchanges.last() {
            for (mark, text) in [('>', &last.sent), ('<', &last.received)] {
                for line in text.lines().filter(|line| !line.is_empty()).take(30) {
                    let _ = writeln!(out, "    {mark} {}", cut(line));
                }
            }
        }
    }
    out.push('\n');
}

/// What does not apply, and why, a line for each reason.
fn not_applicable(out: &mut String, report: &Report) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for case in report.results.iter().flat_map(|result| &result.cases) {
        if let Outcome::NotApplicable(reason) = &case.outcome {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    for (reason, count) in reasons {
        let _ = writeln!(out, "not applicable ({count} cases): {reason}");
    }
}

fn areas(out: &mut String, report: &Report) {
    let mut areas: BTreeMap<&str, Vec<&RequirementResult>> = BTreeMap::new();
    for result in &report.results {
        areas.entry(result.area()).or_default().push(result);
    }
    let _ = writeln!(
        out,
        "\n{:<24}{:>9}{:>9}{:>16}",
        "requirements", "passed", "failed", "not applicable"
    );
    for (area, results) in areas {
        let of = |verdict| {
            results
                .iter()
                .filter(|result| result.verdict() == verdict)
                .count()
        };
        let _ = writeln!(
            out,
            "{area:<24}{:>9}{:>9}{:>16}",
            of(Verdict::Passed),
            of(Verdict::Failed),
            of(Verdict::NotApplicable)
        );
    }
}

fn one_line(text: &str) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A line that does a terminal no harm: cut where it is long, without control characters.
fn cut(line: &str) -> String {
    const WIDTH: usize = 400;
    let line = line.replace(|c: char| c.is_control(), "\u{fffd}");
    if line.chars().count() <= WIDTH {
        return line;
    }
    format!("{}…", line.chars().take(WIDTH).collect::<String>())
}
