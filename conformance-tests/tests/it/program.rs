//! The program: its exit codes, its reports, and what they do not tell.

use std::fs;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::proxy::Proxy;
use crate::server::{KEY, SECRET, Server, Store, free_port};
use crate::spoilings;

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance-tests"))
        .args(arguments)
        .env_remove("LRS_KEY")
        .env_remove("LRS_SECRET")
        .output()
        .expect("the program runs")
}

fn against(endpoint: &str, more: &[&str]) -> Output {
    let basic = ["--endpoint", endpoint, "--key", KEY, "--secret", SECRET];
    program(&[&basic, more].concat())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn list_needs_no_server() {
    let output = program(&["--list", "--version", "1.0.3", "--only", "about."]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("about.versions") && said.contains("Communication 2.8"),
        "{said}"
    );
}

#[test]
fn a_command_line_without_sense_is_2() {
    for arguments in [
        vec!["--version", "1.0.3"],
        vec!["--list", "--version", "3.0"],
        vec!["--list", "--only", "no such requirement"],
        vec!["--endpoint", "ftp://127.0.0.1", "--key", "a", "--secret", "b"],
    ] {
        let output = program(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn no_server_is_3() {
    let output = against(&format!("http://127.0.0.1:{}/xapi", free_port()), &[]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("is there an LRS at"), "{}", said(&output));
}

#[test]
fn runs_report_and_say_how_they_went() {
    let server = Server::start(&Store::Embedded);
    let folder = tempfile::tempdir().expect("a folder");
    let (junit, html) = (
        folder.path().join("report.xml"),
        folder.path().join("report.html"),
    );
    let reports = [
        "--junit",
        junit.to_str().expect("UTF-8"),
        "--html",
        html.to_str().expect("UTF-8"),
    ];
    let only = ["--version", "1.0.3", "--only", "alternate.,about.,verb."];

    let good = against(&server.endpoint(), &[&only[..], &reports[..]].concat());
    assert_eq!(good.status.code(), Some(0), "{}", said(&good));
    assert!(
        said(&good).ends_with("cases …\n") && said(&good).contains("PASSED"),
        "{}",
        said(&good)
    );
    assert!(
        fs::read_to_string(&junit)
            .expect("a report")
            .contains("failures=\"0\"")
    );

    let refused = program(&[
        "--endpoint",
        &server.endpoint(),
        "--key",
        KEY,
        "--secret",
        "another",
    ]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    let lost = against(
        &server.endpoint(),
        &["--only", "about.", "--html", "/no/such/folder/report.html"],
    );
    assert_eq!(lost.status.code(), Some(4), "{}", said(&lost));
    let nowhere = against(&server.endpoint().replace("/xapi", "/elsewhere"), &[]);
    assert_eq!(nowhere.status.code(), Some(3), "{}", said(&nowhere));

    // With the alternate syntax broken, forms with credentials in them are reported: without the credentials.
    let proxy = Proxy::start(&server.endpoint());
    proxy.spoil(spoilings::named("refuses the alternate syntax"));
    let bad = against(&proxy.endpoint(), &[&only[..], &reports[..]].concat());
    assert_eq!(bad.status.code(), Some(1), "{}", said(&bad));
    let (junit, html) = (
        fs::read_to_string(junit).expect("XML"),
        fs::read_to_string(html).expect("HTML"),
    );
    let basic = STANDARD.encode(format!("{KEY}:{SECRET}"));
    for report in [&said(&bad), &junit, &html] {
        assert!(
            report.contains("alternate.methods") && report.contains("•••"),
            "{report}"
        );
        for secret in [SECRET, &basic, basic.trim_end_matches('=')] {
            assert!(!report.contains(secret), "{secret} is in a report");
        }
    }
}
