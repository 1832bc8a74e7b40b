//! Statements and SubStatements (Data 2.4, 2.4.4.3).

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::error::shown;
use crate::json::Node;
use crate::{
    Actor, Attachment, Context, Object, Statement, StatementResult, SubStatement, Timestamp, VOIDED, Verb,
    Version,
};

/// The members that statements and SubStatements share.
#[derive(Default)]
struct Core<'n, 'a> {
    actor: Option<Actor>,
    verb: Option<Verb>,
    object: Option<Object>,
    result: Option<StatementResult>,
    /// Read last, since its rules depend on the object.
    context: Option<&'n Node<'a>>,
    timestamp: Option<Timestamp>,
    attachments: Vec<Attachment>,
}

/// The core once complete.
struct Complete {
    actor: Actor,
    verb: Verb,
    object: Object,
    result: Option<StatementResult>,
    context: Option<Context>,
    timestamp: Option<Timestamp>,
    attachments: Vec<Attachment>,
}

impl Checker<'_> {
    pub(super) fn statement(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Statement> {
        let mut core = Core::default();
        let (mut id, mut stored, mut authority, mut version) = (None, None, None, None);
        for member in self.members(node, path, rule::STATEMENT, "a Statement object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            match &*member.name {
                "id" => id = Some(self.uuid(value, &at, rule::ID)?),
                "stored" => stored = Some(self.timestamp(value, &at)?),
                "authority" => authority = Some(self.authority(value, &at)?),
                "version" => version = Some(self.version_of(value, &at)?),
                "object" => core.object = Some(self.object(value, &at)?),
                name => {
                    if !self.core_member(&mut core, name, value, &at)? {
                        return self.unknown(&at, "a Statement", rule::STATEMENT);
                    }
                }
            }
        }
        let Complete {
            actor,
            verb,
            object,
            result,
            context,
            timestamp,
            attachments,
        } = self.complete(core, path, "a Statement")?;
        Ok(Statement {
            id,
            actor,
            verb,
            object,
            result,
            context,
            timestamp,
            stored,
            authority,
            version,
            attachments,
        })
    }

    fn sub_statement(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<SubStatement> {
        let mut core = Core::default();
        for member in self.members(node, path, rule::STATEMENT_OBJECT, "a SubStatement object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            match &*member.name {
                "objectType" => {}
                "id" | "stored" | "authority" | "version" => {
                    return self.unknown(&at, "a SubStatement", rule::STATEMENT_OBJECT);
                }
                "object" => core.object = Some(self.inner_object(value, &at)?),
                name => {
                    if !self.core_member(&mut core, name, value, &at)? {
                        return self.unknown(&at, "a SubStatement", rule::STATEMENT_OBJECT);
                    }
                }
            }
        }
        let Complete {
            actor,
            verb,
            object,
            result,
            context,
            timestamp,
            attachments,
        } = self.complete(core, path, "a SubStatement")?;
        Ok(SubStatement {
            actor,
            verb,
            object,
            result,
            context,
            timestamp,
            attachments,
        })
    }

    /// Reads a member that both have; answers whether the name is one of those.
    fn core_member<'n, 'a>(
        &self,
        core: &mut Core<'n, 'a>,
        name: &str,
        value: &'n Node<'a>,
        at: &Path<'_>,
    ) -> Checked<bool> {
        match name {
            "actor" => core.actor = Some(self.actor(value, at)?),
            "verb" => core.verb = Some(self.verb(value, at)?),
            "result" => core.result = Some(self.result(value, at)?),
            "context" => core.context = Some(value),
            "timestamp" => core.timestamp = Some(self.timestamp(value, at)?),
            "attachments" => core.attachments = self.attachments(value, at)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn complete(&self, core: Core<'_, '_>, path: &Path<'_>, owner: &str) -> Checked<Complete> {
        let Some(actor) = core.actor else {
            return self.missing(path, rule::STATEMENT, "actor", owner);
        };
        let Some(verb) = core.verb else {
            return self.missing(path, rule::STATEMENT, "verb", owner);
        };
        let Some(object) = core.object else {
            return self.missing(path, rule::STATEMENT, "object", owner);
        };
        if verb.id.as_str() == VOIDED && !matches!(object, Object::StatementRef(_)) {
            return self.fail(
                &path.member("object"),
                rule::VOIDING,
                "found something else than a StatementRef; expected a StatementRef to the statement that is voided",
            );
        }
        let about_activity = matches!(object, Object::Activity(_));
        let context = match core.context {
            None => None,
            Some(node) => Some(self.context(node, &path.member("context"), about_activity)?),
        };
        Ok(Complete {
            actor,
            verb,
            object,
            result: core.result,
            context,
            timestamp: core.timestamp,
            attachments: core.attachments,
        })
    }

    fn verb(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Verb> {
        let (mut id, mut display) = (None, None);
        for member in self.members(node, path, rule::VERB, "a Verb object")? {
            let at = path.member(&member.name);
            match &*member.name {
                "id" => id = Some(self.iri(&member.value, &at, rule::VERB)?),
                "display" => display = Some(self.language_map(&member.value, &at, rule::VERB)?),
                _ => return self.unknown(&at, "a Verb", rule::VERB),
            }
        }
        match id {
            Some(id) => Ok(Verb {
                id,
                display: display.unwrap_or_default(),
            }),
            None => self.missing(path, rule::VERB, "id", "a Verb"),
        }
    }

    fn object(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Object> {
        match self.object_type_of(node, path)? {
            "SubStatement" => Ok(Object::SubStatement(Box::new(self.sub_statement(node, path)?))),
            other => self.simple_object(other, node, path),
        }
    }

    /// The object of a SubStatement: anything but another.
    fn inner_object(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Object> {
        match self.object_type_of(node, path)? {
            "SubStatement" => self.fail(
                path,
                rule::STATEMENT_OBJECT,
                "found a SubStatement inside a SubStatement; they cannot be nested",
            ),
            other => self.simple_object(other, node, path),
        }
    }

    fn simple_object(&self, object_type: &str, node: &Node<'_>, path: &Path<'_>) -> Checked<Object> {
        match object_type {
            "Activity" => self.activity(node, path).map(Object::Activity),
            "Agent" => self.agent(node, path).map(Object::Agent),
            "Group" => self.group(node, path).map(Object::Group),
            "StatementRef" => self.statement_ref(node, path).map(Object::StatementRef),
            other => self.object_type(
                other,
                path,
                rule::OBJECT,
                "\"Activity\", \"Agent\", \"Group\", \"SubStatement\" or \"StatementRef\"",
            ),
        }
    }

    fn object_type_of<'n>(&self, node: &'n Node<'_>, path: &Path<'_>) -> Checked<&'n str> {
        let members = self.members(node, path, rule::OBJECT, "an object")?;
        match members.iter().find(|member| member.name == "objectType") {
            None => Ok("Activity"),
            Some(member) => self.text(
                &member.value,
                &path.member("objectType"),
                rule::OBJECT,
                "a string",
            ),
        }
    }

    fn version_of(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<String> {
        let (rule, expected) = match self.version {
            Version::V1_0 => (rule::VERSION, "\"1.0.0\", or another version of 1.0"),
            Version::V2_0 => (rule::VERSION_2, "\"2.0.0\", or another version of 2.0 or 1.0"),
        };
        let text = self.text(node, path, rule, expected)?;
        match Version::of(text) {
            Some(found) if found <= self.version => Ok(text.to_owned()),
            _ => self.fail(path, rule, format!("found {}; expected {expected}", shown(text))),
        }
    }
}
