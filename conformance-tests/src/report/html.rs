use std::fmt::Write;

use super::escaped;
use crate::runner::{CaseResult, Count, Outcome, Report, RequirementResult, Verdict};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The report as one HTML page that needs nothing beside itself.
#[must_use]
pub fn html(report: &Report) -> String {
    let requirements = report.requirements();
    let verdict = if requirements.failed == 0 {
        "passed"
    } else {
        "failed"
    };
    let endpoint = escaped(&report.endpoint);
    let version = report.version;
    let mut out = String::new();
    // Writing to a String can not fail, here and below.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>xAPI {version}: {endpoint}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<p class=\"kicker\">xAPI {version} conformance</p>\n<h1>{endpoint}</h1>\n\
         <p class=\"verdict {verdict}\">{}</p>\n<p class=\"when\">{} UTC, {:.1} s</p>\n",
        sentence(requirements),
        report.began.format("%Y-%m-%d %H:%M"),
        report.took.as_secs_f64()
    );
    meter(&mut out, requirements);
    let _ = write!(
        out,
        "<p class=\"counts\">Requirements: {}. Cases: {}.</p>\n</header>\n",
        counted(requirements),
        counted(report.cases())
    );
    filters(&mut out, report);
    out.push_str("<main id=\"requirements\">\n");
    for result in &report.results {
        requirement(&mut out, result);
    }
    let _ = write!(
        out,
        "</main>\n<p id=\"nothing\" hidden>Nothing matches.</p>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

fn sentence(count: Count) -> String {
    match count.failed {
        0 => "Every requirement that applies passed.".to_owned(),
        1 => "One requirement failed.".to_owned(),
        n => format!("{n} requirements failed."),
    }
}

fn counted(count: Count) -> String {
    format!(
        "{} passed, {} failed, {} not applicable",
        count.passed, count.failed, count.not_applicable
    )
}

fn meter(out: &mut String, count: Count) {
    out.push_str("<div class=\"meter\" aria-hidden=\"true\">");
    let parts = [
        ("passed", count.passed),
        ("failed", count.failed),
        ("na", count.not_applicable),
    ];
    for (class, n) in parts.into_iter().filter(|(_, n)| *n > 0) {
        let _ = write!(out, "<span class=\"{class}\" style=\"flex-grow:{n}\"></span>");
    }
    out.push_str("</div>\n");
}

fn filters(out: &mut String, report: &Report) {
    let mut areas: Vec<&str> = report.results.iter().map(RequirementResult::area).collect();
    areas.sort_unstable();
    areas.dedup();
    out.push_str(
        "<form id=\"filters\" role=\"search\">\n\
         <label>Find <input type=\"search\" id=\"words\" placeholder=\"id, sentence, section, case\"></label>\n\
         <label>Area <select id=\"area\"><option value=\"\">all</option>",
    );
    for area in areas {
        let area = escaped(area);
        let _ = write!(out, "<option value=\"{area}\">{area}</option>");
    }
    out.push_str("</select></label>\n<fieldset><legend>Result</legend>");
    for (class, label) in [
        ("failed", "failed"),
        ("passed", "passed"),
        ("na", "not applicable"),
    ] {
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" name=\"verdict\" value=\"{class}\" checked> {label}</label>"
        );
    }
    out.push_str("</fieldset>\n<output id=\"shown\"></output>\n</form>\n");
}

fn class_of(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Passed => ("passed", "passed"),
        Verdict::Failed => ("failed", "failed"),
        Verdict::NotApplicable => ("na", "not applicable"),
    }
}

fn requirement(out: &mut String, result: &RequirementResult) {
    let (class, word) = class_of(result.verdict());
    let id = escaped(&result.id);
    let open = if class == "failed" { " open" } else { "" };
    let _ = write!(
        out,
        "<details class=\"requirement {class}\" id=\"{id}\" data-area=\"{}\" data-verdict=\"{class}\"{open}>\n\
         <summary><span class=\"mark\">{word}</span> <code>{id}</code> <span class=\"sentence\">{}</span> \
         <span class=\"section\">{} · {}</span></summary>\n<ul class=\"cases\">\n",
        escaped(result.area()),
        escaped(&result.text),
        result.level.as_str(),
        escaped(&result.sections.to_string())
    );
    for one in &result.cases {
        case(out, one);
    }
    out.push_str("</ul>\n</details>\n");
}

fn case(out: &mut String, case: &CaseResult) {
    let name = escaped(&case.name);
    match &case.outcome {
        Outcome::Passed => {
            let _ = writeln!(out, "<li class=\"passed\">{name}</li>");
        }
        Outcome::NotApplicable(reason) => {
            let _ = writeln!(out, "<li class=\"na\">{name} <em>{}</em></li>", escaped(reason));
        }
        Outcome::Failed {
            expected,
            found,
            exchanges,
        } => {
            let _ = write!(
                out,
                "<li class=\"failed\">{name}\n<dl><dt>expected</dt><dd>{}</dd><dt>found</dt><dd>{}</dd></dl>\n",
                escaped(expected),
                escaped(found)
            );
            if !exchanges.is_empty() {
                let _ = writeln!(
                    out,
                    "<details><summary>what was said ({})</summary>",
                    exchanges.len()
                );
                for exchange in exchanges {
                    let _ = write!(
                        out,
                        "<pre class=\"sent\">{}</pre>\n<pre class=\"received\">{}</pre>\n",
                        escaped(&exchange.sent),
                        escaped(&exchange.received)
                    );
                }
                out.push_str("</details>\n");
            }
            out.push_str("</li>\n");
        }
    }
}
