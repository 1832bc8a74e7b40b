//! A whole store, copied to another.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use xapi::Ifi;

use super::Backing;
use super::acts::{act, undo};
use super::engine::{everything, of_everything};
use super::notices::told;
use super::registry::{curriculum, person};
use super::sample::{activity, agent, at, id, reference, sealed, simple, verb, voiding};
use crate::transfer::{CopyError, Step, TABLES, copy};
use crate::{
    ActFilter, ChangePosition, Checkpoint, CurriculumRecord, Document, DocumentKey, DocumentScope,
    EngineCommit, Expected, KeyRecord, NoticeFilter, Position, Scope, Scopes, Secret, Sha2, StatementQuery,
    Store, Subject,
};

fn documents() -> Vec<(DocumentKey, Document)> {
    let scopes = [
        DocumentScope::State {
            activity: activity(1),
            agent: agent(1),
            registration: Some(id()),
        },
        DocumentScope::State {
            activity: activity(1),
            agent: agent(1),
            registration: None,
        },
        DocumentScope::ActivityProfile {
            activity: activity(2),
        },
        DocumentScope::AgentProfile {
            agent: Ifi::account("https://hr.example.com", "4711").unwrap(),
        },
    ];
    let document = |number: usize| Document {
        content: Bytes::from(vec![number as u8; number * 1_000]),
        content_type: "application/octet-stream".to_owned(),
        updated: at(1_000_000 + number as i64),
        etag: format!("etag-{number}"),
    };
    (0..)
        .zip(scopes)
        .map(|(number, scope)| {
            let id = format!("document {number}");
            (DocumentKey { scope, id }, document(number))
        })
        .collect()
}

fn contents() -> Vec<(Sha2, Bytes)> {
    let content = |number: usize, length: usize| {
        let bytes: Bytes = (0..length).map(|place| (place % 251) as u8).collect();
        (Sha2(format!("{number:064x}")), bytes)
    };
    vec![content(1, 10), content(2, 300_000), content(3, 0)]
}

fn key(id: &str, created_at: i64, scopes: Vec<Scope>) -> KeyRecord {
    KeyRecord {
        id: id.to_owned(),
        name: format!("the key {id}"),
        secret: Secret::new(format!("secret of {id}")).hash(),
        scopes: Scopes(scopes),
        created_at: at(created_at),
        revoked_at: None,
    }
}

/// What was put into a store.
struct Filled {
    documents: Vec<(DocumentKey, Document)>,
    keys: Vec<String>,
}

/// Puts something of every kind into a store, in all the forms there are.
async fn fill(store: &dyn Store) -> Filled {
    let ids: Vec<_> = (0..8).map(|_| id()).collect();
    let mut defining = simple(ids[0], 1, 1, 1);
    defining["object"]["definition"] = serde_json::json!({ "name": { "en": "One" } });
    // Of several batches; references and voiding forwards and backwards; one voids what never comes.
    for batch in [
        vec![
            defining,
            reference(ids[1], 2, 2, ids[0]),
            voiding(ids[2], 3, ids[4]),
        ],
        vec![simple(ids[3], 4, 1, 2)],
        vec![
            simple(ids[4], 5, 2, 3),
            voiding(ids[5], 3, ids[3]),
            reference(ids[6], 1, 2, ids[1]),
        ],
        vec![voiding(ids[7], 3, id())],
    ] {
        store.append(batch.iter().map(sealed).collect()).await.unwrap();
    }
    let documents = documents();
    for (key, document) in &documents {
        store
            .replace_document(key, &Expected::Absent, Some(document.clone()))
            .await
            .unwrap();
    }
    for (sha2, content) in contents() {
        let pieces: Vec<_> = content
            .chunks(70_000)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        store
            .put_attachment(&sha2, stream::iter(pieces).boxed())
            .await
            .unwrap();
    }
    store
        .put_people(vec![
            person("ann", &[1, 2]),
            person("ben", &[3]),
            person("none", &[]),
        ])
        .await
        .unwrap();
    let led = crate::PersonRecord {
        manager: Some("ann".to_owned()),
        ..person("ben", &[4])
    };
    store.put_people(vec![led]).await.unwrap();
    store.remove_person("none").await.unwrap();
    for (name, hash) in [("safety", "aa"), ("safety", "bb"), ("fire", "cc")] {
        let published = CurriculumRecord {
            published_at: at(7_000_000 + i64::from(hash.as_bytes()[0])),
            ..curriculum(name, hash)
        };
        store.publish_curriculum(published).await.unwrap();
    }
    let acts = [
        act("waiver", Subject::Person("ann".to_owned()), Some("safety")),
        act("review", Subject::Curriculum("safety".to_owned()), None),
        act("figure", Subject::Group("a group: of two words".to_owned()), None),
    ];
    let undone = undo(&acts[0]);
    store.record_acts(acts.to_vec(), Vec::new()).await.unwrap();
    store.record_acts(vec![undone], Vec::new()).await.unwrap();
    for key in [
        key("lms", 5, vec![Scope::StatementsWrite, Scope::Define]),
        key("old", 3, vec![Scope::All]),
        key("useless", 4, Vec::new()),
    ] {
        store.create_key(key).await.unwrap();
    }
    store.revoke_key("old", at(9)).await.unwrap();
    store.commit(of_everything()).await.unwrap();
    let next = EngineCommit {
        expected: 1,
        next: Checkpoint {
            generation: 2,
            ..of_everything().next
        },
        ledger: (2..5)
            .map(|number| super::decisions::entry(number, 1, "renewed"))
            .collect(),
        outbox: (2..4).map(|number| super::decisions::notice(number, 7)).collect(),
        standings: vec![super::decisions::standing("ben", "safety", "in_progress", None)],
        notices: vec![
            told(1, Some("ann"), "safety", &["ann", "office@example.com"]),
            told(2, None, "fire", &[]),
        ],
        ..EngineCommit::default()
    };
    store.commit(next).await.unwrap();
    for table in TABLES {
        let rows = store.read_rows(table, None).await.unwrap().rows;
        assert!(
            !rows.is_empty(),
            "the sample has nothing of the kind {:?}",
            table.name
        );
        assert!(
            rows.iter().all(|row| row.len() == table.columns.len()),
            "{}",
            table.name
        );
    }
    Filled {
        documents,
        keys: ["lms", "old", "useless"].map(str::to_owned).to_vec(),
    }
}

/// What is asked for at both must be the same.
async fn assert_same(source: &dyn Store, target: &dyn Store, filled: &Filled) {
    let log = source.read_log(Position::START, 1_000).await.unwrap();
    assert_eq!(target.read_log(Position::START, 1_000).await.unwrap(), log);
    let mut queries = vec![StatementQuery::default()];
    for number in 1..=5 {
        let all = StatementQuery::default();
        queries.extend([
            StatementQuery {
                agent: Some(agent(number)),
                ..all.clone()
            },
            StatementQuery {
                verb: Some(verb(number)),
                ..all.clone()
            },
            StatementQuery {
                activity: Some(activity(number)),
                ..all.clone()
            },
            StatementQuery {
                verb: Some(verb(2)),
                activity: Some(activity(number)),
                ..all
            },
        ]);
    }
    for since in &log {
        queries.push(StatementQuery {
            since: Some(since.stored),
            ..StatementQuery::default()
        });
        queries.push(StatementQuery {
            until: Some(since.stored),
            ascending: true,
            ..StatementQuery::default()
        });
    }
    for query in queries {
        let query = StatementQuery { limit: 100, ..query };
        assert_eq!(
            target.query(&query).await.unwrap(),
            source.query(&query).await.unwrap(),
            "{query:?}"
        );
    }
    assert_eq!(
        target.activity_definition(&activity(1)).await.unwrap(),
        source.activity_definition(&activity(1)).await.unwrap()
    );
    for (key, document) in &filled.documents {
        assert_eq!(target.document(key).await.unwrap().as_ref(), Some(document));
        assert_eq!(
            target.list_documents(&key.scope, false, None).await.unwrap().ids,
            std::slice::from_ref(&key.id)
        );
    }
    for (sha2, content) in contents() {
        let kept = target.attachment(&sha2).await.unwrap().unwrap();
        let kept: Vec<Bytes> = kept.try_collect().await.unwrap();
        assert_eq!(kept.concat(), content);
    }
    assert_eq!(
        target.people(None, 100).await.unwrap(),
        source.people(None, 100).await.unwrap()
    );
    for id in ["ann", "ben", "none", "nobody"] {
        assert_eq!(
            target.person_versions(id).await.unwrap(),
            source.person_versions(id).await.unwrap()
        );
    }
    let managers = ["ann".to_owned()];
    assert_eq!(
        target.reports(&managers, None).await.unwrap(),
        source.reports(&managers, None).await.unwrap()
    );
    let ifis: Vec<_> = (1..=5).map(agent).collect();
    assert_eq!(
        target.people_by_ifi(&ifis).await.unwrap(),
        source.people_by_ifi(&ifis).await.unwrap()
    );
    assert_eq!(
        target.curricula().await.unwrap(),
        source.curricula().await.unwrap()
    );
    assert_eq!(
        target.curriculum("safety", Some(1)).await.unwrap(),
        source.curriculum("safety", Some(1)).await.unwrap()
    );
    let changes = ChangePosition(0);
    assert_eq!(
        target.changes(changes, 100).await.unwrap(),
        source.changes(changes, 100).await.unwrap()
    );
    let acts = ActFilter {
        limit: 100,
        ..ActFilter::default()
    };
    let recorded = source.acts(&acts).await.unwrap();
    assert_eq!(target.acts(&acts).await.unwrap(), recorded);
    for act in &recorded {
        let about = std::slice::from_ref(&act.subject);
        assert_eq!(
            target.acts_of(about).await.unwrap(),
            source.acts_of(about).await.unwrap()
        );
    }
    for to in [None, Some("ann"), Some("office@example.com")] {
        let notices = NoticeFilter {
            to: to.map(str::to_owned),
            limit: 100,
            ..NoticeFilter::default()
        };
        assert_eq!(
            target.notices(&notices).await.unwrap(),
            source.notices(&notices).await.unwrap()
        );
    }
    assert_eq!(target.keys().await.unwrap(), source.keys().await.unwrap());
    for key in &filled.keys {
        assert_eq!(target.key(key).await.unwrap(), source.key(key).await.unwrap());
    }
    assert!(everything(target).await == everything(source).await);
    assert!(source.ledger(uuid::Uuid::from_u128(1)).await.unwrap().len() == 4);
}

/// A copy answers everything as its source does, and goes on where that left off.
pub async fn a_copy_holds_everything<B: Backing>(fresh: impl AsyncFn() -> B) {
    let (from, to) = (fresh().await, fresh().await);
    let (source, target) = (from.open().await, to.open().await);
    let filled = fill(&*source).await;
    let copied = copy(&*source, &*target, &|_| {}).await.unwrap();
    assert_eq!(copied.tables.len(), TABLES.len() + 2);
    assert!(
        copied.tables.iter().all(|(_, digest)| digest.count() > 0),
        "{copied:?}"
    );
    assert_same(&*source, &*target, &filled).await;
    target.close().await.unwrap();

    let target = to.open().await;
    assert_same(&*source, &*target, &filled).await;
    assert_eq!(target.copy_progress().await.unwrap(), None);
    assert_ne!(target.identity().await.unwrap(), source.identity().await.unwrap());
    let last = source
        .read_log(Position::START, 1_000)
        .await
        .unwrap()
        .pop()
        .unwrap();
    let appended = target.append(vec![sealed(&simple(id(), 1, 1, 1))]).await.unwrap();
    assert_eq!(appended.head, Position(last.position.0 + 1));
    let newest = target.read_log(last.position, 1).await.unwrap().remove(0);
    assert!(newest.stored > last.stored);
    let again = target.append(vec![sealed(&simple(last.id, 1, 1, 1))]).await;
    assert!(again.is_err(), "an id that is taken stays taken");
    let about = Subject::Person("ann".to_owned());
    let newest = target
        .acts_of(std::slice::from_ref(&about))
        .await
        .unwrap()
        .pop()
        .unwrap();
    let next = target
        .record_acts(vec![act("waiver", about, None)], Vec::new())
        .await
        .unwrap();
    assert!(next[0].at > newest.at);
    let before = target.changes(ChangePosition(0), 100).await.unwrap();
    let published = target
        .publish_curriculum(curriculum("safety", "dd"))
        .await
        .unwrap();
    assert_eq!(published.revision, 3);
    let after = target.changes(ChangePosition(0), 100).await.unwrap();
    assert_eq!(after.len(), before.len() + 1);
    let next = EngineCommit {
        expected: 2,
        next: Checkpoint {
            generation: 3,
            ..of_everything().next
        },
        ledger: vec![super::decisions::entry(9, 1, "revoked")],
        ..EngineCommit::default()
    };
    target.commit(next).await.unwrap();
    let ledger = target.ledger(uuid::Uuid::from_u128(1)).await.unwrap();
    assert_eq!(ledger.last().map(|entry| entry.kind.as_str()), Some("revoked"));
}

/// Copies until `stop` says that it is enough, which ends the copy there and then; answers how it ended if it did before.
async fn copy_until(
    source: &Arc<dyn Store>,
    target: &Arc<dyn Store>,
    stop: impl FnMut(Step) -> bool + Send + 'static,
) -> Option<Result<(), CopyError>> {
    let (from, to) = (Arc::clone(source), Arc::clone(target));
    let stop = Mutex::new(stop);
    let copying = tokio::spawn(async move {
        let tell = move |step| {
            let enough = stop.lock().unwrap()(step);
            if enough {
                // As a panic would, without its words.
                resume_unwind(Box::new("enough"));
            }
        };
        copy(&*from, &*to, &tell).await.map(drop)
    });
    match copying.await {
        Ok(ended) => Some(ended),
        Err(error) if error.is_panic() => None,
        Err(error) => panic!("{error}"),
    }
}

/// A copy that is ended again and again, by whatever, comes to its end when it is begun again and again.
pub async fn a_copy_is_gone_on_with<B: Backing>(fresh: impl AsyncFn() -> B) {
    let (from, to) = (fresh().await, fresh().await);
    let (source, target) = (from.open().await, to.open().await);
    let filled = fill(&*source).await;
    let mut runs = 0;
    loop {
        runs += 1;
        assert!(runs < 200, "it does not come to its end");
        let mut copied = 0;
        let ended = copy_until(&source, &target, move |step| {
            copied += usize::from(!step.comparing && step.table != "attachment");
            copied == 2
        })
        .await;
        if let Some(ended) = ended {
            ended.unwrap();
            break;
        }
        assert!(
            target.copy_progress().await.unwrap().is_some(),
            "it says what it is"
        );
    }
    assert!(runs > 3, "it was not interrupted often: {runs}");
    assert_same(&*source, &*target, &filled).await;
}

/// A copy goes to an empty store, or goes on with its own half; never over anything else.
pub async fn a_copy_replaces_nothing<B: Backing>(fresh: impl AsyncFn() -> B) {
    let (from, to, other) = (fresh().await, fresh().await, fresh().await);
    let (source, target, third) = (from.open().await, to.open().await, other.open().await);
    fill(&*source).await;
    let same = copy(&*source, &*source, &|_| {}).await.unwrap_err();
    assert!(matches!(same, CopyError::Same), "{same}");
    third
        .create_key(key("its own", 1, vec![Scope::All]))
        .await
        .unwrap();
    let full = copy(&*source, &*third, &|_| {}).await.unwrap_err();
    assert!(
        matches!(&full, CopyError::NotEmpty(what) if what.contains("access_key")),
        "{full}"
    );

    let unfinished = copy_until(&source, &target, |step| step.table == "person").await;
    assert!(unfinished.is_none());
    let other = copy(&*third, &*target, &|_| {}).await.unwrap_err();
    assert!(matches!(other, CopyError::OtherSource), "{other}");
    let last = fresh().await;
    let fourth = last.open().await;
    let half = copy(&*target, &*fourth, &|_| {}).await.unwrap_err();
    assert!(matches!(half, CopyError::SourceUnfinished), "{half}");
    copy(&*source, &*target, &|_| {}).await.unwrap();
    let done = copy(&*source, &*target, &|_| {}).await.unwrap_err();
    assert!(matches!(done, CopyError::NotEmpty(_)), "{done}");
}

/// What changed while it was copied is found, said, and copied again by the next run.
pub async fn a_difference_is_found<B: Backing>(fresh: impl AsyncFn() -> B) {
    let (from, to) = (fresh().await, fresh().await);
    let (source, target) = (from.open().await, to.open().await);
    let filled = fill(&*source).await;
    assert!(
        copy_until(&source, &target, |step| step.table == "evidence")
            .await
            .is_none()
    );
    source.put_people(vec![person("cid", &[5])]).await.unwrap();
    source.remove_person("ann").await.unwrap();
    source.append(vec![sealed(&simple(id(), 5, 1, 1))]).await.unwrap();
    let differs = copy(&*source, &*target, &|_| {}).await.unwrap_err();
    assert!(
        matches!(differs, CopyError::Differs { table: "person", .. }),
        "{differs}"
    );
    copy(&*source, &*target, &|_| {}).await.unwrap();
    assert_same(&*source, &*target, &filled).await;
}
