//! Versions, credentials, parameters, the alternate syntax.

use serde_json::json;

use super::{after, before};
use crate::proxy::{Response, Spoiling};
use crate::server::{KEY, SECRET};

fn basic() -> String {
    use base64::Engine;
    let pair = format!("{KEY}:{SECRET}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

pub(super) fn all() -> Vec<Spoiling> {
    vec![
        before("lets everybody in", "authentication.required", |request, _| {
            request.set_header("authorization", &basic());
            None
        }),
        before("lets wrong secrets in", "authentication.refused", |request, _| {
            if request.header("authorization").is_some() {
                request.set_header("authorization", &basic());
            }
            None
        }),
        after(
            "answers 403 for 401",
            "authentication.required",
            |_, response, _| {
                if response.status == 401 {
                    response.status = 403;
                }
            },
        ),
        before("needs no version", "version-header.required", |request, _| {
            if request.header("x-experience-api-version").is_none() {
                request.set_header("x-experience-api-version", "2.0.0");
            }
            None
        }),
        before("takes any version", "version-header.refused", |request, _| {
            request.set_header("x-experience-api-version", "2.0.0");
            None
        }),
        before(
            "takes the latest version alone",
            "version-header.accepted",
            |request, _| {
                let latest = request
                    .header("x-experience-api-version")
                    .is_none_or(|version| version == "1.0.3");
                (!latest).then(|| Response::own(400))
            },
        )
        .in_1_0_3(),
        before(
            "swallows what it does not know",
            "error.unknown-parameters",
            |request, _| {
                request.without_parameter("unheardOf");
                None
            },
        ),
        before(
            "does not mind the case of parameters",
            "get.parameter-case",
            |request, _| {
                for (name, _) in &mut request.query {
                    if name == "Limit" {
                        "limit".clone_into(name);
                    }
                }
                None
            },
        ),
        before(
            "takes an id with other filters",
            "get-one.no-other-parameters",
            |request, _| {
                if request.parameter("statementId").is_some() {
                    request.without_parameter("limit");
                }
                None
            },
        ),
        before("takes two ids for one", "get-one.not-both-ids", |request, _| {
            if request.parameter("statementId").is_some() && request.parameter("voidedStatementId").is_some()
            {
                return Some(Response::own(404));
            }
            None
        }),
        before(
            "takes the id of the statement for that of PUT",
            "put.needs-statement-id",
            |request, _| {
                if request.is("PUT", "statements") && request.parameter("statementId").is_none() {
                    let id = request.json()?["id"].as_str()?.to_owned();
                    request.query.push(("statementId".to_owned(), id));
                }
                None
            },
        ),
        before(
            "takes the id of PUT for that of the statement",
            "put.ids-match",
            |request, _| {
                if request.is("PUT", "statements")
                    && let (Some(id), Some(mut sent)) = (request.parameter("statementId"), request.json())
                    && sent["id"].is_string()
                {
                    sent["id"] = json!(id);
                    request.body = sent.to_string().into_bytes();
                }
                None
            },
        ),
        before(
            "takes JSON whatever it calls itself",
            "post.content-type",
            |request, _| {
                if request.is("POST", "statements") {
                    request.set_header("content-type", "application/json");
                }
                None
            },
        ),
        before(
            "refuses the alternate syntax",
            "alternate.methods",
            |request, _| {
                request.parameter("method").map(|_| {
                    let mut own = Response::own(405);
                    // As a careless server would: it tells all it was sent.
                    own.body.clone_from(&request.body);
                    own
                })
            },
        )
        .in_1_0_3(),
        before(
            "has the alternate syntax in 2.0",
            "alternate.gone",
            |request, _| request.parameter("method").map(|_| Response::own(204)),
        ),
        before(
            "drops preconditions of the alternate syntax",
            "alternate.preconditions",
            |request, _| {
                if request.parameter("method").is_some() {
                    let text = String::from_utf8_lossy(&request.body).into_owned();
                    let kept: Vec<_> = text
                        .split('&')
                        .map(|pair| {
                            if pair.starts_with("If") {
                                "If%2DMatch=%2A"
                            } else {
                                pair
                            }
                        })
                        .collect();
                    request.body = kept.join("&").into_bytes();
                }
                None
            },
        )
        .in_1_0_3(),
        after(
            "answers DELETE of statements with 204",
            "error.methods",
            |request, response, _| {
                if request.is("DELETE", "statements") {
                    *response = Response::own(204);
                }
            },
        ),
    ]
}
