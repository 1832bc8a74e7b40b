//! Queries: filters, order, pages, formats.

use serde_json::{Value, json};

use super::{after, before, list};
use crate::proxy::{Memory, Request, Response, Spoiling};

/// A spoiling that swallows one parameter of queries.
macro_rules! swallows {
    ($parameter:literal, $caught_by:literal) => {
        before(
            concat!("swallows ", $parameter),
            $caught_by,
            |request: &mut Request, _: &mut Memory| {
                if request.at("statements") {
                    request.without_parameter($parameter);
                }
                None::<Response>
            },
        )
    };
}

pub(super) fn all() -> Vec<Spoiling> {
    [filters(), order(), pages(), formats()].concat()
}

fn filters() -> Vec<Spoiling> {
    vec![
        swallows!("agent", "filter.agent"),
        swallows!("verb", "filter.verb"),
        swallows!("activity", "filter.activity"),
        swallows!("registration", "filter.registration"),
        swallows!("related_agents", "related.agents"),
        swallows!("related_activities", "related.activities"),
        before(
            "always looks for related agents",
            "filter.agent-narrow",
            |request, _| {
                if request.at("statements") && request.parameter("agent").is_some() {
                    request.without_parameter("related_agents");
                    request
                        .query
                        .push(("related_agents".to_owned(), "true".to_owned()));
                }
                None
            },
        ),
        before(
            "takes related_activities=false for true",
            "related.false-is-narrow",
            |request, _| {
                for (name, value) in &mut request.query {
                    if name == "related_activities" {
                        "true".clone_into(value);
                    }
                }
                None
            },
        ),
        after(
            "does not look into groups",
            "filter.agent-in-group",
            |request, response, _| {
                if request.parameter("agent").is_some() {
                    list(request, response, |statements| {
                        statements.retain(|one| one["actor"]["member"].is_null())
                    });
                }
            },
        ),
        after(
            "does not look into SubStatements",
            "related.agents",
            |request, response, _| {
                if request.parameter("related_agents").is_some() {
                    list(request, response, |statements| {
                        statements.retain(|one| one["object"]["objectType"] != "SubStatement");
                    });
                }
            },
        ),
        after(
            "does not look at contextAgents",
            "related.context-agents",
            |request, response, _| {
                if request.parameter("related_agents").is_some() {
                    list(request, response, |statements| {
                        statements.retain(|one| one["context"]["contextAgents"].is_null());
                    });
                }
            },
        ),
        after(
            "does not follow references",
            "reference.follows",
            |request, response, _| {
                list(request, response, |statements| {
                    statements.retain(|one| one["object"]["objectType"] != "StatementRef");
                });
            },
        ),
        after(
            "forgets those who refer to the voided",
            "voiding.references-still-found",
            |request, response, _| {
                list(request, response, |statements| {
                    statements.retain(|one| {
                        one["object"]["objectType"] != "StatementRef"
                            || one["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
                    });
                });
            },
        ),
        before("meets any of several filters", "filter.together", |request, _| {
            if request.at("statements") && request.parameter("verb").is_some() {
                request.without_parameter("registration");
            }
            None
        }),
        after(
            "finds nothing with 404",
            "get.nothing-found",
            |request, response, _| {
                if request.at("statements")
                    && response
                        .json()
                        .is_some_and(|json| json["statements"] == json!([]))
                {
                    response.status = 404;
                }
            },
        ),
    ]
}

fn order() -> Vec<Spoiling> {
    vec![
        after(
            "gives the oldest first",
            "order.newest-first",
            |request, response, _| {
                list(request, response, |statements| statements.reverse());
            },
        ),
        swallows!("ascending", "order.ascending"),
        swallows!("since", "order.since"),
        swallows!("until", "order.until"),
        after(
            "leaves out what was stored at until",
            "order.until",
            |request, response, _| {
                if let Some(until) = request.parameter("until").map(str::to_owned) {
                    list(request, response, |statements| {
                        statements.retain(|one| one["stored"] != json!(until))
                    });
                }
            },
        ),
        after(
            "orders by timestamp",
            "order.by-stored-not-timestamp",
            |request, response, _| {
                list(request, response, |statements| {
                    statements.sort_by_key(|one| one["timestamp"].as_str().unwrap_or_default().to_owned());
                });
            },
        ),
    ]
}

fn pages() -> Vec<Spoiling> {
    vec![
        swallows!("limit", "paging.limit"),
        after(
            "has no more links",
            "paging.more-is-complete",
            |_, response, _| {
                if let Some(mut json) = response.json()
                    && json.get("more").is_some()
                {
                    json["more"] = json!("");
                    response.set_json(&json);
                }
            },
        ),
        after(
            "loses a statement between pages",
            "paging.more-is-complete",
            |request, response, memory| {
                // A link that was given out and comes back is a later page.
                let later = memory.contains_key(&given_out(request));
                if let Some(more) = response
                    .json()
                    .and_then(|json| Some(json["more"].as_str()?.to_owned()))
                {
                    memory.insert(decoded(&more), json!(true));
                }
                if later {
                    list(request, response, |statements| drop(statements.drain(..1)));
                }
            },
        ),
        after(
            "gives whole URLs as more links",
            "paging.more-link",
            |_, response, _| {
                if let Some(mut json) = response.json()
                    && let Some(more) = json["more"].as_str().filter(|more| !more.is_empty())
                {
                    json["more"] = json!(format!("http://127.0.0.1{more}"));
                    response.set_json(&json);
                }
            },
        ),
        after(
            "always has one more page",
            "paging.limit",
            |request, response, _| {
                if let Some(mut json) = response.json()
                    && json.get("statements").is_some()
                {
                    json["more"] = json!(format!("{}?limit=1", request.path));
                    response.set_json(&json);
                }
            },
        ),
    ]
}

/// Path and query of a request, as a more link names them.
fn given_out(request: &Request) -> String {
    let query: Vec<_> = request
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{}?{}", request.path, query.join("&"))
}

/// A link as [`given_out`] writes it.
fn decoded(link: &str) -> String {
    let url = reqwest::Url::parse("http://lrs")
        .and_then(|base| base.join(link))
        .expect("a link");
    let query: Vec<_> = url
        .query_pairs()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{}?{}", url.path(), query.join("&"))
}

fn formats() -> Vec<Spoiling> {
    vec![
        swallows!("format", "format.ids"),
        before(
            "takes canonical for exact",
            "language.one-per-map",
            |request, _| {
                for (name, value) in &mut request.query {
                    if name == "format" && value == "canonical" {
                        "exact".clone_into(value);
                    }
                }
                None
            },
        ),
        before(
            "ignores Accept-Language",
            "language.accept-language",
            |request, _| {
                request.without_header("accept-language");
                None
            },
        ),
        before("takes exact for canonical", "format.exact", |request, _| {
            if request.is("GET", "statements") {
                request.without_parameter("format");
                request.query.push(("format".to_owned(), "canonical".to_owned()));
            }
            None
        }),
        after("leaves names in ids", "format.ids", |request, response, _| {
            if request.parameter("format") == Some("ids") {
                super::each_statement(request, response, |statement: &mut Value| {
                    statement["actor"]["name"] = json!("Ann Example");
                });
            }
        }),
    ]
}
