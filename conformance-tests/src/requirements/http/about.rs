use serde_json::Value;

use crate::Version;
use crate::requirement::{Requirement, at, ensure};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.8", "4.1.6.7");
    vec![
        Requirement::must(
            "about.versions",
            section(),
            "about answers 200 with an array of the versions that are spoken, the checked one among them.",
        )
        .case("GET", |lrs| async move {
            let answer = lrs.get("about").send().await?;
            answer.status(200)?.of_type("application/json")?;
            let about = answer.json()?;
            let versions = about["version"].as_array().cloned().unwrap_or_default();
            let strings = !versions.is_empty() && versions.iter().all(Value::is_string);
            ensure(strings, "\"version\": an array of strings", about.to_string())?;
            // Of 1.0.x any patch says that 1.0.3 may be spoken.
            let spoken = versions
                .iter()
                .filter_map(Value::as_str)
                .any(|version| match lrs.version() {
                    Version::V1_0_3 => version.starts_with("1.0"),
                    Version::V2_0_0 => version == "2.0.0",
                });
            ensure(
                spoken,
                format!("{} among the versions", lrs.version()),
                about["version"].to_string(),
            )
        })
        .case("known versions only", |lrs| async move {
            let about = lrs.get("about").send().await?.status(200)?.json()?;
            let versions = about["version"].as_array().cloned().unwrap_or_default();
            let known = |version: &str| {
                matches!(version, "0.9" | "0.95") || version.starts_with("1.0") || version.starts_with("2.0")
            };
            let unknown: Vec<_> = versions
                .iter()
                .filter(|v| !v.as_str().is_some_and(known))
                .collect();
            ensure(
                unknown.is_empty(),
                "0.9, 0.95, 1.0.x and 2.0.x",
                format!("{unknown:?}"),
            )
        }),
        Requirement::must(
            "about.members",
            section(),
            "about has version and, if it likes, extensions, whose keys are IRIs, and nothing else.",
        )
        .case("GET", |lrs| async move {
            let about = lrs.get("about").send().await?.status(200)?.json()?;
            let members: Vec<String> = about
                .as_object()
                .map(|o| o.keys().cloned().collect())
                .unwrap_or_default();
            let known = members
                .iter()
                .all(|name| name == "version" || name == "extensions");
            ensure(known, "version and extensions", members.join(", "))?;
            let keys: Vec<String> = about["extensions"]
                .as_object()
                .map(|o| o.keys().cloned().collect())
                .unwrap_or_default();
            ensure(
                keys.iter().all(|key| key.contains(':')),
                "extensions by IRIs",
                keys.join(", "),
            )
        }),
        Requirement::should("about.open", section(), "about answers also without credentials.").case(
            "GET",
            |lrs| async move {
                lrs.get("about")
                    .without_credentials()
                    .send()
                    .await?
                    .status(200)
                    .map(drop)
            },
        ),
        Requirement::must(
            "about.head",
            at("Communication 1.1", ""),
            "HEAD answers as GET does, without a body.",
        )
        .case("HEAD", |lrs| async move {
            let answer = lrs.head("about").send().await?;
            answer.status(200)?;
            ensure(
                answer.body.is_empty(),
                "no body",
                format!("{} bytes", answer.body.len()),
            )
        }),
    ]
}
