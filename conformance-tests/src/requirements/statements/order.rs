use serde_json::{Value, json};

use super::{finds, query};
use crate::lrs::Lrs;
use crate::requirement::{Check, Requirement, at, ensure};
use crate::sample::{statement, uuid};
use crate::tools::edit::put;
use crate::tools::store::{id_of, store_each};

/// Four statements of one registration, stored one after the other: the registration, and how they came back.
async fn four(lrs: &Lrs) -> Check<(String, Vec<Value>)> {
    let registration = uuid();
    let sent: Vec<Value> = (0..4)
        .map(|_| put(statement(), "/context/registration", json!(registration)))
        .collect();
    let back = store_each(lrs, &sent).await?;
    Ok((registration, back))
}

fn ids(statements: &[Value]) -> Vec<String> {
    statements.iter().map(id_of).collect()
}

fn stored(statement: &Value) -> String {
    statement["stored"].as_str().unwrap_or_default().to_owned()
}

async fn in_order(lrs: &Lrs, parameters: &[(&str, String)], expected: Vec<String>) -> Check {
    let found = query(lrs, parameters).await?;
    ensure(found == expected, expected.join(", "), found.join(", "))
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "order.newest-first",
            section(),
            "Statements come in the order they were stored, newest first.",
        )
        .case("four", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            let mut expected = ids(&back);
            expected.reverse();
            in_order(&lrs, &[("registration", registration.clone())], expected.clone()).await?;
            let parameters = [("registration", registration), ("ascending", "false".to_owned())];
            in_order(&lrs, &parameters, expected).await
        }),
        Requirement::must(
            "order.ascending",
            section(),
            "ascending=true gives the oldest first.",
        )
        .case("four", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            let parameters = [("registration", registration), ("ascending", "true".to_owned())];
            in_order(&lrs, &parameters, ids(&back)).await
        }),
        Requirement::must(
            "order.since",
            section(),
            "since gives what was stored after that time; what was stored at it is left out.",
        )
        .case("the second of four", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            let parameters = [("registration", registration), ("since", stored(&back[1]))];
            finds(&lrs, &parameters, &[&back[2], &back[3]]).await
        })
        .case("the last of four", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            finds(
                &lrs,
                &[("registration", registration), ("since", stored(&back[3]))],
                &[],
            )
            .await
        }),
        Requirement::must(
            "order.until",
            section(),
            "until gives what was stored before that time or at it.",
        )
        .case("the second of four", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            let parameters = [("registration", registration), ("until", stored(&back[1]))];
            finds(&lrs, &parameters, &[&back[0], &back[1]]).await
        })
        .case("since and until", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            let parameters = [
                ("registration", registration),
                ("since", stored(&back[0])),
                ("until", stored(&back[2])),
            ];
            finds(&lrs, &parameters, &[&back[1], &back[2]]).await
        })
        .case("in another time zone", |lrs| async move {
            let (registration, back) = four(&lrs).await?;
            let zone = chrono::FixedOffset::east_opt(5 * 3600 + 1800);
            let instant = crate::tools::store::instant_of(&back[1], "stored")?;
            let until = zone.map_or_else(
                || instant.to_rfc3339(),
                |zone| instant.with_timezone(&zone).to_rfc3339(),
            );
            finds(
                &lrs,
                &[("registration", registration), ("until", until)],
                &[&back[0], &back[1]],
            )
            .await
        }),
        Requirement::must(
            "order.by-stored-not-timestamp",
            section(),
            "The order is that of stored, whatever the timestamps say.",
        )
        .case("timestamps backwards", |lrs| async move {
            let registration = uuid();
            let sent: Vec<Value> = [
                "2022-01-01T00:00:00Z",
                "2021-01-01T00:00:00Z",
                "2020-01-01T00:00:00Z",
            ]
            .map(|timestamp| {
                let statement = put(statement(), "/context/registration", json!(registration));
                put(statement, "/timestamp", json!(timestamp))
            })
            .to_vec();
            store_each(&lrs, &sent).await?;
            let parameters = [("registration", registration), ("ascending", "true".to_owned())];
            in_order(&lrs, &parameters, ids(&sent)).await
        }),
    ]
}
