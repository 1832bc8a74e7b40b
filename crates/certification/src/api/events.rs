//! `GET /events`: decisions as they are made, as server-sent events (HTML Living Standard 9.2).
//!
//! The stream follows the engine's own statements in the log: that is one order with places to resume from, kept
//! for ever, and the same on every server of a store. What is put down without being told is not in it. Whoever may
//! read notices has them in the stream too; they have an order of their own, so a place in such a stream is a place in
//! both.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde_json::{Value, json};
use store::{NoticeFilter, NoticePlace, Position, Scope, StatementQuery, Store, StoredStatement};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use uuid::Uuid;
use web::{Caller, Problem};
use xapi::{Ifi, Statement};

use crate::api::params::{Params, invalid};
use crate::api::{Answer, Api, may_read, notices};
use crate::certificate::{Account, statement_of};
use crate::engine::Agenda;
use crate::error::{Result, from_json};

/// The most streams at once.
const MOST: usize = 200;
/// How long a stream lasts: then the client comes back, and its key is looked at again.
const LASTS: Duration = Duration::from_secs(10 * 60);
/// How often a silent stream says that it is there.
const ALIVE: Duration = Duration::from_secs(15);
/// How often new notices are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// Statements, or notices, read at once.
const PAGE: usize = 100;

/// The event streams of a server.
pub(crate) struct Streams {
    free: Arc<Semaphore>,
    ended: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            free: Arc::new(Semaphore::new(MOST)),
            ended: watch::Sender::new(false),
        }
    }
}

impl Streams {
    /// Ends all streams, for good.
    pub(crate) fn end(&self) {
        self.free.close();
        self.ended.send_replace(true);
    }
}

pub(super) async fn stream(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(&request, &["after"])?;
    // Where a client that lost its connection was; it may not have chosen this URL again.
    let resumed = match request.headers().get("last-event-id") {
        Some(id) => Some(id.to_str().ok().and_then(Place::parse).ok_or_else(|| {
            Problem::bad_request(
                "last-event-id",
                "the header Last-Event-ID is not one that this server gave; leave it out",
            )
        })?),
        None => None,
    };
    let asked = match params.text("after") {
        Some(text) => Some(
            Place::parse(&text)
                .ok_or_else(|| invalid("after", &text, "a whole number from 0 up, or the id of an event"))?,
        ),
        None => None,
    };
    let (after, noticed) = match resumed.or(asked) {
        Some(place) => (place.position, place.notice),
        None => (api.store.head().await?, None),
    };
    let noticed = match noticed {
        _ if !caller.may(Scope::People) => None,
        None => Some(api.store.last_notice().await?.unwrap_or(BEFORE_ALL)),
        noticed => noticed,
    };
    let permit = Arc::clone(&api.streams.free).try_acquire_owned().map_err(|_| {
        Problem::new(
            actix_web::http::StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            format!("{MOST} event streams are open already, or the server is stopping; try again later"),
        )
        .with_header(header::RETRY_AFTER, header::HeaderValue::from_static("30"))
    })?;
    let following = Following {
        store: Arc::clone(&api.store),
        after,
        noticed,
        quiet: Instant::now(),
        ready: VecDeque::from([Bytes::from_static(b"retry: 1000\n\n")]),
        until: Instant::now() + LASTS,
        ended: api.streams.ended.subscribe(),
        _permit: permit,
    };
    let events = stream::unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok::<_, actix_web::Error>(event), following))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(events)))
}

/// Before every notice.
const BEFORE_ALL: NoticePlace = NoticePlace {
    generation: 0,
    order: -1,
};

/// Where a stream is: in the log and, of those who may read them, among the notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    position: Position,
    notice: Option<NoticePlace>,
}

impl Place {
    /// `1207`, or `1207-45.0`. Without a place among the notices, 0 is the beginning of both.
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
        let (position, notice) = match text.split_once('-') {
            Some((position, notice)) => {
                let (generation, order) = notice.split_once('.')?;
                let place = NoticePlace {
                    generation: number(generation)?,
                    // The number of the next: the first notice of all is after 0.
                    order: number(order)? - 1,
                };
                (number(position)?, Some(place))
            }
            None => {
                let position = number(text)?;
                (position, (position == 0).then_some(BEFORE_ALL))
            }
        };
        Some(Self {
            position: Position(position),
            notice,
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.position.0)?;
        match self.notice {
            Some(NoticePlace { generation, order }) => write!(f, "-{generation}.{}", order + 1),
            None => Ok(()),
        }
    }
}

/// One client's place.
struct Following {
    store: Arc<dyn Store>,
    after: Position,
    /// The last notice that was sent; of those who may not read them, nothing.
    noticed: Option<NoticePlace>,
    /// Since when nothing was sent.
    quiet: Instant,
    ready: VecDeque<Bytes>,
    until: Instant,
    ended: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
}

impl Following {
    /// The next piece of the stream; `None` at its end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.quiet = Instant::now();
                return Some(event);
            }
            if *self.ended.borrow() || Instant::now() >= self.until {
                return None;
            }
            if let Err(error) = self.read().await {
                tracing::warn!(%error, "an event stream broke off");
                return None;
            }
            if !self.ready.is_empty() {
                continue;
            }
            if self.quiet.elapsed() >= ALIVE {
                self.quiet = Instant::now();
                return Some(Bytes::from_static(b": still here\n\n"));
            }
            let look = self.noticed.map_or(ALIVE, |_| LOOK);
            tokio::select! {
                woken = self.store.wait_beyond(self.after) => {
                    if woken.is_err() {
                        return None;
                    }
                }
                _ = self.ended.wait_for(|ended| *ended) => return None,
                () = tokio::time::sleep(look) => {}
            }
        }
    }

    async fn read(&mut self) -> Result<()> {
        self.read_statements().await?;
        self.read_notices().await
    }

    async fn read_notices(&mut self) -> Result<()> {
        let Some(after) = self.noticed else {
            return Ok(());
        };
        let filter = NoticeFilter {
            after: Some(after),
            limit: PAGE,
            ..NoticeFilter::default()
        };
        for notice in self.store.notices(&filter).await? {
            self.noticed = Some(notice.place);
            let (place, data) = (self.place(), notices::item(&notice)?);
            self.ready.push_back(Bytes::from(format!(
                "id: {place}\nevent: notice\ndata: {data}\n\n"
            )));
        }
        Ok(())
    }

    const fn place(&self) -> Place {
        Place {
            position: self.after,
            notice: self.noticed,
        }
    }

    /// Reads the engine's next statements and goes on to where nothing of them can be missing.
    async fn read_statements(&mut self) -> Result<()> {
        // The head first: what is found up to it is all there is up to it.
        let head = self.store.head().await?;
        let agenda = Agenda::overall(&self.store.checkpoints().await?)?;
        let mut found = Vec::new();
        let mut reached = head;
        for authority in &agenda.authorities {
            let page = self.store.query(&from(authority, self.after)).await?;
            if page.next.is_some()
                && let Some(last) = page.statements.last()
            {
                reached = reached.min(last.position);
            }
            found.extend(page.statements);
        }
        found.retain(|statement| statement.position <= reached);
        found.sort_by_key(|statement| statement.position);
        for statement in &found {
            let place = Place {
                position: statement.position,
                ..self.place()
            };
            if let Some(event) = event(self.store.as_ref(), statement, place).await? {
                self.ready.push_back(event);
            }
        }
        self.after = self.after.max(reached);
        Ok(())
    }
}

fn from(authority: &Ifi, after: Position) -> StatementQuery {
    StatementQuery {
        authority: Some(authority.clone()),
        ascending: true,
        limit: PAGE,
        after: Some(after),
        ..StatementQuery::default()
    }
}

/// The event of a statement about a certificate; nothing for any other.
async fn event(store: &dyn Store, stored: &StoredStatement, place: Place) -> Result<Option<Bytes>> {
    let Some(certificate) = certificate_of(stored) else {
        return Ok(None);
    };
    let ledger = store.ledger(certificate).await?;
    let Some(entry) = ledger
        .into_iter()
        .find(|entry| statement_of(entry.id) == stored.id)
    else {
        return Ok(None);
    };
    let account: Account = from_json(|| format!("ledger entry {}", entry.id), &entry.body)?;
    let data: Value = json!({
        "id": entry.id,
        "kind": entry.kind,
        "certificate": entry.certificate,
        "person": entry.person,
        "curriculum": entry.curriculum,
        "at": entry.at,
        "decided_at": entry.decided_at,
        "expires_at": account.expires_at,
        "reason": account.reason,
        "statement": stored.id,
    });
    // JSON text of serde's has no line breaks.
    Ok(Some(Bytes::from(format!(
        "id: {place}\nevent: {}\ndata: {data}\n\n",
        entry.kind
    ))))
}

fn certificate_of(stored: &StoredStatement) -> Option<Uuid> {
    let statement = Statement::from_stored(&stored.text).ok()?;
    let (_, id) = statement.activity_id()?.as_str().rsplit_once("/certificates/")?;
    Uuid::parse_str(id).ok()
}
