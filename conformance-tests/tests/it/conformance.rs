//! Testamur passes, on both stores, in both versions.

use conformance_tests::runner::{Options, Outcome};
use conformance_tests::{Version, registry, report, runner};
use tokio::runtime::Runtime;

use crate::server::{Server, Store};

/// Cases in which Testamur does not what the standard says with SHOULD, and why. They are checked like all others:
/// one that passes has no business here any more.
const DEVIATIONS: [(&str, &str); 1] = [(
    "timestamp.returned-in-utc/2023-05-04T12:00:00-05:00",
    "what was sent comes back as it was written, its offset included",
)];

fn passes(store: &Store, version: Version) {
    let server = Server::start(store);
    let options = Options {
        concurrency: 8,
        ..Options::default()
    };
    let requirements = registry::all(version);
    let lrs = server.lrs(version);
    let run = runner::run(&lrs, &requirements, &options);
    let mut report = Runtime::new().expect("a runtime").block_on(run);
    assert!(report.cases().passed > 3000, "{}", report::text(&report));
    for (deviation, reason) in DEVIATIONS {
        let (id, name) = deviation.split_once('/').expect("id/case");
        let case = report
            .results
            .iter_mut()
            .find(|result| result.id == id)
            .and_then(|result| result.cases.iter_mut().find(|case| case.name == name))
            .unwrap_or_else(|| panic!("there is no case {deviation}"));
        let failed = matches!(case.outcome, Outcome::Failed { .. });
        assert!(
            failed,
            "{deviation} is no deviation any more: take it from the list"
        );
        case.outcome = Outcome::NotApplicable(reason.to_owned());
    }
    assert_eq!(report.requirements().failed, 0, "{}", report::text(&report));
}

#[test]
fn embedded_1_0_3() {
    passes(&Store::Embedded, Version::V1_0_3);
}

#[test]
fn embedded_2_0_0() {
    passes(&Store::Embedded, Version::V2_0_0);
}

#[test]
fn mongodb_1_0_3() {
    passes(&Store::MongoDb, Version::V1_0_3);
}

#[test]
fn mongodb_2_0_0() {
    passes(&Store::MongoDb, Version::V2_0_0);
}
