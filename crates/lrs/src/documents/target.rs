//! Which documents a request is about.

use actix_web::http::Method;
use store::{DocumentKey, DocumentScope, Scope};
use web::Problem;
use xapi::{Timestamp, Version};

use crate::call::Call;
use crate::refusal;

const SINCE: &str = "since";

/// Which of the three resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    State,
    AgentProfile,
    ActivityProfile,
}

/// One document, or all of a scope.
#[derive(Debug)]
pub(super) enum Target {
    One {
        kind: Kind,
        key: DocumentKey,
    },
    Many {
        kind: Kind,
        scope: DocumentScope,
        any_registration: bool,
        since: Option<Timestamp>,
    },
}

impl Kind {
    /// What a key needs to come here.
    pub(super) fn scope(self) -> Scope {
        match self {
            Self::State => Scope::State,
            Self::AgentProfile | Self::ActivityProfile => Scope::Profile,
        }
    }

    fn id_parameter(self) -> &'static str {
        match self {
            Self::State => "stateId",
            Self::AgentProfile | Self::ActivityProfile => "profileId",
        }
    }

    fn owner_parameters(self) -> &'static [&'static str] {
        match self {
            Self::State => &["activityId", "agent", "registration"],
            Self::AgentProfile => &["agent"],
            Self::ActivityProfile => &["activityId"],
        }
    }

    /// Whether a request without an id is about all documents of the scope.
    fn has_many(self, method: &Method) -> bool {
        match *method {
            Method::GET | Method::HEAD => true,
            Method::DELETE => self == Self::State,
            _ => false,
        }
    }
}

impl Target {
    pub(super) fn of(kind: Kind, call: &Call, version: Version) -> Result<Self, Problem> {
        let params = &call.params;
        let id_parameter = kind.id_parameter();
        let mut known = kind.owner_parameters().to_vec();
        known.extend([id_parameter, SINCE]);
        params.only(&known)?;
        let id = match params.get(id_parameter) {
            None if kind.has_many(&call.method) => None,
            _ => Some(params.require(id_parameter)?),
        };
        let lists = id.is_none() && matches!(call.method, Method::GET | Method::HEAD);
        if params.get(SINCE).is_some() && !lists {
            let detail = format!(
                "\"since\" limits a list of ids, so it goes only with GET and without {id_parameter:?}"
            );
            return Err(refusal::parameter(SINCE, detail));
        }

        let registration = params.uuid("registration")?;
        let scope = match kind {
            Kind::State => DocumentScope::State {
                activity: params.require_iri("activityId")?,
                agent: params.require_agent("agent", version)?.ifi,
                registration,
            },
            Kind::AgentProfile => DocumentScope::AgentProfile {
                agent: params.require_agent("agent", version)?.ifi,
            },
            Kind::ActivityProfile => DocumentScope::ActivityProfile {
                activity: params.require_iri("activityId")?,
            },
        };
        Ok(match id {
            Some(id) => Self::One {
                kind,
                key: DocumentKey {
                    scope,
                    id: id.to_owned(),
                },
            },
            None => Self::Many {
                kind,
                scope,
                // "this context (Activity + Agent [+ registration if specified])": without one, all of them.
                any_registration: kind == Kind::State && registration.is_none(),
                since: params.timestamp(SINCE)?,
            },
        })
    }

    /// What it is, in words.
    pub(super) fn describe(&self) -> String {
        let (Self::One { kind, .. } | Self::Many { kind, .. }) = self;
        let what = match kind {
            Kind::State => "state document",
            Kind::AgentProfile => "agent profile document",
            Kind::ActivityProfile => "activity profile document",
        };
        match self {
            Self::One { key, .. } => format!("{what} {:?}", key.id.chars().take(60).collect::<String>()),
            Self::Many { .. } => what.to_owned(),
        }
    }
}
