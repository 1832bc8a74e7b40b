//! State and profiles.

use serde_json::{Value, json};

use super::{after, before};
use crate::proxy::{Request, Response, Spoiling};

fn is_document(request: &Request) -> bool {
    let named = request.parameter("stateId").is_some() || request.parameter("profileId").is_some();
    named && (request.at("activities/state") || request.path.ends_with("/profile"))
}

pub(super) fn all() -> Vec<Spoiling> {
    [tags(), contents(), contexts()].concat()
}

fn tags() -> Vec<Spoiling> {
    vec![
        after("has no ETags", "state.etag", |_, response, _| {
            response.without_header("etag")
        }),
        after(
            "writes ETags without quotes",
            "activity-profile.etag",
            |_, response, _| {
                if let Some(bare) = response
                    .header("etag")
                    .map(|etag| etag.trim_matches('"').to_owned())
                {
                    response.set_header("etag", &bare);
                }
            },
        ),
        after("has one ETag for all", "agent-profile.etag", |_, response, _| {
            response.set_header("etag", "\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"");
        }),
        after(
            "makes ETags of something else",
            "activity-profile.etag-is-sha1",
            |_, response, _| {
                response.set_header("etag", "\"1\"");
            },
        )
        .in_1_0_3(),
        before("ignores If-Match", "state.if-match", |request, _| {
            if request.header("if-match").is_some() {
                request.set_header("if-match", "*");
            }
            None
        }),
        before(
            "ignores If-Match of DELETE",
            "agent-profile.if-match",
            |request, _| {
                if request.method == "DELETE" {
                    request.without_header("if-match");
                }
                None
            },
        ),
        before("ignores If-None-Match", "state.if-none-match", |request, _| {
            request.without_header("if-none-match");
            None
        })
        .in_1_0_3(),
        before(
            "overwrites blindly",
            "activity-profile.put-blind",
            |request, _| {
                let blind = request.header("if-match").is_none() && request.header("if-none-match").is_none();
                if request.method == "PUT" && is_document(request) && blind {
                    request.set_header("if-match", "*");
                }
                None
            },
        ),
        after(
            "answers 409 for 412",
            "activity-profile.if-match",
            |_, response, _| {
                if response.status == 412 {
                    response.status = 409;
                }
            },
        ),
        before(
            "asks preconditions of State in 1.0.3",
            "state.put-without-precondition",
            |request, _| {
                let blind = request.header("if-match").is_none() && request.header("if-none-match").is_none();
                (request.method == "PUT" && is_document(request) && blind).then(|| Response::own(409))
            },
        )
        .in_1_0_3(),
    ]
}

fn contents() -> Vec<Spoiling> {
    vec![
        before("replaces where it should merge", "state.merges", |request, _| {
            if request.method == "POST" && is_document(request) {
                "PUT".clone_into(&mut request.method);
                request.set_header("if-match", "*");
            }
            None
        }),
        before(
            "merges into the depth",
            "agent-profile.merges",
            |request, memory| {
                // Remembers what was there, and fills the posted objects up with it.
                if !is_document(request) {
                    return None;
                }
                let place = format!("{:?}", request.query);
                let mut sent = request.json()?;
                match memory.get(&place).filter(|_| request.method == "POST") {
                    Some(old) => {
                        for (name, value) in sent.as_object_mut()? {
                            if let (Some(new), Some(old)) = (value.as_object_mut(), old[name].as_object()) {
                                for (name, value) in old {
                                    new.entry(name).or_insert_with(|| value.clone());
                                }
                            }
                        }
                        request.body = sent.to_string().into_bytes();
                    }
                    None => drop(memory.insert(place, sent)),
                }
                None
            },
        ),
        before(
            "takes null for a wish to delete",
            "activity-profile.merges",
            |request, _| {
                if request.method == "POST"
                    && is_document(request)
                    && let Some(Value::Object(mut members)) = request.json()
                {
                    members.retain(|_, value| !value.is_null());
                    request.body = Value::Object(members).to_string().into_bytes();
                }
                None
            },
        ),
        after(
            "merges anything",
            "state.merge-needs-json",
            |request, response, _| {
                if request.method == "POST" && is_document(request) && response.status == 400 {
                    response.status = 204;
                }
            },
        ),
        before("deletes nothing", "agent-profile.deletes", |request, _| {
            (request.method == "DELETE").then(|| Response::own(204))
        }),
        before("deletes but one", "state.delete-all", |request, _| {
            let all = request.method == "DELETE" && request.parameter("stateId").is_none();
            if all {
                request.query.push(("stateId".to_owned(), "a".to_owned()));
            }
            None
        }),
        after(
            "gives every document as JSON",
            "state.keeps-documents",
            |request, response, _| {
                if request.method == "GET" && is_document(request) {
                    response.set_header("content-type", "application/json");
                }
            },
        ),
        before(
            "writes lines ends its own way",
            "agent-profile.keeps-documents",
            |request, _| {
                if is_document(request) {
                    request.body.retain(|byte| *byte != b'\r');
                }
                None
            },
        ),
        before(
            "reads documents as UTF-8",
            "activity-profile.keeps-documents",
            |request, _| {
                if is_document(request) {
                    request.body = String::from_utf8_lossy(&request.body).into_owned().into_bytes();
                }
                None
            },
        ),
        after(
            "has an empty document for every id",
            "state.not-found",
            |request, response, _| {
                if is_document(request) && response.status == 404 {
                    response.status = 200;
                    response.set_json(&json!({}));
                }
            },
        ),
    ]
}

fn contexts() -> Vec<Spoiling> {
    vec![
        before(
            "ignores registrations of State",
            "state.registration",
            |request, _| {
                if request.at("activities/state") {
                    request.without_parameter("registration");
                }
                None
            },
        ),
        before(
            "has one State for all activities",
            "state.contexts-apart",
            |request, _| {
                for (name, value) in &mut request.query {
                    if name == "activityId" || name == "agent" {
                        let one = match name.as_str() {
                            "agent" => "{\"mbox\":\"mailto:all@example.org\"}",
                            _ => "https://example.org/activities/all",
                        };
                        one.clone_into(value);
                    }
                }
                None
            },
        ),
        before(
            "swallows since of profiles",
            "activity-profile.since",
            |request, _| {
                request.without_parameter("since");
                None
            },
        ),
        after(
            "lists an id too many",
            "agent-profile.lists-ids",
            |_, response, _| {
                if let Some(Value::Array(mut ids)) = response.json() {
                    ids.push(json!("another"));
                    response.set_json(&json!(ids));
                }
            },
        ),
        after("lists no ids", "state.lists-ids", |_, response, _| {
            if response.json().is_some_and(|json| json.is_array()) {
                response.set_json(&json!([]));
            }
        }),
        before(
            "guesses a missing activity",
            "activity-profile.required-parameters",
            |request, _| {
                if request.at("activities/profile") && request.parameter("activityId").is_none() {
                    request
                        .query
                        .push(("activityId".to_owned(), "https://example.org/a".to_owned()));
                }
                None
            },
        ),
        before(
            "takes no agent it has not met",
            "agent-profile.unknown-context",
            |request, _| (request.method == "PUT" && is_document(request)).then(|| Response::own(404)),
        ),
    ]
}
