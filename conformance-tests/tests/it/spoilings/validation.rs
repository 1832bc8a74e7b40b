//! Statements that are taken though they are not in order, or the other way round.

use serde_json::{Value, json};

use super::{after, before, each_value};
use crate::proxy::{Request, Response, Spoiling};

/// Changes the statements of a request before they are checked.
fn mended(request: &mut Request, change: &dyn Fn(&mut Value)) {
    if request.at("statements")
        && let Some(mut sent) = request.json()
    {
        each_value(&mut sent, change);
        request.body = sent.to_string().into_bytes();
    }
}

pub(super) fn all() -> Vec<Spoiling> {
    vec![
        after(
            "answers 200 to bad statements",
            "verb.id",
            |request, response, _| {
                if request.is("POST", "statements") && response.status == 400 {
                    response.status = 200;
                    response.set_json(&json!([]));
                }
            },
        ),
        before("drops nulls", "format.no-null", |request, _| {
            mended(request, &|value| {
                if let Value::Object(members) = value {
                    members.retain(|_, member| !member.is_null());
                }
            });
            None
        }),
        before(
            "drops members it does not know",
            "format.no-unknown-members",
            |request, _| {
                mended(request, &|value| {
                    if let Value::Object(members) = value {
                        members.remove("unheardOf");
                    }
                });
                None
            },
        ),
        before("reads \"true\" as true", "result.types", |request, _| {
            mended(request, &|value| {
                if value == "true" || value == "false" {
                    *value = json!(value == "true");
                }
            });
            None
        }),
        before("reads numbers from strings", "score.raw", |request, _| {
            mended(request, &|value| {
                if let Some(score) = value.get_mut("score").and_then(Value::as_object_mut) {
                    for number in score.values_mut() {
                        if let Some(parsed) = number.as_str().and_then(|text| text.parse::<f64>().ok()) {
                            *number = json!(parsed);
                        }
                    }
                }
            });
            None
        }),
        before(
            "does not mind the case of members",
            "format.key-case",
            |request, _| {
                mended(request, &|value| {
                    if let Value::Object(members) = value
                        && let Some(actor) = members.remove("ACTOR")
                    {
                        members.insert("actor".to_owned(), actor);
                    }
                });
                None
            },
        ),
        before("does not check scores", "score.scaled", |request, _| {
            mended(request, &|value| {
                if value["scaled"].as_f64().is_some_and(|scaled| scaled.abs() > 1.0) {
                    value["scaled"] = json!(1);
                }
            });
            None
        }),
        before("does not check languages", "language-map.keys", |request, _| {
            mended(request, &|value| {
                if let Value::Object(members) = value
                    && let Some(text) = members.remove("en_US")
                {
                    members.insert("en-US".to_owned(), text);
                }
            });
            None
        }),
        before(
            "drops extensions that are not by IRI",
            "extensions.keys",
            |request, _| {
                mended(request, &|value| {
                    if let Value::Object(members) = value {
                        members.remove("weight");
                    }
                });
                None
            },
        ),
        before(
            "takes a statement of any version",
            "version.refused",
            |request, _| {
                mended(request, &|value| {
                    if value["actor"].is_object() && value.get("version").is_some() {
                        value["version"] = json!("1.0.0");
                    }
                });
                None
            },
        ),
        before(
            "refuses extensions with null",
            "extensions.values",
            |request, _| {
                let null =
                    request.at("statements") && String::from_utf8_lossy(&request.body).contains("null");
                null.then(|| Response::own(400))
            },
        ),
        before("refuses UUIDs in capitals", "uuid.accepted", |request, _| {
            let id = request
                .json()
                .and_then(|sent| sent["id"].as_str().map(str::to_owned));
            let shouted = id.is_some_and(|id| id.chars().any(|c| c.is_ascii_uppercase()));
            shouted.then(|| Response::own(400))
        }),
        before(
            "refuses the future",
            "timestamp.future-tolerated",
            |request, _| {
                let sent = request.json()?;
                let timestamp = chrono::DateTime::parse_from_rfc3339(sent["timestamp"].as_str()?).ok()?;
                (timestamp > chrono::Utc::now()).then(|| Response::own(400))
            },
        ),
        Spoiling {
            // The batch is refused, as it should be; but what was good in it is kept.
            before: |request, memory| {
                if let Some(Value::Array(sent)) = request.json().filter(|_| request.is("POST", "statements"))
                {
                    let good: Vec<_> = sent
                        .iter()
                        .filter(|one| one["verb"].is_object())
                        .cloned()
                        .collect();
                    if !good.is_empty() && good.len() < sent.len() {
                        request.body = json!(good).to_string().into_bytes();
                        memory.insert(json!(good).to_string(), json!(true));
                    }
                }
                None
            },
            after: |request, response, memory| {
                if memory.contains_key(String::from_utf8_lossy(&request.body).as_ref()) {
                    response.status = 400;
                }
            },
            ..before(
                "keeps what is good of a bad batch",
                "post.all-or-nothing",
                |_, _| None,
            )
        },
        before("generates no ids", "id.generated", |request, _| {
            let missing = request
                .json()
                .is_some_and(|sent| sent["actor"].is_object() && sent["id"].is_null());
            missing.then(|| Response::own(400))
        }),
        before("knows no likert", "interaction.types-accepted", |request, _| {
            let likert = String::from_utf8_lossy(&request.body).contains("\"likert\"");
            likert.then(|| Response::own(400))
        }),
    ]
}
