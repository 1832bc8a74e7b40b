use serde_json::json;

use crate::Version;
use crate::requirement::{Case, Requirement, at, ensure};
use crate::requirements::rows::{Place, accepts, place, rejects};
use crate::sample::{statement, with};
use crate::tools::store::store;

const VERSIONS: &[Place] = &[place("version", |v| with("version", v))];

fn only(cases: Vec<Case>, version: Version) -> Vec<Case> {
    cases.into_iter().map(|case| case.only(version)).collect()
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.4.10", "4.2.4.3");
    vec![
        Requirement::must(
            "version.accepted",
            section(),
            "A statement of version 1.0.x is taken, under 2.0 also one of 2.0.0, and keeps its version.",
        )
        .cases(accepts(
            VERSIONS,
            &[
                ("1.0.0", || json!("1.0.0")),
                ("1.0.3", || json!("1.0.3")),
                ("1.0.9", || json!("1.0.9")),
            ],
        ))
        .cases(only(
            accepts(VERSIONS, &[("2.0.0", || json!("2.0.0"))]),
            Version::V2_0_0,
        )),
        Requirement::must(
            "version.refused",
            section(),
            "A statement of any other version is refused.",
        )
        .cases(rejects(
            VERSIONS,
            &[
                ("0.9.9", || json!("0.9.9")),
                ("0.95", || json!("0.95")),
                ("1.1.0", || json!("1.1.0")),
                ("1.1", || json!("1.1")),
                ("3.0.0", || json!("3.0.0")),
                ("words", || json!("latest")),
                ("empty", || json!("")),
                ("a number", || json!(1.0)),
            ],
        ))
        .cases(only(
            rejects(VERSIONS, &[("2.0.0", || json!("2.0.0"))]),
            Version::V1_0_3,
        )),
        Requirement::must(
            "version.set-where-missing",
            section(),
            "A statement without version gets one: 1.0.0 under 1.0.x, 2.0.0 under 2.0.",
        )
        .case("no version", |lrs| async move {
            let back = store(&lrs, &statement()).await?;
            let expected = lrs.version().of_statements();
            ensure(back["version"] == expected, expected, back["version"].to_string())
        }),
    ]
}
