//! What comes back of statements: headers, statuses, members.

use serde_json::{Value, json};

use super::{after, before, each_statement, each_value};
use crate::proxy::{Response, Spoiling};

pub(super) fn all() -> Vec<Spoiling> {
    [headers(), statuses(), members(), memory()].concat()
}

fn headers() -> Vec<Spoiling> {
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

fn statuses() -> Vec<Spoiling> {
    vec![
        after("answers POST with 204", "post.stores", |request, response, _| {
            if request.is("POST", "statements") && response.status == 200 {
                response.status = 204;
                response.body.clear();
            }
        }),
        after("answers PUT with 200", "put.stores", |request, response, _| {
            if request.is("PUT", "statements") && response.status == 204 {
                response.status = 200;
            }
        }),
        after(
            "answers an unknown id with 200",
            "get-one.unknown",
            |request, response, _| {
                if request.at("statements") && response.status == 404 {
                    response.status = 200;
                    response.set_json(&json!({ "statements": [] }));
                }
            },
        ),
        after(
            "answers 500 for 400",
            "get.parameter-formats",
            |_, response, _| {
                if response.status == 400 {
                    response.status = 500;
                }
            },
        ),
        after(
            "answers a conflict with 200",
            "conflict.refused",
            |_, response, _| {
                if response.status == 409 {
                    response.status = 200;
                    response.set_json(&json!([]));
                }
            },
        ),
        before("does not know HEAD", "get.head", |request, _| {
            (request.method == "HEAD").then(|| Response::own(405))
        }),
        after(
            "says nothing with a refusal",
            "error.says-why",
            |_, response, _| {
                if response.status >= 400 {
                    response.body.clear();
                }
            },
        ),
        after(
            "gives ids in another order",
            "post.stores",
            |request, response, _| {
                if request.is("POST", "statements")
                    && let Some(Value::Array(mut ids)) = response.json()
                {
                    ids.reverse();
                    response.set_json(&json!(ids));
                }
            },
        ),
    ]
}

fn members() -> Vec<Spoiling> {
    vec![
        after(
            "loses the extensions of results",
            "statement.whole",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some(result) = statement["result"].as_object_mut() {
                        result.remove("extensions");
                    }
                });
            },
        ),
        after(
            "rounds numbers to hundredths",
            "fidelity.numbers",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    each_value(statement, &|value| {
                        if let Some(number) = value.as_f64().filter(|number| number.fract() != 0.0) {
                            *value = json!((number * 100.0).round() / 100.0);
                        }
                    });
                });
            },
        ),
        after(
            "cuts numbers to integers of 32 bits",
            "fidelity.numbers",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    each_value(statement, &|value| {
                        if let Some(number) = value.as_f64().filter(|number| number.abs() > 2e9) {
                            *value = json!(if number > 0.0 { i32::MAX } else { i32::MIN });
                        }
                    });
                });
            },
        ),
        after(
            "reverses lists",
            "fidelity.lists-keep-order",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    each_value(statement, &|value| {
                        if let Some(items) = value.as_array_mut() {
                            items.reverse();
                        }
                    });
                });
            },
        ),
        after(
            "adds objectType where there was none",
            "fidelity.nothing-added",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    statement["actor"]["objectType"] = json!("Agent");
                });
            },
        ),
        after(
            "adds a member of its own",
            "fidelity.nothing-added",
            |request, response, _| {
                each_statement(request, response, |statement| statement["_internal"] = json!(1));
            },
        ),
        after(
            "converts durations",
            "fidelity.durations-are-text",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if statement["result"]["duration"] == "PT90S" {
                        statement["result"]["duration"] = json!("PT1M30S");
                    }
                });
            },
        ),
        after(
            "cuts timestamps to seconds",
            "timestamp.accepted",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some((seconds, rest)) =
                        statement["timestamp"].as_str().and_then(|t| t.split_once('.'))
                    {
                        let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                        statement["timestamp"] = json!(format!("{seconds}{zone}"));
                    }
                });
            },
        ),
        after(
            "forgets time zones",
            "timestamp.accepted",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some(local) = statement["timestamp"].as_str().and_then(|t| t.get(..19)) {
                        statement["timestamp"] = json!(format!("{local}Z"));
                    }
                });
            },
        ),
        after("drops authority", "authority.always", |request, response, _| {
            each_statement(request, response, |statement| drop(statement["authority"].take()));
        }),
        after(
            "drops stored in lists",
            "get.complete-statements",
            |request, response, _| {
                super::list(request, response, |statements| {
                    for statement in statements.iter_mut().filter_map(Value::as_object_mut) {
                        statement.remove("stored");
                    }
                });
            },
        ),
        after(
            "gives every statement version 1.0.0",
            "version.accepted",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    statement["version"] = json!("1.0.0")
                });
            },
        ),
        after(
            "gives 1.0 statements version 2.0.0",
            "conversion.1-0-statements-in-2-0",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    statement["version"] = json!("2.0.0")
                });
            },
        ),
        after(
            "takes timestamp for stored",
            "stored.set-by-lrs",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    statement["stored"] = json!("2001-02-03T04:05:06.000Z");
                });
            },
        ),
        after(
            "returns a single context activity as it came",
            "context-activities.returned-as-arrays",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some(kinds) = statement["context"]["contextActivities"].as_object_mut() {
                        for kind in kinds.values_mut() {
                            if kind.as_array().is_some_and(|items| items.len() == 1) {
                                *kind = kind[0].take();
                            }
                        }
                    }
                });
            },
        ),
        after(
            "loses a member of groups",
            "group.accepted",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some(members) = statement["actor"]["member"].as_array_mut() {
                        members.truncate(1);
                    }
                });
            },
        ),
        after(
            "gives all displays it ever saw",
            "fidelity.verb-display",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    statement["verb"]["display"] = json!({ "en": "did" });
                });
            },
        ),
        after(
            "loses languages it does not know",
            "language-map.accepted",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some(display) = statement["verb"]["display"].as_object_mut() {
                        display.retain(|tag, _| tag.len() <= 5);
                    }
                });
            },
        ),
        after(
            "loses what 2.0 added to contexts",
            "context-agents.accepted",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    if let Some(context) = statement["context"].as_object_mut() {
                        context.remove("contextAgents");
                    }
                });
            },
        ),
        after(
            "reads text as Latin-1",
            "post.body-utf-8",
            |request, response, _| {
                each_statement(request, response, |statement| {
                    each_value(statement, &|value| {
                        if let Some(text) = value.as_str() {
                            *value = json!(text.bytes().map(char::from).collect::<String>());
                        }
                    });
                });
            },
        ),
    ]
}

/// What an LRS remembers that it should not, or forgets.
fn memory() -> Vec<Spoiling> {
    vec![
        after(
            "overwrites statements",
            "conflict.nothing-changes",
            |request, response, memory| {
                if request.is("POST", "statements")
                    && let Some(sent) = request.json()
                    && let Some(id) = sent["id"].as_str()
                {
                    memory.insert(id.to_owned(), sent.clone());
                }
                let last = request.parameter("statementId").and_then(|id| memory.get(id));
                if let (Some(last), Some(mut found)) = (last, response.json())
                    && request.method == "GET"
                {
                    found["actor"] = last["actor"].clone();
                    found["object"] = last["object"].clone();
                    response.set_json(&found);
                }
            },
        ),
        before(
            "refuses a statement that it has",
            "conflict.same-is-welcome",
            |request, memory| {
                if !request.is("POST", "statements") {
                    return None;
                }
                let id = request.json()?["id"].as_str()?.to_owned();
                memory.insert(id, json!(true)).map(|_| Response::own(409))
            },
        ),
        before("forgets voiding", "voiding.hidden", |request, _| {
            if request.is("POST", "statements")
                && let Some(mut sent) = request.json()
                && sent["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
            {
                sent["verb"]["id"] = json!("https://example.org/verbs/commented");
                request.body = sent.to_string().into_bytes();
            }
            None
        }),
        after(
            "loses what is voided",
            "voiding.by-voided-id",
            |request, response, _| {
                if request.parameter("voidedStatementId").is_some() {
                    response.status = 404;
                }
            },
        ),
        before(
            "takes any id for voided",
            "voiding.only-voided-by-voided-id",
            |request, _| {
                for (name, _) in &mut request.query {
                    if name == "voidedStatementId" {
                        "statementId".clone_into(name);
                    }
                }
                None
            },
        ),
        before(
            "voids by any reference",
            "voiding.only-by-the-verb",
            |request, _| {
                if request.is("POST", "statements")
                    && let Some(mut sent) = request.json()
                    && sent["object"]["objectType"] == "StatementRef"
                {
                    sent["verb"]["id"] = json!("http://adlnet.gov/expapi/verbs/voided");
                    request.body = sent.to_string().into_bytes();
                }
                None
            },
        ),
        before(
            "refuses to void what it does not know",
            "voiding.of-the-unknown",
            |request, memory| {
                if !request.is("POST", "statements") {
                    return None;
                }
                let sent = request.json()?;
                memory.insert(sent["id"].as_str()?.to_owned(), json!(true));
                let target = sent["object"]["id"].as_str()?;
                let voids = sent["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided";
                (voids && !memory.contains_key(target)).then(|| Response::own(404))
            },
        ),
    ]
}
