//! What holds for every resource: keys, scopes, parameters, methods, bodies.

use reqwest::{Method, StatusCode};
use serde_json::json;
use store::Scope;

use crate::api::client::{BODY_LIMIT, Served};
use crate::on_both_stores;
use crate::site::Backing;

on_both_stores!(every_resource_has_its_manners, the_engine_says_how_far_it_is);

/// Every path with its methods, and whether `all/read` opens its reading.
const RESOURCES: [(&str, &[Method], bool); 14] = [
    ("/engine", &[Method::GET], true),
    ("/events", &[Method::GET], true),
    ("/standings", &[Method::GET], true),
    ("/certificates", &[Method::GET], true),
    (
        "/certificates/00000000-0000-0000-0000-000000000001",
        &[Method::GET],
        true,
    ),
    ("/curricula", &[Method::GET, Method::POST], true),
    ("/curricula/x", &[Method::GET], true),
    ("/curricula/check", &[Method::POST], true),
    ("/curricula/preview", &[Method::POST], true),
    ("/people", &[Method::GET, Method::POST], false),
    ("/people/x", &[Method::GET, Method::PUT, Method::DELETE], false),
    ("/people/x/standings", &[Method::GET], true),
    ("/keys", &[Method::GET, Method::POST], false),
    ("/keys/x", &[Method::DELETE], false),
];

async fn every_resource_has_its_manners(backing: Backing) {
    let served = Served::open(backing).await;
    // An event stream would not come to its end.
    served.api.end_streams();
    let admin = served.key(&[Scope::Admin]).await;
    let reader = served.key(&[Scope::AllRead]).await;
    let writer = served.key(&[Scope::StatementsWrite, Scope::StatementsRead]).await;
    let everything_of_xapi = served.key(&[Scope::All]).await;
    let wrong = (admin.0.clone(), "wrong".to_owned());
    for (path, methods, readable) in RESOURCES {
        let path = format!("/api/v1{path}");
        for method in methods {
            let told = format!("{method} {path}");
            for key in [None, Some(&wrong)] {
                let reply = served.send(key, method.clone(), &path, None).await;
                assert_eq!(reply.problem(), (401, "unauthorized"), "{told}");
            }
            let reads = *method == Method::GET || path.ends_with("/check") || path.ends_with("/preview");
            let opens = |reply: &super::client::Reply| reply.status != StatusCode::FORBIDDEN;
            let by_reader = served.send(Some(&reader), method.clone(), &path, None).await;
            assert_eq!(
                opens(&by_reader),
                reads && readable,
                "all/read: {told}: {by_reader:?}"
            );
            let by_all = served
                .send(Some(&everything_of_xapi), method.clone(), &path, None)
                .await;
            assert_eq!(opens(&by_all), reads && readable, "all: {told}: {by_all:?}");
            let by_writer = served.send(Some(&writer), method.clone(), &path, None).await;
            assert_eq!(opens(&by_writer), path.ends_with("/engine"), "statements: {told}");
            if !opens(&by_writer) {
                assert_eq!(by_writer.problem().1, "scope-missing", "{told}");
            }
            let unknown = served
                .send(Some(&admin), method.clone(), &format!("{path}?colour=red"), None)
                .await;
            assert_eq!(unknown.problem(), (400, "unknown-parameter"), "{told}");
            assert!(unknown.text("/detail").contains("\"colour\""), "{unknown:?}");
            assert!(!unknown.text("/request_id").is_empty());
        }
        let refused = served.send(Some(&admin), Method::PATCH, &path, None).await;
        assert_eq!(refused.problem(), (405, "method-not-allowed"), "{path}");
        assert!(
            refused
                .text("/detail")
                .contains(methods.first().unwrap().as_str()),
            "{refused:?}"
        );
    }
    assert_eq!(served.get("/api/v1/nothing").await.problem(), (404, "not-found"));

    for (path, code) in [
        ("/standings?limit=0", "invalid-parameter"),
        ("/standings?limit=501", "invalid-parameter"),
        ("/standings?limit=many", "invalid-parameter"),
        ("/standings?status=fine", "invalid-parameter"),
        ("/certificates?status=certified", "invalid-parameter"),
        ("/certificates?cursor=made-up", "cursor"),
        ("/people?cursor=e30", "cursor"),
        ("/standings?person=a&person=b", "repeated-parameter"),
        ("/curricula/x?revision=0", "invalid-parameter"),
    ] {
        assert_eq!(
            served.get(&format!("/api/v1{path}")).await.problem(),
            (400, code),
            "{path}"
        );
    }
    for (path, media_type, body, status, code) in [
        (
            "/people",
            "application/json",
            " ".repeat(BODY_LIMIT + 1),
            413,
            "body-too-large",
        ),
        ("/people", "text/html", String::new(), 415, "media-type"),
        ("/curricula", "image/png", String::new(), 415, "media-type"),
        ("/keys", "text/csv", String::new(), 415, "media-type"),
    ] {
        assert_eq!(
            served
                .post(&format!("/api/v1{path}"), media_type, body)
                .await
                .problem(),
            (status, code),
            "{path}"
        );
    }
    let not_text = reqwest::Client::new()
        .post(served.url("/api/v1/people"))
        .basic_auth(&admin.0, Some(&admin.1))
        .header("content-type", "text/csv")
        .body(vec![b'i', b'd', 0xff])
        .send()
        .await
        .unwrap();
    assert_eq!(not_text.status(), StatusCode::BAD_REQUEST);
    served.close().await;
}

async fn the_engine_says_how_far_it_is(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![crate::site::nurse("ann")]).await;
    site.append(&[crate::site::passed(1, "ann", "hygiene", 1, 0.9)])
        .await;
    let before = served.get("/api/v1/engine").await;
    assert_eq!(before.body.get("lag"), Some(&json!(1)), "{before:?}");
    assert_eq!(before.body.get("settled"), Some(&json!(false)));
    site.settle_on(2).await;
    let after = served.get("/api/v1/engine").await;
    assert_eq!(after.body.get("lag"), Some(&json!(0)));
    assert_eq!(after.body.get("settled"), Some(&json!(true)));
    assert_eq!(after.body.get("position"), after.body.get("head"));
    assert_eq!(after.body.pointer("/skipped/count"), Some(&json!(0)));
    let writer = served.key(&[Scope::StatementsWrite]).await;
    let reply = served
        .send(Some(&writer), Method::GET, "/api/v1/engine", None)
        .await;
    assert_eq!(reply.body.get("skipped"), None, "not for every key");
    served.close().await;
}
