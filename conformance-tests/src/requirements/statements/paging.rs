use serde_json::{Value, json};

use super::listed;
use crate::lrs::{Answer, Lrs};
use crate::requirement::{Check, Requirement, at, ensure, failed};
use crate::sample::{statement, uuid};
use crate::tools::edit::put;
use crate::tools::store::{id_of, post, store_each, stored};

/// Seven statements of one registration, in the order they were stored.
async fn seven(lrs: &Lrs) -> Check<(String, Vec<String>)> {
    let registration = uuid();
    let sent: Vec<Value> = (0..7)
        .map(|_| put(statement(), "/context/registration", json!(registration)))
        .collect();
    store_each(lrs, &sent).await?;
    Ok((registration, sent.iter().map(id_of).collect()))
}

async fn first_page(lrs: &Lrs, registration: &str, more: &[(&str, &str)]) -> Check<Answer> {
    let call = lrs.get("statements").query("registration", registration);
    let call = more
        .iter()
        .fold(call, |call, (name, value)| call.query(name, value));
    let answer = call.send().await?;
    answer.status(200)?;
    Ok(answer)
}

/// The ids of all pages, page by page; fails when a page is empty or there is no end.
async fn pages(lrs: &Lrs, first: Answer) -> Check<Vec<Vec<String>>> {
    let mut answer = first;
    let mut pages = Vec::new();
    loop {
        pages.push(answer.ids()?);
        let Some(link) = answer.more_link()? else {
            return Ok(pages);
        };
        if pages.len() > 20 {
            return Err(failed("more links come to an end", "20 pages of 7 statements"));
        }
        answer = lrs.more(&link).send().await?;
        answer.status(200)?;
    }
}

async fn all_pages(lrs: &Lrs, registration: &str, more: &[(&str, &str)], expected: &[String]) -> Check {
    let pages = pages(lrs, first_page(lrs, registration, more).await?).await?;
    let found = pages.concat();
    ensure(
        found == expected,
        format!("over all pages, in order: {}", listed(expected)),
        listed(&found),
    )
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Data 2.5", "");
    vec![
        Requirement::must(
            "paging.limit",
            at("Communication 2.1.3", "4.1.6.1"),
            "limit is the most statements that come at once.",
        )
        .case("three of seven", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            let found = first_page(&lrs, &registration, &[("limit", "3")]).await?.ids()?;
            let expected: Vec<String> = ids.into_iter().rev().take(3).collect();
            ensure(found == expected, listed(&expected), listed(&found))
        })
        .case("one", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            let parameters = [("limit", "1"), ("ascending", "true")];
            let found = first_page(&lrs, &registration, &parameters).await?.ids()?;
            ensure(found == ids[..1], listed(&ids[..1]), listed(&found))
        })
        .case("more than there are", |lrs| async move {
            let (registration, _) = seven(&lrs).await?;
            let answer = first_page(&lrs, &registration, &[("limit", "50")]).await?;
            let (found, more) = (answer.ids()?.len(), answer.more_link()?);
            ensure(
                found == 7 && more.is_none(),
                "seven and no more link",
                format!("{found}, {more:?}"),
            )
        })
        .case("0 is as many as the server allows", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            let expected: Vec<String> = ids.into_iter().rev().collect();
            all_pages(&lrs, &registration, &[("limit", "0")], &expected).await
        }),
        Requirement::must(
            "paging.more-is-complete",
            section(),
            "Following the more links gives every statement once, in order.",
        )
        .case("newest first, by two", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            let expected: Vec<String> = ids.into_iter().rev().collect();
            all_pages(&lrs, &registration, &[("limit", "2")], &expected).await
        })
        .case("oldest first, by three", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            all_pages(
                &lrs,
                &registration,
                &[("limit", "3"), ("ascending", "true")],
                &ids,
            )
            .await
        })
        .case("by one", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            all_pages(
                &lrs,
                &registration,
                &[("limit", "1"), ("ascending", "true")],
                &ids,
            )
            .await
        }),
        Requirement::must(
            "paging.more-link",
            section(),
            "A limited result has a more link: a path from the root, without scheme, host and port.",
        )
        .case("two of seven", |lrs| async move {
            let (registration, _) = seven(&lrs).await?;
            let answer = first_page(&lrs, &registration, &[("limit", "2")]).await?;
            let link = answer.more_link()?.unwrap_or_default();
            ensure(
                link.starts_with('/') && !link.starts_with("//"),
                "\"more\" begins with one slash",
                format!("{link:?}"),
            )
        }),
        Requirement::must(
            "paging.more-ends",
            section(),
            "A result that is complete has an empty more link, or none.",
        )
        .case("the last page", |lrs| async move {
            let (registration, _) = seven(&lrs).await?;
            let pages = pages(&lrs, first_page(&lrs, &registration, &[("limit", "4")]).await?).await?;
            let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
            // A last page may be empty where the server could not know that it was the last.
            ensure(
                sizes.starts_with(&[4, 3]),
                "pages of 4 and 3",
                format!("{sizes:?}"),
            )
        }),
        Requirement::must(
            "paging.stable",
            section(),
            "What is stored while somebody turns pages moves nothing that was there before.",
        )
        .case("a statement between two pages", |lrs| async move {
            let (registration, ids) = seven(&lrs).await?;
            let first = first_page(&lrs, &registration, &[("limit", "3")]).await?;
            let late = put(statement(), "/context/registration", json!(registration));
            post(&lrs, &late).await?.status(200)?;
            stored(&lrs, &id_of(&late)).await?;
            let found: Vec<String> = pages(&lrs, first).await?.concat();
            let found: Vec<String> = found.into_iter().filter(|id| *id != id_of(&late)).collect();
            let expected: Vec<String> = ids.into_iter().rev().collect();
            ensure(found == expected, listed(&expected), listed(&found))
        }),
        Requirement::must(
            "paging.more-keeps-parameters",
            section(),
            "The more link keeps the parameters of the query: its format too.",
        )
        .case("format=ids", |lrs| async move {
            let (registration, _) = seven(&lrs).await?;
            let first = first_page(&lrs, &registration, &[("limit", "4"), ("format", "ids")]).await?;
            let Some(link) = first.more_link()? else {
                return Err(failed("a more link", "none"));
            };
            let second = lrs.more(&link).send().await?.statements()?;
            let display = second
                .first()
                .map(|statement| statement["verb"]["display"].clone());
            let first_display = first
                .statements()?
                .first()
                .map(|statement| statement["verb"]["display"].clone());
            ensure(
                display == first_display,
                format!("verbs as on the first page: display {first_display:?}"),
                format!("{display:?}"),
            )
        }),
    ]
}
