use serde_json::json;

use super::resource::{Context, Resource};
use crate::lrs::Lrs;
use crate::requirement::{Check, Requirement, at, ensure};
use crate::sample::uuid;

const STATE: Resource = Resource::State;

/// Two contexts alike but for a registration, with one document of the same id in each.
async fn two(lrs: &Lrs) -> Check<(Context, Context)> {
    let bare = STATE.context();
    let registered = bare.with("registration", uuid());
    bare.with("stateId", "s")
        .create(lrs, &json!({ "registered": false }))
        .await?;
    registered
        .with("stateId", "s")
        .create(lrs, &json!({ "registered": true }))
        .await?;
    Ok((bare, registered))
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.3", "4.1.6.2");
    vec![
        Requirement::must(
            "state.registration",
            section(),
            "A registration is part of a state's context: with it is another document than without it.",
        )
        .case("the same id with and without", |lrs| async move {
            let (bare, registered) = two(&lrs).await?;
            registered
                .with("stateId", "s")
                .holds(&lrs, &json!({ "registered": true }))
                .await?;
            bare.with("stateId", "s")
                .holds(&lrs, &json!({ "registered": false }))
                .await
        })
        .case("another registration", |lrs| async move {
            let (bare, _) = two(&lrs).await?;
            bare.with("registration", uuid())
                .with("stateId", "s")
                .is_absent(&lrs)
                .await
        })
        .case("the ids of a registration", |lrs| async move {
            let (_, registered) = two(&lrs).await?;
            registered.with("stateId", "t").create(&lrs, &json!({})).await?;
            let ids = registered.get(&lrs).send().await?.status(200)?.json()?;
            let found = ids.as_array().map(Vec::len).unwrap_or_default();
            ensure(found == 2, "the two ids of this registration", ids.to_string())
        }),
        Requirement::must(
            "state.delete-all",
            section(),
            "DELETE without stateId removes all states of the context, and no others.",
        )
        .case("of an agent and an activity", |lrs| async move {
            let context = STATE.context();
            let other = STATE.context();
            for id in ["a", "b"] {
                context
                    .with("stateId", id)
                    .create(&lrs, &json!({ "a": 1 }))
                    .await?;
                other.with("stateId", id).create(&lrs, &json!({ "a": 1 })).await?;
            }
            context.delete(&lrs).send().await?.status(204)?;
            context.with("stateId", "a").is_absent(&lrs).await?;
            context.with("stateId", "b").is_absent(&lrs).await?;
            other.with("stateId", "a").holds(&lrs, &json!({ "a": 1 })).await
        })
        .case("of a registration", |lrs| async move {
            let (bare, registered) = two(&lrs).await?;
            registered.delete(&lrs).send().await?.status(204)?;
            registered.with("stateId", "s").is_absent(&lrs).await?;
            bare.with("stateId", "s")
                .holds(&lrs, &json!({ "registered": false }))
                .await
        })
        .case("of nothing", |lrs| async move {
            STATE.context().delete(&lrs).send().await?.status(204).map(drop)
        }),
        Requirement::must(
            "state.same-agent",
            at("Communication 2.3", "4.1.6.2"),
            "An agent is the same by its identifier, however else it is described.",
        )
        .case("a name, and members in another order", |lrs| async move {
            let place = STATE.place();
            let mbox = format!("mailto:{}@example.org", uuid());
            let one = json!({ "objectType": "Agent", "mbox": mbox }).to_string();
            let same = json!({ "name": "Ann", "mbox": mbox }).to_string();
            place.with("agent", one).create(&lrs, &json!({ "a": 1 })).await?;
            place.with("agent", same).holds(&lrs, &json!({ "a": 1 })).await
        }),
    ]
}
