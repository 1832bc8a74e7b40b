//! Statements in and out as lines of a file, and what stays of them.

use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::world::{BASICS, passed, voids};
use crate::support::{Backing, Output, TestServer, eventually, finish, program, testamur};

on_both_stores!(
    what_is_exported_and_imported_is_the_same,
    an_import_ends_at_the_first_wrong_line,
    an_import_goes_on_when_told_to,
    a_running_server_has_what_is_imported,
);

async fn on(backing: &Backing, arguments: &[&str]) -> Output {
    let flags = backing.flags();
    testamur(arguments.iter().copied().map(str::to_owned).chain(flags)).await
}

fn of(person: &str, day: u32) -> Value {
    passed(person, BASICS, &format!("2026-01-{day:02}T09:00:00Z"), Some(0.9))
}

fn lines(statements: &[Value]) -> String {
    statements
        .iter()
        .map(|statement| format!("{statement}\n"))
        .collect()
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// The statements of an export.
async fn exported(backing: &Backing) -> Vec<Value> {
    let text = on(backing, &["statements", "export"]).await.succeeded();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What an import keeps of a statement: all but when this store got it.
fn without_stored(mut statement: Value) -> Value {
    statement.as_object_mut().unwrap().remove("stored").unwrap();
    statement
}

async fn what_is_exported_and_imported_is_the_same(backing: Backing) {
    let folder = tempfile::tempdir().unwrap();
    // Kept by a server, under the authority of its key, one of them voided, one with content.
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let (first, second) = (of("ada-novak", 1), of("bilal-haddad", 2));
    api.statements(&json!([first, second, voids(&second)])).await;
    with_attachment(&server).await;
    server.stop().await;
    let before = exported(&backing).await;
    assert_eq!(before.len(), 4);

    let (file, contents) = (path(&folder, "all.ndjson.gz"), path(&folder, "contents"));
    let said = on(
        &backing,
        &["statements", "export", &file, "--attachments", &contents],
    )
    .await;
    assert_eq!(
        said.succeeded(),
        "4 statements and 1 contents of attachments written\n"
    );
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(&file).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text.lines().count(), 4);

    let other = backing.another();
    let missing = on(&other, &["statements", "import", &file]).await.failed(3);
    assert!(missing.contains(":4: $.attachments[0]:"), "{missing}");
    assert_eq!(
        exported(&other).await,
        Vec::<Value>::new(),
        "nothing of the block is kept"
    );
    let import = ["statements", "import", &file, "--attachments", &contents];
    assert_eq!(
        on(&other, &import).await.succeeded(),
        "4 statements read, 4 of them added\n"
    );
    assert_eq!(
        on(&other, &import).await.succeeded(),
        "4 statements read, 0 of them added\n"
    );
    let after = exported(&other).await;
    assert!(
        after
            .iter()
            .zip(&before)
            .all(|(after, before)| after["stored"].as_str() > before["stored"].as_str())
    );
    let same = |all: Vec<Value>| all.into_iter().map(without_stored).collect::<Vec<_>>();
    assert_eq!(same(after), same(before));

    let server = TestServer::start(&other).await;
    let api = server.api();
    let id = |statement: &Value| statement["id"].as_str().unwrap().to_owned();
    api.get(&format!("/xapi/statements?statementId={}", id(&first)))
        .await
        .expect(200);
    api.get(&format!("/xapi/statements?statementId={}", id(&second)))
        .await
        .expect(404);
    api.get(&format!("/xapi/statements?voidedStatementId={}", id(&second)))
        .await
        .expect(200);
    server.stop().await;
}

/// Sends a statement with an attachment that has no URL.
async fn with_attachment(server: &TestServer) {
    let content = "what was seen";
    let hash = "a7fd865f4e05688e7831ed63731987f817f3a72e18c68fbbf022be440429559b";
    let mut statement = of("chiara-rossi", 3);
    statement["attachments"] = json!([{
        "usageType": "https://example.com/seen", "display": { "en": "Seen" },
        "contentType": "text/plain", "length": content.len(), "sha2": hash,
    }]);
    let body = format!(
        "--b\r\nContent-Type: application/json\r\n\r\n{statement}\r\n--b\r\nContent-Type: text/plain\r\n\
         Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {hash}\r\n\r\n{content}\r\n--b--\r\n"
    );
    let request = server.api().request(reqwest::Method::POST, "/xapi/statements");
    let request = request
        .header("Content-Type", "multipart/mixed; boundary=b")
        .body(body);
    crate::support::Answer::of(request).await.expect(200);
}

async fn an_import_ends_at_the_first_wrong_line(backing: Backing) {
    let folder = tempfile::tempdir().unwrap();
    // The first block holds a thousand lines; the wrong one is in the second.
    let mut statements: Vec<_> = (0..1_200).map(|n| of("ada-novak", 1 + n % 28)).collect();
    statements[1_100]["actor"] = json!({ "mbox": "ada" });
    let file = path(&folder, "wrong.ndjson");
    std::fs::write(&file, lines(&statements)).unwrap();
    let said = on(&backing, &["statements", "import", &file]).await.failed(3);
    assert!(
        said.contains(&format!("{file}:1101: $.actor.mbox: ")) && said.contains("(xAPI 1.0.3 "),
        "{said}"
    );
    assert!(said.contains("the lines through 1000 are imported"), "{said}");
    assert_eq!(exported(&backing).await.len(), 1_000);

    statements[1_100] = of("ada-novak", 1);
    std::fs::write(&file, lines(&statements)).unwrap();
    let said = on(&backing, &["statements", "import", &file]).await.succeeded();
    assert_eq!(said, "1200 statements read, 200 of them added\n");

    // Another statement under an id that is taken.
    let mut taken = statements[7].clone();
    taken["actor"]["account"]["name"] = json!("bilal-haddad");
    std::fs::write(&file, lines(&[of("ada-novak", 2), taken])).unwrap();
    let said = on(&backing, &["statements", "import", &file]).await.failed(3);
    assert!(
        said.contains(":2: $.id: ") && said.contains("nothing was imported"),
        "{said}"
    );
    assert_eq!(exported(&backing).await.len(), 1_200);

    let said = on(&backing, &["statements", "import", "no-such-file.ndjson"])
        .await
        .failed(1);
    assert!(said.contains("no-such-file.ndjson can not be read"), "{said}");
    std::fs::write(path(&folder, "no.gz"), "not compressed").unwrap();
    on(&backing, &["statements", "import", &path(&folder, "no.gz")])
        .await
        .failed(1);
}

async fn an_import_goes_on_when_told_to(backing: Backing) {
    let folder = tempfile::tempdir().unwrap();
    let (good, other) = (of("ada-novak", 1), of("bilal-haddad", 2));
    let mut conflict = other.clone();
    conflict["id"] = good["id"].clone();
    let wrong = r#"{"actor":{"mbox":"mailto:a@example.com"},"verb":{"id":"passed"}}"#;
    let text = format!("{good}\n{wrong}\n\nno json\n{conflict}\n{other}");
    let (file, refused) = (path(&folder, "mixed.ndjson.gz"), path(&folder, "refused.ndjson"));
    let mut gzip = GzEncoder::new(std::fs::File::create(&file).unwrap(), Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let import = ["statements", "import", &file, "--keep-going", &refused];
    let done = on(&backing, &import).await;
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (3, "2 statements read, 2 of them added\n"),
        "{}",
        done.stderr
    );
    for said in [":2: $.verb.id: ", ":4: ", ":5: $.id: ", "3 lines were refused"] {
        assert!(done.stderr.contains(said), "{}", done.stderr);
    }
    let kept = std::fs::read_to_string(Path::new(&refused)).unwrap();
    assert_eq!(kept, format!("{wrong}\nno json\n{conflict}\n"));
    assert_eq!(exported(&backing).await.len(), 2);
}

async fn a_running_server_has_what_is_imported(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    api.statements(&json!(of("ada-novak", 1))).await;
    let imported = of("bilal-haddad", 2);
    let mut command = program();
    command.args(["statements", "import", "-"]).args(backing.flags());
    command.stdin(std::process::Stdio::from(file_of(&lines(std::slice::from_ref(
        &imported,
    )))));
    assert_eq!(
        finish(&mut command).await.succeeded(),
        "1 statements read, 1 of them added\n"
    );
    let id = imported["id"].as_str().unwrap();
    let kept = eventually("the server has it", async || {
        let answer = api.get(&format!("/xapi/statements?statementId={id}")).await;
        (answer.status == 200).then(|| answer.json())
    })
    .await;
    assert_eq!(kept["authority"]["account"]["name"], "operator:import");
    // The log of both is one: the server goes on after what was imported.
    let next = of("chiara-rossi", 3);
    api.statements(&json!(next)).await;
    let ids: Vec<Uuid> = exported(&backing)
        .await
        .iter()
        .map(|statement| statement["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(
        ids[1..].iter().map(ToString::to_string).collect::<Vec<_>>(),
        [id, next["id"].as_str().unwrap()]
    );
    server.stop().await;
}

/// A file with this content, to be read from its beginning.
fn file_of(text: &str) -> std::fs::File {
    use std::io::Seek as _;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    file
}
