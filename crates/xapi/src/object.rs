//! What a statement is about (xAPI 1.0.3 Data 2.4.4).

use uuid::Uuid;

use crate::{Activity, Actor, Agent, Attachment, Context, Group, StatementResult, Timestamp, Verb};

/// The object of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// An activity; what it is when `objectType` is not given.
    Activity(Activity),
    /// An agent.
    Agent(Agent),
    /// A group.
    Group(Group),
    /// A reference to another statement, which need not exist.
    StatementRef(Uuid),
    /// A statement that was not made: an intention, a prediction. Never inside another SubStatement.
    SubStatement(Box<SubStatement>),
}

/// A statement within a statement (Data 2.4.4.3). Its object is never a SubStatement.
#[derive(Debug, Clone, PartialEq)]
pub struct SubStatement {
    /// Who.
    pub actor: Actor,
    /// Did what.
    pub verb: Verb,
    /// To what.
    pub object: Object,
    /// With what outcome.
    pub result: Option<StatementResult>,
    /// In what context.
    pub context: Option<Context>,
    /// When; may be in the future.
    pub timestamp: Option<Timestamp>,
    /// With which files.
    pub attachments: Vec<Attachment>,
}
