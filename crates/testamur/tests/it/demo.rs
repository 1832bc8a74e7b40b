//! The demo: its own verdict, and its hand-made learners held against what was worked out by hand.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::support::world::{requirement, sample_text};
use crate::support::{Api, TestServer, program, testamur};

#[tokio::test]
async fn the_demo_ends_well_when_every_expected_certificate_was_issued() {
    let printed = testamur(["demo", "--exit", "--port", "0", "--people", "60", "--seed", "5"])
        .await
        .succeeded();
    for expected in [
        "statements of 70 people",
        "Forklift operator",
        "Data protection",
        "David Okafor     too low a score           not certified",
        "best score 0.70 of 0.75 needed",
        "until its certificate could be read",
        "Every expected certificate was issued, and no other",
        "curl -su ",
    ] {
        assert!(
            printed.contains(expected),
            "{printed}\nshould contain {expected:?}"
        );
    }
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story() {
    let counts = async |seed: &str| {
        let printed = testamur(["demo", "--exit", "--port", "0", "--people", "30", "--seed", seed])
            .await
            .succeeded();
        let lines = printed
            .lines()
            .filter(|line| line.contains("statements of") || line.contains("different ones"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let first = counts("11").await;
    assert_eq!(first.len(), 2);
    assert_eq!(first, counts("11").await);
    assert_ne!(first, counts("12").await);
}

/// A learner of samples/demo/learners.yaml, as far as what must come of them goes.
#[derive(Debug, Deserialize)]
struct Learner {
    id: String,
    case: String,
    curriculum: String,
    statements: Vec<Value>,
    expect: Expected,
}

#[derive(Debug, Deserialize)]
struct Expected {
    certificate: String,
    earned: Option<i64>,
    lacks: BTreeMap<String, String>,
}

#[tokio::test]
async fn the_hand_made_learners_come_out_as_worked_out_by_hand() {
    let learners: Vec<Learner> = serde_saphyr::from_str(&sample_text("demo/learners.yaml")).unwrap();
    let cases: Vec<&str> = learners.iter().map(|learner| learner.case.as_str()).collect();
    for case in [
        "plain pass",
        "fail, then pass",
        "out of order",
        "too low a score",
        "late arrival",
        "duplicate delivery",
        "voided pass",
        "suggested course missing",
        "expired",
    ] {
        assert!(cases.contains(&case), "there is nobody for {case:?}");
    }

    let demo = TestServer::spawn(program().args(["demo", "--port", "0", "--people", "5"])).await;
    let demo = demo.until("The server stays up until Ctrl-C.").await;
    let api = demo.api();
    for learner in &learners {
        holds(&api, learner).await;
    }
    let folder = demo
        .greeting
        .split("on a store of its own in ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(std::path::Path::new(&folder).exists());
    demo.signal("INT");
    let (status, _, log) = demo.ended().await;
    assert_eq!((status.code(), log.as_str()), (Some(0), ""));
    assert!(
        !std::path::Path::new(&folder).exists(),
        "the demo leaves nothing behind"
    );
}

async fn holds(api: &Api, learner: &Learner) {
    let Learner {
        id,
        case,
        curriculum,
        expect,
        ..
    } = learner;
    let certificates = api.all(&format!("/api/v1/certificates?person={id}")).await;
    let standing = api.standing(id, curriculum).await;
    match &certificates[..] {
        [] => assert_eq!(expect.certificate, "none", "{case}"),
        [only] => {
            assert_eq!(only["status"], expect.certificate.as_str(), "{case}");
            let earned: DateTime<Utc> = only["issued_at"].as_str().unwrap().parse().unwrap();
            // The demo began within the last hour: whole days are beyond doubt.
            let days = ((Utc::now() - earned).num_minutes() as f64 / (24.0 * 60.0)).round() as i64;
            assert_eq!(Some(-days), expect.earned, "{case}");
            // Every required course is proved by a statement of its own.
            let required = requirements(&standing)
                .filter(|requirement| requirement["kind"] == "required")
                .count();
            assert_eq!(
                only["proof"]["statements"].as_array().unwrap().len(),
                required,
                "{case}"
            );
        }
        several => panic!("{case}: {several:?}"),
    }
    let lacks: Vec<&str> = requirements(&standing)
        .filter(|requirement| requirement["kind"] == "required" && requirement["outcome"] != "met")
        .map(|requirement| requirement["id"].as_str().unwrap())
        .collect();
    let mut expected: Vec<&str> = expect.lacks.keys().map(String::as_str).collect();
    expected.sort_by_key(|course| lacks.iter().position(|lacking| lacking == course));
    assert_eq!(lacks, expected, "{case}");
    for (course, words) in &expect.lacks {
        let reason = requirement(&standing, course)["reason"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            reason.contains(words),
            "{case}: {reason:?} should contain {words:?}"
        );
    }
    assert!(!learner.statements.is_empty());
}

fn requirements(standing: &Value) -> impl Iterator<Item = &Value> {
    standing["requirements"].as_array().unwrap().iter()
}
