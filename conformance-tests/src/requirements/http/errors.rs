use reqwest::Method;

use super::endpoints::GETS;
use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::{agent, iri, statement};
use crate::tools::edit::remove;
use crate::tools::store::post;

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 3.2", "");
    vec![
        Requirement::must(
            "error.unknown-parameters",
            section(),
            "A parameter that the standard does not know for a resource is refused with 400.",
        )
        .cases(GETS.map(|(name, get)| {
            Case::new(format!("GET {name}"), move |lrs| async move {
                get(&lrs)
                    .query("unheardOf", "x")
                    .send()
                    .await?
                    .status(400)
                    .map(drop)
            })
        })),
        Requirement::must(
            "error.parameter-case",
            section(),
            "A parameter that differs from a known one in case alone is refused with 400.",
        )
        .cases(
            [
                ("agents", "Agent", (|| agent().to_string()) as fn() -> String),
                ("activities", "ActivityId", || iri("activities")),
                ("activities", "activityID", || iri("activities")),
            ]
            .map(|(resource, name, value)| {
                Case::new(format!("{resource}?{name}"), move |lrs| async move {
                    lrs.get(resource)
                        .query(name, value())
                        .send()
                        .await?
                        .status(400)
                        .map(drop)
                })
            }),
        ),
        Requirement::should("error.says-why", section(), "A refusal says what the cause is.")
            .case("a statement without verb", |lrs| async move {
                let answer = post(&lrs, &remove(statement(), "/verb")).await?;
                answer.status(400)?;
                ensure(
                    answer.body.len() > 10,
                    "a message that explains the cause",
                    answer.text.clone(),
                )
            })
            .case("a parameter that is no number", |lrs| async move {
                let answer = lrs.get("statements").query("limit", "ten").send().await?;
                answer.status(400)?;
                ensure(
                    answer.body.len() > 10,
                    "a message that explains the cause",
                    answer.text.clone(),
                )
            }),
        Requirement::must(
            "error.methods",
            at("Communication 2.0", ""),
            "A method that a resource does not have is the client's mistake, and changes nothing.",
        )
        .cases(
            [
                (Method::DELETE, "statements"),
                (Method::PATCH, "statements"),
                (Method::PUT, "agents"),
                (Method::DELETE, "activities"),
                (Method::POST, "about"),
            ]
            .map(|(method, resource)| {
                Case::new(format!("{method} {resource}"), move |lrs| {
                    let method = method.clone();
                    async move { lrs.call(method, resource).send().await?.refused().map(drop) }
                })
            }),
        ),
    ]
}
