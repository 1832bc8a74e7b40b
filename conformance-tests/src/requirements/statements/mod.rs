//! The statements resource: storing, finding, and what comes back.

mod attachments;
mod conflict;
mod consistent_through;
mod fidelity;
mod filters;
mod format;
mod get;
mod language;
mod order;
mod paging;
mod post;
mod put;
mod references;
mod related;
mod signed;
mod single;
mod voiding;

use serde_json::Value;

use crate::lrs::Lrs;
use crate::requirement::{Check, Requirement, ensure};
use crate::tools::store::id_of;

pub(super) fn all() -> Vec<Requirement> {
    [
        put::all(),
        post::all(),
        conflict::all(),
        get::all(),
        single::all(),
        filters::all(),
        related::all(),
        references::all(),
        order::all(),
        paging::all(),
        format::all(),
        language::all(),
        voiding::all(),
        attachments::all(),
        signed::all(),
        consistent_through::all(),
        fidelity::all(),
    ]
    .concat()
}

/// The ids that a query gives, in its order.
async fn query(lrs: &Lrs, parameters: &[(&str, String)]) -> Check<Vec<String>> {
    lrs.get("statements")
        .queries(parameters.iter().cloned())
        .send()
        .await?
        .ids()
}

/// Fails unless the query gives exactly these statements, in whatever order.
async fn finds(lrs: &Lrs, parameters: &[(&str, String)], expected: &[&Value]) -> Check {
    let mut found = query(lrs, parameters).await?;
    let mut expected: Vec<String> = expected.iter().map(|statement| id_of(statement)).collect();
    found.sort();
    expected.sort();
    let names: Vec<_> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    ensure(
        found == expected,
        format!(
            "a query by {} gives exactly {}",
            names.join("&"),
            listed(&expected)
        ),
        listed(&found),
    )
}

fn listed(ids: &[String]) -> String {
    if ids.is_empty() {
        "no statement".to_owned()
    } else {
        ids.join(", ")
    }
}
