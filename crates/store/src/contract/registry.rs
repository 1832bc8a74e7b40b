//! People and curricula, and the order of their changes.

use tokio::task::JoinSet;
use xapi::Ifi;

use super::Backing;
use super::sample::{agent, at};
use crate::{
    Change, ChangePosition, Changed, CurriculumRecord, PersonRecord, PersonVersion, Report, Store, StoreError,
};

pub(super) fn person(id: &str, ifis: &[usize]) -> PersonRecord {
    PersonRecord {
        id: id.to_owned(),
        ifis: ifis.iter().map(|number| agent(*number)).collect(),
        manager: None,
        body: format!("{{\"name\":\"{id}\"}}"),
    }
}

pub(super) fn curriculum(id: &str, hash: &str) -> CurriculumRecord {
    CurriculumRecord {
        id: id.to_owned(),
        revision: 99,
        hash: hash.to_owned(),
        published_at: at(1_234_567),
        body: format!("{{\"hash\":\"{hash}\"}}"),
    }
}

async fn all_changes(store: &dyn Store) -> Vec<Change> {
    store.changes(ChangePosition(0), 1_000).await.unwrap()
}

async fn changed(store: &dyn Store) -> Vec<Changed> {
    all_changes(store)
        .await
        .into_iter()
        .map(|change| change.changed)
        .collect()
}

fn people_changed(ids: &[&str]) -> Vec<Changed> {
    ids.iter().map(|id| Changed::Person((*id).to_owned())).collect()
}

async fn owners(store: &dyn Store, numbers: &[usize]) -> Vec<Option<String>> {
    let ifis: Vec<_> = numbers.iter().map(|number| agent(*number)).collect();
    store.people_by_ifi(&ifis).await.unwrap()
}

fn is_refused(answer: Result<usize, StoreError>) -> bool {
    match answer {
        Ok(_) => false,
        Err(StoreError::Exists { .. }) => true,
        Err(error) => panic!("{error}"),
    }
}

/// People are found by id and by each of their identifiers; an equal record changes nothing.
pub async fn people_are_added_changed_and_found<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.person("ann").await.unwrap(), None);
    let account = Ifi::account("https://hr.example.com", "4711").unwrap();
    let (mut ann, ben, none) = (person("ann", &[1, 2]), person("ben", &[3]), person("none", &[]));
    ann.ifis.push(account.clone());
    assert_eq!(
        store
            .put_people(vec![ann.clone(), ben.clone(), none.clone()])
            .await
            .unwrap(),
        3
    );
    for person in [&ann, &ben, &none] {
        assert_eq!(store.person(&person.id).await.unwrap().as_ref(), Some(person));
    }
    assert_eq!(
        owners(&*store, &[2, 9, 3, 1]).await,
        [Some("ann"), None, Some("ben"), Some("ann")].map(|id| id.map(str::to_owned))
    );
    assert_eq!(
        store.people_by_ifi(&[account]).await.unwrap(),
        [Some("ann".to_owned())]
    );
    assert_eq!(store.people_by_ifi(&[]).await.unwrap(), []);
    // Identifiers are equal as the standard says.
    let shouted = Ifi::mbox("mailto:agent1@EXAMPLE.COM").unwrap();
    assert_eq!(
        store.people_by_ifi(&[shouted]).await.unwrap(),
        [Some("ann".to_owned())]
    );

    let mut found = store
        .people_by_id(&["ben", "nobody", "ann"].map(str::to_owned))
        .await
        .unwrap();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found, [ann.clone(), ben.clone()]);

    assert_eq!(store.put_people(vec![ann.clone(), ben.clone()]).await.unwrap(), 0);
    let (moved, renamed) = (
        person("ann", &[2, 4]),
        PersonRecord {
            body: "{}".to_owned(),
            ..ben
        },
    );
    assert_eq!(
        store
            .put_people(vec![moved.clone(), none, renamed.clone()])
            .await
            .unwrap(),
        2
    );
    assert_eq!(store.person("ann").await.unwrap(), Some(moved));
    assert_eq!(store.person("ben").await.unwrap(), Some(renamed));
    assert_eq!(
        owners(&*store, &[1, 2, 4]).await,
        [None, Some("ann".to_owned()), Some("ann".to_owned())]
    );
    assert_eq!(
        changed(&*store).await,
        people_changed(&["ann", "ben", "none", "ann", "ben"])
    );
}

/// An identifier belongs to one person only: a record that takes another's is refused, and all with it.
pub async fn an_identifier_belongs_to_one_person<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let ann = person("ann", &[1, 2]);
    store.put_people(vec![ann.clone()]).await.unwrap();
    assert!(is_refused(
        store
            .put_people(vec![person("cid", &[5]), person("ben", &[3, 2])])
            .await
    ));
    // Two of one call, too.
    assert!(is_refused(
        store
            .put_people(vec![person("cid", &[5]), person("dan", &[6, 5])])
            .await
    ));
    assert_eq!(store.people(None, 10).await.unwrap(), [ann]);
    assert_eq!(
        owners(&*store, &[1, 2, 3, 5, 6]).await.iter().flatten().count(),
        2
    );
    assert_eq!(changed(&*store).await, people_changed(&["ann"]));

    // It may move, when its owner lets go of it in the same call.
    let (ann, ben) = (person("ann", &[1]), person("ben", &[2]));
    assert_eq!(store.put_people(vec![ben.clone(), ann.clone()]).await.unwrap(), 2);
    assert_eq!(
        owners(&*store, &[1, 2]).await,
        [Some("ann".to_owned()), Some("ben".to_owned())]
    );
    // Or afterwards.
    store.put_people(vec![person("ann", &[])]).await.unwrap();
    store.put_people(vec![person("cid", &[1])]).await.unwrap();
    assert_eq!(
        owners(&*store, &[1, 2]).await,
        [Some("cid".to_owned()), Some("ben".to_owned())]
    );
}

/// Of many who claim one identifier at once exactly one gets it.
pub async fn one_of_many_gets_an_identifier<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            let id = format!("person {number}");
            (!is_refused(store.put_people(vec![person(&id, &[1])]).await)).then_some(id)
        });
    }
    let owners: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(owners.len(), 1);
    assert_eq!(
        store.people_by_ifi(&[agent(1)]).await.unwrap(),
        [owners.first().cloned()]
    );
    assert_eq!(all_changes(&*store).await.len(), 1);
}

/// A removed person is gone, and its identifiers are free.
pub async fn a_person_is_removed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    store
        .put_people(vec![person("ann", &[1]), person("ben", &[2])])
        .await
        .unwrap();
    assert!(store.remove_person("ann").await.unwrap());
    assert!(!store.remove_person("ann").await.unwrap());
    assert!(!store.remove_person("nobody").await.unwrap());
    assert_eq!(store.person("ann").await.unwrap(), None);
    assert_eq!(owners(&*store, &[1, 2]).await, [None, Some("ben".to_owned())]);
    assert_eq!(changed(&*store).await, people_changed(&["ann", "ben", "ann"]));
    store.put_people(vec![person("cid", &[1])]).await.unwrap();
    assert_eq!(owners(&*store, &[1]).await, [Some("cid".to_owned())]);
}

fn under(id: &str, manager: Option<&str>) -> PersonRecord {
    PersonRecord {
        manager: manager.map(str::to_owned),
        ..person(id, &[])
    }
}

/// Who reports to whom is found, now and as it was known; whoever leads others differently has changed.
pub async fn who_reports_to_whom_is_known<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let put = async |people: &[PersonRecord]| {
        let before = all_changes(&*store).await.len();
        store.put_people(people.to_vec()).await.unwrap();
        let mut ids: Vec<_> = changed(&*store).await.split_off(before);
        ids.sort_by_key(|changed| format!("{changed:?}"));
        ids
    };
    let reports = async |managers: &[&str], known_at| {
        let managers: Vec<_> = managers.iter().map(|id| (*id).to_owned()).collect();
        let mut found: Vec<_> = store
            .reports(&managers, known_at)
            .await
            .unwrap()
            .into_iter()
            .map(|Report { person, manager }| (person, manager))
            .collect();
        found.sort_unstable();
        found
    };
    let pairs = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(person, manager)| ((*person).to_owned(), (*manager).to_owned()))
            .collect::<Vec<_>>()
    };
    let first = [
        under("ann", Some("mia")),
        under("ben", Some("mia")),
        under("mia", Some("tom")),
    ];
    assert_eq!(put(&first).await, people_changed(&["ann", "ben", "mia"]));
    assert_eq!(put(&[under("tom", None)]).await, people_changed(&["tom"]));
    assert_eq!(
        reports(&["mia", "tom", "ann"], None).await,
        pairs(&[("ann", "mia"), ("ben", "mia"), ("mia", "tom")])
    );
    let then = store
        .person_versions("tom")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .known_at;
    // To another: the one before, the one now, and whom these report to.
    assert_eq!(put(&[under("zoe", None)]).await, people_changed(&["zoe"]));
    assert_eq!(
        put(&[under("ann", Some("zoe"))]).await,
        people_changed(&["ann", "mia", "tom", "zoe"])
    );
    // Nothing else about somebody concerns their manager.
    let renamed = PersonRecord {
        body: "{}".to_owned(),
        ..under("ann", Some("zoe"))
    };
    assert_eq!(put(&[renamed]).await, people_changed(&["ann"]));
    assert_eq!(
        reports(&["mia", "zoe"], None).await,
        pairs(&[("ann", "zoe"), ("ben", "mia")])
    );
    assert_eq!(
        reports(&["mia", "zoe"], Some(then)).await,
        pairs(&[("ann", "mia"), ("ben", "mia")])
    );
    assert_eq!(reports(&["mia"], Some(at(1))).await, pairs(&[]));
    let before = all_changes(&*store).await.len();
    assert!(store.remove_person("ben").await.unwrap());
    let mut ids = changed(&*store).await.split_off(before);
    ids.sort_by_key(|changed| format!("{changed:?}"));
    assert_eq!(ids, people_changed(&["ben", "mia", "tom"]));
    assert_eq!(reports(&["mia"], None).await, pairs(&[]));
    assert_eq!(
        reports(&["mia"], Some(then)).await,
        pairs(&[("ann", "mia"), ("ben", "mia")])
    );
}

/// Every version of a person is kept with the moment from which it was known.
pub async fn every_version_of_a_person_is_kept<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let (store, other) = (backing.open().await, backing.open().await);
    assert_eq!(store.person_versions("ann").await.unwrap(), []);
    let (one, two) = (
        person("ann", &[1]),
        PersonRecord {
            manager: Some("tom".to_owned()),
            ..person("ann", &[2])
        },
    );
    for record in [&one, &one, &two] {
        store.put_people(vec![record.clone()]).await.unwrap();
    }
    other.remove_person("ann").await.unwrap();
    store.put_people(vec![one.clone()]).await.unwrap();
    let versions = other.person_versions("ann").await.unwrap();
    let known: Vec<_> = versions
        .iter()
        .map(|PersonVersion { person, .. }| person.clone())
        .collect();
    assert_eq!(known, [Some(one.clone()), Some(two), None, Some(one)]);
    assert!(versions.is_sorted_by(|a, b| a.known_at < b.known_at));
}

/// People are listed by id, page by page.
pub async fn people_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let ids = ["B", "a", "a1", "a10", "a2", "é"];
    store
        .put_people(ids.iter().rev().map(|id| person(id, &[])).collect())
        .await
        .unwrap();
    let listed = async |after, limit| -> Vec<String> {
        store
            .people(after, limit)
            .await
            .unwrap()
            .into_iter()
            .map(|person| person.id)
            .collect()
    };
    assert_eq!(listed(None, 10).await, ids);
    assert_eq!(listed(None, 2).await, ids[..2]);
    assert_eq!(listed(Some("a"), 3).await, ids[2..5]);
    assert_eq!(listed(Some("a3"), 3).await, ids[5..]);
    assert_eq!(listed(Some("é"), 3).await, [""; 0]);
}

/// Revisions of a curriculum are counted and stay; the same definition as the current one publishes nothing.
pub async fn curricula_have_revisions<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.curriculum("safety", None).await.unwrap(), None);
    let mut published = Vec::new();
    // What was current once may become so again.
    for (hash, revision) in [("a", 1), ("a", 1), ("b", 2), ("b", 2), ("a", 3)] {
        let answer = store
            .publish_curriculum(curriculum("safety", hash))
            .await
            .unwrap();
        assert_eq!(
            answer,
            CurriculumRecord {
                revision,
                ..curriculum("safety", hash)
            }
        );
        published.push(answer);
    }
    published.dedup();
    store
        .publish_curriculum(curriculum("first aid", "a"))
        .await
        .unwrap();
    for record in &published {
        assert_eq!(
            store
                .curriculum("safety", Some(record.revision))
                .await
                .unwrap()
                .as_ref(),
            Some(record)
        );
    }
    assert_eq!(
        store.curriculum("safety", None).await.unwrap().as_ref(),
        published.last()
    );
    assert_eq!(store.curriculum("safety", Some(4)).await.unwrap(), None);
    let newest: Vec<_> = store
        .curricula()
        .await
        .unwrap()
        .into_iter()
        .map(|record| (record.id, record.revision))
        .collect();
    assert_eq!(newest, [("first aid".to_owned(), 1), ("safety".to_owned(), 3)]);
    let expected = ["safety", "safety", "safety", "first aid"].map(|id| Changed::Curriculum(id.to_owned()));
    assert_eq!(changed(&*store).await, expected);
}

/// Of many who publish at once each definition gets a revision of its own, and an equal one gets none.
pub async fn revisions_from_many_are_counted_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            store
                .publish_curriculum(curriculum("safety", &format!("hash {number}")))
                .await
                .unwrap()
                .revision
        });
    }
    let mut revisions = tasks.join_all().await;
    revisions.sort_unstable();
    assert_eq!(revisions, (1..=16).collect::<Vec<_>>());
    assert_eq!(all_changes(&*store).await.len(), 16);

    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            store
                .publish_curriculum(curriculum("other", "same"))
                .await
                .unwrap()
                .revision
        });
    }
    assert_eq!(tasks.join_all().await, [1; 16]);
    assert_eq!(all_changes(&*store).await.len(), 17);
}

/// Changes are read in order and in pages; who waits for the next is woken, also by another handle's change.
pub async fn changes_are_followed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let (store, other) = (backing.open().await, backing.open().await);
    let ids: Vec<_> = (0..9).map(|number| format!("person {number}")).collect();
    let follower = tokio::spawn({
        let store = store.clone();
        async move {
            let mut read: Vec<Change> = Vec::new();
            while read.len() < 10 {
                let after = read.last().map_or(ChangePosition(0), |change| change.position);
                store.wait_for_change(after).await.unwrap();
                let page = store.changes(after, 2).await.unwrap();
                assert!((1..=2).contains(&page.len()));
                read.extend(page);
            }
            read
        }
    });
    for (number, id) in ids.iter().enumerate() {
        let writer = if number % 2 == 0 { &store } else { &other };
        writer.put_people(vec![person(id, &[number])]).await.unwrap();
    }
    other.publish_curriculum(curriculum("safety", "a")).await.unwrap();
    let read = follower.await.unwrap();
    assert!(read.is_sorted_by(|a, b| a.position < b.position));
    assert!(read.iter().all(|change| change.position > ChangePosition(0)));
    let mut expected: Vec<_> = ids.into_iter().map(Changed::Person).collect();
    expected.push(Changed::Curriculum("safety".to_owned()));
    assert_eq!(
        read.iter()
            .map(|change| change.changed.clone())
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(all_changes(&*other).await, read);
}
