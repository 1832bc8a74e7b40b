//! Actors: agents and groups (xAPI 1.0.3 Data 2.4.2).

use crate::{Ifi, Limits, ValidationError, Version, json, validate};

/// One person or system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its full name.
    pub name: Option<String>,
    /// Who it is.
    pub ifi: Ifi,
}

/// Several agents. With an identifier it is an Identified Group; without, it has at least a list of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: Option<String>,
    /// Who it is, if it is an Identified Group.
    pub ifi: Option<Ifi>,
    /// Its members, in the order they were sent. The order means nothing.
    pub member: Vec<Agent>,
}

/// Who a statement is about, or by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// One.
    Agent(Agent),
    /// Several.
    Group(Group),
}

impl Actor {
    /// Its identifier; none if it is an Anonymous Group.
    pub fn ifi(&self) -> Option<&Ifi> {
        match self {
            Self::Agent(agent) => Some(&agent.ifi),
            Self::Group(group) => group.ifi.as_ref(),
        }
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Agent(agent) => agent.name.as_deref(),
            Self::Group(group) => group.name.as_deref(),
        }
    }

    /// The members of a group; none of an agent.
    pub fn members(&self) -> &[Agent] {
        match self {
            Self::Agent(_) => &[],
            Self::Group(group) => &group.member,
        }
    }

    /// Reads an agent or group from JSON, as in the query parameter `agent`. Held to the same rules as in a
    /// statement (Data 2.2); paths in the error begin with `$`.
    pub fn parse(text: &[u8], version: Version) -> Result<Self, ValidationError> {
        let tree = json::parse(text, &Limits::default())?;
        validate::actor_alone(&tree, version)
    }

    /// The actor as JSON, with `objectType`.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(128);
        self.write_json(&mut out);
        out
    }

    pub(crate) fn write_json(&self, out: &mut String) {
        match self {
            Self::Agent(agent) => agent.write_json(out),
            Self::Group(group) => group.write_json(out),
        }
    }
}

impl Agent {
    /// The agent as JSON, with `objectType`.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(128);
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        out.push_str("{\"objectType\":\"Agent\",");
        write_name(self.name.as_deref(), out);
        self.ifi.write_members(out);
        out.push('}');
    }
}

impl Group {
    /// The group as JSON, with `objectType` and its members.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(128);
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        out.push_str("{\"objectType\":\"Group\",");
        write_name(self.name.as_deref(), out);
        if let Some(ifi) = &self.ifi {
            ifi.write_members(out);
            out.push(',');
        }
        out.push_str("\"member\":[");
        for (at, agent) in self.member.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            agent.write_json(out);
        }
        out.push_str("]}");
    }
}

fn write_name(name: Option<&str>, out: &mut String) {
    if let Some(name) = name {
        out.push_str("\"name\":");
        json::write_string(name, out);
        out.push(',');
    }
}

impl From<Agent> for Actor {
    fn from(agent: Agent) -> Self {
        Self::Agent(agent)
    }
}

impl From<Group> for Actor {
    fn from(group: Group) -> Self {
        Self::Group(group)
    }
}
