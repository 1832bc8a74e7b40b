//! Clients that misbehave, while others must be served.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::{Answer, Api, Backing, TestServer};
use crate::{server, world};

/// How many send a byte a second.
const SLOW: usize = 400;
/// How many never read what they asked for.
const DEAF: usize = 200;
/// How many connections there are at once.
const MANY: usize = 10_000;
/// How long clients misbehave.
const LASTING: Duration = Duration::from_secs(40);
/// The slowest answer to those who behave, on a machine that has other things to do.
const PATIENT: Duration = Duration::from_secs(10);

/// A request with statements, of which the key's holder sends the head and the body.
fn request(api: &Api, body: &str) -> (Vec<u8>, Vec<u8>) {
    let built = api
        .request(reqwest::Method::POST, "/xapi/statements")
        .build()
        .unwrap();
    let mut head = format!(
        "POST /xapi/statements HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n",
        body.len()
    );
    head.push_str("content-type: application/json\r\n");
    for (name, value) in built.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str("\r\n");
    (head.into_bytes(), body.as_bytes().to_vec())
}

fn address(running: &TestServer) -> String {
    running.url.trim_start_matches("http://").to_owned()
}

pub(crate) async fn that_send_a_byte_a_second() -> Outcome {
    let backing = Backing::folder();
    let history = History::new();
    let running = server::start(&backing).await;
    let api = server::api(&running);
    world::set_up(&api).await;
    let (head, body) = request(&api, &"[".repeat(4_000));
    let mut slow = JoinSet::new();
    for client in 0..SLOW {
        let (address, head, body) = (address(&running), head.clone(), body.clone());
        slow.spawn(async move {
            let mut connection = TcpStream::connect(address).await.unwrap();
            // Half of them are slow from the first byte, half of them once the server waits for the body.
            let slowly = if client % 2 == 0 {
                head
            } else {
                connection.write_all(&head).await.unwrap();
                body
            };
            until_cut_off(connection, &slowly).await
        });
    }
    let slowest = meanwhile(&history, &api).await;
    let memory = server::resident_mib(&running);
    // By now: the rest may take as long as answers take on a machine that has other things to do.
    let mut told = 0;
    let all = tokio::time::timeout(PATIENT, async {
        while let Some(answer) = slow.join_next().await {
            told += usize::from(answer.unwrap().starts_with("HTTP/1.1 408 "));
        }
    });
    assert!(
        all.await.is_ok(),
        "{} of {SLOW} slow connections are still open",
        slow.len()
    );
    let found = check::everything(&api, &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: SLOW,
        found,
        remark: format!(
            "connections that send a byte a second, all of them cut off within {} s, {told} of them told why (408); slowest \
             answer to others {} ms, {memory} MiB resident",
            LASTING.as_secs(),
            slowest.as_millis()
        ),
    }
}

/// Sends a byte a second until the server closes the connection; answers what it said before.
async fn until_cut_off(connection: TcpStream, slowly: &[u8]) -> String {
    let (mut reading, mut writing) = connection.into_split();
    let sending = async {
        for byte in slowly {
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending().await
    };
    let mut answer = Vec::new();
    tokio::select! {
        // An error is an end as well.
        _ = reading.read_to_end(&mut answer) => {}
        () = sending => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) async fn that_never_read() -> Outcome {
    let backing = Backing::folder();
    let history = History::new();
    let running = server::start(&backing).await;
    let api = server::api(&running);
    world::set_up(&api).await;
    let load = Load::start(&history, std::slice::from_ref(&api));
    load::acknowledged(&history, 2_000).await;
    load.stop().await;

    let page = api.get("/xapi/statements?limit=500").await.expect(200).text.len();
    let before = server::resident_mib(&running);
    let asked = api
        .request(reqwest::Method::GET, "/xapi/statements?limit=500")
        .build()
        .unwrap();
    let mut head = "GET /xapi/statements?limit=500 HTTP/1.1\r\nhost: localhost\r\n".to_owned();
    for (name, value) in asked.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str("\r\n");
    // Some of them ask again and again without reading the first answer.
    let mut deaf = Vec::new();
    for client in 0..DEAF {
        let mut connection = TcpStream::connect(address(&running)).await.unwrap();
        let asked = head.repeat(1 + client % 20);
        let _ = connection.write_all(asked.as_bytes()).await;
        deaf.push(connection);
    }
    let slowest = meanwhile(&history, &api).await;
    let (most, memory) = (
        server::most_resident_mib(&running),
        server::resident_mib(&running),
    );
    // Each has one page in the buffer of its connection and the next one ready, and such a buffer may have grown to twice
    // what is in it; what was freed the allocator gives back seconds later. All the pages they asked for would be ten times
    // a page each, and as much again in buffers. By now they are cut off.
    let held = u64::try_from(DEAF * page / (1 << 20)).unwrap();
    assert!(
        most < before + 6 * held,
        "{most} MiB resident at most, {before} before; a page each is {held} MiB"
    );
    // As much again is what the load of the others may have taken meanwhile.
    assert!(
        memory < before + 2 * held,
        "{memory} MiB resident in the end, {before} before"
    );
    drop(deaf);
    let found = check::everything(&api, &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: DEAF,
        found,
        remark: format!(
            "clients that ask for pages and never read; slowest answer to others {} ms, {before} MiB resident before, {most} \
             at most, {memory} in the end; a page each is {held} MiB",
            slowest.as_millis()
        ),
    }
}

/// Sends and reads as others do while somebody misbehaves; answers how long the slowest answer took.
async fn meanwhile(history: &Arc<History>, api: &Api) -> Duration {
    let load = Load::start_slowly(history, std::slice::from_ref(api), Duration::from_millis(100));
    let (began, mut slowest) = (Instant::now(), Duration::ZERO);
    while began.elapsed() < LASTING {
        let asked = Instant::now();
        api.get("/xapi/statements?limit=5").await.expect(200);
        slowest = slowest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    load.stop().await;
    assert!(slowest < PATIENT, "somebody who behaves waited {slowest:?}");
    slowest
}

pub(crate) async fn ten_thousand() -> Outcome {
    let backing = Backing::folder();
    let history = History::new();
    // As shells and service managers start a program: what it needs beyond that it takes itself.
    let few_files = ["sh", "-c", "ulimit -S -n 1024 && exec \"$@\"", "sh"].map(OsStr::new);
    let running = server::start_with(&backing, &few_files, |command| {
        command.args(["--max-connections", &(MANY + 500).to_string()]);
    })
    .await;
    let api = server::api(&running);
    world::set_up(&api).await;
    let mut connections = Vec::with_capacity(MANY);
    for _ in 0..MANY {
        connections.push(TcpStream::connect(address(&running)).await.unwrap());
    }
    // Every one of them is served, also those that came last.
    let began = Instant::now();
    let mut served = 0;
    for (number, connection) in connections.iter_mut().enumerate() {
        let ask = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
        connection.write_all(ask).await.unwrap();
        let mut answer = [0; 15];
        connection.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK", "connection {number}");
        served += 1;
    }
    let all = began.elapsed();
    let load = Load::start(&history, std::slice::from_ref(&api));
    load::acknowledged(&history, 2_000).await;
    load.stop().await;
    let memory = server::resident_mib(&running);
    Answer::of(api.request(reqwest::Method::GET, "/readyz"))
        .await
        .expect(200);
    drop(connections);
    let found = check::everything(&api, &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: served,
        found,
        remark: format!(
            "connections open at once, each served, one after another in {:.1} s; {memory} MiB resident",
            all.as_secs_f64()
        ),
    }
}
