//! Every requirement, a file per area.

mod data;
mod documents;
mod http;
mod rows;
mod statements;

use crate::Version;
use crate::requirement::Requirement;

/// All of them. The version matters only to tables that are made from a whole statement.
pub(crate) fn all(version: Version) -> Vec<Requirement> {
    [
        data::all(version),
        statements::all(),
        documents::all(),
        http::all(),
    ]
    .concat()
}
