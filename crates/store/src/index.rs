use sha2::{Digest, Sha256};
use uuid::Uuid;
use xapi::{Activity, Actor, ContextActivities, Ifi, Iri, Object, Statement};

/// What a query can filter by, as one number: its kind in the lowest three bits, above them 61 bits of a
/// SHA-256 over the value.
///
/// Two values of a kind share a key by accident with odds of 1 to 4 million even among a million distinct
/// values; see docs/architecture.md. The keys of one agent, and those of one activity, lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexKey(pub i64);

/// What a key says about its value. Agents are hashed alike in all their kinds, and so are activities, so that
/// one kind of key can be made from another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Agent = 0,
    RelatedAgent = 1,
    Authority = 2,
    Activity = 3,
    RelatedActivity = 4,
    Verb = 5,
    Registration = 6,
}

impl IndexKey {
    const KIND: i64 = 0b111;

    fn new(kind: Kind, value: &[u8]) -> Self {
        let hashed_as = match kind {
            Kind::Agent | Kind::RelatedAgent | Kind::Authority => b'a',
            Kind::Activity | Kind::RelatedActivity => b'o',
            Kind::Verb => b'v',
            Kind::Registration => b'r',
        };
        let digest = Sha256::new()
            .chain_update([hashed_as])
            .chain_update(value)
            .finalize();
        let mut first = [0u8; 8];
        first.copy_from_slice(&digest[..8]);
        Self(i64::from_be_bytes(first)).with(kind)
    }

    const fn with(self, kind: Kind) -> Self {
        Self(self.0 & !Self::KIND | kind as i64)
    }

    /// The actor or object is this agent or identified group.
    #[must_use]
    pub fn agent(ifi: &Ifi) -> Self {
        Self::new(Kind::Agent, ifi.key().as_bytes())
    }

    /// The agent appears elsewhere: instructor, team, context agent or group, or in a SubStatement.
    #[must_use]
    pub fn related_agent(ifi: &Ifi) -> Self {
        Self::new(Kind::RelatedAgent, ifi.key().as_bytes())
    }

    /// The statement was written under this authority.
    #[must_use]
    pub fn authority(ifi: &Ifi) -> Self {
        Self::new(Kind::Authority, ifi.key().as_bytes())
    }

    /// The verb.
    #[must_use]
    pub fn verb(verb: &Iri) -> Self {
        Self::new(Kind::Verb, verb.as_str().as_bytes())
    }

    /// The object is this activity.
    #[must_use]
    pub fn activity(activity: &Iri) -> Self {
        Self::new(Kind::Activity, activity.as_str().as_bytes())
    }

    /// The activity appears elsewhere: a context activity, or in a SubStatement.
    #[must_use]
    pub fn related_activity(activity: &Iri) -> Self {
        Self::new(Kind::RelatedActivity, activity.as_str().as_bytes())
    }

    /// The registration.
    #[must_use]
    pub fn registration(registration: &Uuid) -> Self {
        Self::new(Kind::Registration, registration.as_bytes())
    }

    /// The key that a statement gets from one it refers to. All stay what they are but the authority, which
    /// becomes a related agent: who refers to a statement has not written it, and must not see it by the scope
    /// `statements/read/mine`.
    #[must_use]
    pub const fn inherited(self) -> Self {
        if self.0 & Self::KIND == Kind::Authority as i64 {
            self.with(Kind::RelatedAgent)
        } else {
            self
        }
    }
}

/// All keys of one statement, sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexKeys(Vec<IndexKey>);

impl IndexKeys {
    /// The keys of a statement kept under `authority`.
    ///
    /// "Related" keys hold only what the plain ones do not, so a query for related agents is the union of
    /// [`IndexKey::agent`], [`IndexKey::related_agent`] and [`IndexKey::authority`], and one for related
    /// activities that of [`IndexKey::activity`] and [`IndexKey::related_activity`].
    #[must_use]
    pub fn of(statement: &Statement, authority: &Ifi) -> Self {
        let mut plain = vec![IndexKey::authority(authority), IndexKey::verb(&statement.verb.id)];
        let mut related = Related::default();

        let mut direct_agents = actor_ifis(&statement.actor);
        let mut direct_activity = None;
        match &statement.object {
            Object::Activity(activity) => direct_activity = Some(&activity.id),
            Object::Agent(agent) => direct_agents.push(&agent.ifi),
            Object::Group(group) => direct_agents.extend(group_ifis(group)),
            Object::StatementRef(_) => {}
            Object::SubStatement(sub) => {
                related.agents.extend(actor_ifis(&sub.actor));
                match &sub.object {
                    Object::Activity(activity) => related.activities.push(&activity.id),
                    Object::Agent(agent) => related.agents.push(&agent.ifi),
                    Object::Group(group) => related.agents.extend(group_ifis(group)),
                    Object::StatementRef(_) | Object::SubStatement(_) => {}
                }
                related.context(sub.context.as_ref());
            }
        }
        related.context(statement.context.as_ref());
        if let Some(authority) = &statement.authority {
            related.agents.extend(actor_ifis(authority));
        }

        plain.extend(direct_agents.iter().map(|ifi| IndexKey::agent(ifi)));
        plain.extend(direct_activity.map(IndexKey::activity));
        plain.extend(
            statement
                .context
                .as_ref()
                .and_then(|context| context.registration.as_ref())
                .map(IndexKey::registration),
        );
        related
            .agents
            .retain(|ifi| !direct_agents.contains(ifi) && *ifi != authority);
        related.activities.retain(|iri| Some(*iri) != direct_activity);
        plain.extend(related.agents.into_iter().map(IndexKey::related_agent));
        plain.extend(related.activities.into_iter().map(IndexKey::related_activity));
        Self::from_iter(plain)
    }

    /// The keys, ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[IndexKey] {
        &self.0
    }
}

impl FromIterator<IndexKey> for IndexKeys {
    fn from_iter<I: IntoIterator<Item = IndexKey>>(keys: I) -> Self {
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }
}

#[derive(Default)]
struct Related<'a> {
    agents: Vec<&'a Ifi>,
    activities: Vec<&'a Iri>,
}

impl<'a> Related<'a> {
    fn context(&mut self, context: Option<&'a xapi::Context>) {
        let Some(context) = context else { return };
        if let Some(instructor) = &context.instructor {
            self.agents.extend(actor_ifis(instructor));
        }
        if let Some(team) = &context.team {
            self.agents.extend(group_ifis(team));
        }
        self.agents
            .extend(context.context_agents.iter().map(|entry| &entry.agent.ifi));
        for entry in &context.context_groups {
            self.agents.extend(group_ifis(&entry.group));
        }
        self.activities
            .extend(context_activities(&context.context_activities).map(|activity| &activity.id));
    }
}

fn context_activities(activities: &ContextActivities) -> impl Iterator<Item = &Activity> {
    activities
        .parent
        .iter()
        .chain(&activities.grouping)
        .chain(&activities.category)
        .chain(&activities.other)
}

fn actor_ifis(actor: &Actor) -> Vec<&Ifi> {
    match actor {
        Actor::Agent(agent) => vec![&agent.ifi],
        Actor::Group(group) => group_ifis(group),
    }
}

/// The group itself when identified, and its members: a query by a member finds the group's statements
/// (1.0.3, Communication 2.1.3, parameter `agent`).
fn group_ifis(group: &xapi::Group) -> Vec<&Ifi> {
    group
        .ifi
        .iter()
        .chain(group.member.iter().map(|member| &member.ifi))
        .collect()
}

#[cfg(test)]
mod tests;
