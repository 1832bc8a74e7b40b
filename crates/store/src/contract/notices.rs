//! What people are told: appended with the commits of the engine, each once, and found in order.

use uuid::Uuid;

use super::Backing;
use super::decisions::{commit, names};
use super::sample::at;
use crate::{EngineCommit, NoticeFilter, NoticePlace, NoticeRecord, Store, StoreError};

/// A notice by number.
pub fn told(id: u128, person: Option<&str>, curriculum: &str, to: &[&str]) -> NoticeRecord {
    NoticeRecord {
        id: Uuid::from_u128(id),
        place: NoticePlace::default(),
        kind: if person.is_some() { "step" } else { "report" }.to_owned(),
        person: person.map(str::to_owned),
        curriculum: curriculum.to_owned(),
        obligation: "first".to_owned(),
        step: format!("{id} days after due"),
        state: if id.is_multiple_of(5) {
            "withdrawn"
        } else {
            "taken"
        }
        .to_owned(),
        to: names(to),
        at: at(10),
        decided_at: at(20),
        body: format!("{{\"n\":{id}}}"),
    }
}

fn placed(notice: &NoticeRecord, generation: i64, order: i64) -> NoticeRecord {
    NoticeRecord {
        place: NoticePlace { generation, order },
        ..notice.clone()
    }
}

async fn write(store: &dyn Store, notices: &[NoticeRecord]) {
    commit(
        store,
        EngineCommit {
            notices: notices.to_vec(),
            ..EngineCommit::default()
        },
    )
    .await;
}

/// Notices come back as they were written, in order, page by page, by everything they can be found by.
pub async fn notices_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.last_notice().await.unwrap(), None);
    let first = [
        told(4, Some("ann"), "safety", &["ann", "ben"]),
        told(3, Some("cy"), "safety", &["training"]),
    ];
    let second = [
        told(5, Some("ann"), "safety", &["ben"]),
        told(1, None, "fire", &["training", "office@example.com"]),
        told(2, Some("ann"), "fire", &[]),
    ];
    write(store.as_ref(), &first).await;
    write(store.as_ref(), &second).await;
    let all = [
        placed(&first[0], 1, 0),
        placed(&first[1], 1, 1),
        placed(&second[0], 2, 0),
        placed(&second[1], 2, 1),
        placed(&second[2], 2, 2),
    ];
    assert_eq!(store.last_notice().await.unwrap(), Some(all[4].place));

    let everything = NoticeFilter {
        limit: 100,
        ..NoticeFilter::default()
    };
    assert_eq!(store.notices(&everything).await.unwrap(), all);
    let some = |text: &str| Some(text.to_owned());
    let table: [(NoticeFilter, &[usize]); 9] = [
        (
            NoticeFilter {
                person: some("ann"),
                ..everything.clone()
            },
            &[0, 2, 4],
        ),
        (
            NoticeFilter {
                curriculum: some("fire"),
                ..everything.clone()
            },
            &[3, 4],
        ),
        (
            NoticeFilter {
                kind: some("report"),
                ..everything.clone()
            },
            &[3],
        ),
        (
            NoticeFilter {
                to: some("ben"),
                ..everything.clone()
            },
            &[0, 2],
        ),
        (
            NoticeFilter {
                to: some("training"),
                ..everything.clone()
            },
            &[1, 3],
        ),
        (
            NoticeFilter {
                state: some("withdrawn"),
                ..everything.clone()
            },
            &[2],
        ),
        (
            NoticeFilter {
                person: some("ann"),
                to: some("ben"),
                state: some("taken"),
                ..everything.clone()
            },
            &[0],
        ),
        (
            NoticeFilter {
                to: some("nobody"),
                ..everything.clone()
            },
            &[],
        ),
        (
            NoticeFilter {
                limit: 0,
                ..everything.clone()
            },
            &[],
        ),
    ];
    for (filter, expected) in table {
        let expected: Vec<_> = expected.iter().map(|index| all[*index].clone()).collect();
        assert_eq!(store.notices(&filter).await.unwrap(), expected, "{filter:?}");
    }
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .notices(&NoticeFilter {
                after,
                limit: 2,
                ..NoticeFilter::default()
            })
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.place);
        paged.extend(page);
    }
    assert_eq!(paged, all);

    let of_people = store
        .notices_of(&names(&["cy", "ann", "ann", "eve"]))
        .await
        .unwrap();
    let expected: Vec<_> = [0, 2, 4, 1].map(|index| all[index].clone()).to_vec();
    assert_eq!(of_people, expected);
}

/// A notice is kept once, as it was first; one of an outdated commit is not kept.
pub async fn a_notice_is_kept_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let first = told(1, Some("ann"), "safety", &["ann"]);
    write(store.as_ref(), std::slice::from_ref(&first)).await;
    let again = NoticeRecord {
        to: names(&["ben"]),
        body: "{\"other\":true}".to_owned(),
        ..first.clone()
    };
    let other = told(2, Some("ann"), "safety", &["ben"]);
    write(store.as_ref(), &[again, other.clone()]).await;
    let outdated = EngineCommit {
        notices: vec![told(3, Some("ann"), "safety", &["ann"])],
        next: crate::Checkpoint {
            generation: 1,
            ..crate::Checkpoint::default()
        },
        ..EngineCommit::default()
    };
    assert!(matches!(
        store.commit(outdated).await,
        Err(StoreError::Changed { .. })
    ));
    let kept = store.notices_of(&names(&["ann"])).await.unwrap();
    assert_eq!(kept, [placed(&first, 1, 0), placed(&other, 2, 1)]);
    let to_ben = NoticeFilter {
        to: Some("ben".to_owned()),
        limit: 10,
        ..NoticeFilter::default()
    };
    assert_eq!(store.notices(&to_ben).await.unwrap().len(), 1);

    // Opened again, everything is there.
    store.close().await.unwrap();
    let store = backing.open().await;
    assert_eq!(store.notices_of(&names(&["ann"])).await.unwrap(), kept);
}
