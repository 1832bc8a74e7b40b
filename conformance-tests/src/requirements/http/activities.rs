use serde_json::json;

use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::{activity, iri, statement, with};
use crate::tools::edit::set;
use crate::tools::store::store;

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.5", "4.1.6.4");
    vec![
        Requirement::must(
            "activities.known",
            section(),
            "activities answers 200 with the complete Activity.",
        )
        .case("a defined activity", |lrs| async move {
            let definition = json!({
                "name": { "en": "A course", "de": "Ein Kurs" },
                "description": { "en": "About something" },
                "type": "http://adlnet.gov/expapi/activities/course",
                "moreInfo": "https://example.org/courses/1",
                "extensions": { "https://example.org/extensions/level": 3 }
            });
            let what = set(activity(), "/definition", definition.clone());
            store(&lrs, &with("object", what.clone())).await?;
            let id = what["id"].as_str().unwrap_or_default();
            let answer = lrs.get("activities").query("activityId", id).send().await?;
            answer.status(200)?.of_type("application/json")?;
            let found = answer.json()?;
            ensure(
                found["id"] == what["id"],
                what["id"].to_string(),
                found["id"].to_string(),
            )?;
            crate::tools::compare::same("/definition", &definition, &found["definition"])
        })
        .case("a context activity", |lrs| async move {
            let what = set(activity(), "/definition", json!({ "name": { "en": "A course" } }));
            let sent =
                crate::tools::edit::put(statement(), "/context/contextActivities/grouping", json!([what]));
            store(&lrs, &sent).await?;
            let id = what["id"].as_str().unwrap_or_default();
            let found = lrs
                .get("activities")
                .query("activityId", id)
                .send()
                .await?
                .status(200)?
                .json()?;
            let name = found["definition"]["name"]["en"].clone();
            ensure(
                name == "A course",
                "the definition that came with it",
                found.to_string(),
            )
        }),
        Requirement::should(
            "activities.unknown",
            section(),
            "An activity that is not known is answered with 200 and the bare Activity.",
        )
        .case("GET", |lrs| async move {
            let id = iri("activities");
            let found = lrs
                .get("activities")
                .query("activityId", &id)
                .send()
                .await?
                .status(200)?
                .json()?;
            ensure(
                found["id"] == json!(id),
                format!("an Activity with the id {id}"),
                found.to_string(),
            )
        }),
        Requirement::must(
            "activities.parameter",
            section(),
            "activityId is required, and is an IRI.",
        )
        .cases(
            [
                ("missing", None),
                ("without scheme", Some("a-course")),
                ("empty", Some("")),
            ]
            .map(|(name, value)| {
                Case::new(name, move |lrs| async move {
                    let call = lrs.get("activities");
                    let call = match value {
                        Some(value) => call.query("activityId", value),
                        None => call,
                    };
                    call.send().await?.status(400).map(drop)
                })
            }),
        ),
        Requirement::must(
            "activities.head",
            at("Communication 1.1", ""),
            "HEAD answers as GET does, without a body.",
        )
        .case("HEAD", |lrs| async move {
            let answer = lrs
                .head("activities")
                .query("activityId", iri("activities"))
                .send()
                .await?;
            answer.status(200)?;
            ensure(
                answer.body.is_empty(),
                "no body",
                format!("{} bytes", answer.body.len()),
            )
        }),
    ]
}
