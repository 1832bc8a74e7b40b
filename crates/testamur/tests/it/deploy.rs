//! What stands in deploy/: that the command lines and settings are those of the program, that it starts with them,
//! and that the parts agree with each other. That an image builds, or a service manager runs it, is not tested here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::{Backing, TestServer, program, testamur};

fn file(name: &str) -> String {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy")).join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Every variable the program reads.
async fn variables() -> BTreeSet<String> {
    let help = testamur(["serve", "--help"]).await.succeeded();
    let flags = help.split_whitespace().filter_map(|word| word.strip_prefix("--"));
    let mut variables: BTreeSet<String> = flags
        .map(|flag| {
            let name = flag.trim_end_matches(|c: char| !c.is_ascii_lowercase());
            format!("TESTAMUR_{}", name.replace('-', "_").to_uppercase())
        })
        .collect();
    for other in ["ENGINE", "ADMIN_KEY", "ADMIN_SECRET"] {
        variables.insert(format!("TESTAMUR_{other}"));
    }
    variables
}

/// Starts the program as a file says, but for where it keeps things and listens.
async fn starts(arguments: &[String], environment: &BTreeMap<String, String>, backing: &Backing) {
    let known = variables().await;
    let mut command = program();
    command.args(arguments);
    for (name, value) in environment {
        assert!(known.contains(name), "{name} is no variable of the program");
        command.env(name, value);
    }
    for (name, value) in backing.flags().chunks(2).map(|pair| (&pair[0], &pair[1])) {
        command.env_remove("TESTAMUR_DATA").env_remove("TESTAMUR_MONGODB");
        command.env(
            format!("TESTAMUR_{}", name.trim_start_matches("--").to_uppercase()),
            value,
        );
    }
    command.env("TESTAMUR_BIND", "127.0.0.1:0");
    let server = TestServer::spawn(&mut command).await;
    server.stranger().get("/readyz").await.expect(200);
    server.stop().await;
}

/// The values of a directive of the unit, in order.
fn directive<'a>(unit: &'a str, name: &str) -> Vec<&'a str> {
    unit.lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix('='))
        .collect()
}

#[tokio::test]
async fn the_unit_starts_the_program() {
    let unit = file("testamur.service");
    let start = directive(&unit, "ExecStart");
    let [start] = start[..] else { panic!("{start:?}") };
    let mut words = start.split_whitespace().map(str::to_owned);
    assert_eq!(words.next().as_deref(), Some("/usr/local/bin/testamur"));
    let environment: BTreeMap<String, String> = directive(&unit, "Environment")
        .into_iter()
        .map(|setting| setting.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    // The folder that systemd makes for the service is the one that it keeps everything in.
    let state = directive(&unit, "StateDirectory")[0];
    assert_eq!(environment["TESTAMUR_DATA"], format!("/var/lib/{state}"));
    starts(&words.collect::<Vec<_>>(), &environment, &Backing::folder()).await;
}

/// systemd's own check, where there is systemd.
#[test]
fn systemd_has_nothing_to_say_about_the_unit() {
    let verify = |unit: &PathBuf| {
        Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(unit)
            .output()
    };
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("testamur.service");
    let here = file("testamur.service").replace("/usr/local/bin/testamur", env!("CARGO_BIN_EXE_testamur"));
    std::fs::write(&unit, &here).unwrap();
    let Ok(said) = verify(&unit) else {
        println!("there is no systemd-analyze here: the unit is checked by the other tests only");
        return;
    };
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success() && words.is_empty(), "{words}");
    // It would say if there were anything.
    std::fs::write(&unit, here.replace("RestartSec", "RestartSeconds")).unwrap();
    let said = verify(&unit).unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("RestartSeconds"));
}

/// The instructions of the container file, with continued lines joined: (word, rest).
fn instructions(container: &str) -> Vec<(String, String)> {
    container
        .replace("\\\n", " ")
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap())
        .map(|(word, rest)| (word.to_owned(), rest.trim().to_owned()))
        .collect()
}

/// What an image sets, and what it runs.
fn image() -> (BTreeMap<String, String>, Vec<String>, u16) {
    let instructions = instructions(&file("Containerfile"));
    let of = |word: &str| {
        instructions
            .iter()
            .rfind(|(found, _)| found == word)
            .unwrap()
            .1
            .clone()
    };
    let environment = of("ENV")
        .split_whitespace()
        .map(|setting| setting.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let entry: Vec<String> = serde_json::from_str(&of("ENTRYPOINT")).unwrap();
    assert_eq!(entry, ["/usr/local/bin/testamur"]);
    (
        environment,
        serde_json::from_str(&of("CMD")).unwrap(),
        of("EXPOSE").parse().unwrap(),
    )
}

#[tokio::test]
async fn the_image_starts_the_program() {
    let instructions = instructions(&file("Containerfile"));
    let (environment, arguments, port) = image();
    assert_eq!(environment["TESTAMUR_BIND"], format!("0.0.0.0:{port}"));
    let volume = instructions.iter().find(|(word, _)| word == "VOLUME").unwrap();
    assert_eq!(environment["TESTAMUR_DATA"], volume.1);
    // It is built by a compiler that the workspace takes.
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let needed = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(
        instructions[0].1.starts_with(&format!("rust:{needed}-")),
        "{instructions:?}"
    );
    assert!(
        instructions.iter().any(|(word, _)| word == "USER"),
        "it would run as root"
    );
    starts(&arguments, &environment, &Backing::folder()).await;
}

fn compose() -> Value {
    let text = file("compose.yaml");
    let mut compose: Value = serde_saphyr::from_str(&text).unwrap();
    // Merge keys, as readers of compose files resolve them.
    for service in compose["services"].as_object_mut().unwrap().values_mut() {
        if let Some(Value::Object(mut merged)) = service.as_object_mut().unwrap().remove("<<") {
            merged.extend(service.as_object().unwrap().clone());
            *service = Value::Object(merged);
        }
    }
    compose
}

/// The services whose image this is, by name.
fn services<'a>(compose: &'a Value, has: &str) -> BTreeMap<&'a str, &'a Value> {
    compose["services"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, service)| service.to_string().contains(has))
        .map(|(name, service)| (name.as_str(), service))
        .collect()
}

/// `${NAME:-default}` and `${NAME:?why}`, with nothing set but the administrator's key.
fn interpolated(value: &str) -> String {
    let Some(inner) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return value.to_owned();
    };
    match inner.split_once(":-") {
        Some((_, default)) => default.to_owned(),
        None if inner.starts_with("TESTAMUR_ADMIN_KEY:?") => "admin".to_owned(),
        None if inner.starts_with("TESTAMUR_ADMIN_SECRET:?") => "0123456789abcdef".to_owned(),
        None => panic!("{value} has no value"),
    }
}

#[tokio::test]
async fn the_servers_of_the_compose_file_start() {
    let compose = compose();
    let servers = services(&compose, "TESTAMUR_MONGODB");
    assert_eq!(servers.len(), 2);
    let (image_environment, _, _) = image();
    let backing = Backing::mongodb();
    for server in servers.values() {
        let arguments: Vec<String> = serde_json::from_value(server["command"].clone()).unwrap();
        let mut environment = image_environment.clone();
        for (name, value) in server["environment"].as_object().unwrap() {
            environment.insert(name.clone(), interpolated(value.as_str().unwrap()));
        }
        assert_eq!(environment["TESTAMUR_DATA"], "", "it would shut out MongoDB");
        starts(&arguments, &environment, &backing).await;
    }
}

#[test]
fn the_parts_of_the_compose_file_agree() {
    let compose = compose();
    let (servers, members) = (
        services(&compose, "TESTAMUR_MONGODB"),
        services(&compose, "--replSet"),
    );
    assert_eq!(members.len(), 3);
    let (_, _, port) = image();
    let mut published = BTreeSet::new();
    for server in servers.values() {
        // The port that is published is the one that is listened on, and each server has one of its own.
        assert_eq!(server["environment"]["TESTAMUR_BIND"], format!("0.0.0.0:{port}"));
        let [mapping] = &server["ports"].as_array().unwrap()[..] else {
            panic!("{server}")
        };
        let (outside, inside) = mapping.as_str().unwrap().rsplit_once(':').unwrap();
        assert_eq!(inside, port.to_string());
        assert!(published.insert(outside.to_owned()));

        let uri = server["environment"]["TESTAMUR_MONGODB"].as_str().unwrap();
        let (hosts, rest) = uri.strip_prefix("mongodb://").unwrap().split_once('/').unwrap();
        let hosts: BTreeSet<&str> = hosts.split(',').collect();
        let initiated = compose["services"]["replica-set"]["command"].to_string();
        let mut volumes = BTreeSet::new();
        for (name, member) in &members {
            let arguments: Vec<&str> = member["command"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let after =
                |flag: &str| arguments[arguments.iter().position(|argument| *argument == flag).unwrap() + 1];
            let host = format!("{name}:{}", after("--port"));
            assert!(
                hosts.contains(host.as_str()) && initiated.contains(&host),
                "{host}"
            );
            let set = after("--replSet");
            assert!(rest.ends_with(&format!("replicaSet={set}")));
            assert!(initiated.contains(&format!("_id: \\\"{set}\\\"")), "{initiated}");
            let volume = member["volumes"][0].as_str().unwrap().split(':').next().unwrap();
            assert!(compose["volumes"].as_object().unwrap().contains_key(volume));
            assert!(volumes.insert(volume), "two members on one volume");
            assert_eq!(
                compose["services"]["replica-set"]["depends_on"][name]["condition"],
                "service_healthy"
            );
        }
        assert_eq!(hosts.len(), members.len());
    }
}
