//! GET of many statements: filters, order, pages (1.0.3, Communication 2.1.3).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Backing, Lab, encode, on_both_stores, query, run_with, statement};

on_both_stores!(
    filters_find_what_they_name,
    related_filters_look_further,
    references_are_followed,
    time_bounds_are_exclusive_and_inclusive,
    pages_hold_under_new_statements,
    links_repeat_the_whole_query,
    nothing_found_is_an_empty_list,
    ids_exclude_other_parameters,
);

async fn filters_find_what_they_name(lab: Lab) {
    let registration = Uuid::new_v4();
    let mut registered = statement("ann", "did", "it");
    registered["context"] = json!({"registration": registration.to_string()});
    let group = json!({"objectType": "Group", "account": {"homePage": "http://g.example.com", "name": "g"}, "member": [{"mbox": "mailto:eve@example.com"}]});
    let mut of_group = statement("x", "led", "it");
    of_group["actor"] = group.clone();
    let mut about_agent = statement("ann", "met", "x");
    about_agent["object"] = json!({"objectType": "Agent", "mbox": "mailto:bob@example.com"});
    let ids = lab
        .write(&json!([
            statement("ann", "did", "it"),
            statement("bob", "did", "that"),
            registered,
            of_group,
            about_agent
        ]))
        .await;
    let found = |query: Vec<(&'static str, String)>| {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let query = crate::harness::query(&pairs);
        let lab = &lab;
        let ids = &ids;
        async move {
            let mut found: Vec<_> = lab
                .ids(&query)
                .await
                .iter()
                .map(|id| ids.iter().position(|other| other == id).expect("one of ours"))
                .collect();
            found.sort_unstable();
            found
        }
    };
    let agent = |name: &str| json!({"mbox": format!("mailto:{name}@example.com")}).to_string();
    let verb = |name: &str| format!("http://example.com/verbs/{name}");
    let activity = |name: &str| format!("http://example.com/activities/{name}");
    for (query, expected) in [
        (vec![], vec![0, 1, 2, 3, 4]),
        (vec![("agent", agent("ann"))], vec![0, 2, 4]),
        (vec![("agent", agent("bob"))], vec![1, 4]),
        (vec![("agent", agent("eve"))], vec![3]),
        (vec![("agent", group.to_string())], vec![3]),
        (
            vec![(
                "agent",
                json!({"mbox": "mailto:ann@EXAMPLE.com", "name": "any"}).to_string(),
            )],
            vec![0, 2, 4],
        ),
        (vec![("agent", agent("nobody"))], vec![]),
        (vec![("verb", verb("did"))], vec![0, 1, 2]),
        (vec![("activity", activity("it"))], vec![0, 2, 3]),
        (vec![("registration", registration.to_string())], vec![2]),
        (vec![("agent", agent("ann")), ("verb", verb("did"))], vec![0, 2]),
        (
            vec![
                ("agent", agent("ann")),
                ("verb", verb("did")),
                ("activity", activity("it")),
                ("registration", registration.to_string()),
            ],
            vec![2],
        ),
        (
            vec![("verb", verb("led")), ("activity", activity("that"))],
            vec![],
        ),
    ] {
        let shown = format!("{query:?}");
        assert_eq!(found(query).await, expected, "{shown}");
    }
}

async fn related_filters_look_further(lab: Lab) {
    let mut rich = statement("ann", "did", "it");
    rich["context"] = json!({
        "instructor": {"mbox": "mailto:teacher@example.com"},
        "team": {"objectType": "Group", "mbox": "mailto:team@example.com", "member": [{"mbox": "mailto:mate@example.com"}]},
        "contextActivities": {"parent": [{"id": "http://example.com/activities/course"}], "other": {"id": "http://example.com/activities/other"}},
    });
    let mut intent = statement("boss", "planned", "x");
    intent["object"] = json!({
        "objectType": "SubStatement",
        "actor": {"mbox": "mailto:sub@example.com"},
        "verb": {"id": "http://example.com/verbs/did"},
        "object": {"id": "http://example.com/activities/sub"},
        "context": {"contextActivities": {"grouping": [{"id": "http://example.com/activities/group"}]}},
    });
    let ids = lab.write(&json!([rich, intent])).await;
    for (agent, plain, related) in [
        (json!({"mbox": "mailto:ann@example.com"}), vec![0], vec![0]),
        (json!({"mbox": "mailto:teacher@example.com"}), vec![], vec![0]),
        (
            json!({"objectType": "Group", "mbox": "mailto:team@example.com"}),
            vec![],
            vec![0],
        ),
        (json!({"mbox": "mailto:mate@example.com"}), vec![], vec![0]),
        (json!({"mbox": "mailto:sub@example.com"}), vec![], vec![1]),
        (
            json!({"account": {"homePage": crate::harness::HOME_PAGE, "name": crate::harness::KEY}}),
            vec![],
            vec![1, 0],
        ),
    ] {
        let expect = |places: &[usize]| places.iter().map(|place| ids[*place].clone()).collect::<Vec<_>>();
        let agent = agent.to_string();
        assert_eq!(
            lab.ids(&query(&[("agent", &agent)])).await,
            expect(&plain),
            "{agent}"
        );
        assert_eq!(
            lab.ids(&query(&[("agent", &agent), ("related_agents", "true")]))
                .await,
            expect(&related),
            "{agent}"
        );
    }
    for (activity, plain, related) in [
        ("it", vec![0], vec![0]),
        ("course", vec![], vec![0]),
        ("other", vec![], vec![0]),
        ("sub", vec![], vec![1]),
        ("group", vec![], vec![1]),
    ] {
        let expect = |places: &[usize]| places.iter().map(|place| ids[*place].clone()).collect::<Vec<_>>();
        let activity = format!("http://example.com/activities/{activity}");
        assert_eq!(
            lab.ids(&query(&[("activity", &activity)])).await,
            expect(&plain),
            "{activity}"
        );
        assert_eq!(
            lab.ids(&query(&[("activity", &activity), ("related_activities", "true")]))
                .await,
            expect(&related),
            "{activity}"
        );
    }
}

fn reference(actor: &str, target: &str) -> Value {
    let mut reference = statement(actor, "confirmed", "x");
    reference["object"] = json!({"objectType": "StatementRef", "id": target});
    reference
}

async fn references_are_followed(lab: Lab) {
    let [target] = lab
        .write(&statement("ben", "passed", "exam"))
        .await
        .try_into()
        .expect("one id");
    let [confirms] = lab
        .write(&reference("andrew", &target))
        .await
        .try_into()
        .expect("one id");
    let [again] = lab
        .write(&reference("zoe", &confirms))
        .await
        .try_into()
        .expect("one id");
    let ben = query(&[("agent", r#"{"mbox":"mailto:ben@example.com"}"#)]);
    let all = [again.clone(), confirms.clone(), target.clone()];
    assert_eq!(lab.ids(&ben).await, all);
    assert_eq!(
        lab.ids(&query(&[("activity", "http://example.com/activities/exam")]))
            .await,
        all
    );
    assert_eq!(
        lab.ids(&query(&[("agent", r#"{"mbox":"mailto:andrew@example.com"}"#)]))
            .await,
        [again.clone(), confirms.clone()]
    );
    // Time is asked of the statement itself, not of its target.
    let stored = lab.read(&target).await["stored"]
        .as_str()
        .expect("stored")
        .to_owned();
    assert_eq!(
        lab.ids(&format!("{ben}&since={}", encode(&stored))).await,
        [again, confirms]
    );
    assert_eq!(
        lab.ids(&format!("{ben}&until={}", encode(&stored))).await,
        [target]
    );
}

async fn time_bounds_are_exclusive_and_inclusive(lab: Lab) {
    let mut ids = Vec::new();
    for activity in ["a", "b", "c"] {
        ids.extend(lab.write(&statement("ann", "did", activity)).await);
    }
    let stored = lab.read(&ids[1]).await["stored"]
        .as_str()
        .expect("stored")
        .to_owned();
    let at = encode(&stored);
    assert_eq!(lab.ids(&format!("since={at}")).await, [ids[2].clone()]);
    assert_eq!(
        lab.ids(&format!("until={at}")).await,
        [ids[1].clone(), ids[0].clone()]
    );
    assert_eq!(
        lab.ids(&format!("since={at}&until={at}")).await,
        Vec::<String>::new()
    );
    assert_eq!(lab.ids("ascending=true").await, ids);
    assert_eq!(lab.ids("since=2001-01-01T00:00:00Z&ascending=true").await, ids);
}

async fn pages_hold_under_new_statements(lab: Lab) {
    let batch: Vec<_> = (0..7)
        .map(|at| statement("ann", "did", &at.to_string()))
        .collect();
    let ids = lab.write(&json!(batch)).await;
    for ascending in [true, false] {
        let first = lab
            .get(&format!("/statements?limit=3&ascending={ascending}"))
            .send()
            .await
            .expect(200)
            .json();
        let mut seen: Vec<_> = first["statements"].as_array().expect("statements").clone();
        let mut more = first["more"].as_str().expect("more").to_owned();
        lab.write(&statement("late", "came", "in")).await;
        while !more.is_empty() {
            assert!(
                more.starts_with("/xapi/statements?"),
                "a relative link with the full path: {more}"
            );
            let page = lab.get(&more).send().await.expect(200).json();
            seen.extend(page["statements"].as_array().expect("statements").clone());
            more = page["more"].as_str().expect("more").to_owned();
        }
        let ours: Vec<_> = seen
            .iter()
            .filter_map(|statement| statement["id"].as_str())
            .filter(|id| ids.iter().any(|other| other == id))
            .collect();
        let mut expected: Vec<_> = ids.iter().map(String::as_str).collect();
        if !ascending {
            expected.reverse();
        }
        assert_eq!(ours, expected);
    }
}

async fn links_repeat_the_whole_query(lab: Lab) {
    let mut sent = Vec::new();
    for actor in ["ann", "bob", "ann", "bob", "ann"] {
        let mut statement = statement(actor, "did", "it");
        statement["verb"]["display"] = json!({"en": "did", "de": "tat"});
        sent.push(statement);
    }
    lab.write(&json!(sent)).await;
    let query = query(&[
        (
            "agent",
            r#"{"mbox":"mailto:ann@example.com","name":"Ann \"A\" ä"}"#,
        ),
        ("limit", "2"),
        ("format", "ids"),
        ("ascending", "true"),
    ]);
    let first = lab
        .get(&format!("/statements?{query}"))
        .send()
        .await
        .expect(200)
        .json();
    let more = first["more"].as_str().expect("more").to_owned();
    let second = lab.get(&more).send().await.expect(200).json();
    assert_eq!(second["statements"].as_array().map(Vec::len), Some(1));
    assert_eq!(second["statements"][0]["actor"]["mbox"], "mailto:ann@example.com");
    assert!(
        second["statements"][0]["verb"].get("display").is_none(),
        "format=ids goes on"
    );
    assert_eq!(second["more"], "");
    // The link opens nothing to a key that may read nothing.
    lab.create_key("writer", &[store::Scope::StatementsWrite]).await;
    lab.get(&more).key("writer").send().await.expect(403);
    lab.get(&format!("{more}&limit=1")).send().await.expect(400);
    lab.get("/statements?more=rubbish").send().await.expect(400);
}

async fn nothing_found_is_an_empty_list(lab: Lab) {
    let answer = lab
        .get("/statements?verb=http://example.com/none")
        .send()
        .await
        .expect(200);
    assert_eq!(answer.text(), r#"{"statements":[],"more":""}"#);
}

async fn ids_exclude_other_parameters(lab: Lab) {
    let [id] = lab
        .write(&statement("ann", "did", "it"))
        .await
        .try_into()
        .expect("one id");
    for name in ["statementId", "voidedStatementId"] {
        for (other, value) in [
            ("agent", r#"{"mbox":"mailto:a@example.com"}"#),
            ("verb", "http://e.com/v"),
            ("activity", "http://e.com/a"),
            ("registration", "ec531277-b57b-4c15-8d91-d292c5b2b8f7"),
            ("related_activities", "true"),
            ("related_agents", "true"),
            ("since", "2026-01-01T00:00:00Z"),
            ("until", "2026-01-01T00:00:00Z"),
            ("limit", "1"),
            ("ascending", "true"),
        ] {
            let query = query(&[(name, &id), (other, value)]);
            let problem = lab
                .get(&format!("/statements?{query}"))
                .send()
                .await
                .expect(400)
                .json();
            assert_eq!(problem["parameter"], other);
        }
    }
    lab.get(&format!("/statements?statementId={id}&voidedStatementId={id}"))
        .send()
        .await
        .expect(400);
    lab.get(&format!(
        "/statements?statementId={id}&format=exact&attachments=false"
    ))
    .send()
    .await
    .expect(200);
}

#[test]
fn page_sizes_are_bounded() {
    let options = lrs::LrsOptions {
        max_limit: 4,
        ..lrs::LrsOptions::default()
    };
    run_with(Backing::Sqlite, options, |lab| async move {
        let batch: Vec<_> = (0..6)
            .map(|at| statement("ann", "did", &at.to_string()))
            .collect();
        lab.write(&json!(batch)).await;
        // Without a limit, as with 0, "the maximum the server will allow".
        for (query, expected) in [
            ("", 4),
            ("limit=0", 4),
            ("limit=1", 1),
            ("limit=4", 4),
            ("limit=5", 4),
            ("limit=99999999999999999999999", 4),
        ] {
            let page = lab
                .get(&format!("/statements?{query}"))
                .send()
                .await
                .expect(200)
                .json();
            assert_eq!(
                page["statements"].as_array().map(Vec::len),
                Some(expected),
                "{query}"
            );
            assert_ne!(page["more"], "");
        }
    });
}

#[test]
fn large_statements_make_short_pages() {
    let options = lrs::LrsOptions {
        max_page_bytes: 25_000,
        ..lrs::LrsOptions::default()
    };
    run_with(Backing::Sqlite, options, |lab| async move {
        let batch: Vec<_> = (0..6)
            .map(|at| {
                let mut statement = statement("ann", "did", &at.to_string());
                statement["context"] = json!({ "platform": "x".repeat(10_000) });
                statement
            })
            .collect();
        lab.write(&json!(batch)).await;
        let mut path = "/statements?limit=5".to_owned();
        let mut read = Vec::new();
        for expected in [2, 2, 2] {
            let page = lab.get(&path).send().await.expect(200).json();
            let statements = page["statements"].as_array().unwrap();
            assert_eq!(statements.len(), expected);
            read.extend(statements.iter().map(|statement| statement["id"].clone()));
            path = page["more"]
                .as_str()
                .unwrap()
                .trim_start_matches("/xapi")
                .to_owned();
        }
        assert_eq!(path, "", "the last page says that it is");
        read.sort_by_key(|id| id.to_string());
        read.dedup();
        assert_eq!(read.len(), 6);
    });
}
