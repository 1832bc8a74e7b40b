use mongodb::bson::{Document, doc};
use store::{IndexKey, StatementQuery, StoreError, StoreResult};

use super::keys::pair;
use crate::Inner;
use crate::error::doing;
use crate::raw::Fields;
use crate::schema::{BY_KEY, BY_POSITION, BY_STORED, STATEMENTS};

/// A filter below so many statements is cheap whatever else is asked for.
const FEW: i64 = 500;

/// How a query is put to the database: which documents, in which order, by which index.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) filter: Document,
    pub(crate) sort: Document,
    pub(crate) index: &'static str,
}

/// The keys of one filter of a query: a statement must have one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    keys: Vec<IndexKey>,
}

/// The filters of a query, the usually rarest first; between them stands "and".
pub(crate) fn terms(query: &StatementQuery) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut add = |keys: &[IndexKey]| terms.push(Term { keys: keys.to_vec() });
    if let Some(registration) = &query.registration {
        add(&[IndexKey::registration(registration)]);
    }
    if let Some(agent) = query.agent.as_ref().filter(|_| !query.related_agents) {
        add(&[IndexKey::agent(agent)]);
    }
    let verb = query.verb.as_ref().map(IndexKey::verb);
    let activity = query.activity.as_ref().map(IndexKey::activity);
    let paired = verb.zip(activity).filter(|_| !query.related_activities);
    if let Some((verb, activity)) = paired {
        add(&[pair(verb, activity)]);
    }
    if let Some(agent) = query.agent.as_ref().filter(|_| query.related_agents) {
        add(&[
            IndexKey::agent(agent),
            IndexKey::related_agent(agent),
            IndexKey::authority(agent),
        ]);
    }
    match (&query.activity, paired) {
        (Some(activity), None) if query.related_activities => {
            add(&[IndexKey::activity(activity), IndexKey::related_activity(activity)]);
        }
        (Some(activity), None) => add(&[IndexKey::activity(activity)]),
        _ => {}
    }
    if let (Some(verb), None) = (verb, paired) {
        add(&[verb]);
    }
    if let Some(authority) = &query.authority {
        add(&[IndexKey::authority(authority)]);
    }
    terms
}

/// Which positions a query is about, both ends excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bounds {
    pub(crate) above: Option<i64>,
    pub(crate) below: Option<i64>,
}

/// The plan that reads the entries of the index for the term at `leading`, in the order of the page, and looks
/// at the statements they lead to for the rest.
pub(crate) fn plan(query: &StatementQuery, terms: &[Term], leading: usize, bounds: Bounds) -> Plan {
    let mut filter = Document::new();
    let mut rest = Vec::new();
    let mut index = BY_POSITION;
    for (number, term) in terms.iter().enumerate() {
        let keys: Vec<i64> = term.keys.iter().map(|key| key.0).collect();
        match (number == leading, keys.as_slice()) {
            (true, [key]) => {
                index = BY_KEY;
                filter.insert("k", *key);
            }
            (true, _) => {
                index = BY_KEY;
                filter.insert("k", doc! { "$in": keys });
            }
            // As expressions, for the index can not take them, and must not be tempted to.
            (false, [key]) => rest.push(doc! { "$in": [*key, "$k"] }),
            (false, _) => {
                rest.push(doc! { "$or": keys.into_iter().map(|key| doc! { "$in": [key, "$k"] }).collect::<Vec<_>>() });
            }
        }
    }
    let mut positions = doc! { "$gt": bounds.above.unwrap_or(0) };
    if let Some(below) = bounds.below {
        positions.insert("$lt", below);
    }
    filter.insert("n", positions);
    // Positions say the same for what was there when they were looked up; this also holds for what came since.
    let mut stored = Document::new();
    if let Some(since) = query.since {
        stored.insert("$gt", since.as_micros());
    }
    if let Some(until) = query.until {
        stored.insert("$lte", until.as_micros());
    }
    if !stored.is_empty() {
        filter.insert("s", stored);
    }
    filter.insert("v", doc! { "$exists": false });
    if !rest.is_empty() {
        filter.insert("$expr", doc! { "$and": rest });
    }
    Plan {
        filter,
        sort: doc! { "n": if query.ascending { 1 } else { -1 } },
        index,
    }
}

impl Inner {
    /// The plan of a query, or `None` when nothing can match it.
    pub(crate) async fn plan(&self, query: &StatementQuery) -> StoreResult<Option<Plan>> {
        let mut bounds = Bounds::default();
        match query.after {
            Some(after) if query.ascending => bounds.above = Some(after.0),
            Some(after) => bounds.below = Some(after.0),
            None => {}
        }
        if let Some(since) = query.since {
            let Some(first) = self.first_position_after(since.as_micros()).await? else {
                return Ok(None);
            };
            bounds.above = bounds.above.max(Some(first - 1));
        }
        if let Some(until) = query.until
            && let Some(first) = self.first_position_after(until.as_micros()).await?
        {
            bounds.below = Some(bounds.below.map_or(first, |below| below.min(first)));
        }
        let terms = terms(query);
        let leading = self.leading(&terms).await?;
        Ok(Some(plan(query, &terms, leading, bounds)))
    }

    /// The rarest of the terms.
    async fn leading(&self, terms: &[Term]) -> StoreResult<usize> {
        let mut rarest = (0, i64::MAX);
        if terms.len() < 2 {
            return Ok(0);
        }
        for (number, term) in terms.iter().enumerate() {
            let count = self.log.rarity.of(&self.database, &term.keys).await?;
            if count < rarest.1 {
                rarest = (number, count);
            }
            if count <= FEW {
                break;
            }
        }
        Ok(rarest.0)
    }

    /// The position of the first statement stored after a moment. Only the first statement of each batch is
    /// looked at: all of a batch were stored at the same moment, and in the order of positions.
    async fn first_position_after(&self, moment: i64) -> StoreResult<Option<i64>> {
        const READ: &str = "find a moment in the log";
        let first = self
            .collection(STATEMENTS)
            .find_one(doc! { "g": { "$gt": moment } })
            .sort(doc! { "g": 1, "n": 1 })
            .projection(doc! { "_id": 0, "n": 1 })
            .hint(mongodb::options::Hint::Name(BY_STORED.to_owned()))
            .await
            .map_err(doing(READ))?;
        first
            .map(|first| Fields::new("a statement", &first).i64("n"))
            .transpose()
    }

    /// What MongoDB says about how it runs a query.
    pub(crate) async fn explain(&self, query: &StatementQuery) -> StoreResult<String> {
        let Some(plan) = self.plan(query).await? else {
            return Ok("null".to_owned());
        };
        let find = doc! {
            "find": STATEMENTS,
            "filter": plan.filter,
            "sort": plan.sort,
            "hint": plan.index,
            "limit": crate::raw::limit(query.limit.saturating_add(1)),
        };
        let explained = self
            .database
            .run_command(doc! { "explain": find, "verbosity": "executionStats" })
            .await
            .map_err(doing("explain a query"))?;
        serde_json::to_string(&explained).map_err(|error| StoreError::backend("explain a query", error))
    }
}
