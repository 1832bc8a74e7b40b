//! Headers of answers.

use super::after;
use crate::proxy::Spoiling;

pub(super) fn all() -> Vec<Spoiling> {
    vec![
        after(
            "drops the version header",
            "version-header.on-every-answer",
            |_, response, _| {
                response.without_header("x-experience-api-version");
            },
        ),
        after(
            "names an old patch version",
            "version-header.latest-patch",
            |_, response, _| {
                response.set_header("x-experience-api-version", "1.0.0");
            },
        )
        .in_1_0_3(),
        after(
            "drops the version header of refusals",
            "version-header.on-every-answer",
            |_, response, _| {
                if response.status >= 400 {
                    response.without_header("x-experience-api-version");
                }
            },
        ),
        after(
            "drops Consistent-Through",
            "consistent-through.always",
            |_, response, _| {
                response.without_header("x-experience-api-consistent-through");
            },
        ),
        after(
            "drops Consistent-Through from POST",
            "consistent-through.always",
            |request, response, _| {
                if request.method == "POST" {
                    response.without_header("x-experience-api-consistent-through");
                }
            },
        ),
        after(
            "writes Consistent-Through as seconds",
            "consistent-through.always",
            |_, response, _| {
                response.set_header("x-experience-api-consistent-through", "1767225600");
            },
        ),
        after(
            "promises what has not happened yet",
            "consistent-through.keeps-its-word",
            |_, response, _| {
                let ahead = chrono::Utc::now() + chrono::Duration::minutes(5);
                response.set_header("x-experience-api-consistent-through", &ahead.to_rfc3339());
            },
        ),
        after(
            "never moves Consistent-Through",
            "consistent-through.recent",
            |_, response, _| {
                response.set_header("x-experience-api-consistent-through", "2020-01-01T00:00:00Z");
            },
        ),
        after(
            "drops Last-Modified",
            "get-one.last-modified",
            |_, response, _| {
                response.without_header("last-modified");
            },
        ),
        after(
            "says when it answered as Last-Modified",
            "get-one.last-modified",
            |_, response, _| {
                let later = chrono::Utc::now() + chrono::Duration::seconds(7);
                response.set_header(
                    "last-modified",
                    &later.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
                );
            },
        ),
        after(
            "answers queries as text/plain",
            "get.statement-result",
            |request, response, _| {
                if request.at("statements") {
                    response.set_header("content-type", "text/plain");
                }
            },
        ),
    ]
}
