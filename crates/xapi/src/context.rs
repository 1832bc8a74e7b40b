//! Context (xAPI 1.0.3 Data 2.4.6; contextAgents and contextGroups since 2.0).

use uuid::Uuid;

use crate::{Activity, Actor, Agent, Extensions, Group, Iri, LanguageTag};

/// What gives a statement more meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The registration it belongs to: an attempt, a session, an enrolment.
    pub registration: Option<Uuid>,
    /// Who instructed.
    pub instructor: Option<Actor>,
    /// The team it relates to.
    pub team: Option<Group>,
    /// Related activities.
    pub context_activities: ContextActivities,
    /// The revision of the activity.
    pub revision: Option<String>,
    /// The platform used.
    pub platform: Option<String>,
    /// The language of the experience.
    pub language: Option<LanguageTag>,
    /// Another statement that is context for this one.
    pub statement: Option<Uuid>,
    /// Further members, by IRI.
    pub extensions: Extensions,
    /// Related agents with what they are here for. Since 2.0.
    pub context_agents: Vec<ContextAgent>,
    /// Related groups with what they are here for. Since 2.0.
    pub context_groups: Vec<ContextGroup>,
}

/// Related activities by their kind of relation (Data 2.4.6.2). A single activity sent bare is a list of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContextActivities {
    /// Activities with a direct relation.
    pub parent: Vec<Activity>,
    /// Activities with an indirect relation.
    pub grouping: Vec<Activity>,
    /// Activities that categorise the statement, such as a profile.
    pub category: Vec<Activity>,
    /// Any other relation.
    pub other: Vec<Activity>,
}

impl ContextActivities {
    /// All of them: parent, grouping, category, other.
    pub fn iter(&self) -> impl Iterator<Item = &Activity> {
        self.parent
            .iter()
            .chain(&self.grouping)
            .chain(&self.category)
            .chain(&self.other)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// An agent related to the statement (xAPI 2.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextAgent {
    /// The agent.
    pub agent: Agent,
    /// What the agent is here as. Empty if not sent.
    pub relevant_types: Vec<Iri>,
}

/// A group related to the statement (xAPI 2.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextGroup {
    /// The group.
    pub group: Group,
    /// What the group is here as. Empty if not sent.
    pub relevant_types: Vec<Iri>,
}
