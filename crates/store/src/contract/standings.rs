//! Standings: where people stand, and when that changes by itself.

use super::Backing;
use super::decisions::{commit, names, standing};
use super::sample::at;
use crate::{EngineCommit, Share, StandingFilter};

/// Standings are replaced and removed, listed by person and curriculum with every filter, page by page.
pub async fn standings_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut kept = Vec::new();
    for person in ["ann", "ben", "cid", "dan"] {
        for (curriculum, status) in [
            ("fire", "certified"),
            ("safety", "in_progress"),
            ("wiring", "certified"),
        ] {
            let status = if person == "cid" { "expired" } else { status };
            kept.push(standing(person, curriculum, status, None));
        }
    }
    let mut shuffled = kept.clone();
    shuffled.reverse();
    shuffled.swap(2, 7);
    commit(
        &*store,
        EngineCommit {
            standings: shuffled,
            ..EngineCommit::default()
        },
    )
    .await;

    let optional = |values: &[&'static str]| -> Vec<Option<String>> {
        std::iter::once(None)
            .chain(values.iter().map(|value| Some((*value).to_owned())))
            .collect()
    };
    for person in optional(&["ben", "cid", "nobody"]) {
        for curriculum in optional(&["safety", "wiring", "nothing"]) {
            for status in optional(&["certified", "expired", "lost"]) {
                let is = |wanted: &Option<String>, value: &str| {
                    wanted.as_ref().is_none_or(|wanted| wanted == value)
                };
                let expected: Vec<_> = kept
                    .iter()
                    .filter(|row| {
                        is(&person, &row.person)
                            && is(&curriculum, &row.curriculum)
                            && is(&status, &row.status)
                    })
                    .cloned()
                    .collect();
                let mut filter = StandingFilter {
                    person: person.clone(),
                    curriculum: curriculum.clone(),
                    status: status.clone(),
                    after: None,
                    limit: 2,
                };
                let mut listed = Vec::new();
                loop {
                    let page = store.standings(&filter).await.unwrap();
                    assert!(page.len() <= 2);
                    let Some(last) = page.last() else { break };
                    filter.after = Some((last.person.clone(), last.curriculum.clone()));
                    listed.extend(page);
                }
                assert_eq!(listed, expected, "{filter:?}");
            }
        }
    }

    let replaced = standing("ben", "fire", "expired", Some(5));
    let lapsed = vec![
        ("ann".to_owned(), "fire".to_owned()),
        ("ann".to_owned(), "nothing".to_owned()),
    ];
    commit(
        &*store,
        EngineCommit {
            standings: vec![replaced.clone()],
            lapsed,
            ..EngineCommit::default()
        },
    )
    .await;
    let mut of_two = store
        .standings_of(&names(&["ben", "nobody", "ann"]))
        .await
        .unwrap();
    of_two.sort_by(|a, b| (&a.person, &a.curriculum).cmp(&(&b.person, &b.curriculum)));
    assert_eq!(of_two, [&kept[1..3], &[replaced], &kept[4..6]].concat());
}

/// Standings that change by themselves are found when they are due, earliest first.
pub async fn standings_come_due<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.next_change_at(Share::ALL).await.unwrap(), None);
    let standings = vec![
        standing("ann", "fire", "certified", Some(300)),
        standing("ben", "fire", "certified", None),
        standing("cid", "fire", "certified", Some(-100)),
        standing("dan", "fire", "certified", Some(200)),
    ];
    commit(
        &*store,
        EngineCommit {
            standings,
            ..EngineCommit::default()
        },
    )
    .await;
    let due = async |moment, limit| -> Vec<String> {
        store
            .standings_due(Share::ALL, at(moment), limit)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.person)
            .collect()
    };
    assert_eq!(store.next_change_at(Share::ALL).await.unwrap(), Some(at(-100)));
    assert_eq!(due(-101, 10).await, [""; 0]);
    assert_eq!(due(-100, 10).await, ["cid"]);
    assert_eq!(due(299, 10).await, ["cid", "dan"]);
    assert_eq!(due(300, 10).await, ["cid", "dan", "ann"]);
    assert_eq!(due(300, 2).await, ["cid", "dan"]);
    let moved = vec![
        standing("cid", "fire", "expired", None),
        standing("ben", "fire", "certified", Some(250)),
    ];
    let lapsed = vec![("dan".to_owned(), "fire".to_owned())];
    commit(
        &*store,
        EngineCommit {
            standings: moved,
            lapsed,
            ..EngineCommit::default()
        },
    )
    .await;
    assert_eq!(store.next_change_at(Share::ALL).await.unwrap(), Some(at(250)));
    assert_eq!(due(1_000, 10).await, ["ben", "ann"]);
}
