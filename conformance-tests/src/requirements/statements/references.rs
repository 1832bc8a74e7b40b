use serde_json::{Value, json};

use super::finds;
use crate::requirement::{Case, Requirement, at};
use crate::sample::{agent, iri, reference, referring_to, statement, uuid, with};
use crate::tools::edit::put;
use crate::tools::store::{id_of, instant_of, store, store_each};

/// A statement that every filter can find, with the parameters that find it.
fn target() -> (Value, [(&'static str, String); 4]) {
    let (who, verb, what, registration) = (agent(), iri("verbs"), iri("activities"), uuid());
    let statement = json!({
        "id": uuid(), "actor": who, "verb": { "id": verb }, "object": { "id": what },
        "context": { "registration": registration }
    });
    let parameters = [
        ("agent", who.to_string()),
        ("verb", verb),
        ("activity", what),
        ("registration", registration),
    ];
    (statement, parameters)
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || {
        at(
            "Communication 2.1.3 Filter Conditions for StatementRefs",
            "4.1.6.1",
        )
    };
    let filters = ["agent", "verb", "activity", "registration"];
    vec![
        Requirement::must(
            "reference.follows",
            section(),
            "A query gives also the statements whose object refers to a statement that matches, through chains.",
        )
        .cases(filters.into_iter().enumerate().map(|(index, name)| {
            Case::new(format!("by {name}"), move |lrs| async move {
                let (first, parameters) = target();
                let second = referring_to(&id_of(&first));
                store_each(&lrs, &[first.clone(), second.clone()]).await?;
                finds(&lrs, parameters.get(index..=index).unwrap_or_default(), &[&first, &second]).await
            })
        }))
        .cases(filters.into_iter().enumerate().map(|(index, name)| {
            Case::new(format!("by {name}, through a chain"), move |lrs| async move {
                let (first, parameters) = target();
                let second = referring_to(&id_of(&first));
                let third = referring_to(&id_of(&second));
                store_each(&lrs, &[first.clone(), second.clone(), third.clone()]).await?;
                finds(&lrs, parameters.get(index..=index).unwrap_or_default(), &[&first, &second, &third]).await
            })
        }))
        .case("by all at once", |lrs| async move {
            let (first, parameters) = target();
            let second = referring_to(&id_of(&first));
            store_each(&lrs, &[first.clone(), second.clone()]).await?;
            finds(&lrs, &parameters, &[&first, &second]).await
        })
        .case("the reference came first", |lrs| async move {
            let (first, parameters) = target();
            let second = referring_to(&id_of(&first));
            let third = referring_to(&id_of(&second));
            store_each(&lrs, &[third.clone(), second.clone(), first.clone()]).await?;
            finds(&lrs, parameters.get(..1).unwrap_or_default(), &[&first, &second, &third]).await
        })
        .case("two in one request", |lrs| async move {
            let (first, parameters) = target();
            let second = referring_to(&id_of(&first));
            crate::tools::store::post(&lrs, &json!([second, first])).await?.status(200)?;
            crate::tools::store::stored(&lrs, &id_of(&first)).await?;
            finds(&lrs, parameters.get(..1).unwrap_or_default(), &[&first, &second]).await
        }),
        Requirement::must(
            "reference.only-as-object",
            section(),
            "A StatementRef within the context does not make a statement match.",
        )
        .case("context.statement", |lrs| async move {
            let (first, parameters) = target();
            let second = put(statement(), "/context/statement", reference(&id_of(&first)));
            store_each(&lrs, &[first.clone(), second]).await?;
            finds(&lrs, parameters.get(..1).unwrap_or_default(), &[&first]).await
        }),
        Requirement::must(
            "reference.time-is-its-own",
            section(),
            "since, until and limit apply to the statement that refers, not to the one it refers to.",
        )
        .case("since between the two", |lrs| async move {
            let (first, parameters) = target();
            let second = referring_to(&id_of(&first));
            let back = store_each(&lrs, &[first, second.clone()]).await?;
            let since = instant_of(&back[0], "stored")?.to_rfc3339();
            let [agent, ..] = parameters;
            finds(&lrs, &[agent, ("since", since)], &[&second]).await
        })
        .case("until between the two", |lrs| async move {
            let (first, parameters) = target();
            let second = referring_to(&id_of(&first));
            let back = store_each(&lrs, &[first.clone(), second]).await?;
            let until = instant_of(&back[0], "stored")?.to_rfc3339();
            let [agent, ..] = parameters;
            finds(&lrs, &[agent, ("until", until)], &[&first]).await
        }),
        Requirement::must(
            "reference.not-by-id",
            section(),
            "One statement asked for by its id is that one alone.",
        )
        .case("statementId", |lrs| async move {
            let first = statement();
            let second = referring_to(&id_of(&first));
            store_each(&lrs, &[first.clone(), second]).await?;
            let answer = lrs.get("statements").query("statementId", id_of(&first)).send().await?;
            crate::tools::compare::same_statement(&first, &answer.status(200)?.json()?)
        }),
        Requirement::must(
            "reference.own-members-count",
            section(),
            "A statement that refers to another is found by its own actor as well.",
        )
        .case("its own actor", |lrs| async move {
            let who = agent();
            let sent = put(with("actor", who.clone()), "/object", reference(&uuid()));
            store(&lrs, &sent).await?;
            finds(&lrs, &[("agent", who.to_string())], &[&sent]).await
        }),
    ]
}
