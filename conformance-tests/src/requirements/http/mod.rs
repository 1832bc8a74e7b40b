//! Requests and answers whatever the resource: versions, credentials, the alternate syntax; and the small
//! resources.

mod about;
mod activities;
mod agents;
mod alternate;
mod authentication;
mod conversion;
mod endpoints;
mod errors;
mod versioning;

use crate::requirement::Requirement;

pub(super) fn all() -> Vec<Requirement> {
    [
        versioning::all(),
        authentication::all(),
        alternate::all(),
        errors::all(),
        about::all(),
        agents::all(),
        activities::all(),
        conversion::all(),
    ]
    .concat()
}
