use std::time::Duration;

use super::*;
use crate::Version;
use crate::lrs::Exchange;
use crate::requirement::{Level, at};
use crate::runner::{CaseResult, Outcome, Report, RequirementResult};

fn result(id: &str, outcomes: Vec<Outcome>) -> RequirementResult {
    RequirementResult {
        id: id.to_owned(),
        level: Level::Must,
        sections: at("Data 2.4.1", "4.2.4.2"),
        text: "It asks \"this\" & <that>.".to_owned(),
        cases: outcomes
            .into_iter()
            .enumerate()
            .map(|(index, outcome)| CaseResult {
                name: format!("case <{index}>"),
                outcome,
                took: Duration::from_millis(5),
            })
            .collect(),
    }
}

fn failed() -> Outcome {
    Outcome::Failed {
        expected: "200".to_owned(),
        found: "<script>alert(1)</script>\u{0}".to_owned(),
        exchanges: vec![Exchange {
            sent: "POST /x?a=1&b=2\n\n{\"a\":\"]]>\"}".to_owned(),
            received: "500\n\n</pre>".to_owned(),
        }],
    }
}

fn report(results: Vec<RequirementResult>) -> Report {
    Report {
        endpoint: "https://lrs.example.org/xapi".to_owned(),
        version: Version::V2_0_0,
        began: chrono::DateTime::UNIX_EPOCH,
        took: Duration::from_secs(2),
        results,
    }
}

fn mixed() -> Report {
    report(vec![
        result(
            "a.good",
            vec![Outcome::Passed, Outcome::NotApplicable("no <reason>".to_owned())],
        ),
        result("b.bad", vec![Outcome::Passed, failed()]),
        result("c.none", vec![Outcome::NotApplicable("no <reason>".to_owned())]),
    ])
}

#[test]
fn a_requirement_counts_once_and_fails_with_one_case() {
    let report = mixed();
    let (requirements, cases) = (report.requirements(), report.cases());
    assert_eq!(
        (
            requirements.passed,
            requirements.failed,
            requirements.not_applicable
        ),
        (1, 1, 1)
    );
    assert_eq!((cases.passed, cases.failed, cases.not_applicable), (2, 1, 2));
}

#[test]
fn the_text_says_what_failed_with_what_was_sent_and_ends_with_the_verdict() {
    let text = text(&mixed());
    for part in [
        "FAILED b.bad [MUST; 1.0.3 Data 2.4.1; 2.0 4.2.4.2]",
        "case case <1>",
        "expected: 200",
        "> POST /x?a=1&b=2",
        "< 500",
        "not applicable (2 cases): no <reason>",
        "requirements: 1 passed, 1 failed, 1 not applicable",
    ] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
    assert!(text.ends_with("FAILED\n"));
    assert!(super::text(&report(vec![result("a.good", vec![Outcome::Passed])])).ends_with("PASSED\n"));
}

#[test]
fn junit_counts_and_escapes() {
    let xml = junit(&mixed());
    assert!(
        xml.contains("tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"2\""),
        "{xml}"
    );
    assert!(
        xml.contains("<testsuite name=\"b.bad\" tests=\"2\" failures=\"1\""),
        "{xml}"
    );
    assert!(xml.contains("<skipped message=\"no &lt;reason&gt;\"/>"), "{xml}");
    assert!(xml.contains("POST /x?a=1&amp;b=2"), "{xml}");
    assert!(!xml.contains("<script>") && !xml.contains('\u{0}'), "{xml}");
    well_formed(&xml);
}

#[test]
fn html_stands_alone_and_escapes() {
    let page = html(&mixed());
    assert_eq!(page.matches("<script>").count(), 1, "only its own script");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("&lt;/pre&gt;"));
    assert!(page.contains("One requirement failed."));
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside} reaches outside");
    }
    for part in [
        "data-verdict=\"failed\" open",
        "data-verdict=\"passed\">",
        "data-verdict=\"na\">",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

/// Every element that begins ends, in order.
fn well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in xml.split('<').skip(2) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().expect("a tag has a name"));
        }
    }
    assert!(open.is_empty(), "{open:?} never end");
}
