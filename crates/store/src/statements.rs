use async_trait::async_trait;
use uuid::Uuid;
use xapi::{Ifi, Iri, SealedStatement, Timestamp};

use crate::{Definition, IndexKey, IndexKeys, StoreResult};

/// A place in the one order of the log. Positions start at 1 and grow; [`Position::START`] is before all.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub i64);

impl Position {
    /// Before the first statement.
    pub const START: Self = Self(0);
}

/// Over how many links a statement inherits index keys: itself refers to one (1), which refers to another (2)…
/// The bound keeps what one statement costs from growing with the chain it belongs to.
pub const REFERENCE_DEPTH: usize = 32;

/// A validated statement on its way into the log, with what the store needs to find it again.
#[derive(Debug, Clone)]
pub struct NewStatement {
    /// The statement; the store asks it for its text once `stored` is decided.
    pub sealed: SealedStatement,
    /// What queries can find it by; see [`IndexKeys::of`].
    pub keys: IndexKeys,
    /// The statement it voids, if it is a voiding statement (1.0.3, Data 2.3.2).
    pub voids: Option<Uuid>,
    /// The statement its object refers to. A query that matches that one returns this one too
    /// (1.0.3, Communication 2.1.3, "Filter Conditions for StatementRefs").
    pub refers_to: Option<Uuid>,
    /// The activity definitions it carries, to be merged into the canonical ones; empty when the key that
    /// sent it lacks the scope `define`.
    pub definitions: Vec<Definition>,
}

impl NewStatement {
    /// Derives everything from the sealed statement. With `define`, its activity definitions are kept.
    #[must_use]
    pub fn new(sealed: SealedStatement, authority: &Ifi, define: bool) -> Self {
        let statement = sealed.statement();
        let keys = IndexKeys::of(statement, authority);
        let voids = statement.voids();
        let refers_to = match &statement.object {
            xapi::Object::StatementRef(id) => Some(*id),
            _ => None,
        };
        let definitions = if define {
            Definition::of(&sealed)
        } else {
            Vec::new()
        };
        Self {
            keys,
            voids,
            refers_to,
            definitions,
            sealed,
        }
    }
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The ids, in the order of the batch.
    pub ids: Vec<Uuid>,
    /// How many were not there before; the rest were the same statements again.
    pub new: usize,
    /// The head of the log when the batch had become durable.
    pub head: Position,
}

/// A statement as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStatement {
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub id: Uuid,
    /// When it was stored.
    pub stored: Timestamp,
    /// Whether a voiding statement for it is kept.
    pub voided: bool,
    /// The whole JSON text, `stored` included.
    pub text: String,
}

/// A statement as a follower of the log reads it: in order, with nothing left out.
pub type LogEntry = StoredStatement;

/// Some entries of a stretch of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// In log order.
    pub entries: Vec<LogEntry>,
    /// Where the stretch ends: the position of its last entry, or where it began when there are no more.
    pub through: Position,
}

/// Which statements, and from where on. `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct StatementQuery {
    /// Statements whose actor or object is this agent or identified group.
    pub agent: Option<Ifi>,
    /// With `agent`: also authority, instructor, team, context agents and groups, and those of SubStatements.
    pub related_agents: bool,
    /// Statements with this verb id.
    pub verb: Option<Iri>,
    /// Statements whose object is this activity.
    pub activity: Option<Iri>,
    /// With `activity`: also context activities, and those of SubStatements.
    pub related_activities: bool,
    /// Statements with this registration.
    pub registration: Option<Uuid>,
    /// Only statements written by this authority (scope `statements/read/mine`).
    pub authority: Option<Ifi>,
    /// Only statements stored after this moment.
    pub since: Option<Timestamp>,
    /// Only statements stored at or before this moment.
    pub until: Option<Timestamp>,
    /// Oldest first; otherwise newest first.
    pub ascending: bool,
    /// At most this many statements a page; at least 1.
    pub limit: usize,
    /// At most so many bytes of text a page, but for its first statement: a page has always one.
    pub bytes: Option<usize>,
    /// Continue after this position, in the direction of the query.
    pub after: Option<Position>,
}

impl StatementQuery {
    /// The statements of a page among those found, in the order asked for: as many as the limits allow, one more
    /// than those being enough to tell that there is a next page.
    #[must_use]
    pub fn cut(&self, mut found: Vec<StoredStatement>) -> StatementPage {
        let mut room = self.room();
        let fitting = found.iter().take_while(|statement| room.takes(statement)).count();
        let next = match fitting.checked_sub(1).and_then(|last| found.get(last)) {
            Some(last) if fitting < found.len() => Some(last.position),
            _ => None,
        };
        found.truncate(fitting);
        StatementPage {
            statements: found,
            next,
        }
    }

    /// The room of one page.
    #[must_use]
    pub fn room(&self) -> PageRoom {
        PageRoom {
            statements: self.limit.max(1),
            bytes: self.bytes.unwrap_or(usize::MAX),
            is_empty: true,
        }
    }

    /// What the query filters by: statements match that have, of every set, at least one key. Times,
    /// direction and page are not part of it.
    #[must_use]
    pub fn key_sets(&self) -> Vec<Vec<IndexKey>> {
        let mut sets = Vec::new();
        if let Some(agent) = &self.agent {
            let mut keys = vec![IndexKey::agent(agent)];
            if self.related_agents {
                keys.extend([IndexKey::related_agent(agent), IndexKey::authority(agent)]);
            }
            sets.push(keys);
        }
        sets.extend(self.verb.as_ref().map(|verb| vec![IndexKey::verb(verb)]));
        if let Some(activity) = &self.activity {
            let mut keys = vec![IndexKey::activity(activity)];
            if self.related_activities {
                keys.push(IndexKey::related_activity(activity));
            }
            sets.push(keys);
        }
        sets.extend(
            self.registration
                .as_ref()
                .map(|registration| vec![IndexKey::registration(registration)]),
        );
        sets.extend(
            self.authority
                .as_ref()
                .map(|authority| vec![IndexKey::authority(authority)]),
        );
        sets
    }
}

/// How many bytes of statements are read from the log at once: 1,000 of them may be a gigabyte.
pub const LOG_BYTES: usize = 8 * 1024 * 1024;

/// What a page has room for still.
#[derive(Debug, Clone, Copy)]
pub struct PageRoom {
    statements: usize,
    bytes: usize,
    is_empty: bool,
}

impl PageRoom {
    /// The room of so many entries of the log: statements of up to [`LOG_BYTES`] together, or a longer one alone.
    #[must_use]
    pub const fn of_log(limit: usize) -> Self {
        Self {
            statements: limit,
            bytes: LOG_BYTES,
            is_empty: true,
        }
    }

    /// Takes a statement if there is room for it. After one that was not taken, the page is full.
    pub fn takes(&mut self, statement: &StoredStatement) -> bool {
        let length = statement.text.len();
        if self.statements == 0 || (length > self.bytes && !self.is_empty) {
            self.statements = 0;
            return false;
        }
        self.statements -= 1;
        self.bytes = self.bytes.saturating_sub(length);
        self.is_empty = false;
        true
    }
}

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementPage {
    /// The statements, in the order asked for; voided ones are left out.
    pub statements: Vec<StoredStatement>,
    /// Where to continue with [`StatementQuery::after`]; `None` when nothing more matches.
    pub next: Option<Position>,
}

/// The statement log: append-only, in one order, with the queries of the standard.
#[async_trait]
pub trait StatementLog: Send + Sync {
    /// Keeps the whole batch, durably, or nothing of it. A statement that is already kept with the same
    /// fingerprint is a no-op, within the batch too. The store assigns `stored`: the same for all new
    /// statements of a batch, later than that of any statement kept before.
    ///
    /// A voiding statement marks its target voided, in either order of arrival, unless the target is itself
    /// a voiding statement. A statement that refers to another inherits that one's index keys, each as
    /// [`IndexKey::inherited`](crate::IndexKey::inherited) says, through chains of up to [`REFERENCE_DEPTH`]
    /// links and in either order of arrival.
    ///
    /// # Errors
    /// [`StoreError::StatementConflict`](crate::StoreError::StatementConflict) when an id is kept with
    /// another fingerprint; [`StoreError::Busy`](crate::StoreError::Busy) when the queue is full.
    async fn append(&self, batch: Vec<NewStatement>) -> StoreResult<Appended>;

    /// The statement with this id, voided or not.
    ///
    /// # Errors
    /// When the backing fails.
    async fn statement(&self, id: Uuid) -> StoreResult<Option<StoredStatement>>;

    /// One page of the statements that match.
    ///
    /// # Errors
    /// When the backing fails.
    async fn query(&self, query: &StatementQuery) -> StoreResult<StatementPage>;

    /// A moment T such that every statement with `stored` <= T is readable now and none can appear later
    /// (`X-Experience-API-Consistent-Through`). It follows the clock closely also when nothing is written.
    ///
    /// # Errors
    /// When the backing fails.
    async fn consistent_through(&self) -> StoreResult<Timestamp>;

    /// At most `limit` entries after `after`, and no more than [`LOG_BYTES`] of them unless the first alone is longer, in
    /// log order, voided ones included (and marked). None mean that the head was reached; more may have come since.
    ///
    /// # Errors
    /// When the backing fails.
    async fn read_log(&self, after: Position, limit: usize) -> StoreResult<Vec<LogEntry>>;

    /// As [`Self::read_log`], without those of these entries that have none of these keys of their own: what a follower
    /// needs who knows what it is interested in. What statements inherit may bring others as well.
    ///
    /// # Errors
    /// When the backing fails.
    async fn read_log_of(&self, after: Position, limit: usize, keys: &[IndexKey]) -> StoreResult<LogPage>;

    /// The position of the newest readable entry.
    ///
    /// # Errors
    /// When the backing fails.
    async fn head(&self) -> StoreResult<Position>;

    /// Waits until the log has an entry after `position`, whoever wrote it. May be dropped at any time.
    ///
    /// # Errors
    /// When the backing fails or is closed.
    async fn wait_beyond(&self, position: Position) -> StoreResult<()>;

    /// The canonical definition of an activity, merged from all statements that defined it, as the JSON
    /// text of an Activity Definition (1.0.3, Communication 2.5).
    ///
    /// # Errors
    /// When the backing fails.
    async fn activity_definition(&self, activity: &Iri) -> StoreResult<Option<String>>;
}

#[cfg(test)]
mod tests;
