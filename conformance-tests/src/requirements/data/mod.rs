//! What a statement is: which are taken, and which refused.

mod account;
mod activity;
mod agent;
mod attachment;
mod context;
mod context_agents;
mod duration;
mod extensions;
mod formatting;
mod group;
mod identifier;
mod interaction;
mod iri;
mod language_map;
mod object;
mod result;
mod score;
mod statement_ref;
mod substatement;
mod timestamp;
mod uuid;
mod verb;
mod version;

use crate::Version;
use crate::requirement::Requirement;

pub(super) fn all(version: Version) -> Vec<Requirement> {
    [
        formatting::all(version),
        uuid::all(),
        agent::all(),
        group::all(),
        identifier::all(),
        account::all(),
        verb::all(),
        object::all(),
        activity::all(),
        interaction::all(),
        substatement::all(),
        statement_ref::all(),
        result::all(),
        score::all(),
        duration::all(),
        context::all(),
        context_agents::all(),
        timestamp::all(),
        version::all(),
        attachment::all(),
        extensions::all(),
        language_map::all(),
        iri::all(),
    ]
    .concat()
}
