//! Whatever an LRS does, a run ends, and says of every case how it went.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use conformance_tests::lrs::{Lrs, Target};
use conformance_tests::runner::{Options, Outcome, Report};
use conformance_tests::{Version, registry, runner};
use tokio::runtime::Runtime;

/// Runs the requirements on about against whatever listens there.
fn run(listener: &TcpListener, options: &Options) -> Report {
    let port = listener.local_addr().expect("an address").port();
    let lrs = Lrs::new(Target {
        endpoint: format!("http://127.0.0.1:{port}/xapi").parse().expect("a URL"),
        key: "key".to_owned(),
        secret: "secret".to_owned(),
        version: Version::V2_0_0,
        request_limit: Duration::from_secs(1),
        patience: Duration::from_secs(1),
    });
    let requirements = registry::matching(Version::V2_0_0, "about.");
    let lrs = lrs.expect("a client");
    Runtime::new()
        .expect("a runtime")
        .block_on(runner::run(&lrs, &requirements, options))
}

/// What was found, case by case; each must have failed.
fn found(report: &Report) -> Vec<&str> {
    let outcomes = report
        .results
        .iter()
        .flat_map(|result| &result.cases)
        .map(|case| &case.outcome);
    outcomes
        .map(|outcome| match outcome {
            Outcome::Failed { found, .. } => found.as_str(),
            other => panic!("failed was expected, not {other:?}"),
        })
        .collect()
}

fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

#[test]
fn an_lrs_that_never_answers_fails() {
    // Connections wait in the queue of the socket; nobody takes them.
    let report = run(&listen(), &Options::default());
    assert!(
        found(&report)
            .iter()
            .all(|found| *found == "no answer within 1 s"),
        "{report:?}"
    );
}

#[test]
fn an_lrs_that_never_stops_answering_fails() {
    fn answer(mut stream: TcpStream) {
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap_or(0);
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 0x10_0000], b"\r\n"].concat();
        // What follows an answer to HEAD would be read as the answer to the next request.
        let has_body = !request[..read].starts_with(b"HEAD");
        if stream.write_all(head).is_ok() && has_body {
            while stream.write_all(&chunk).is_ok() {}
        }
    }
    let listener = listen();
    let ours = listener.try_clone().expect("the same socket");
    thread::spawn(move || {
        for stream in ours.incoming().map_while(Result::ok) {
            thread::spawn(|| answer(stream));
        }
    });
    let mut report = run(
        &listener,
        &Options {
            concurrency: 1,
            ..Options::default()
        },
    );
    // An answer to HEAD has no body, so there is no end to miss.
    report.results.retain(|result| result.id != "about.head");
    // Too many bytes, or too little time for them: an end in either case.
    let found = found(&report);
    assert!(
        found
            .iter()
            .all(|found| *found == "more" || *found == "no answer within 1 s"),
        "{found:?}"
    );
}

#[test]
fn an_lrs_that_hangs_up_fails() {
    let listener = listen();
    let ours = listener.try_clone().expect("the same socket");
    thread::spawn(move || ours.incoming().map_while(Result::ok).for_each(drop));
    let report = run(&listener, &Options::default());
    assert!(
        found(&report)
            .iter()
            .all(|found| found.starts_with("no answer: ")),
        "{report:?}"
    );
}

#[test]
fn cases_that_the_time_limit_cuts_off_fail_and_say_so() {
    let report = run(
        &listen(),
        &Options {
            limit: Duration::ZERO,
            ..Options::default()
        },
    );
    assert!(
        found(&report).iter().all(|found| found.contains("--time-limit")),
        "{report:?}"
    );
}

#[test]
fn what_is_left_out_is_said() {
    let report = run(
        &listen(),
        &Options {
            must_only: true,
            ..Options::default()
        },
    );
    let open = report
        .results
        .iter()
        .find(|result| result.id == "about.open")
        .expect("a SHOULD");
    assert!(
        matches!(&open.cases[0].outcome, Outcome::NotApplicable(reason) if reason.starts_with("a SHOULD")),
        "{open:?}"
    );
}
