use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::resource::{Context, Resource};
use crate::lrs::Lrs;
use crate::requirement::{Check, Requirement, at, ensure, failed};
use crate::sample::uuid;

async fn ids(lrs: &Lrs, context: &Context) -> Check<Vec<String>> {
    let answer = context.get(lrs).send().await?;
    answer.status(200)?.of_type("application/json")?;
    let Value::Array(found) = answer.json()? else {
        return Err(failed("an array of ids", String::from_utf8_lossy(&answer.body)));
    };
    let mut ids: Vec<String> = found
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    ids.sort();
    Ok(ids)
}

async fn lists(lrs: &Lrs, context: &Context, expected: &[&str]) -> Check {
    let mut expected: Vec<String> = expected.iter().map(|id| (*id).to_owned()).collect();
    expected.sort();
    let found = ids(lrs, context).await?;
    ensure(
        found == expected,
        format!("the ids {expected:?}"),
        format!("{found:?}"),
    )
}

/// The second after the one in which the document was changed, by the LRS's own clock.
///
/// HTTP tells time by the second: so a new document is made until its `Last-Modified` is later.
async fn later(lrs: &Lrs, context: &Context) -> Check<String> {
    let resource = context.resource;
    let mut first = None;
    loop {
        let place = context.with(resource.id(), uuid());
        place.create(lrs, &json!({ "tick": true })).await?;
        let now = place.read(lrs).await?.last_modified()?;
        place
            .delete(lrs)
            .header("if-match", place.etag(lrs).await?)
            .send()
            .await?
            .status(204)?;
        match first {
            None => first = Some(now),
            Some(first) if now > first => return Ok(now.to_utc().to_rfc3339()),
            Some(_) => {}
        }
        sleep(Duration::from_millis(100)).await;
    }
}

pub(super) fn all(resource: Resource) -> Vec<Requirement> {
    let area = resource.area();
    vec![
        Requirement::must(
            format!("{area}.lists-ids"),
            resource.sections(),
            "GET without an id answers 200 with an array of the ids in the context, and of no others.",
        )
        .case("three documents", move |lrs| async move {
            let context = resource.context();
            for id in ["b", "a", "c d/é"] {
                context
                    .with(resource.id(), id)
                    .create(&lrs, &json!({ "a": 1 }))
                    .await?;
            }
            resource.place().create(&lrs, &json!({ "a": 1 })).await?;
            lists(&lrs, &context, &["a", "b", "c d/é"]).await
        })
        .case("none", move |lrs| async move {
            lists(&lrs, &resource.context(), &[]).await
        })
        .case("one was deleted", move |lrs| async move {
            let context = resource.context();
            let (kept, gone) = (
                context.with(resource.id(), "kept"),
                context.with(resource.id(), "gone"),
            );
            kept.create(&lrs, &json!({ "a": 1 })).await?;
            gone.create(&lrs, &json!({ "a": 1 })).await?;
            let etag = gone.etag(&lrs).await?;
            gone.delete(&lrs)
                .header("if-match", etag)
                .send()
                .await?
                .status(204)?;
            lists(&lrs, &context, &["kept"]).await
        }),
        Requirement::must(
            format!("{area}.since"),
            resource.sections(),
            "since leaves the ids of documents that were stored or changed after that time.",
        )
        .case("old, new and changed", move |lrs| async move {
            let context = resource.context();
            let (old, changed) = (
                context.with(resource.id(), "old"),
                context.with(resource.id(), "changed"),
            );
            old.create(&lrs, &json!({ "a": 1 })).await?;
            changed.create(&lrs, &json!({ "a": 1 })).await?;
            let since = later(&lrs, &context).await?;
            // The second begun is long enough to be later than its beginning.
            sleep(Duration::from_millis(50)).await;
            changed
                .post(&lrs)
                .json(&json!({ "a": 2 }))
                .send()
                .await?
                .status(204)?;
            context
                .with(resource.id(), "new")
                .create(&lrs, &json!({ "a": 1 }))
                .await?;
            lists(&lrs, &context.with("since", since), &["changed", "new"]).await
        })
        .case("the distant past and future", move |lrs| async move {
            let context = resource.context();
            context
                .with(resource.id(), "one")
                .create(&lrs, &json!({ "a": 1 }))
                .await?;
            lists(&lrs, &context.with("since", "1970-01-01T00:00:00Z"), &["one"]).await?;
            lists(&lrs, &context.with("since", "2199-01-01T00:00:00+01:00"), &[]).await
        }),
        Requirement::should(
            format!("{area}.last-modified"),
            at("Communication 2.2", resource.sections().v2),
            "A document comes with Last-Modified, which is when it was changed last.",
        )
        .case("it moves when the document changes", move |lrs| async move {
            let place = resource.place();
            place.create(&lrs, &json!({ "a": 1 })).await?;
            let before = place.read(&lrs).await?.last_modified()?;
            later(&lrs, &place).await?;
            let unchanged = place.read(&lrs).await?.last_modified()?;
            ensure(unchanged == before, before.to_rfc2822(), unchanged.to_rfc2822())?;
            place
                .post(&lrs)
                .json(&json!({ "a": 2 }))
                .send()
                .await?
                .status(204)?;
            let after = place.read(&lrs).await?.last_modified()?;
            ensure(
                after > before,
                format!("later than {}", before.to_rfc2822()),
                after.to_rfc2822(),
            )
        })
        .case("a list has that of its newest document", move |lrs| async move {
            let context = resource.context();
            let (one, two) = (
                context.with(resource.id(), "one"),
                context.with(resource.id(), "two"),
            );
            one.create(&lrs, &json!({ "a": 1 })).await?;
            later(&lrs, &context).await?;
            two.create(&lrs, &json!({ "a": 1 })).await?;
            let newest = two.read(&lrs).await?.last_modified()?;
            let found = context.get(&lrs).send().await?.status(200)?.last_modified()?;
            ensure(found == newest, newest.to_rfc2822(), found.to_rfc2822())
        }),
    ]
}
