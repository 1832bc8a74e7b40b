//! The small resources, and clients of another version.

use serde_json::{Value, json};

use super::{after, before};
use crate::proxy::{Response, Spoiling};

pub(super) fn all() -> Vec<Spoiling> {
    vec![
        after(
            "says one version in about",
            "about.versions",
            |request, response, _| {
                if request.at("about") {
                    response.set_json(&json!({ "version": "2.0.0" }));
                }
            },
        ),
        after(
            "does not say its version in about",
            "about.versions",
            |request, response, _| {
                if request.at("about") {
                    response.set_json(&json!({ "version": ["1.0.3"] }));
                }
            },
        ),
        after(
            "tells its name in about",
            "about.members",
            |request, response, _| {
                if request.at("about") {
                    response.set_json(&json!({ "version": ["1.0.3", "2.0.0"], "name": "An LRS" }));
                }
            },
        ),
        before("asks credentials for about", "about.open", |request, _| {
            (request.at("about") && request.header("authorization").is_none()).then(|| Response::own(401))
        }),
        after(
            "gives an agent for a person",
            "agents.person",
            |request, response, _| {
                if request.at("agents")
                    && let Some(agent) = request
                        .parameter("agent")
                        .and_then(|agent| serde_json::from_str::<Value>(agent).ok())
                {
                    response.set_json(&agent);
                }
            },
        ),
        after("knows nobody", "agents.person", |request, response, _| {
            if request.at("agents") {
                response.status = 404;
            }
        }),
        after(
            "tells more of a person",
            "agents.members",
            |request, response, _| {
                if request.at("agents")
                    && let Some(mut person) = response.json()
                {
                    person["birthday"] = json!("1970-01-01");
                    response.set_json(&person);
                }
            },
        ),
        after(
            "does not find unknown activities",
            "activities.unknown",
            |request, response, _| {
                if request.at("activities") {
                    response.status = 404;
                }
            },
        ),
        after(
            "forgets definitions",
            "activities.known",
            |request, response, _| {
                if request.at("activities")
                    && let Some(Value::Object(mut activity)) = response.json()
                {
                    activity.remove("definition");
                    response.set_json(&Value::Object(activity));
                }
            },
        ),
        before(
            "gives clients of 1.0 what is of 2.0",
            "conversion.2-0-statements-in-1-0",
            |request, _| {
                if request.is("GET", "statements") {
                    request.set_header("x-experience-api-version", "2.0.0");
                }
                None
            },
        ),
    ]
}
