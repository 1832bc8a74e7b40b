//! The members of statements that come back.

use serde_json::{Value, json};

use super::{after, each_statement, each_value};
use crate::proxy::Spoiling;

pub(super) fn all() -> Vec<Spoiling> {
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
