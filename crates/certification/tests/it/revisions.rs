//! What changes around certificates that are in force: a new revision, the person, a curriculum that is retired. What
//! renews them then, and what rests on them. Over HTTP on both stores.

use serde_json::json;

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::{Backing, day, nurse, passed, void};
use crate::stories::{publish_on, put, standing, status};

on_both_stores!(
    a_refresher_renews_what_an_earlier_revision_gave,
    a_raised_mark_leaves_alone_what_needs_the_certificate,
    a_raised_mark_takes_nothing_from_whom_was_merged,
    who_leaves_keeps_what_needs_the_certificate,
    what_is_retired_gives_nothing_to_others,
    a_revision_ends_no_suspension,
);

/// One course with this pass mark; a refresher renews its certificate.
fn boiler(mark: &str) -> String {
    format!(
        "
curriculum: boiler
title: Boiler
audience: {{ roles: [nurse] }}
due: 30 days
courses: [{{ id: theory, activity: https://example.com/courses/theory, passing_score: {mark} }}]
certification:
  title: Boiler attendant
  validity: 100 days
  valid_from: prior_expiry
  renewal_window: 20 days
  grace: 10 days
  renewal: {{ courses: [{{ id: refresher, activity: https://example.com/courses/refresher }}] }}
escalation:
  - {{ when: due, tell: manager, consequence: To be trained }}
  - {{ when: expiry, tell: learner, consequence: To be refreshed }}
"
    )
}

async fn a_refresher_renews_what_an_earlier_revision_gave(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let people = ["window", "grace", "after"];
    site.put(people.map(nurse).to_vec()).await;
    publish_on(&served, 0, &boiler("70 %")).await;
    // All are certified with 72 % on day 1, until day 101; the window opens on day 81, grace ends on day 111.
    for (index, person) in people.iter().enumerate() {
        site.append(&[passed(10 + index as u128, person, "theory", 1, 0.72)])
            .await;
    }
    site.settle_on(2).await;
    publish_on(&served, 40, &boiler("80 %")).await;
    site.settle_on(41).await;
    site.append(&[passed(20, "window", "refresher", 85, 0.9)]).await;
    site.settle_on(86).await;
    let window = standing(&served, "window", "boiler").await;
    assert_eq!(
        (&window["status"], &window["revision"]),
        (&json!("certified"), &json!(2))
    );
    assert_eq!(window["entitlement"]["expires_at"], json!(day(201)));
    assert_eq!(window["entitlement"]["cycle"], 2);

    // It ends for the others: it can still be renewed, and it is the renewal that is due.
    site.settle_on(103).await;
    let grace = standing(&served, "grace", "boiler").await;
    assert_eq!(
        (&grace["status"], &grace["due_at"], &grace["overdue"]),
        (&json!("in_grace"), &json!(day(101)), &json!(true))
    );
    site.append(&[passed(21, "grace", "refresher", 105, 0.9)]).await;
    site.settle_on(106).await;
    assert_eq!(status(&served, "grace", "boiler").await, "certified");
    site.settle_on(112).await;
    let after = standing(&served, "after", "boiler").await;
    assert_eq!(
        (&after["status"], &after["lapsed"]["expires_at"]),
        (&json!("expired"), &json!(day(101)))
    );
    let told = served.get("/api/v1/notices?kind=step").await;
    let steps: Vec<&str> = told.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| notice["obligation"].as_str().unwrap())
        .collect();
    assert_eq!(
        steps,
        ["renewal-1", "renewal-1"],
        "nobody is late with what they did"
    );
    // A refresher is too late then; by the newest mark they earn another one.
    site.append(&[
        passed(22, "after", "refresher", 113, 0.9),
        passed(23, "after", "theory", 114, 0.72),
    ])
    .await;
    site.settle_on(115).await;
    assert_eq!(status(&served, "after", "boiler").await, "expired");
    site.append(&[passed(24, "after", "theory", 116, 0.85)]).await;
    site.settle_on(117).await;
    assert_eq!(status(&served, "after", "boiler").await, "certified");

    // Whatever is looked at again, nothing is decided anew; and the refresher renews the next cycle too.
    publish_on(&served, 120, &boiler("90 %")).await;
    site.settle_on(121).await;
    site.append(&[passed(25, "window", "refresher", 190, 0.9)]).await;
    site.settle_on(191).await;
    let one = async |person: &str| site.ledger(person).await;
    assert_eq!(one("window").await, ["boiler active: issued renewed renewed"]);
    assert_eq!(one("grace").await, ["boiler active: issued expired renewed"]);
    assert_eq!(
        one("after").await,
        ["boiler expired: issued expired", "boiler active: issued"]
    );
    let list = served.get("/api/v1/certificates?person=window").await;
    let window = served
        .get(&format!("/api/v1/certificates/{}", list.text("/items/0/id")))
        .await;
    assert_eq!(
        (&window.body["proof"]["since"], &window.body["proof"]["revision"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(window.body["proof"]["statements"].as_array().unwrap().len(), 3);
    served.close().await;
}

async fn a_raised_mark_leaves_alone_what_needs_the_certificate(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    let safety = |mark: &str, certified: &str| {
        format!(
            "
curriculum: safety
title: Safety
audience: {{ roles: [nurse] }}
courses: [{{ id: safety, activity: https://example.com/courses/safety, passing_score: {mark} }}]
certification: {{ validity: 100 days }}
revision: {{ because: An accident, changes: The mark, certified: {certified} }}
"
        )
    };
    publish_on(&served, 0, &safety("70 %", "until_renewal")).await;
    publish_on(
        &served,
        0,
        "
curriculum: driving
title: Driving
audience: { roles: [nurse] }
courses:
  - { id: safety, certificate: safety, needed: active_always }
  - { id: drive, activity: https://example.com/courses/drive }
certification: { validity: 1 year }
",
    )
    .await;
    site.append(&[
        passed(1, "ann", "safety", 1, 0.72),
        passed(2, "ann", "drive", 2, 0.9),
        passed(3, "bob", "safety", 1, 0.72),
    ])
    .await;
    site.settle_on(3).await;
    publish_on(&served, 10, &safety("80 %", "until_renewal")).await;
    site.settle_on(11).await;
    assert_eq!(status(&served, "ann", "safety").await, "certified");
    assert_eq!(status(&served, "ann", "driving").await, "certified");
    assert_eq!(
        site.ledger("ann").await,
        ["driving active: issued", "safety active: issued"]
    );
    // Bob's certificate is one to earn another by, as long as it is in force.
    site.append(&[passed(4, "bob", "drive", 12, 0.9)]).await;
    site.settle_on(13).await;
    assert_eq!(status(&served, "bob", "driving").await, "certified");
    // A preview of what would count at once says what becomes of both.
    let draft = safety("90 %", "at_once");
    let reply = served
        .post("/api/v1/curricula/preview?person=ann", "application/yaml", draft)
        .await;
    assert_eq!(reply.body["items"][0]["after"], "in_progress", "{reply:?}");

    // It ends on day 101 and is not renewed: only then does the other not hold.
    site.settle_on(100).await;
    assert_eq!(status(&served, "ann", "driving").await, "certified");
    site.settle_on(102).await;
    assert_eq!(status(&served, "ann", "safety").await, "expired");
    assert_eq!(status(&served, "ann", "driving").await, "suspended");
    site.append(&[passed(5, "ann", "safety", 103, 0.85)]).await;
    site.settle_on(104).await;
    assert_eq!(status(&served, "ann", "driving").await, "certified");
    // What counts at once suspends both.
    publish_on(&served, 110, &safety("90 %", "at_once")).await;
    site.settle_on(111).await;
    assert_eq!(status(&served, "ann", "safety").await, "in_progress");
    assert_eq!(
        site.ledger("ann").await,
        [
            "driving suspended: issued suspended reinstated suspended",
            "safety expired: issued expired",
            "safety suspended: issued suspended"
        ]
    );
    served.close().await;
}

/// Whoever drives needs the certificate of first aid, at the award or always.
async fn publish_driving(served: &Served) {
    publish_on(
        served,
        0,
        "
curriculum: aid
title: First aid
audience: { groups: [berlin] }
courses: [{ id: aid, activity: https://example.com/courses/aid }]
certification: { validity: 2 years }
",
    )
    .await;
    for (id, needed) in [("always", "active_always"), ("award", "active_at_award")] {
        let definition = format!(
            "
curriculum: {id}
title: Driving
audience: {{ roles: [driver] }}
courses:
  - {{ id: aid, certificate: aid, needed: {needed} }}
  - {{ id: drive, activity: https://example.com/courses/drive }}
certification: {{ validity: 3 years }}
"
        );
        publish_on(served, 0, &definition).await;
    }
}

fn driver(id: &str, group: &str) -> serde_json::Value {
    json!({
        "id": id, "identifiers": [{ "mbox": format!("mailto:{id}@example.com") }],
        "roles": ["driver"], "groups": [group],
    })
}

async fn who_leaves_keeps_what_needs_the_certificate(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    publish_driving(&served).await;
    put(&served, &driver("ann", "berlin")).await;
    site.append(&[passed(1, "ann", "aid", 1, 0.9), passed(2, "ann", "drive", 2, 0.9)])
        .await;
    site.settle_on(3).await;
    put(&served, &driver("ann", "munich")).await;
    site.settle_on(4).await;
    let ledger = [
        "aid active: issued",
        "always active: issued",
        "award active: issued",
    ];
    assert_eq!(site.ledger("ann").await, ledger);
    assert_eq!(status(&served, "ann", "always").await, "certified");
    assert_eq!(status(&served, "ann", "award").await, "certified");
    let as_of = format!("/api/v1/people/ann/standings?as_of={}", day(5));
    let then = served.get(&as_of).await;
    assert_eq!(then.items("status"), ["not_assigned", "certified", "certified"]);
    // It ends where it always would have.
    site.settle_on(2 * 365 + 2).await;
    assert_eq!(status(&served, "ann", "always").await, "suspended");
    assert_eq!(status(&served, "ann", "award").await, "certified");
    // And it is gone with its proof.
    site.append(&[void(3, 1)]).await;
    site.settle_on(2 * 365 + 2).await;
    assert_eq!(status(&served, "ann", "award").await, "in_progress");
    served.close().await;
}

async fn what_is_retired_gives_nothing_to_others(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    publish_driving(&served).await;
    put(&served, &driver("ann", "berlin")).await;
    put(&served, &driver("bob", "berlin")).await;
    site.append(&[passed(1, "ann", "aid", 1, 0.9), passed(2, "ann", "drive", 2, 0.9)])
        .await;
    site.settle_on(3).await;
    let because = r#"{"reason": "The provider is gone."}"#;
    let retired = served
        .post("/api/v1/curricula/aid/retire", "application/json", because)
        .await;
    assert_eq!(retired.status.as_u16(), 201, "{retired:?}");
    // That was decided when this test ran.
    let now = day(0).as_micros().max(web::now().as_micros()) - day(0).as_micros();
    let then = now / (day(1).as_micros() - day(0).as_micros()) + 1;
    site.settle_on(then).await;
    site.append(&[
        passed(3, "bob", "aid", then, 0.9),
        passed(4, "bob", "drive", then, 0.9),
    ])
    .await;
    site.settle_on(then + 1).await;
    for curriculum in ["always", "award"] {
        assert_eq!(status(&served, "ann", curriculum).await, "certified");
        assert_eq!(status(&served, "bob", curriculum).await, "in_progress");
    }
    assert_eq!(site.ledger("bob").await, [""; 0]);
    served.close().await;
}

async fn a_raised_mark_takes_nothing_from_whom_was_merged(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("ann-new")]).await;
    publish_on(&served, 0, &boiler("70 %")).await;
    site.append(&[passed(1, "ann", "theory", 1, 0.72)]).await;
    site.settle_on(2).await;
    publish_on(&served, 10, &boiler("80 %")).await;
    site.settle_on(11).await;
    let merge = r#"{"from": "ann", "reason": "She has another number now."}"#;
    let merged = served
        .post("/api/v1/people/ann-new/merge", "application/json", merge)
        .await;
    assert_eq!(merged.status.as_u16(), 201, "{merged:?}");
    site.settle_on(12).await;
    assert_eq!(status(&served, "ann-new", "boiler").await, "certified");
    assert_eq!(site.ledger("ann-new").await, ["boiler active: issued"]);
    site.append(&[passed(2, "ann-new", "refresher", 85, 0.9)]).await;
    site.settle_on(86).await;
    assert_eq!(site.ledger("ann-new").await, ["boiler active: issued renewed"]);
    served.close().await;
}

/// A welder needs a licence all the time, and passes the house rules.
fn welder(mark: &str) -> String {
    format!(
        "
curriculum: welder
title: Welder
audience: {{ roles: [nurse] }}
courses:
  - {{ id: house, activity: https://example.com/courses/house, passing_score: {mark} }}
  - {{ id: licence, title: Licence, credential: https://example.com/licence, needed: active_always }}
certification: {{ validity: 1 year }}
"
    )
}

async fn a_revision_ends_no_suspension(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    let licence = async |issued: i64, expires: i64| {
        let act = json!({
            "kind": "credential", "person": "ann", "credential": "https://example.com/licence",
            "issuer": "https://example.com", "issued": day(issued), "expires": day(expires),
            "reason": "She has shown it.",
        });
        let reply = served
            .post("/api/v1/acts", "application/json", act.to_string())
            .await;
        assert_eq!(reply.status.as_u16(), 201, "{reply:?}");
        reply.text("/id").to_owned()
    };
    publish_on(&served, 0, &welder("70 %")).await;
    // The log holds what was decided when this test ran; until then all is past.
    let first = licence(1, 30).await;
    site.append(&[passed(1, "ann", "house", 2, 0.72)]).await;
    site.settle_on(3).await;
    assert_eq!(status(&served, "ann", "welder").await, "certified");
    site.settle_on(31).await;
    let suspended = standing(&served, "ann", "welder").await;
    assert_eq!(
        (&suspended["status"], &suspended["suspended"]["reason"]),
        (
            &json!("suspended"),
            &json!("the credential 'Licence' is not valid any more, and 'Welder' needs it all the time")
        )
    );
    assert_eq!(
        suspended["requirements"][1]["missing"],
        "show the credential 'Licence'"
    );
    publish_on(&served, 40, &welder("80 %")).await;
    site.settle_on(41).await;
    assert_eq!(status(&served, "ann", "welder").await, "suspended");
    assert_eq!(site.ledger("ann").await, ["welder suspended: issued suspended"]);
    // It is not lost: nothing revokes it, and the next licence lets it hold again.
    site.settle_on(80).await;
    let second = licence(85, 200).await;
    site.settle_on(86).await;
    assert_eq!(status(&served, "ann", "welder").await, "certified");
    let list = served.get("/api/v1/certificates?person=ann").await;
    let certificate = served
        .get(&format!("/api/v1/certificates/{}", list.text("/items/0/id")))
        .await;
    assert_eq!(certificate.body["proof"]["acts"], json!([first, second]));
    assert_eq!(
        site.ledger("ann").await,
        ["welder active: issued suspended reinstated"]
    );
    // Once it is taken back, it is suspended for that.
    let undo = r#"{"reason": "It was somebody else's."}"#;
    let undone = served
        .post(&format!("/api/v1/acts/{second}/undo"), "application/json", undo)
        .await;
    assert_eq!(undone.status.as_u16(), 201, "{undone:?}");
    site.settle_on(87).await;
    assert_eq!(status(&served, "ann", "welder").await, "suspended");
    served.close().await;
}
