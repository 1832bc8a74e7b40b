use serde_json::Value;

use crate::lrs::{Answer, Call, Lrs};
use crate::requirement::{Check, Sections, at, ensure};
use crate::sample::{agent, iri, uuid};

/// A document resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    State,
    ActivityProfile,
    AgentProfile,
}

impl Resource {
    pub(super) const ALL: [Self; 3] = [Self::State, Self::ActivityProfile, Self::AgentProfile];

    /// The area in the ids of requirements.
    pub(super) fn area(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::ActivityProfile => "activity-profile",
            Self::AgentProfile => "agent-profile",
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::State => "activities/state",
            Self::ActivityProfile => "activities/profile",
            Self::AgentProfile => "agents/profile",
        }
    }

    /// The parameter that names the document.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::State => "stateId",
            Self::ActivityProfile | Self::AgentProfile => "profileId",
        }
    }

    /// Where the standard describes it.
    pub(super) fn sections(self) -> Sections {
        match self {
            Self::State => at("Communication 2.3", "4.1.6.2"),
            Self::ActivityProfile => at("Communication 2.7", "4.1.6.6"),
            Self::AgentProfile => at("Communication 2.6", "4.1.6.5"),
        }
    }

    /// A new context that holds no documents.
    pub(super) fn context(self) -> Context {
        let pairs = match self {
            Self::State => vec![("activityId", iri("activities")), ("agent", agent().to_string())],
            Self::ActivityProfile => vec![("activityId", iri("activities"))],
            Self::AgentProfile => vec![("agent", agent().to_string())],
        };
        Context {
            resource: self,
            pairs,
        }
    }

    /// A new document's place: a new context and an id.
    pub(super) fn place(self) -> Context {
        self.context().with(self.id(), uuid())
    }
}

/// The parameters that say which document, or which documents.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) resource: Resource,
    pub(super) pairs: Vec<(&'static str, String)>,
}

impl Context {
    /// With this parameter, in place of one of the same name.
    pub(super) fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut other = self.without(name);
        other.pairs.push((name, value.into()));
        other
    }

    /// Without this parameter.
    pub(super) fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.pairs.retain(|(known, _)| *known != name);
        other
    }

    pub(super) fn get(&self, lrs: &Lrs) -> Call {
        lrs.get(self.resource.path()).queries(self.pairs.iter().cloned())
    }

    pub(super) fn head(&self, lrs: &Lrs) -> Call {
        lrs.head(self.resource.path()).queries(self.pairs.iter().cloned())
    }

    pub(super) fn put(&self, lrs: &Lrs) -> Call {
        lrs.put(self.resource.path()).queries(self.pairs.iter().cloned())
    }

    pub(super) fn post(&self, lrs: &Lrs) -> Call {
        lrs.post(self.resource.path()).queries(self.pairs.iter().cloned())
    }

    pub(super) fn delete(&self, lrs: &Lrs) -> Call {
        lrs.delete(self.resource.path())
            .queries(self.pairs.iter().cloned())
    }

    /// Stores a JSON document that was not there.
    pub(super) async fn create(&self, lrs: &Lrs, document: &Value) -> Check {
        self.put(lrs)
            .header("if-none-match", "*")
            .json(document)
            .send()
            .await?
            .status(204)
            .map(drop)
    }

    /// Gets the document, which must be there.
    pub(super) async fn read(&self, lrs: &Lrs) -> Check<Answer> {
        let answer = self.get(lrs).send().await?;
        answer.status(200)?;
        Ok(answer)
    }

    /// The document's ETag.
    pub(super) async fn etag(&self, lrs: &Lrs) -> Check<String> {
        self.read(lrs).await?.header("etag")
    }

    /// Fails unless the document is this JSON.
    pub(super) async fn holds(&self, lrs: &Lrs, expected: &Value) -> Check {
        let found = self.read(lrs).await?.json()?;
        ensure(
            found == *expected,
            format!("the document is {expected}"),
            found.to_string(),
        )
    }

    /// Fails unless there is no such document.
    pub(super) async fn is_absent(&self, lrs: &Lrs) -> Check {
        self.get(lrs).send().await?.status(404).map(drop)
    }
}
