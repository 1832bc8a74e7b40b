use std::ffi::OsString;
use std::path::PathBuf;

use super::{Backing, Layer, LogFormat, Settings};

/// Loads from flags, variables and the text of a settings file.
fn load(flags: Layer, variables: &[(&str, &str)], file: Option<&str>) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("testamur.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
    }
    let variables: Vec<(OsString, OsString)> = variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    Settings::load_from(flags, file.map(|_| path.as_path()), variables).map_err(|failure| {
        failure
            .to_string()
            .replace(&folder.path().display().to_string(), ".")
    })
}

fn data(folder: &str) -> Layer {
    Layer {
        data: Some(folder.into()),
        ..Layer::default()
    }
}

fn folder(name: &str) -> Backing {
    Backing::Folder(PathBuf::from(name))
}

#[test]
fn nothing_said_means_a_folder_here_and_a_loopback_address() {
    let settings = load(Layer::default(), &[], None).unwrap();
    assert_eq!(settings.backing, folder("testamur-data"));
    assert_eq!(settings.bind.to_string(), "127.0.0.1:8085");
    assert!(settings.workers >= 2);
    assert!(settings.engine);
}

#[test]
fn flags_win_over_variables_variables_over_the_file() {
    let file =
        "data = \"file\"\nbind = \"127.0.0.1:1\"\nlog = \"warn\"\nlog_format = \"json\"\nengine = false";
    let variables = [("TESTAMUR_DATA", "variable"), ("TESTAMUR_BIND", "127.0.0.1:2")];
    let settings = load(data("flag"), &variables, Some(file)).unwrap();
    assert_eq!(settings.backing, folder("flag"));
    assert_eq!(settings.bind.port(), 2);
    assert_eq!(settings.log, "warn");
    assert_eq!(settings.log_format, LogFormat::Json);
    assert!(!settings.engine);
}

#[test]
fn a_higher_layer_chooses_the_backing_alone() {
    let settings = load(data("here"), &[("TESTAMUR_MONGODB", "mongodb://db")], None).unwrap();
    assert_eq!(settings.backing, folder("here"));
    let settings = load(
        Layer::default(),
        &[("TESTAMUR_DATA", "here")],
        Some("mongodb = \"mongodb://db\""),
    )
    .unwrap();
    assert_eq!(settings.backing, folder("here"));
    let settings = load(
        Layer::default(),
        &[("TESTAMUR_MONGODB", "mongodb://db")],
        Some("data = \"x\""),
    )
    .unwrap();
    assert_eq!(settings.backing, Backing::MongoDb("mongodb://db".to_owned()));
}

#[test]
fn an_empty_variable_says_nothing() {
    assert_eq!(
        load(Layer::default(), &[("TESTAMUR_DATA", "")], None)
            .unwrap()
            .backing,
        folder("testamur-data")
    );
}

#[test]
fn a_public_url_loses_its_last_slash() {
    let settings = load(
        Layer::default(),
        &[("TESTAMUR_PUBLIC_URL", "https://learn.example.org/lrs/")],
        None,
    )
    .unwrap();
    assert_eq!(
        settings.public_url.as_deref(),
        Some("https://learn.example.org/lrs")
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let variable = |name, value| load(Layer::default(), &[(name, value)], None).unwrap_err();
    let file = |text| load(Layer::default(), &[], Some(text)).unwrap_err();
    let cases = [
        (
            variable("TESTAMUR_WORKERS", "many"),
            "TESTAMUR_WORKERS is \"many\"; it must be a number of threads",
        ),
        (variable("TESTAMUR_WORKERS", "0"), "TESTAMUR_WORKERS is \"0\""),
        (
            variable("TESTAMUR_ENGINE", "no"),
            "TESTAMUR_ENGINE is \"no\"; it must be true or false",
        ),
        (
            variable("TESTAMUR_BIND", "8085"),
            "\"8085\" is not an address to listen on; write IP:PORT",
        ),
        (
            variable("TESTAMUR_PUBLIC_URL", "learn.example.org"),
            "is not a public URL",
        ),
        (
            variable("TESTAMUR_PUBLIC_URL", "ftp://x"),
            "it must begin with http:// or https://",
        ),
        (variable("TESTAMUR_PUBLIC_URL", "https://x/?a=1"), "no query"),
        (
            file("data = \"a\"\nbnd = \"b\""),
            "./testamur.toml:2:1: unknown field `bnd`, expected one of `data`, `mongodb`, `bind`",
        ),
        (file("workers = \"two\""), "./testamur.toml:1:11: "),
        (file("data = "), "./testamur.toml:1:"),
        (
            file("data = \"a\"\nmongodb = \"b\""),
            "data and mongodb are both set",
        ),
    ];
    for (message, expected) in cases {
        assert!(
            message.contains(expected),
            "{message:?} should contain {expected:?}"
        );
    }
    let both = load(
        Layer::default(),
        &[("TESTAMUR_DATA", "a"), ("TESTAMUR_MONGODB", "b")],
        None,
    )
    .unwrap_err();
    assert!(both.contains("TESTAMUR_DATA and TESTAMUR_MONGODB"), "{both}");
}

#[test]
fn a_missing_settings_file_is_named() {
    let missing = PathBuf::from("no-such-folder/testamur.toml");
    let failure = Settings::load_from(Layer::default(), Some(&missing), []).unwrap_err();
    assert!(
        failure
            .to_string()
            .starts_with("the settings file no-such-folder/testamur.toml can not be read")
    );
}

#[test]
fn other_variables_of_ours_are_left_alone() {
    assert!(load(Layer::default(), &[("TESTAMUR_SERVICE_HOST", "10.0.0.1")], None).is_ok());
}
