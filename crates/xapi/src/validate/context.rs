//! Contexts (Data 2.4.6; contextAgents and contextGroups of 2.0).

use uuid::Uuid;

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::json::{Member, Node, Value};
use crate::{Activity, Context, ContextActivities, ContextAgent, ContextGroup, Iri, Version};

impl Checker<'_> {
    /// A context; `about_activity` says whether the statement's object is an Activity.
    pub(super) fn context(&self, node: &Node<'_>, path: &Path<'_>, about_activity: bool) -> Checked<Context> {
        let mut context = Context::default();
        for member in self.members(node, path, rule::CONTEXT, "a Context object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            match &*member.name {
                "registration" => context.registration = Some(self.uuid(value, &at, rule::CONTEXT)?),
                "instructor" => context.instructor = Some(self.actor(value, &at)?),
                "team" => context.team = Some(self.group(value, &at)?),
                "contextActivities" => context.context_activities = self.context_activities(value, &at)?,
                "revision" => context.revision = Some(self.of_activity(value, &at, about_activity)?),
                "platform" => context.platform = Some(self.of_activity(value, &at, about_activity)?),
                "language" => context.language = Some(self.language(value, &at, rule::CONTEXT)?),
                "statement" => context.statement = Some(self.statement_ref(value, &at)?),
                "extensions" => context.extensions = self.extensions(value, &at)?,
                "contextAgents" if self.knows_context_agents() => {
                    context.context_agents = self.context_agents(value, &at)?;
                }
                "contextGroups" if self.knows_context_agents() => {
                    context.context_groups = self.context_groups(value, &at)?;
                }
                _ => return self.unknown(&at, "a Context", rule::CONTEXT),
            }
        }
        Ok(context)
    }

    fn knows_context_agents(&self) -> bool {
        self.version != Version::V1_0
    }

    fn of_activity(&self, node: &Node<'_>, path: &Path<'_>, about_activity: bool) -> Checked<String> {
        if !about_activity {
            return self.fail(
                path,
                rule::CONTEXT,
                "found a member that is allowed only where the statement's object is an Activity; leave it out",
            );
        }
        self.string(node, path, rule::CONTEXT)
    }

    pub(super) fn statement_ref(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Uuid> {
        let (mut id, mut object_type) = (None, None);
        for member in self.members(node, path, rule::STATEMENT_OBJECT, "a StatementRef object")? {
            let at = path.member(&member.name);
            match &*member.name {
                "objectType" => {
                    object_type =
                        Some(self.text(&member.value, &at, rule::STATEMENT_OBJECT, "\"StatementRef\"")?);
                }
                "id" => id = Some(self.uuid(&member.value, &at, rule::STATEMENT_OBJECT)?),
                _ => return self.unknown(&at, "a StatementRef", rule::STATEMENT_OBJECT),
            }
        }
        match (object_type, id) {
            (Some("StatementRef"), Some(id)) => Ok(id),
            (Some("StatementRef"), None) => {
                self.missing(path, rule::STATEMENT_OBJECT, "id", "a StatementRef")
            }
            (Some(other), _) => self.object_type(other, path, rule::STATEMENT_OBJECT, "\"StatementRef\""),
            (None, _) => self.missing(path, rule::STATEMENT_OBJECT, "objectType", "a StatementRef"),
        }
    }

    fn context_activities(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<ContextActivities> {
        let mut activities = ContextActivities::default();
        let members = self.members(node, path, rule::CONTEXT_ACTIVITIES, "a contextActivities object")?;
        for member in members {
            let at = path.member(&member.name);
            let list = match &*member.name {
                "parent" => &mut activities.parent,
                "grouping" => &mut activities.grouping,
                "category" => &mut activities.category,
                "other" => &mut activities.other,
                _ => {
                    return self.fail(
                        &at,
                        rule::CONTEXT_ACTIVITIES,
                        "found an unknown kind of context; expected parent, grouping, category or other",
                    );
                }
            };
            *list = self.activities(&member.value, &at)?;
        }
        Ok(activities)
    }

    /// An array of activities, or one activity alone as in 0.95.
    fn activities(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Vec<Activity>> {
        match &node.value {
            Value::Object(_) => Ok(vec![self.activity(node, path)?]),
            _ => {
                let elements =
                    self.elements(node, path, rule::CONTEXT_ACTIVITIES, "an array of Activities")?;
                let read = |(index, element)| self.activity(element, &path.index(index));
                elements.iter().enumerate().map(read).collect()
            }
        }
    }

    fn context_agents(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Vec<ContextAgent>> {
        let elements = self.elements(
            node,
            path,
            rule::CONTEXT_AGENTS,
            "an array of contextAgent objects",
        )?;
        let mut list = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let path = path.index(index);
            let parts = self.related(element, &path, rule::CONTEXT_AGENTS, "contextAgent", "agent")?;
            let agent = self.agent(&parts.who.value, &path.member("agent"))?;
            list.push(ContextAgent {
                agent,
                relevant_types: parts.relevant_types,
            });
        }
        Ok(list)
    }

    fn context_groups(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Vec<ContextGroup>> {
        let elements = self.elements(
            node,
            path,
            rule::CONTEXT_GROUPS,
            "an array of contextGroup objects",
        )?;
        let mut list = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let path = path.index(index);
            let parts = self.related(element, &path, rule::CONTEXT_GROUPS, "contextGroup", "group")?;
            let group = self.group(&parts.who.value, &path.member("group"))?;
            list.push(ContextGroup {
                group,
                relevant_types: parts.relevant_types,
            });
        }
        Ok(list)
    }

    /// What contextAgents and contextGroups have in common.
    fn related<'n, 'a>(
        &self,
        node: &'n Node<'a>,
        path: &Path<'_>,
        rule: &'static str,
        object_type: &str,
        who: &str,
    ) -> Checked<Related<'n, 'a>> {
        let (mut found_type, mut found_who, mut relevant_types) = (None, None, Vec::new());
        for member in self.members(node, path, rule, object_type)? {
            let at = path.member(&member.name);
            match &*member.name {
                "objectType" => found_type = Some(self.text(&member.value, &at, rule, object_type)?),
                "relevantTypes" => relevant_types = self.relevant_types(&member.value, &at, rule)?,
                name if name == who => found_who = Some(member),
                _ => return self.unknown(&at, object_type, rule),
            }
        }
        match (found_type, found_who) {
            (None, _) => self.missing(path, rule, "objectType", object_type),
            (Some(found), _) if found != object_type => {
                self.object_type(found, path, rule, &format!("\"{object_type}\""))
            }
            (_, None) => self.missing(path, rule, who, object_type),
            (_, Some(who)) => Ok(Related { who, relevant_types }),
        }
    }

    fn relevant_types(&self, node: &Node<'_>, path: &Path<'_>, rule: &'static str) -> Checked<Vec<Iri>> {
        let elements = self.elements(node, path, rule, "an array of IRIs")?;
        if elements.is_empty() {
            return self.fail(
                path,
                rule,
                "found an empty array; expected at least one IRI, or no such member",
            );
        }
        elements
            .iter()
            .enumerate()
            .map(|(index, element)| self.iri(element, &path.index(index), rule))
            .collect()
    }
}

struct Related<'n, 'a> {
    who: &'n Member<'a>,
    relevant_types: Vec<Iri>,
}
