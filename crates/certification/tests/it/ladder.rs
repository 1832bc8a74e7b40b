//! What happens when something is not done in time: who is told, once, and what is taken back.

use std::sync::Arc;

use rules::{Person, Role};
use serde_json::json;
use store::{CurriculumRecord, NoticeFilter, Scope};

use crate::api::client::Served;
use crate::faulty::{Fate, Faulty};
use crate::on_both_stores;
use crate::site::{Backing, Site, curriculum, day, engine_on, nurse, passed, void};

on_both_stores!(
    a_ladder_is_seen_told_and_taken_back,
    a_due_date_moves_and_is_met_late,
    in_the_role_again_what_is_due_anew_is_told_anew,
    nobody_is_left_out_and_a_role_that_ends_ends_the_ladder,
    a_step_is_told_once_wherever_it_broke,
    engines_at_once_tell_once,
    who_loses_a_certificate_is_told_and_so_is_their_manager,
);

/// A certificate of 60 days with a ladder for its renewal.
pub(crate) fn laddered() -> String {
    let mut text = curriculum("safety", &["hygiene"], 0.8, Some("60 days"));
    text.push_str(
        "escalation:
  - { when: 14 days before expiry, tell: learner, say: Two weeks left }
  - { when: expiry, tell: [learner, manager] }
  - { when: 7 days after expiry, tell: manager_of_manager, consequence: No shifts on the line }
",
    );
    text
}

fn reporting_to(id: &str, manager: &str) -> Person {
    Person {
        manager: Some(manager.to_owned()),
        ..nurse(id)
    }
}

fn boss(id: &str, manager: Option<&str>) -> Person {
    Person {
        roles: Vec::new(),
        manager: manager.map(str::to_owned),
        ..nurse(id)
    }
}

pub(crate) fn chain() -> Vec<Person> {
    vec![
        reporting_to("ann", "bob"),
        boss("bob", Some("cy")),
        boss("cy", None),
    ]
}

/// `STEP STATE -> RECIPIENTS` of every notice.
pub(crate) async fn notices(site: &Site) -> Vec<String> {
    let filter = NoticeFilter {
        limit: 1_000,
        ..NoticeFilter::default()
    };
    let notices = site.store.notices(&filter).await.unwrap();
    notices
        .iter()
        .map(|notice| format!("{} {} -> {}", notice.step, notice.state, notice.to.join(" ")))
        .collect()
}

/// Publishes as of the first day: nothing is due before that.
pub(crate) async fn publish_early(site: &Site, definition: &str) {
    let curriculum = rules::load("test.yaml", definition).unwrap().curriculum;
    site.store
        .publish_curriculum(CurriculumRecord {
            id: curriculum.id().to_owned(),
            revision: 0,
            hash: curriculum.hash(),
            published_at: day(0),
            body: curriculum.to_json(),
        })
        .await
        .unwrap();
}

async fn a_ladder_is_seen_told_and_taken_back(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(chain()).await;
    publish_early(site, &laddered()).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;

    // From the first day, the learner sees what is to come.
    let ladder = async || {
        let reply = served.get("/api/v1/people/ann/standings").await;
        reply.body.pointer("/items/0/escalation").unwrap().clone()
    };
    let states = async || {
        let ladder = ladder().await;
        let states = ladder.as_array().unwrap().iter();
        states
            .map(|step| step.get("state").unwrap().as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ladder().await,
        json!([
            { "when": "2 weeks before expiry", "at": day(47), "tell": ["learner"], "say": "Two weeks left",
              "state": "upcoming" },
            { "when": "expiry", "at": day(61), "tell": ["learner", "manager"], "state": "upcoming" },
            { "when": "1 week after expiry", "at": day(68), "tell": ["manager_of_manager"],
              "consequence": "No shifts on the line", "state": "upcoming" },
        ])
    );
    assert!(notices(site).await.is_empty());

    // Each step comes at its moment, once.
    site.settle_on(46).await;
    assert!(notices(site).await.is_empty());
    for on in [47, 47, 60] {
        site.settle_on(on).await;
        assert_eq!(notices(site).await, ["2 weeks before expiry taken -> ann"]);
    }
    site.settle_on(61).await;
    assert_eq!(states().await, ["taken", "taken", "upcoming"]);
    site.settle_on(69).await;
    assert_eq!(
        notices(site).await,
        [
            "2 weeks before expiry taken -> ann",
            "expiry taken -> ann bob",
            "1 week after expiry taken -> cy"
        ]
    );
    let reply = served.get("/api/v1/notices?to=cy").await;
    let told = reply.body.pointer("/items/0").unwrap();
    for (member, value) in [
        ("kind", json!("step")),
        ("state", json!("taken")),
        ("person", json!("ann")),
        ("curriculum", json!("safety")),
        ("obligation", json!("renewal-1")),
        ("step", json!("1 week after expiry")),
        ("to", json!(["cy"])),
        ("at", json!(day(68))),
        ("decided_at", json!(day(69))),
        ("due_at", json!(day(61))),
        ("title", json!("safety for nurses")),
        ("consequence", json!("No shifts on the line")),
    ] {
        assert_eq!(told.get(member), Some(&value), "{member}");
    }

    // A late upload: it was renewed in time, on day 50. What was told after that is taken back; what came before
    // stands.
    site.append(&[passed(2, "ann", "hygiene", 50, 0.9)]).await;
    site.settle_on(70).await;
    assert_eq!(
        notices(site).await[3..],
        [
            "expiry withdrawn -> ann bob",
            "1 week after expiry withdrawn -> cy"
        ]
    );
    let withdrawn = served.get("/api/v1/notices?state=withdrawn&to=cy").await;
    assert_eq!(withdrawn.body.pointer("/items/0/withdraws"), told.get("id"));
    assert_eq!(withdrawn.body.pointer("/items/0/met_at"), Some(&json!(day(50))));
    // The next renewal has a ladder of its own.
    assert_eq!(states().await, ["upcoming", "upcoming", "upcoming"]);
    site.settle_on(71).await;
    assert_eq!(notices(site).await.len(), 5);

    let (steps, pages) = served.all("/api/v1/notices?person=ann&limit=2", "step").await;
    assert_eq!((steps.len(), pages), (5, 3));
    for (query, count) in [
        ("curriculum=safety", 5),
        ("curriculum=other", 0),
        ("kind=step&to=bob", 2),
        ("kind=report", 0),
        ("state=taken", 3),
    ] {
        let reply = served.get(&format!("/api/v1/notices?{query}")).await;
        assert_eq!(reply.items("id").len(), count, "{query}");
    }
    let wrong = served.get("/api/v1/notices?state=gone").await;
    assert_eq!(wrong.problem(), (400, "invalid-parameter"));
    let reader = served.key(&[Scope::AllRead]).await;
    let refused = served
        .send(Some(&reader), reqwest::Method::GET, "/api/v1/notices", None)
        .await;
    assert_eq!(refused.problem().0, 403);
    served.close().await;
}

/// A certificate that is due, with a ladder.
fn due(when: &str) -> String {
    curriculum("safety", &["hygiene"], 0.8, None)
        + &format!(
            "due: {when}
escalation:
  - {{ when: 14 days before due, tell: learner }}
  - {{ when: due, tell: [learner, manager] }}
  - {{ when: 7 days after due, tell: training }}
"
        )
}

async fn a_due_date_moves_and_is_met_late(backing: Backing) {
    let site = Site::open(backing).await;
    let hired = || Person {
        hired: Some(day(0).to_datetime().date_naive()),
        ..reporting_to("ann", "bob")
    };
    site.put(vec![hired(), boss("bob", None)]).await;
    publish_early(&site, &due("30 days after hire")).await;
    // Due at the end of 31 January.
    for (on, count) in [(1, 0), (16, 0), (17, 1), (30, 1)] {
        site.settle_on(on).await;
        assert_eq!(notices(&site).await.len(), count, "day {on}");
    }
    // Ten days of leave make it ten days later; the reminder was given.
    let leave = rules::Leave {
        from: day(20).to_datetime().date_naive(),
        until: Some(day(29).to_datetime().date_naive()),
    };
    site.put(vec![Person {
        leaves: vec![leave],
        ..hired()
    }])
    .await;
    for (on, count) in [(31, 1), (40, 1), (41, 2), (47, 2), (48, 3)] {
        site.settle_on(on).await;
        assert_eq!(notices(&site).await.len(), count, "day {on}");
    }
    assert_eq!(
        notices(&site).await,
        [
            "2 weeks before due taken -> ann",
            "due taken -> ann bob",
            "1 week after due taken -> training"
        ]
    );
    // It was done between the due date and the last step, as becomes known after that.
    site.append(&[passed(1, "ann", "hygiene", 44, 0.9)]).await;
    site.settle_on(49).await;
    assert_eq!(
        notices(&site).await[3..],
        ["1 week after due withdrawn -> training"]
    );
    site.settle_on(300).await;
    assert_eq!(notices(&site).await.len(), 4);
    site.close().await;
}

async fn in_the_role_again_what_is_due_anew_is_told_anew(backing: Backing) {
    let site = Site::open(backing).await;
    let date = |on: i64| Some(day(on).to_datetime().date_naive());
    let role = |since: i64, until: Option<i64>| Role {
        role: "nurse".to_owned(),
        since: date(since),
        until: until.and_then(date),
    };
    let with = |roles: Vec<Role>| Person {
        roles,
        ..reporting_to("ann", "bob")
    };
    site.put(vec![with(vec![role(0, Some(33))]), boss("bob", None)])
        .await;
    publish_early(&site, &due("30 days after role start")).await;
    for on in [1, 17, 31, 40, 60] {
        site.settle_on(on).await;
    }
    // The role ended before the last step.
    let first = ["2 weeks before due taken -> ann", "due taken -> ann bob"];
    assert_eq!(notices(&site).await, first);
    site.put(vec![with(vec![role(0, Some(33)), role(100, None)])])
        .await;
    for on in [61, 100, 116, 117, 131, 138, 200] {
        site.settle_on(on).await;
    }
    assert_eq!(notices(&site).await[..2], first);
    assert_eq!(
        notices(&site).await[2..],
        [
            "2 weeks before due taken -> ann",
            "due taken -> ann bob",
            "1 week after due taken -> training"
        ]
    );
    site.close().await;
}

async fn nobody_is_left_out_and_a_role_that_ends_ends_the_ladder(backing: Backing) {
    let site = Site::open(backing).await;
    let leaving = Person {
        roles: vec![Role {
            role: "nurse".to_owned(),
            since: None,
            until: Some(day(50).to_datetime().date_naive()),
        }],
        ..reporting_to("dan", "bob")
    };
    // Nobody knows eve's manager, and bob has none.
    site.put(vec![reporting_to("eve", "nobody"), boss("bob", None), leaving])
        .await;
    publish_early(&site, &laddered()).await;
    site.append(&[
        passed(1, "eve", "hygiene", 1, 0.9),
        passed(2, "dan", "hygiene", 1, 0.9),
    ])
    .await;
    for on in [2, 47, 55, 61, 68, 90] {
        site.settle_on(on).await;
    }
    let mut told = notices(&site).await;
    told.sort();
    assert_eq!(
        told,
        [
            "1 week after expiry taken -> training",
            "2 weeks before expiry taken -> dan",
            "2 weeks before expiry taken -> eve",
            "expiry taken -> eve training",
        ]
    );

    // Found to be overdue for long, nobody falls down the whole ladder: it begins when that becomes known.
    site.put(vec![reporting_to("fay", "bob")]).await;
    site.append(&[passed(3, "fay", "hygiene", 1, 0.9)]).await;
    site.settle_on(200).await;
    let late = async || notices(&site).await.split_off(4);
    assert_eq!(late().await, ["expiry taken -> fay bob"]);
    site.settle_on(206).await;
    assert_eq!(late().await.len(), 1);
    site.settle_on(207).await;
    assert_eq!(
        late().await,
        ["expiry taken -> fay bob", "1 week after expiry taken -> training"]
    );
    site.close().await;
}

/// Every write of the engine may fail, before or after it took effect.
async fn a_step_is_told_once_wherever_it_broke(backing: Backing) {
    for failing in 0..4 {
        for fate in [Fate::Before, Fate::After] {
            let site = Site::open(backing).await;
            site.put(chain()).await;
            publish_early(&site, &laddered()).await;
            site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
            site.settle_on(2).await;
            let mut fates = vec![Fate::Fine; failing];
            fates.push(fate);
            let faulty: Arc<dyn store::Store> = Arc::new(Faulty::new(Arc::clone(&site.store), fates));
            for on in [47, 61, 68] {
                site.set_time(day(on));
                // An engine that met a failure is gone; the next goes on.
                while engine_on(Arc::clone(&faulty), site.clock())
                    .settle()
                    .await
                    .is_err()
                {}
            }
            assert_eq!(
                notices(&site).await,
                [
                    "2 weeks before expiry taken -> ann",
                    "expiry taken -> ann bob",
                    "1 week after expiry taken -> cy"
                ],
                "write {failing}, {fate:?}"
            );
            site.close().await;
        }
    }
}

async fn engines_at_once_tell_once(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(chain()).await;
    publish_early(&site, &laddered()).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    site.set_time(day(61));
    let engines = [site.engine(), site.engine(), site.engine()];
    let settled = futures_util::future::join_all(engines.iter().map(certification::Engine::settle)).await;
    assert!(settled.iter().all(Result::is_ok), "{settled:?}");
    site.settle_on(61).await;
    // Nobody looked on day 47, and on day 61 two weeks are not left.
    assert_eq!(notices(&site).await, ["expiry taken -> ann bob"]);
    site.close().await;
}

async fn who_loses_a_certificate_is_told_and_so_is_their_manager(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![
        reporting_to("ann", "bob"),
        reporting_to("eve", "nobody"),
        boss("bob", None),
    ])
    .await;
    publish_early(site, &curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "eve", "hygiene", 1, 0.9),
    ])
    .await;
    site.settle_on(2).await;
    assert_eq!(notices(site).await, [""; 0], "good news is in the log");
    site.append(&[void(8, 1)]).await;
    site.settle_on(3).await;
    assert_eq!(notices(site).await, ["suspended taken -> ann bob"]);
    let reply = served.get("/api/v1/notices?kind=certificate&person=ann").await;
    let reason = reply.text("/items/0/say");
    assert!(
        reason.starts_with("It rested on statement 00000000-0000-0000-0000-000000000001"),
        "{reply:?}"
    );
    let held = served.get("/api/v1/certificates?person=ann").await;
    assert_eq!(
        reply.text("/items/0/certificate"),
        held.text("/items/0/id"),
        "{reply:?}"
    );

    site.append(&[passed(3, "ann", "hygiene", 4, 0.9), void(9, 2)])
        .await;
    for on in [4, 5, 17, 18, 19] {
        site.settle_on(on).await;
    }
    let mut told = notices(site).await;
    told.sort();
    assert_eq!(
        told,
        [
            "reinstated taken -> ann bob",
            "revoked taken -> eve training",
            "suspended taken -> ann bob",
            "suspended taken -> eve training",
        ]
    );
    served.close().await;
}
