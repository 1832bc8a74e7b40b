//! Connections: kept alive, requests one behind the other, bodies nobody read.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::harness::{KEY, Lab, SECRET, on_both_stores, statement};

on_both_stores!(
    requests_may_be_pipelined,
    a_refused_body_does_not_harm_the_next_request
);

/// Sends bytes on a connection of their own, and reads until the server ends it.
async fn exchange(lab: &Lab, bytes: Vec<u8>) -> String {
    let address = lab.origin.strip_prefix("http://").expect("an origin").to_owned();
    actix_web::rt::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(&bytes).expect("to send");
        let mut answers = String::new();
        stream.read_to_string(&mut answers).expect("to receive");
        answers
    })
    .await
    .expect("the exchange")
}

fn request(method: &str, path: &str, more: &str, body: &str) -> String {
    let authorization = STANDARD.encode(format!("{KEY}:{SECRET}"));
    format!(
        "{method} /xapi{path} HTTP/1.1\r\nHost: lrs\r\nAuthorization: Basic {authorization}\r\n\
         X-Experience-API-Version: 1.0.3\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    )
}

async fn requests_may_be_pipelined(lab: Lab) {
    let json = "Content-Type: application/json\r\n";
    let requests = [
        request(
            "POST",
            "/statements",
            json,
            &statement("ann", "did", "one").to_string(),
        ),
        request(
            "POST",
            "/statements",
            json,
            &statement("ann", "did", "two").to_string(),
        ),
        request("HEAD", "/statements", "", ""),
        request("GET", "/about", "Connection: close\r\n", ""),
    ];
    let answers = exchange(&lab, requests.concat().into_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 4, "{answers}");
    assert!(
        answers.ends_with('}'),
        "the last answer is that of the last request: {answers}"
    );
    let listed = lab.ids("ascending=true").await;
    assert_eq!(listed.len(), 2);
    assert!(
        lab.read(&listed[0]).await["object"]["id"]
            .as_str()
            .is_some_and(|id| id.ends_with("one"))
    );
}

async fn a_refused_body_does_not_harm_the_next_request(lab: Lab) {
    // Refused by its type, before the body is read; the body looks like a request.
    let smuggled = request("POST", "/statements", "", "{}");
    let requests = [
        request("POST", "/statements", "Content-Type: text/plain\r\n", &smuggled),
        request("GET", "/about", "Connection: close\r\n", ""),
    ];
    let answers = exchange(&lab, requests.concat().into_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 400").count(), 1, "{answers}");
    // The connection goes on behind the body, or ends; what was in the body is never a request.
    assert!(answers.matches("HTTP/1.1").count() <= 2, "{answers}");
    assert!(lab.ids("").await.is_empty());
}
