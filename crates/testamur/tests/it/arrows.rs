//! The arrows of the house: which crate may know which, and what of the world.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates by floor; an arrow goes only downward.
const FLOORS: [&[&str]; 5] = [
    &["xapi"],
    &["store", "rules"],
    &["store-sqlite", "store-mongodb", "credentials", "web"],
    &["lrs", "certification", "console"],
    &["testamur"],
];

/// What developers run; stands beside the house and nothing leans on it.
const BESIDE: [&str; 3] = ["xtask", "bench", "conformance-tests"];

/// Crates that do no input or output and know no clock.
const PURE: [&str; 2] = ["xapi", "rules"];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .exec()
        .unwrap()
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

/// The members of the workspace, and which of them each depends on, by kind.
fn arrows(metadata: &Metadata) -> Vec<(&Package, &str, DependencyKind)> {
    let members: BTreeMap<&str, &Package> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.as_str(), package))
        .collect();
    members
        .values()
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .filter(|dependency| members.contains_key(dependency.name.as_str()))
                .map(|dependency| (*package, dependency.name.as_str(), dependency.kind))
        })
        .collect()
}

#[test]
fn every_crate_has_its_floor() {
    let metadata = metadata();
    let homeless: Vec<_> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| package.name.as_str())
        .filter(|name| floor(name).is_none() && !BESIDE.contains(name))
        .collect();
    assert!(homeless.is_empty(), "on which floor are {homeless:?}?");
    assert!(metadata.workspace_packages().len() >= 10);
}

#[test]
fn arrows_go_only_downward() {
    let metadata = metadata();
    let mut seen = 0;
    for (package, to, kind) in arrows(&metadata) {
        let from = package.name.as_str();
        seen += 1;
        assert!(
            !BESIDE.contains(&to),
            "{from} leans on {to}, which stands beside the house"
        );
        if BESIDE.contains(&from) {
            continue;
        }
        // A crate may lean on itself in its tests, for what only its feature `testing` shows.
        assert!(
            floor(to) < floor(from) || (from == to && kind == DependencyKind::Development),
            "{from} -> {to} ({kind:?}) does not go downward"
        );
    }
    assert!(seen >= 10, "only {seen} arrows were found");
}

#[test]
fn store_and_rules_know_nothing_of_each_other() {
    let metadata = metadata();
    for (package, to, _) in arrows(&metadata) {
        assert!(
            !(package.name.as_str().starts_with("store") && to == "rules"),
            "{} -> rules",
            package.name
        );
    }
}

/// Holds that of all members only `allowed` use a crate of this kind themselves.
#[track_caller]
fn only(allowed: &[&str], what: &str, is_it: impl Fn(&str) -> bool) {
    let metadata = metadata();
    let knowing: BTreeSet<&str> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| !BESIDE.contains(&package.name.as_str()))
        .filter(|package| {
            package
                .dependencies
                .iter()
                .any(|dependency| dependency.kind != DependencyKind::Development && is_it(&dependency.name))
        })
        .map(|package| package.name.as_str())
        .collect();
    assert!(
        !knowing.is_empty(),
        "nobody knows {what}: does this test still look for the right crates?"
    );
    let wrong: Vec<_> = knowing
        .into_iter()
        .filter(|name| !allowed.contains(name))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} must not know {what}");
}

#[test]
fn only_the_upper_floors_and_web_serve_http() {
    only(
        &["web", "lrs", "certification", "console", "testamur"],
        "an HTTP server",
        |name| name.starts_with("actix") || matches!(name, "axum" | "hyper" | "warp"),
    );
}

#[test]
fn only_the_stores_know_a_database() {
    only(&["store-sqlite"], "SQLite", |name| {
        matches!(name, "rusqlite" | "libsqlite3-sys" | "sqlx")
    });
    only(&["store-mongodb"], "MongoDB", |name| {
        matches!(name, "mongodb" | "bson")
    });
}

/// What a crate without a clock, without chance and without input or output has no use for.
const IMPURE_CRATES: [&str; 9] = [
    "tokio",
    "reqwest",
    "getrandom",
    "rand",
    "fastrand",
    "tempfile",
    "tracing",
    "futures-util",
    "store",
];
const IMPURE_WORDS: [&str; 12] = [
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
    "new_v4(",
    "now_v7(",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "File::",
    "println!",
];

#[test]
fn the_pure_crates_know_no_clock_no_chance_and_no_world() {
    let metadata = metadata();
    let mut files = 0;
    for package in metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| PURE.contains(&package.name.as_str()))
    {
        for dependency in &package.dependencies {
            assert!(
                dependency.kind == DependencyKind::Development
                    || !IMPURE_CRATES.contains(&dependency.name.as_str()),
                "{} must not know {}",
                package.name,
                dependency.name
            );
        }
        let root = package.manifest_path.parent().unwrap().join("src");
        for file in sources(root.as_std_path()) {
            files += 1;
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                let word = IMPURE_WORDS.iter().find(|word| line.contains(**word));
                assert_eq!(word, None, "{}: {}", file.display(), line.trim());
            }
        }
    }
    assert!(files >= 20, "only {files} files were looked at");
}

/// The Rust files below a folder, without tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "tests" {
                found.extend(sources(&path));
            }
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "testing.rs" {
            found.push(path);
        }
    }
    found
}
