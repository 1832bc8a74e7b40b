//! A statement as bytes that are the same for all texts that say the same, and differ for all others: every part has
//! a mark and every text its length, so that no two different statements run together to the same bytes.

use super::Signatures;
use crate::json::{self, Node, Value};
use crate::{
    Activity, Actor, Agent, Attachment, Context, ContextAgent, ContextGroup, Extensions, Group, Ifi, Iri,
    LanguageMap, Limits, Object, Score, Statement, StatementResult, Timestamp, Verb, number,
};

pub(super) fn statement(statement: &Statement, signatures: Signatures) -> Vec<u8> {
    let mut out = Encoder(Vec::with_capacity(1_024));
    out.0.extend_from_slice(b"statement 1\n");
    let counts = |attachment: &&Attachment| signatures == Signatures::Counted || !attachment.is_signature();
    let attachments: Vec<&Attachment> = statement.attachments.iter().filter(counts).collect();
    // A server sets an absent timestamp to `stored`; a statement that comes back as it went out is the same.
    let own_timestamp = statement
        .timestamp
        .filter(|timestamp| statement.stored != Some(*timestamp));
    out.core(&Core {
        actor: &statement.actor,
        verb: &statement.verb,
        object: &statement.object,
        result: statement.result.as_ref(),
        context: statement.context.as_ref(),
        timestamp: own_timestamp,
        attachments: &attachments,
    });
    out.0
}

/// What statements and SubStatements share.
struct Core<'s> {
    actor: &'s Actor,
    verb: &'s Verb,
    object: &'s Object,
    result: Option<&'s StatementResult>,
    context: Option<&'s Context>,
    timestamp: Option<Timestamp>,
    attachments: &'s [&'s Attachment],
}

struct Encoder(Vec<u8>);

impl Encoder {
    fn mark(&mut self, mark: &[u8; 2]) {
        self.0.extend_from_slice(mark);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, mark: &[u8; 2], text: &str) {
        self.mark(mark);
        self.bytes(text.as_bytes());
    }

    fn maybe(&mut self, mark: &[u8; 2], text: Option<&str>) {
        if let Some(text) = text {
            self.text(mark, text);
        }
    }

    /// A text whose case does not count.
    fn caseless(&mut self, mark: &[u8; 2], text: &str) {
        self.text(mark, &text.to_ascii_lowercase());
    }

    /// A mark and what follows it, or nothing where nothing follows.
    fn unless_empty(&mut self, mark: &[u8; 2], write: impl FnOnce(&mut Self)) {
        let before = self.0.len();
        self.mark(mark);
        let after = self.0.len();
        write(self);
        if self.0.len() == after {
            self.0.truncate(before)
        } else {
            self.mark(b"..")
        }
    }

    fn ordered<T>(&mut self, mark: &[u8; 2], items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        self.mark(mark);
        self.0.extend_from_slice(&(items.len() as u64).to_be_bytes());
        for item in items {
            write(self, item);
        }
    }

    fn unordered<T>(&mut self, mark: &[u8; 2], items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        if items.len() < 2 {
            return self.ordered(mark, items, write);
        }
        self.mark(mark);
        self.0.extend_from_slice(&(items.len() as u64).to_be_bytes());
        let start = self.0.len();
        let mut ends = Vec::with_capacity(items.len());
        for item in items {
            write(self, item);
            ends.push(self.0.len());
        }
        let written = self.0.split_off(start);
        let mut from = 0;
        let mut parts: Vec<&[u8]> = Vec::with_capacity(items.len());
        for end in ends {
            parts.push(written.get(from..end - start).unwrap_or_default());
            from = end - start;
        }
        parts.sort_unstable();
        parts.into_iter().for_each(|part| self.0.extend_from_slice(part));
    }

    fn core(&mut self, core: &Core<'_>) {
        self.mark(b"ac");
        self.actor(core.actor);
        self.text(b"vb", core.verb.id.as_str());
        self.object(core.object);
        if let Some(result) = core.result {
            self.unless_empty(b"rs", |out| out.result(result));
        }
        if let Some(context) = core.context {
            self.unless_empty(b"cx", |out| out.context(context));
        }
        if let Some(timestamp) = core.timestamp {
            self.mark(b"ts");
            self.0.extend_from_slice(&timestamp.as_micros().to_be_bytes());
        }
        self.unordered(b"at", core.attachments, |out, attachment| {
            out.attachment(attachment)
        });
    }

    fn actor(&mut self, actor: &Actor) {
        match actor {
            Actor::Agent(agent) => self.agent(agent),
            Actor::Group(group) => self.group(group),
        }
    }

    fn agent(&mut self, agent: &Agent) {
        self.mark(b"ag");
        self.maybe(b"nm", agent.name.as_deref());
        self.ifi(&agent.ifi);
    }

    fn group(&mut self, group: &Group) {
        self.mark(b"gr");
        self.maybe(b"nm", group.name.as_deref());
        if let Some(ifi) = &group.ifi {
            self.ifi(ifi);
        }
        self.unordered(b"mb", &group.member, Self::agent);
    }

    fn ifi(&mut self, ifi: &Ifi) {
        self.text(b"if", &ifi.key());
    }

    fn object(&mut self, object: &Object) {
        match object {
            Object::Activity(activity) => self.activity(activity),
            Object::Agent(agent) => {
                self.mark(b"oa");
                self.agent(agent);
            }
            Object::Group(group) => {
                self.mark(b"og");
                self.group(group);
            }
            Object::StatementRef(id) => {
                self.mark(b"or");
                self.0.extend_from_slice(id.as_bytes());
            }
            Object::SubStatement(sub) => {
                self.mark(b"os");
                self.core(&Core {
                    actor: &sub.actor,
                    verb: &sub.verb,
                    object: &sub.object,
                    result: sub.result.as_ref(),
                    context: sub.context.as_ref(),
                    timestamp: sub.timestamp,
                    attachments: &sub.attachments.iter().collect::<Vec<_>>(),
                });
                self.mark(b"..");
            }
        }
    }

    /// Definitions are not part of a statement.
    fn activity(&mut self, activity: &Activity) {
        self.text(b"av", activity.id.as_str());
    }

    fn result(&mut self, result: &StatementResult) {
        if let Some(score) = &result.score {
            self.unless_empty(b"sc", |out| out.score(score));
        }
        for (mark, flag) in [(b"su", result.success), (b"co", result.completion)] {
            if let Some(flag) = flag {
                self.mark(mark);
                self.0.push(u8::from(flag));
            }
        }
        self.maybe(b"rp", result.response.as_deref());
        if let Some(duration) = &result.duration {
            let (before, seconds) = duration.compared();
            self.text(b"du", before);
            if let Some((whole, hundredths)) = seconds {
                self.text(b"ds", whole);
                self.0.extend_from_slice(&hundredths);
            }
        }
        self.extensions(&result.extensions);
    }

    fn score(&mut self, score: &Score) {
        let parts = [
            (b"sd", score.scaled()),
            (b"ra", score.raw()),
            (b"mi", score.min()),
            (b"ma", score.max()),
        ];
        for (mark, number) in parts {
            if let Some(number) = number {
                self.mark(mark);
                self.number(number.as_str());
            }
        }
    }

    fn number(&mut self, text: &str) {
        let mut normal = Vec::with_capacity(32);
        number::write_normal(text, &mut normal);
        self.bytes(&normal);
    }

    fn context(&mut self, context: &Context) {
        if let Some(registration) = context.registration {
            self.mark(b"rg");
            self.0.extend_from_slice(registration.as_bytes());
        }
        if let Some(instructor) = &context.instructor {
            self.mark(b"in");
            self.actor(instructor);
        }
        if let Some(team) = &context.team {
            self.mark(b"te");
            self.group(team);
        }
        let activities = &context.context_activities;
        self.unordered(b"cp", &activities.parent, Self::activity);
        self.unordered(b"cg", &activities.grouping, Self::activity);
        self.unordered(b"cc", &activities.category, Self::activity);
        self.unordered(b"ct", &activities.other, Self::activity);
        self.maybe(b"rv", context.revision.as_deref());
        self.maybe(b"pl", context.platform.as_deref());
        if let Some(language) = &context.language {
            self.caseless(b"la", language.as_str());
        }
        if let Some(statement) = context.statement {
            self.mark(b"st");
            self.0.extend_from_slice(statement.as_bytes());
        }
        self.extensions(&context.extensions);
        self.ordered(
            b"xa",
            &context.context_agents,
            |out,
             ContextAgent {
                 agent,
                 relevant_types,
             }| {
                out.agent(agent);
                out.types(relevant_types);
            },
        );
        self.ordered(
            b"xg",
            &context.context_groups,
            |out,
             ContextGroup {
                 group,
                 relevant_types,
             }| {
                out.group(group);
                out.types(relevant_types);
            },
        );
    }

    fn types(&mut self, types: &[Iri]) {
        self.ordered(b"rt", types, |out, iri| out.text(b"ir", iri.as_str()));
    }

    fn attachment(&mut self, attachment: &Attachment) {
        self.text(b"us", attachment.usage_type.as_str());
        self.language_map(b"di", &attachment.display);
        self.language_map(b"de", &attachment.description);
        let (essence, parameters) = match attachment.content_type.split_once(';') {
            Some((essence, parameters)) => (essence, Some(parameters)),
            None => (attachment.content_type.as_str(), None),
        };
        self.caseless(b"cy", essence.trim());
        self.maybe(b"cz", parameters.map(str::trim));
        self.mark(b"ln");
        self.0.extend_from_slice(&attachment.length.to_be_bytes());
        self.caseless(b"sh", &attachment.sha2);
        self.maybe(b"fu", attachment.file_url.as_ref().map(Iri::as_str));
    }

    fn language_map(&mut self, mark: &[u8; 2], map: &LanguageMap) {
        self.unordered(mark, &map.0, |out, (tag, text)| {
            out.caseless(b"tg", tag.as_str());
            out.bytes(text.as_bytes());
        });
    }

    fn extensions(&mut self, extensions: &Extensions) {
        self.unordered(b"ex", &extensions.0, |out, (iri, json)| {
            out.text(b"ek", iri.as_str());
            out.json_text(json);
        });
    }

    fn json_text(&mut self, text: &str) {
        let limits = Limits {
            max_depth: usize::MAX,
            max_number_digits: usize::MAX,
            ..Limits::default()
        };
        match json::parse(text.as_bytes(), &limits) {
            Ok(document) => self.json(document.root()),
            // It was read before, so this cannot be; the text as it is still keeps different things apart.
            Err(_) => self.text(b"j?", text),
        }
    }

    fn json(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Null => self.mark(b"jn"),
            Value::Bool(false) => self.mark(b"jf"),
            Value::Bool(true) => self.mark(b"jt"),
            Value::Number(text) => {
                self.mark(b"j0");
                self.number(text);
            }
            Value::String(text) => self.text(b"js", text),
            Value::Array(elements) => {
                self.mark(b"ja");
                self.ordered(b"je", elements, Self::json);
            }
            Value::Object(members) => {
                self.mark(b"jo");
                self.unordered(b"jm", members, |out, member| {
                    out.bytes(member.name.as_bytes());
                    out.json(&member.value);
                });
            }
        }
    }
}
