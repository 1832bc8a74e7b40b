use crate::lrs::{Call, Lrs};
use crate::sample::{agent, iri};

/// A resource, and a request to it.
pub(super) type Get = (&'static str, fn(&Lrs) -> Call);

/// Every resource but about, with a GET that finds nothing but is in order.
pub(super) const GETS: [Get; 6] = [
    ("statements", |lrs| lrs.get("statements").query("limit", "1")),
    ("activities/state", |lrs| {
        lrs.get("activities/state")
            .query("activityId", iri("activities"))
            .query("agent", agent().to_string())
    }),
    ("activities/profile", |lrs| {
        lrs.get("activities/profile")
            .query("activityId", iri("activities"))
    }),
    ("agents/profile", |lrs| {
        lrs.get("agents/profile").query("agent", agent().to_string())
    }),
    ("agents", |lrs| {
        lrs.get("agents").query("agent", agent().to_string())
    }),
    ("activities", |lrs| {
        lrs.get("activities").query("activityId", iri("activities"))
    }),
];
