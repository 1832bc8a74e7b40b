//! The suite is able to fail: each way of spoiling an LRS is caught by the requirement named for it.

use std::collections::HashSet;
use std::time::Duration;

use conformance_tests::lrs::Lrs;
use conformance_tests::requirement::Requirement;
use conformance_tests::runner::{Options, Report, Verdict};
use conformance_tests::{Version, registry, report, runner};
use tokio::runtime::Runtime;

use crate::proxy::Proxy;
use crate::server::{Server, Store, client};
use crate::spoilings;

fn requirement(version: Version, id: &str) -> Requirement {
    let all = registry::all(version);
    all.into_iter()
        .find(|one| one.id == id)
        .unwrap_or_else(|| panic!("there is no requirement {id}"))
}

async fn check(lrs: &Lrs, requirements: &[Requirement]) -> Report {
    let options = Options {
        concurrency: 8,
        case_limit: Duration::from_secs(30),
        ..Options::default()
    };
    runner::run(lrs, requirements, &options).await
}

#[test]
fn there_are_many_ways_and_each_has_a_name() {
    let all = spoilings::all();
    let names: HashSet<_> = all.iter().map(|spoiling| spoiling.name).collect();
    assert_eq!(names.len(), all.len(), "a name is there twice");
    assert!(all.len() >= 40, "{} ways", all.len());
}

#[test]
fn each_way_is_caught_by_its_requirement() {
    let server = Server::start(&Store::Embedded);
    let proxy = Proxy::start(&server.endpoint());
    let runtime = Runtime::new().expect("a runtime");
    let mut missed = Vec::new();
    for spoiling in spoilings::all() {
        let lrs = client(&proxy.endpoint(), spoiling.version);
        let catcher = [requirement(spoiling.version, spoiling.caught_by)];
        proxy.spoil(spoiling);
        let report = runtime.block_on(check(&lrs, &catcher));
        if report.results[0].verdict() != Verdict::Failed {
            missed.push(format!(
                "an LRS that {}: not caught by {}",
                spoiling.name, spoiling.caught_by
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What catches a spoiled LRS passes through the same proxy where nothing is spoiled: it was the spoiling that failed.
#[test]
fn unspoiled_all_of_them_pass() {
    let server = Server::start(&Store::Embedded);
    let proxy = Proxy::start(&server.endpoint());
    proxy.heal();
    for version in [Version::V1_0_3, Version::V2_0_0] {
        let ids: HashSet<_> = spoilings::all()
            .into_iter()
            .filter(|spoiling| spoiling.version == version)
            .map(|spoiling| spoiling.caught_by)
            .collect();
        let catchers: Vec<_> = ids.into_iter().map(|id| requirement(version, id)).collect();
        let lrs = client(&proxy.endpoint(), version);
        let report = Runtime::new()
            .expect("a runtime")
            .block_on(check(&lrs, &catchers));
        assert_eq!(report.requirements().failed, 0, "{}", report::text(&report));
    }
}
