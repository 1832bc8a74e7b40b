//! Acts: on the record for good, in one order, each undone once at most.

use tokio::task::JoinSet;
use uuid::Uuid;
use xapi::Timestamp;

use super::Backing;
use super::sample::{agent, at, id};
use crate::{
    ActFilter, ActRecord, ChangePosition, Changed, PersonRecord, Store, StoreError, StoreResult, Subject,
};

pub(super) fn act(kind: &str, subject: Subject, curriculum: Option<&str>) -> ActRecord {
    ActRecord {
        id: id(),
        kind: kind.to_owned(),
        subject,
        curriculum: curriculum.map(str::to_owned),
        at: at(99),
        by: "office".to_owned(),
        undoes: None,
        body: format!("{{\"kind\":\"{kind}\"}}"),
    }
}

fn about(person: &str) -> Subject {
    Subject::Person(person.to_owned())
}

pub(super) fn undo(undone: &ActRecord) -> ActRecord {
    ActRecord {
        undoes: Some(undone.id),
        ..act("undo", undone.subject.clone(), undone.curriculum.as_deref())
    }
}

fn person(name: &str, number: usize) -> PersonRecord {
    PersonRecord {
        id: name.to_owned(),
        ifis: vec![agent(number)],
        manager: None,
        body: "{}".to_owned(),
    }
}

async fn record(store: &dyn Store, act: &ActRecord) -> ActRecord {
    let mut recorded = store.record_acts(vec![act.clone()], Vec::new()).await.unwrap();
    assert_eq!(recorded.len(), 1);
    recorded.remove(0)
}

async fn changed(store: &dyn Store) -> Vec<Changed> {
    let changes = store.changes(ChangePosition(0), 1_000).await.unwrap();
    changes.into_iter().map(|change| change.changed).collect()
}

fn refused(answer: StoreResult<Vec<ActRecord>>) -> &'static str {
    match answer {
        Ok(_) => "recorded",
        Err(StoreError::Exists { .. }) => "exists",
        Err(StoreError::Missing { .. }) => "missing",
        Err(error) => panic!("{error}"),
    }
}

/// An act is kept as it was said, at a moment of the store's own, and makes a change of what it is about.
pub async fn acts_are_recorded_in_one_order<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let (store, other) = (backing.open().await, backing.open().await);
    let acts = [
        act("waiver", about("ann"), Some("safety")),
        act("figure", Subject::Group("Berlin: north".to_owned()), None),
        act("retire", Subject::Curriculum("safety".to_owned()), Some("safety")),
        act("award", about("ben"), Some("first aid")),
    ];
    let mut recorded = store.record_acts(acts[..2].to_vec(), Vec::new()).await.unwrap();
    recorded.extend(other.record_acts(acts[2..3].to_vec(), Vec::new()).await.unwrap());
    recorded.extend(store.record_acts(acts[3..].to_vec(), Vec::new()).await.unwrap());
    for (said, kept) in acts.iter().zip(&recorded) {
        assert_eq!(
            kept,
            &ActRecord {
                at: kept.at,
                ..said.clone()
            }
        );
        assert_eq!(store.act(said.id).await.unwrap().as_ref(), Some(kept));
    }
    assert!(recorded.is_sorted_by(|a, b| a.at < b.at));
    assert_eq!(store.act(id()).await.unwrap(), None);
    assert_eq!(
        changed(&*store).await,
        [
            Changed::Person("ann".to_owned()),
            Changed::Group("Berlin: north".to_owned()),
            Changed::Curriculum("safety".to_owned()),
            Changed::Person("ben".to_owned()),
        ]
    );
    let of = async |subjects: &[Subject]| store.acts_of(subjects).await.unwrap();
    assert_eq!(
        of(&[about("ben"), about("ann"), about("ann")]).await,
        [recorded[0].clone(), recorded[3].clone()]
    );
    assert_eq!(of(std::slice::from_ref(&acts[1].subject)).await, recorded[1..2]);
    // A group is not a person of the same name.
    assert_eq!(of(&[Subject::Group("ann".to_owned()), about("nobody")]).await, []);
    assert_eq!(of(&[]).await, []);
    // Moments grow whatever is recorded in between.
    store
        .put_people(vec![person("cid", 1), person("dan", 2)])
        .await
        .unwrap();
    let later = record(&*other, &act("waiver", about("cid"), None)).await;
    assert!(later.at > recorded[3].at);
}

/// The same act again changes nothing; another under its id is refused, and all with it.
pub async fn the_same_act_again_is_a_no_op<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let said = act("waiver", about("ann"), Some("safety"));
    let kept = record(&*store, &said).await;
    let again = ActRecord {
        by: "somebody else".to_owned(),
        ..said.clone()
    };
    assert_eq!(record(&*store, &again).await, kept);
    // Twice in one call, too.
    let new = act("award", about("ann"), None);
    let twice = store
        .record_acts(vec![new.clone(), new.clone()], Vec::new())
        .await
        .unwrap();
    assert_eq!(twice[0], twice[1]);
    for different in [
        ActRecord {
            kind: "award".to_owned(),
            ..said.clone()
        },
        ActRecord {
            subject: about("ben"),
            ..said.clone()
        },
        ActRecord {
            curriculum: None,
            ..said.clone()
        },
        ActRecord {
            body: "{}".to_owned(),
            ..said.clone()
        },
    ] {
        let with = vec![act("award", about("ann"), None), different];
        assert_eq!(refused(store.record_acts(with, Vec::new()).await), "exists");
    }
    assert_eq!(
        store.acts_of(&[about("ann")]).await.unwrap(),
        [kept, twice[0].clone()]
    );
    assert_eq!(
        changed(&*store).await,
        [
            Changed::Person("ann".to_owned()),
            Changed::Person("ann".to_owned())
        ]
    );
}

/// An act is undone by another, once; what undoes stays. Nobody undoes what is not there, or an undoing.
pub async fn an_act_is_undone_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let waiver = record(&*store, &act("waiver", about("ann"), Some("safety"))).await;
    let award = record(&*store, &act("award", about("ann"), Some("safety"))).await;
    let undone = record(&*store, &undo(&waiver)).await;
    assert!(undone.at > award.at);
    assert_eq!(record(&*store, &undone).await, undone);
    assert_eq!(
        refused(store.record_acts(vec![undo(&waiver)], Vec::new()).await),
        "exists"
    );
    assert_eq!(
        refused(store.record_acts(vec![undo(&undone)], Vec::new()).await),
        "missing"
    );
    let unknown = act("waiver", about("ann"), None);
    assert_eq!(
        refused(store.record_acts(vec![undo(&unknown)], Vec::new()).await),
        "missing"
    );
    assert_eq!(
        store
            .acts_undoing(&[award.id, waiver.id, Uuid::nil()])
            .await
            .unwrap(),
        std::slice::from_ref(&undone)
    );
    assert_eq!(
        store.acts_of(&[about("ann")]).await.unwrap(),
        [waiver, award, undone]
    );
}

/// Of many who undo an act at once exactly one does, and every act has a moment of its own.
pub async fn one_of_many_undoes_an_act<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let waiver = record(&*store, &act("waiver", about("ann"), None)).await;
    let mut tasks = JoinSet::new();
    for number in 0..12 {
        let (store, undoing) = (store.clone(), undo(&waiver));
        tasks.spawn(async move {
            record(&*store, &act("award", about(&format!("person {number}")), None)).await;
            refused(store.record_acts(vec![undoing], Vec::new()).await)
        });
    }
    let mut answers = tasks.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers[11], "recorded");
    assert!(
        answers[..11].iter().all(|answer| *answer == "exists"),
        "{answers:?}"
    );
    let filter = ActFilter {
        limit: 100,
        ..ActFilter::default()
    };
    let all = store.acts(&filter).await.unwrap();
    assert_eq!(all.len(), 14);
    assert!(all.is_sorted_by(|a, b| a.at < b.at));
}

/// People change with the acts that change them: both or neither.
pub async fn people_change_with_acts<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    store
        .put_people(vec![person("ann", 1), person("ben", 2)])
        .await
        .unwrap();
    let both = PersonRecord {
        ifis: vec![agent(1), agent(2)],
        ..person("ann", 1)
    };
    let without = PersonRecord {
        ifis: Vec::new(),
        ..person("ben", 2)
    };
    let merge = act("merge", about("ann"), None);
    // An identifier is missing from the other, and so taken twice.
    let taken = store.record_acts(vec![merge.clone()], vec![both.clone()]).await;
    assert_eq!(refused(taken), "exists");
    assert_eq!(store.act(merge.id).await.unwrap(), None);
    let people = vec![both.clone(), without.clone()];
    store
        .record_acts(vec![merge.clone()], people.clone())
        .await
        .unwrap();
    assert_eq!(store.person("ann").await.unwrap(), Some(both));
    assert_eq!(store.person("ben").await.unwrap(), Some(without));
    let owners = store.people_by_ifi(&[agent(2)]).await.unwrap();
    assert_eq!(owners, [Some("ann".to_owned())]);
    let changes = changed(&*store).await;
    assert!(changes[2..].contains(&Changed::Person("ben".to_owned())));
    // Said again, it no longer says anything about the people.
    store
        .put_people(vec![person("ann", 1), person("ben", 2)])
        .await
        .unwrap();
    store.record_acts(vec![merge], people).await.unwrap();
    assert_eq!(store.person("ben").await.unwrap(), Some(person("ben", 2)));
}

/// Acts are listed as they were recorded, by what is asked for, page by page.
pub async fn acts_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut all = Vec::new();
    for (kind, who, curriculum) in [
        ("waiver", "ann", Some("safety")),
        ("award", "ann", Some("first aid")),
        ("waiver", "ben", Some("safety")),
        ("credential", "ben", None),
        ("waiver", "ann", Some("first aid")),
    ] {
        all.push(record(&*store, &act(kind, about(who), curriculum)).await);
    }
    let limit = 10;
    let cases: [(ActFilter, &[usize]); 7] = [
        (
            ActFilter {
                limit,
                ..ActFilter::default()
            },
            &[0, 1, 2, 3, 4],
        ),
        (
            ActFilter {
                limit: 2,
                after: Some(all[1].at),
                ..ActFilter::default()
            },
            &[2, 3],
        ),
        (
            ActFilter {
                limit,
                subject: Some(about("ann")),
                ..ActFilter::default()
            },
            &[0, 1, 4],
        ),
        (
            ActFilter {
                limit,
                curriculum: Some("safety".to_owned()),
                ..ActFilter::default()
            },
            &[0, 2],
        ),
        (
            ActFilter {
                limit,
                kind: Some("waiver".to_owned()),
                ..ActFilter::default()
            },
            &[0, 2, 4],
        ),
        (
            ActFilter {
                limit,
                subject: Some(about("ann")),
                curriculum: Some("first aid".to_owned()),
                kind: Some("waiver".to_owned()),
                after: Some(Timestamp::from_micros(all[4].at.as_micros() - 1)),
            },
            &[4],
        ),
        (
            ActFilter {
                limit: 0,
                ..ActFilter::default()
            },
            &[],
        ),
    ];
    for (filter, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|index| all[*index].clone()).collect();
        assert_eq!(store.acts(&filter).await.unwrap(), expected, "{filter:?}");
    }
}
