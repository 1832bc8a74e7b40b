use serde_json::{Value, json};

use super::result::RESULTS;
use crate::requirement::{Requirement, at, ensure};
use crate::requirements::rows::at as statement_at;
use crate::tools::store::store;

fn lasting(duration: &str) -> Value {
    json!({ "duration": duration })
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 4.6", "4.2.7");
    vec![
        Requirement::must(
            "duration.accepted",
            section(),
            "A duration is written as ISO 8601 4.4.3.2 says, and comes back as it was written.",
        )
        .accepts(
            RESULTS,
            &[
                ("PT4H35M59.14S", || lasting("PT4H35M59.14S")),
                ("PT16559.14S", || lasting("PT16559.14S")),
                ("P3Y1M29DT4H35M59.14S", || lasting("P3Y1M29DT4H35M59.14S")),
                ("P3Y", || lasting("P3Y")),
                ("P4W", || lasting("P4W")),
                ("PT0S", || lasting("PT0S")),
                ("PT90M", || lasting("PT90M")),
                ("P1DT1S", || lasting("P1DT1S")),
            ],
        ),
        Requirement::must("duration.format", section(), "Anything else is no duration.").rejects(
            RESULTS,
            &[
                ("weeks with days", || lasting("P4W1D")),
                ("weeks with time", || lasting("P4WT1S")),
                ("no P", || lasting("4H35M")),
                ("only P", || lasting("P")),
                ("only PT", || lasting("PT")),
                ("seconds without T", || lasting("P1S")),
                ("hours before the T", || lasting("P1H")),
                ("units out of order", || lasting("PT1S2M")),
                ("a unit twice", || lasting("PT1S1S")),
                ("a unit without number", || lasting("PTS")),
                ("a number without unit", || lasting("PT5")),
                ("the alternative format", || lasting("P0003-01-29T04:35:59")),
                ("empty", || lasting("")),
                ("a clock time", || lasting("04:35:59")),
                ("a number", || json!({ "duration": 59.14 })),
                ("an object", || json!({ "duration": { "seconds": 5 } })),
            ],
        ),
        Requirement::should(
            "duration.finer-than-hundredths",
            section(),
            "A duration finer than 0.01 s is not refused; it comes back as sent, or truncated, not rounded.",
        )
        .case("P1DT12H36M0.12567S", |lrs| async move {
            let back = store(&lrs, &statement_at("/result", lasting("P1DT12H36M0.12567S"))).await?;
            let found = back["result"]["duration"].as_str().unwrap_or_default();
            ensure(
                "P1DT12H36M0.12567S".starts_with(found.trim_end_matches('S'))
                    && found.starts_with("P1DT12H36M0.12"),
                "the duration as sent, or cut to no less than hundredths of a second",
                found,
            )
        }),
    ]
}
