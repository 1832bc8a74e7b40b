//! Agents, groups, authorities (Data 2.4.2, 2.4.9).

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::error::shown;
use crate::json::Node;
use crate::{Actor, Agent, Group, Ifi};

/// What an agent or group object says, before it is known which of the two it is.
#[derive(Default)]
struct Parts<'n, 'a> {
    object_type: Option<&'n str>,
    name: Option<String>,
    ifi: Option<Ifi>,
    member: Option<&'n Node<'a>>,
}

impl Checker<'_> {
    /// An agent or a group; an agent where `objectType` is not given.
    pub(super) fn actor(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Actor> {
        let parts = self.actor_parts(node, path)?;
        match parts.object_type {
            None | Some("Agent") => self.agent_of(parts, path).map(Actor::Agent),
            Some("Group") => self.group_of(parts, path).map(Actor::Group),
            Some(other) => self.object_type(other, path, rule::ACTOR, "\"Agent\" or \"Group\""),
        }
    }

    pub(super) fn agent(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Agent> {
        let parts = self.actor_parts(node, path)?;
        match parts.object_type {
            None | Some("Agent") => self.agent_of(parts, path),
            Some(other) => self.object_type(
                other,
                path,
                rule::AGENT,
                "\"Agent\", as only an Agent can be here",
            ),
        }
    }

    pub(super) fn group(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Group> {
        let parts = self.actor_parts(node, path)?;
        match parts.object_type {
            Some("Group") => self.group_of(parts, path),
            Some(other) => {
                self.object_type(other, path, rule::GROUP, "\"Group\", as only a Group can be here")
            }
            None => self.missing(path, rule::GROUP, "objectType", "a Group"),
        }
    }

    /// Who says so: an agent, or the pair of an OAuth consumer and a user.
    pub(super) fn authority(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Actor> {
        let authority = self.actor(node, path)?;
        if let Actor::Group(group) = &authority {
            if group.ifi.is_some() {
                return self.fail(
                    path,
                    rule::AUTHORITY,
                    "found an Identified Group; expected an Agent, or an Anonymous Group of two Agents",
                );
            }
            if group.member.len() != 2 {
                let count = group.member.len();
                return self.fail(
                    &path.member("member"),
                    rule::AUTHORITY,
                    format!("found {count} members; expected two Agents: the application and its user"),
                );
            }
        }
        Ok(authority)
    }

    pub(super) fn object_type<T>(
        &self,
        found: &str,
        path: &Path<'_>,
        rule: &'static str,
        expected: &str,
    ) -> Checked<T> {
        self.fail(
            &path.member("objectType"),
            rule,
            format!("found {}; expected {expected}", shown(found)),
        )
    }

    fn actor_parts<'n, 'a>(&self, node: &'n Node<'a>, path: &Path<'_>) -> Checked<Parts<'n, 'a>> {
        let mut parts = Parts::default();
        for member in self.members(node, path, rule::ACTOR, "an Agent or Group object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            let ifi = match &*member.name {
                "objectType" => {
                    parts.object_type = Some(self.text(value, &at, rule::ACTOR, "\"Agent\" or \"Group\"")?);
                    continue;
                }
                "name" => {
                    parts.name = Some(self.string(value, &at, rule::ACTOR)?);
                    continue;
                }
                "member" => {
                    parts.member = Some(value);
                    continue;
                }
                "mbox" => self.formatted(value, &at, rule::IFI, "a mailto IRI", Ifi::mbox)?,
                "mbox_sha1sum" => self.formatted(value, &at, rule::IFI, "a SHA-1 hash", Ifi::mbox_sha1sum)?,
                "openid" => self.formatted(value, &at, rule::IFI, "a URI", Ifi::openid)?,
                "account" => self.account(value, &at)?,
                _ => return self.unknown(&at, "an Agent or Group", rule::ACTOR),
            };
            if parts.ifi.replace(ifi).is_some() {
                return self.fail(
                    path,
                    rule::IFI,
                    "found several of \"mbox\", \"mbox_sha1sum\", \"openid\" and \"account\"; expected one",
                );
            }
        }
        Ok(parts)
    }

    fn account(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Ifi> {
        let (mut home_page, mut name) = (None, None);
        for member in self.members(node, path, rule::ACCOUNT, "an account object")? {
            let at = path.member(&member.name);
            match &*member.name {
                "homePage" => home_page = Some(self.iri(&member.value, &at, rule::ACCOUNT)?),
                "name" => name = Some(self.string(&member.value, &at, rule::ACCOUNT)?),
                _ => return self.unknown(&at, "an account", rule::ACCOUNT),
            }
        }
        match (home_page, name) {
            (Some(home_page), Some(name)) => Ok(Ifi::Account {
                home_page: home_page.into(),
                name,
            }),
            (None, _) => self.missing(path, rule::ACCOUNT, "homePage", "an account"),
            (_, None) => self.missing(path, rule::ACCOUNT, "name", "an account"),
        }
    }

    fn agent_of(&self, parts: Parts<'_, '_>, path: &Path<'_>) -> Checked<Agent> {
        if parts.member.is_some() {
            return self.fail(
                &path.member("member"),
                rule::AGENT,
                "found a member that an Agent does not have; a Group needs \"objectType\": \"Group\"",
            );
        }
        match parts.ifi {
            Some(ifi) => Ok(Agent { name: parts.name, ifi }),
            None => self.fail(
                path,
                rule::IFI,
                "the identifier is missing; an Agent must have one of \"mbox\", \"mbox_sha1sum\", \"openid\" and \"account\"",
            ),
        }
    }

    fn group_of(&self, parts: Parts<'_, '_>, path: &Path<'_>) -> Checked<Group> {
        let at = path.member("member");
        let mut member = Vec::new();
        if let Some(node) = parts.member {
            let agents = self.elements(node, &at, rule::GROUP, "an array of Agents")?;
            member.reserve_exact(agents.len());
            for (index, agent) in agents.iter().enumerate() {
                member.push(self.agent(agent, &at.index(index))?);
            }
        }
        if parts.ifi.is_none() && member.is_empty() {
            return self.fail(
                &at,
                rule::GROUP,
                "the members are missing; a Group without an identifier must list at least one Agent",
            );
        }
        Ok(Group {
            name: parts.name,
            ifi: parts.ifi,
            member,
        })
    }
}
