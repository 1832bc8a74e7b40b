//! The three document resources: State, Activity Profile, Agent Profile. They share most requirements, which are
//! written once and proved on each.

mod bytes;
mod concurrency;
mod listing;
mod merge;
mod parameters;
mod resource;
mod state;

use crate::requirement::Requirement;
use resource::Resource;

pub(super) fn all() -> Vec<Requirement> {
    let shared = Resource::ALL.into_iter().flat_map(|resource| {
        [
            bytes::all(resource),
            parameters::all(resource),
            merge::all(resource),
            listing::all(resource),
            concurrency::all(resource),
        ]
        .concat()
    });
    shared.chain(state::all()).collect()
}
