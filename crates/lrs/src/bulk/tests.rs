use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::StatementLog as _;
use store_sqlite::{SqliteOptions, SqliteStore};
use xapi::Timestamp;

use super::*;

fn store() -> (tempfile::TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap();
    (folder, store)
}

fn lines() -> Lines {
    Lines::new(crate::authority("https://here.example", "operator:import"))
}

fn statement() -> Value {
    json!({
        "actor": { "mbox": "mailto:ann@example.com" },
        "verb": { "id": "http://adlnet.gov/expapi/verbs/passed" },
        "object": { "id": "https://example.com/course" },
    })
}

/// What a prepared statement would be kept as, beside `stored`.
fn kept(prepared: &Prepared) -> Value {
    let text = prepared.statement.sealed.text(Timestamp::from_micros(0));
    serde_json::from_str(&text).unwrap()
}

fn hex(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn with_attachment(content: &[u8]) -> Value {
    let mut statement = statement();
    statement["attachments"] = json!([{
        "usageType": "https://example.com/photo",
        "display": { "en": "A photo" },
        "contentType": "image/png",
        "length": content.len(),
        "sha2": hex(content),
    }]);
    statement
}

#[tokio::test]
async fn an_exported_statement_keeps_what_is_its_own() {
    let mut exported = statement();
    exported["id"] = json!("6690e6c9-3ef0-4ed3-8b37-7f3964730bee");
    exported["authority"] =
        json!({ "objectType": "Agent", "account": { "homePage": "https://there.example", "name": "lms" } });
    exported["timestamp"] = json!("2020-05-01T10:00:00.123Z");
    exported["stored"] = json!("2020-05-01T10:00:01Z");
    exported["version"] = json!("1.0.3");
    let prepared = lines().prepare(exported.to_string().as_bytes()).unwrap();
    let kept = kept(&prepared);
    for member in [
        "id",
        "authority",
        "timestamp",
        "version",
        "actor",
        "verb",
        "object",
    ] {
        assert_eq!(kept[member], exported[member], "{member}");
    }
    assert_ne!(kept["stored"], exported["stored"], "that is this store's own");
}

#[test]
fn what_a_line_does_not_say_is_the_imports() {
    let lines = lines();
    let line = statement().to_string();
    let first = lines.prepare(line.as_bytes()).unwrap();
    assert_eq!(kept(&first)["authority"]["account"]["name"], "operator:import");
    assert_eq!(kept(&first)["version"], "1.0.0");
    // The same line again is the same statement.
    let again = lines.prepare(format!("{line} \r").as_bytes()).unwrap();
    assert_eq!(kept(&first)["id"], kept(&again)["id"]);
    let mut other = statement();
    other["actor"]["mbox"] = json!("mailto:bob@example.com");
    let other = lines.prepare(other.to_string().as_bytes()).unwrap();
    assert_ne!(kept(&first)["id"], kept(&other)["id"]);
}

#[test]
fn a_line_is_held_to_the_version_it_names() {
    let mut of_two = statement();
    of_two["version"] = json!("2.0.0");
    of_two["context"] = json!({ "contextAgents": [{
        "objectType": "contextAgent",
        "agent": { "mbox": "mailto:eve@example.com" },
    }] });
    lines().prepare(of_two.to_string().as_bytes()).unwrap();
    of_two["version"] = json!("1.0.3");
    let refusal = lines().prepare(of_two.to_string().as_bytes()).unwrap_err();
    assert_eq!(refusal.path, "$.context.contextAgents");
    assert!(refusal.rule.starts_with("xAPI 1.0.3"), "{refusal}");
}

#[test]
fn refusals_are_those_of_ingest() {
    let mut wrong = statement();
    wrong["actor"]["mbox"] = json!("ann@example.com");
    let refusal = lines().prepare(wrong.to_string().as_bytes()).unwrap_err();
    assert_eq!(refusal.path, "$.actor.mbox");
    let said =
        xapi::parse_statement(wrong.to_string().as_bytes(), Version::V1_0, &Limits::default()).unwrap_err();
    assert_eq!(refusal, said.into());
    lines().prepare(b"[]").unwrap_err();
    lines().prepare(b"{").unwrap_err();
}

#[tokio::test]
async fn an_oauth_pair_of_authorities_is_found_by_its_client() {
    let (_folder, store) = store();
    let mut exported = statement();
    exported["authority"] = json!({ "objectType": "Group", "member": [
        { "objectType": "Agent", "account": { "homePage": "https://there.example/token", "name": "client" } },
        { "objectType": "Agent", "mbox": "mailto:user@example.com" },
    ] });
    let prepared = lines().prepare(exported.to_string().as_bytes()).unwrap();
    let client = Ifi::account("https://there.example/token", "client").unwrap();
    assert!(
        prepared
            .statement
            .keys
            .as_slice()
            .contains(&store::IndexKey::authority(&client))
    );
    store.append(vec![prepared.statement]).await.unwrap();
}

#[tokio::test]
async fn contents_come_from_the_folder_and_must_be_what_they_are_named() {
    let (_folder, store) = store();
    let contents = tempfile::tempdir().unwrap();
    let line = with_attachment(b"a photo").to_string();
    let prepared = lines().prepare(line.as_bytes()).unwrap();
    let refused = settle(&store, &prepared, None).await.unwrap_err();
    let ImportError::Refused(refusal) = refused else {
        panic!("{refused}")
    };
    assert_eq!(
        (refusal.path.as_str(), refusal.rule.as_str()),
        ("$.attachments[0]", ATTACHMENT_RULE)
    );

    let folder = Some(contents.path());
    std::fs::write(contents.path().join(hex(b"a photo")), b"another photo").unwrap();
    let refused = settle(&store, &prepared, folder).await.unwrap_err();
    assert!(refused.to_string().contains("its SHA-2 is"), "{refused}");

    std::fs::write(contents.path().join(hex(b"a photo")), b"a photo").unwrap();
    settle(&store, &prepared, folder).await.unwrap();
    let kept = contents::signature(&store, &Sha2(hex(b"a photo")), &String::new)
        .await
        .unwrap();
    assert_eq!(&kept[..], b"a photo");
    // Now it is in the store, and no folder is needed.
    settle(&store, &prepared, None).await.unwrap();
    assert_eq!(attachments_of(&line), [Sha2(hex(b"a photo"))]);
    assert_eq!(attachments_of(&statement().to_string()), []);
}

#[tokio::test]
async fn a_signature_is_checked() {
    let (_folder, store) = store();
    let contents = tempfile::tempdir().unwrap();
    let jws = b"no.signature.at.all";
    std::fs::write(contents.path().join(hex(jws)), jws).unwrap();
    let mut line = with_attachment(jws);
    line["attachments"][0]["usageType"] = json!(xapi::SIGNATURE_USAGE_TYPE);
    line["attachments"][0]["contentType"] = json!("application/octet-stream");
    let folder = Some(contents.path());
    let prepared = lines().prepare(line.to_string().as_bytes()).unwrap();
    let refused = settle(&store, &prepared, folder).await.unwrap_err();
    assert!(
        refused.to_string().contains("signature is malformed"),
        "{refused}"
    );
}
