//! Decisions as they are made.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::Scope;

use crate::api::client::Served;
use crate::ladder::publish_early;
use crate::on_both_stores;
use crate::site::{Backing, curriculum, nurse, passed, void};

on_both_stores!(
    decisions_are_streamed_and_resumed,
    notices_are_streamed_to_those_who_may_read_them,
    streams_end_when_the_server_says_so
);

/// A client of server-sent events.
struct Listener {
    response: Response,
    text: String,
}

#[derive(Debug)]
struct Event {
    id: String,
    kind: String,
    data: Value,
}

impl Listener {
    async fn open(served: &Served, path: &str, last: Option<&str>) -> Self {
        Self::open_with(Scope::AllRead, served, path, last).await
    }

    async fn open_with(scope: Scope, served: &Served, path: &str, last: Option<&str>) -> Self {
        let (id, secret) = served.key(&[scope]).await;
        let mut request = reqwest::Client::new()
            .get(served.url(path))
            .basic_auth(id, Some(secret));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            response.headers().get("content-type").unwrap(),
            "text/event-stream"
        );
        let mut listener = Self {
            response,
            text: String::new(),
        };
        assert_eq!(listener.block().await.unwrap(), "retry: 1000");
        listener
    }

    /// The next block of lines; nothing at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let piece = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    async fn event(&mut self) -> Event {
        let block = self.block().await.unwrap();
        let field = |name: &str| {
            let line = block
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_else(|| panic!("{block}"));
            line.to_owned()
        };
        Event {
            id: field("id: "),
            kind: field("event: "),
            data: serde_json::from_str(&field("data: ")).unwrap(),
        }
    }
}

async fn decisions_are_streamed_and_resumed(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(["ann", "bob"].map(nurse).to_vec()).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;

    // From the beginning, what was already decided comes at once.
    let mut listener = Listener::open(&served, "/api/v1/events?after=0", None).await;
    // From now on, only what comes.
    let mut late = Listener::open(&served, "/api/v1/events", None).await;
    let issued = listener.event().await;
    assert_eq!(
        (issued.kind.as_str(), issued.data.get("person")),
        ("issued", Some(&json!("ann")))
    );
    assert!(
        issued
            .data
            .get("reason")
            .unwrap()
            .as_str()
            .unwrap()
            .starts_with("Everything that")
    );

    // Voided: the certificate is suspended. Another's pass comes in between.
    site.append(&[passed(2, "bob", "hygiene", 1, 0.9), void(3, 1)])
        .await;
    site.settle_on(3).await;
    let mut seen = Vec::new();
    for listener in [&mut listener, &mut late] {
        let (one, two) = (listener.event().await, listener.event().await);
        let mut kinds = [one.kind.clone(), two.kind.clone()];
        kinds.sort();
        assert_eq!(kinds, ["issued", "suspended"]);
        assert!(one.id.parse::<i64>().unwrap() < two.id.parse::<i64>().unwrap());
        seen = vec![one, two];
    }

    // A client that lost the connection after the first of the two gets the second.
    let [one, two] = seen.as_slice() else { panic!() };
    let mut resumed = Listener::open(&served, "/api/v1/events?after=0", Some(&one.id)).await;
    let event = resumed.event().await;
    assert_eq!((event.id, event.data), (two.id.clone(), two.data.clone()));
    // The statement it names is in the log.
    let statement = two
        .data
        .get("statement")
        .unwrap()
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(site.store.statement(statement).await.unwrap().is_some());
    drop((listener, late, resumed));
    served.close().await;
}

async fn notices_are_streamed_to_those_who_may_read_them(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    let text = curriculum("safety", &["hygiene"], 0.8, Some("60 days"))
        + "escalation: [{ when: 14 days before expiry, tell: learner }, { when: expiry, tell: training }]\n";
    publish_early(site, &text).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    let mut reader = Listener::open(&served, "/api/v1/events?after=0", None).await;
    let mut admin = Listener::open_with(Scope::Admin, &served, "/api/v1/events?after=0", None).await;
    let mut late = Listener::open_with(Scope::Admin, &served, "/api/v1/events", None).await;
    assert_eq!(admin.event().await.kind, "issued");
    assert_eq!(reader.event().await.kind, "issued");

    // What comes while somebody listens, comes to them.
    site.settle_on(47).await;
    let first = admin.event().await;
    assert_eq!(first.kind, "notice");
    assert_eq!(first.data.get("step"), Some(&json!("2 weeks before expiry")));
    assert_eq!(late.event().await.id, first.id);
    site.settle_on(61).await;
    let rest = [admin.event().await, admin.event().await];
    let mut kinds = rest.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>();
    kinds.sort_unstable();
    assert_eq!(kinds, ["expired", "notice"]);
    // One who comes back misses nothing of either, and one who may not read notices has none.
    let mut resumed = Listener::open_with(Scope::Admin, &served, "/api/v1/events", Some(&first.id)).await;
    let again = [resumed.event().await, resumed.event().await];
    let mut kinds = again.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>();
    kinds.sort_unstable();
    assert_eq!(kinds, ["expired", "notice"]);
    assert_eq!(reader.event().await.kind, "expired");
    drop((reader, admin, late, resumed));
    served.close().await;
}

async fn streams_end_when_the_server_says_so(backing: Backing) {
    let served = Served::open(backing).await;
    let mut listener = Listener::open(&served, "/api/v1/events", None).await;
    served.api.end_streams();
    assert_eq!(listener.block().await, None);
    assert_eq!(served.get("/api/v1/events").await.problem(), (503, "busy"));
    let (id, secret) = served.key(&[Scope::AllRead]).await;
    let wrong = reqwest::Client::new()
        .request(Method::GET, served.url("/api/v1/events"))
        .basic_auth(id, Some(secret))
        .header("last-event-id", "yesterday")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    served.close().await;
}
