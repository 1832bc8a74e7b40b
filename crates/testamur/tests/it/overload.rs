//! More than the server takes on is told to come back; who holds it up is cut off.

use base64_of::basic;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::world::{BASICS, passed};
use crate::support::{Answer, Api, Backing, Key, TestServer, eventually};

on_both_stores!(
    a_key_that_comes_too_often_is_told_when_to_come_back,
    a_body_that_comes_too_slowly_is_cut_off,
    a_client_that_takes_nothing_is_cut_off,
    bodies_share_the_memory_there_is_for_them,
    requests_beyond_the_limit_are_told_to_come_back,
);

/// The value of an Authorization header.
mod base64_of {
    use super::Key;

    pub(super) fn basic(key: &Key) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let text = format!("{}:{}", key.id, key.secret);
        let digits = text.as_bytes().chunks(3).flat_map(|three| {
            let number = three
                .iter()
                .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
            let number = number << (8 * (3 - three.len()));
            (0..4).map(move |digit| {
                if digit > three.len() {
                    '='
                } else {
                    char::from(DIGITS[(number >> (18 - 6 * digit) & 63) as usize])
                }
            })
        });
        format!("Basic {}", digits.collect::<String>())
    }
}

async fn with(backing: &Backing, flags: &[&str]) -> TestServer {
    TestServer::start_with(backing, |command| {
        command.args(flags);
    })
    .await
}

fn host(server: &TestServer) -> &str {
    server.url.strip_prefix("http://").unwrap()
}

/// GET as a browser sends it for a page of another origin.
async fn from_a_page(api: &Api, path: &str) -> Answer {
    let request = api.request(Method::GET, path);
    Answer::of(request.header("Origin", "https://content.example.com")).await
}

/// The version of the standard, and that the page may read it and when to come back.
fn says_what_every_xapi_answer_does(answer: &Answer) {
    assert!(answer.header("x-experience-api-version").is_some(), "{answer:?}");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("*"),
        "{answer:?}"
    );
    let exposed = answer.header("access-control-expose-headers").unwrap_or_default();
    assert!(exposed.contains("Retry-After"), "{answer:?}");
}

/// Begins a request with a body of this length, and sends the beginning of it.
async fn begun(server: &TestServer, kind: &str, length: usize, beginning: &str) -> TcpStream {
    let mut connection = TcpStream::connect(host(server)).await.unwrap();
    let head = format!(
        "POST /xapi/statements HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nX-Experience-API-Version: 2.0.0\r\n\
         Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{beginning}",
        host(server),
        basic(server.admin.as_ref().unwrap()),
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection
}

/// Sends the end of a request; answers whether its statement is kept.
async fn kept(connection: &mut TcpStream, end: &str) -> bool {
    let mut status = [0; 12];
    let sent = connection.write_all(end.as_bytes()).await;
    sent.is_ok() && connection.read_exact(&mut status).await.is_ok() && &status == b"HTTP/1.1 200"
}

/// All that comes until the server closes the connection.
async fn answer(mut connection: TcpStream) -> String {
    let mut text = String::new();
    tokio::time::timeout(crate::support::PATIENCE, connection.read_to_string(&mut text))
        .await
        .expect("the server closes the connection")
        .unwrap();
    text
}

async fn a_key_that_comes_too_often_is_told_when_to_come_back(backing: Backing) {
    let server = with(&backing, &["--requests-per-second", "2"]).await;
    let api = server.api();
    let refused = eventually("the key comes too often", async || {
        let answer = from_a_page(&api, "/xapi/statements?limit=1").await;
        (answer.status == 429).then_some(answer)
    })
    .await;
    assert_eq!(refused.header("retry-after"), Some("1"));
    says_what_every_xapi_answer_does(&refused);
    refused.problem(429, "too-many-requests");
    eventually("the management API counts the same", async || {
        let answer = api.get("/api/v1/engine").await;
        (answer.status == 429).then_some(())
    })
    .await;
    server.stranger().get("/healthz").await.expect(200);
    eventually("it is let in again", async || {
        (api.get("/api/v1/engine").await.status == 200).then_some(())
    })
    .await;
    server.stop().await;
}

async fn a_body_that_comes_too_slowly_is_cut_off(backing: Backing) {
    let server = with(&backing, &["--stall-seconds", "1"]).await;
    let part = "--b\r\nContent-Type: application/json\r\n\r\n[";
    for (kind, beginning) in [("application/json", "["), ("multipart/mixed; boundary=b", part)] {
        let said = answer(begun(&server, kind, 1_000, beginning).await).await;
        assert!(
            said.starts_with("HTTP/1.1 408 ") && said.contains("body-too-slow"),
            "{said}"
        );
    }
    server
        .api()
        .statements(&json!(passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", None)))
        .await;
    server.stop().await;
}

async fn a_client_that_takes_nothing_is_cut_off(backing: Backing) {
    let server = with(&backing, &["--stall-seconds", "1"]).await;
    let mut long = passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", None);
    // More than the buffers of both ends hold.
    long["context"] = json!({ "extensions": { "https://example.com/long": "x".repeat(12 << 20) } });
    server.api().statements(&json!(long)).await;

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut connection = socket.connect(host(&server).parse().unwrap()).await.unwrap();
    let request = format!(
        "GET /xapi/statements HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nX-Experience-API-Version: 2.0.0\r\n\r\n",
        host(&server),
        basic(server.admin.as_ref().unwrap()),
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let connection = tokio::sync::Mutex::new(connection);
    eventually("the connection is closed from the other side", async || {
        connection.lock().await.write_all(b"\r\n").await.err()
    })
    .await;
    server.api().get("/xapi/statements?limit=1").await.expect(200);
    server.stop().await;
}

async fn bodies_share_the_memory_there_is_for_them(backing: Backing) {
    let server = with(&backing, &["--max-buffered-bytes", "100000"]).await;
    let api = server.api();
    let mut large = passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", None);
    large["context"] = json!({ "extensions": { "https://example.com/large": "x".repeat(60_000) } });
    let text = large.to_string();
    let (beginning, end) = text.split_at(text.len() - 10);
    let another = || {
        let mut another = large.clone();
        another["id"] = json!(uuid::Uuid::new_v4());
        Answer::of(api.request(Method::POST, "/xapi/statements").json(&another))
    };
    // Which of two comes first is theirs to settle: until it is the one that holds on.
    eventually("a body that is held leaves no room for another", async || {
        let mut held = begun(&server, "application/json", text.len(), beginning).await;
        let refused = another().await;
        if refused.status != 503 {
            return None;
        }
        assert_eq!(refused.header("retry-after"), Some("1"));
        refused.problem(503, "busy");
        kept(&mut held, end).await.then_some(())
    })
    .await;
    eventually("there is room again", async || {
        (another().await.status == 200).then_some(())
    })
    .await;
    server.stop().await;
}

async fn requests_beyond_the_limit_are_told_to_come_back(backing: Backing) {
    let server = with(&backing, &["--max-requests", "1"]).await;
    let api = server.api();
    let text = passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", None).to_string();
    for path in ["/xapi/about", "/api/v1/engine"] {
        eventually("a request that is held leaves no place for another", async || {
            let mut held = begun(&server, "application/json", text.len(), &text[..10]).await;
            let refused = from_a_page(&api, path).await;
            if refused.status != 503 {
                return None;
            }
            assert_eq!(refused.header("retry-after"), Some("1"));
            if path.starts_with("/xapi") {
                says_what_every_xapi_answer_does(&refused);
            }
            refused.problem(503, "busy");
            server.stranger().get("/readyz").await.expect(200);
            kept(&mut held, &text[10..]).await.then_some(())
        })
        .await;
    }
    eventually("there is a place again", async || {
        (api.get("/xapi/about").await.status == 200).then_some(())
    })
    .await;
    server.stop().await;
}
