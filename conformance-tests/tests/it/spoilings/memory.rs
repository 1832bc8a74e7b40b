//! What an LRS remembers that it should not, or forgets.

use serde_json::json;

use super::{after, before};
use crate::proxy::{Response, Spoiling};

pub(super) fn all() -> Vec<Spoiling> {
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
