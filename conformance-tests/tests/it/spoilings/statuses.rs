//! Statuses of answers, and what POST says.

use serde_json::{Value, json};

use super::{after, before};
use crate::proxy::{Response, Spoiling};

pub(super) fn all() -> Vec<Spoiling> {
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
