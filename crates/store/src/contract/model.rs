//! A log to hold the real one against: a list, and the standard's sentences applied to the JSON of each entry.

use serde_json::Value;
use uuid::Uuid;
use xapi::{Ifi, Iri};

use crate::{REFERENCE_DEPTH, StatementQuery};

/// One entry of the model.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// What was sent.
    pub statement: Value,
    /// Under which authority.
    pub authority: Ifi,
}

/// The entries in the order they were first sent.
#[derive(Debug, Default)]
pub struct Model {
    entries: Vec<Entry>,
}

impl Model {
    /// Takes a statement in; one that is there changes nothing.
    pub fn append(&mut self, entry: Entry) {
        if self.get(entry.id).is_none() {
            self.entries.push(entry);
        }
    }

    /// The entries' ids with whether each is voided.
    #[must_use]
    pub fn log(&self) -> Vec<(Uuid, bool)> {
        self.entries
            .iter()
            .map(|entry| (entry.id, self.is_voided(entry)))
            .collect()
    }

    /// The ids a query finds, in its direction, without times and pages.
    #[must_use]
    pub fn find(&self, query: &StatementQuery) -> Vec<Uuid> {
        let matching = self
            .entries
            .iter()
            .filter(|entry| !self.is_voided(entry) && self.matches(entry, query));
        let mut found: Vec<_> = matching.map(|entry| entry.id).collect();
        if !query.ascending {
            found.reverse();
        }
        found
    }

    fn get(&self, id: Uuid) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    fn is_voided(&self, entry: &Entry) -> bool {
        !is_voiding(entry)
            && self
                .entries
                .iter()
                .any(|other| is_voiding(other) && target(&other.statement) == Some(entry.id))
    }

    /// The entry, the one it refers to, the one that refers to, and so on.
    fn chain<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Entry> {
        std::iter::successors(Some(entry), |entry| {
            target(&entry.statement).and_then(|id| self.get(id))
        })
        .take(1 + REFERENCE_DEPTH)
    }

    fn matches(&self, entry: &Entry, query: &StatementQuery) -> bool {
        let inherited = |holds: &dyn Fn(&Entry) -> bool| self.chain(entry).any(holds);
        let agent = query.agent.as_ref().is_none_or(|agent| {
            inherited(&|entry| {
                let agents = agents(&entry.statement, query.related_agents);
                agents.contains(agent) || query.related_agents && entry.authority == *agent
            })
        });
        let activity = query.activity.as_ref().is_none_or(|activity| {
            inherited(&|entry| activities(&entry.statement, query.related_activities).contains(activity))
        });
        let verb = query
            .verb
            .as_ref()
            .is_none_or(|verb| inherited(&|entry| entry.statement["verb"]["id"] == verb.as_str()));
        let registration = query.registration.is_none_or(|registration| {
            inherited(&|entry| entry.statement["context"]["registration"] == registration.to_string())
        });
        // Who wrote it is not inherited.
        let authority = query
            .authority
            .as_ref()
            .is_none_or(|authority| entry.authority == *authority);
        agent && activity && verb && registration && authority
    }
}

fn is_voiding(entry: &Entry) -> bool {
    entry.statement["verb"]["id"] == xapi::VOIDED
}

/// The statement that the object refers to.
fn target(statement: &Value) -> Option<Uuid> {
    let object = &statement["object"];
    (object["objectType"] == "StatementRef")
        .then(|| object["id"].as_str()?.parse().ok())
        .flatten()
}

/// The agents and identified groups in a statement, and the members of groups.
fn agents(statement: &Value, related: bool) -> Vec<Ifi> {
    let mut found = Vec::new();
    actor(&statement["actor"], &mut found);
    let object = &statement["object"];
    if object["objectType"] == "Agent" || object["objectType"] == "Group" {
        actor(object, &mut found);
    }
    if related {
        let context = &statement["context"];
        actor(&context["instructor"], &mut found);
        actor(&context["team"], &mut found);
        for (list, member) in [("contextAgents", "agent"), ("contextGroups", "group")] {
            for entry in context[list].as_array().into_iter().flatten() {
                actor(&entry[member], &mut found);
            }
        }
        if object["objectType"] == "SubStatement" {
            found.extend(agents(object, true));
        }
    }
    found
}

fn actor(actor: &Value, found: &mut Vec<Ifi>) {
    if let Some(account) = actor["account"].as_object() {
        found.extend(Ifi::account(
            account["homePage"].as_str().unwrap(),
            account["name"].as_str().unwrap(),
        ));
    }
    if let Some(mbox) = actor["mbox"].as_str() {
        found.extend(Ifi::mbox(mbox));
    }
    for member in actor["member"].as_array().into_iter().flatten() {
        self::actor(member, found);
    }
}

/// The activities in a statement.
fn activities(statement: &Value, related: bool) -> Vec<Iri> {
    let mut found = Vec::new();
    let object = &statement["object"];
    let is_activity = object["objectType"].is_null() || object["objectType"] == "Activity";
    if is_activity {
        found.extend(object["id"].as_str().and_then(|id| Iri::parse(id).ok()));
    }
    if related {
        for list in ["parent", "grouping", "category", "other"] {
            let listed = statement["context"]["contextActivities"][list]
                .as_array()
                .into_iter()
                .flatten();
            found.extend(listed.filter_map(|activity| Iri::parse(activity["id"].as_str()?).ok()));
        }
        if object["objectType"] == "SubStatement" {
            found.extend(activities(object, true));
        }
    }
    found
}
