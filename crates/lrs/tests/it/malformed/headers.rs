//! Headers, methods and paths that are not right.

use super::{ACTIVITY, AGENT, Bad, profiles};
use crate::harness::query;

pub(super) fn bad() -> Vec<Bad> {
    let mut all = Vec::new();
    let state = format!(
        "/activities/state?{}",
        query(&[("activityId", ACTIVITY), ("agent", AGENT), ("stateId", "s")])
    );
    let resources = [
        "/statements".to_owned(),
        state.clone(),
        profiles()[0].clone(),
        profiles()[1].clone(),
        format!("/agents?{}", query(&[("agent", AGENT)])),
        format!("/activities?{}", query(&[("activityId", ACTIVITY)])),
    ];
    for path in &resources {
        for version in ["", "0.95", "1.1.0", "3.0.0", "one"] {
            all.push(
                Bad::new(format!("version {version:?}"), "GET", path)
                    .version(version)
                    .names("header", "X-Experience-API-Version"),
            );
        }
    }
    for (path, methods) in [
        ("/statements", &["DELETE", "PATCH"][..]),
        ("/about", &["PUT", "POST", "DELETE"]),
        ("/agents", &["PUT", "POST", "DELETE"]),
        ("/activities", &["PUT", "POST", "DELETE"]),
        ("/activities/state", &["PATCH"]),
        ("/agents/profile", &["PATCH"]),
        ("/activities/profile", &["TRACE"]),
    ] {
        for method in methods {
            all.push(
                Bad::new("a method it does not take", method, path)
                    .status(405)
                    .names("code", "method-not-allowed"),
            );
        }
    }
    for path in [
        "/",
        "/statement",
        "/statements/",
        "/Statements",
        "/statements/x",
        "/activities/",
        "/agents/state",
        "/profile",
    ] {
        all.push(
            Bad::new("no such resource", "GET", path)
                .status(404)
                .names("code", "not-found"),
        );
    }
    let good = r#"{"actor":{"mbox":"mailto:a@example.com"},"verb":{"id":"http://e.com/v"},"object":{"id":"http://e.com/a"}}"#;
    for kind in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/jsonp",
        "json",
        "",
        "*/*",
    ] {
        all.push(
            Bad::new(format!("a statement as {kind:?}"), "POST", "/statements")
                .header("Content-Type", kind)
                .body(good)
                .names("header", "Content-Type"),
        );
        all.push(
            Bad::new(
                format!("PUT of a statement as {kind:?}"),
                "PUT",
                "/statements?statementId=ec531277-b57b-4c15-8d91-d292c5b2b8f7",
            )
            .header("Content-Type", kind)
            .body(good)
            .names("header", "Content-Type"),
        );
    }
    all.push(
        Bad::new("a statement without a type", "POST", "/statements")
            .body(good)
            .names("header", "Content-Type"),
    );
    for encoding in ["compress", "gzip, br", "lzma"] {
        all.push(
            Bad::post(format!("encoded as {encoding}"), good)
                .header("Content-Encoding", encoding)
                .names("header", "Content-Encoding"),
        );
    }
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        all.push(
            Bad::post(format!("not {encoding} at all"), good)
                .header("Content-Encoding", encoding)
                .names("code", "body-unreadable"),
        );
    }
    for path in [&state, &profiles()[0], &profiles()[1]] {
        for method in ["PUT", "POST", "DELETE"] {
            let bad = |name: &str| {
                Bad::new(name, method, path)
                    .header("Content-Type", "application/json")
                    .body("{\"changed\":1}")
            };
            all.push(
                bad("a tag never given")
                    .header("If-Match", "\"x\"")
                    .status(412)
                    .names("header", "If-Match"),
            );
            all.push(
                bad("a document is there")
                    .header("If-None-Match", "*")
                    .status(412)
                    .names("header", "If-None-Match"),
            );
            all.push(bad("no tag").header("If-Match", "").names("header", "if-match"));
            all.push(
                bad("half a tag")
                    .header("If-None-Match", "\"x")
                    .names("header", "if-none-match"),
            );
        }
        let put = Bad::new("PUT over a document unseen", "PUT", path)
            .header("Content-Type", "text/plain")
            .body("changed");
        all.push(put.version("2.0.0").status(409).names("header", "If-Match"));
        for kind in [
            "text/plain",
            "application/octet-stream",
            "multipart/mixed; boundary=b",
        ] {
            all.push(
                Bad::new(format!("POST as {kind}"), "POST", path)
                    .header("Content-Type", kind)
                    .body("{}")
                    .names("header", "Content-Type"),
            );
        }
    }
    for path in profiles() {
        all.push(
            Bad::new("PUT over a profile unseen", "PUT", &path)
                .header("Content-Type", "text/plain")
                .body("changed")
                .status(409)
                .names("header", "If-Match"),
        );
        let new = path.replace("profileId=p", "profileId=new");
        all.push(
            Bad::new("PUT of a profile without condition", "PUT", new)
                .header("Content-Type", "text/plain")
                .body("new")
                .names("header", "If-None-Match"),
        );
    }
    all
}
