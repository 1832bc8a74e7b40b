//! Is the statement that came back the one that was sent? (1.0.3, Data 2.3.1)

use chrono::DateTime;
use serde_json::Value;

use crate::requirement::{Check, failed};

/// What the LRS adds or overwrites.
const OF_THE_LRS: [&str; 5] = ["id", "authority", "stored", "timestamp", "version"];
/// Relative error of a number kept with the precision of IEEE 754 with 32 bits (1.0.3, Data 2.2).
const SINGLE_PRECISION: f64 = 1.2e-7;

/// Fails unless `got` is `sent`, but for what the standard lets an LRS change.
pub(crate) fn same_statement(sent: &Value, got: &Value) -> Check {
    let (Value::Object(sent), Value::Object(got)) = (sent, got) else {
        return same("", sent, got);
    };
    for (name, value) in sent {
        let path = format!("/{name}");
        match got.get(name) {
            // Both are the LRS's to say, whatever was sent.
            _ if name == "authority" || name == "stored" => {}
            Some(back) => same(&path, value, back)?,
            None => return Err(failed(format!("{path} comes back"), "it is missing")),
        }
    }
    match got
        .keys()
        .find(|name| !sent.contains_key(*name) && !OF_THE_LRS.contains(&name.as_str()))
    {
        Some(extra) => Err(failed(
            "no member comes back that was not sent",
            format!("/{extra} was added"),
        )),
        None => Ok(()),
    }
}

/// Fails unless the values are the same but for what the standard lets an LRS change; `path` says where they are.
pub(crate) fn same(path: &str, sent: &Value, got: &Value) -> Check {
    let differs = || failed(format!("{path} comes back as {sent}"), got.to_string());
    match (sent, got) {
        (Value::Object(sent), Value::Object(got)) => {
            for (name, value) in sent {
                let inner = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                match got.get(name) {
                    Some(back) if name == "member" && !path.contains("/extensions") => {
                        same_members(&inner, value, back)?;
                    }
                    Some(back) => same(&inner, value, back)?,
                    None => return Err(failed(format!("{inner} comes back"), "it is missing")),
                }
            }
            match got.keys().find(|name| !sent.contains_key(*name)) {
                Some(extra) => Err(failed(
                    format!("{path} comes back with the members it was sent with"),
                    format!("{extra:?} was added"),
                )),
                None => Ok(()),
            }
        }
        (Value::Array(sent), Value::Array(got)) => {
            if sent.len() != got.len() {
                return Err(differs());
            }
            sent.iter()
                .zip(got)
                .enumerate()
                .try_for_each(|(index, (sent, got))| same(&format!("{path}/{index}"), sent, got))
        }
        // "The LRS MUST return single Activity Objects as an array of length one" (1.0.3, Data 2.4.6.2).
        (Value::Object(_), Value::Array(got)) if path.contains("/contextActivities/") && got.len() == 1 => {
            got.first().map_or(Err(differs()), |got| same(path, sent, got))
        }
        (Value::Number(sent), Value::Number(got)) => match (sent.as_f64(), got.as_f64()) {
            (Some(a), Some(b)) if (a - b).abs() <= a.abs() * SINGLE_PRECISION => Ok(()),
            _ => Err(differs()),
        },
        (Value::String(a), Value::String(b)) if path.ends_with("/timestamp") => {
            match (DateTime::parse_from_rfc3339(a), DateTime::parse_from_rfc3339(b)) {
                (Ok(a), Ok(b)) if (a - b).num_milliseconds() == 0 => Ok(()),
                (Err(_), _) => Ok(()),
                _ => Err(differs()),
            }
        }
        // A UUID may be written in either case.
        (Value::String(a), Value::String(b))
            if path.ends_with("/id") && a.len() == 36 && a.eq_ignore_ascii_case(b) =>
        {
            Ok(())
        }
        _ if sent == got => Ok(()),
        _ => Err(differs()),
    }
}

/// "The list of Agents in a Group is not considered to be an ordered list" (1.0.3, Data 2.3.1).
fn same_members(path: &str, sent: &Value, got: &Value) -> Check {
    let (Value::Array(sent), Value::Array(got)) = (sent, got) else {
        return same(path, sent, got);
    };
    let mut left: Vec<&Value> = got.iter().collect();
    for member in sent {
        match left.iter().position(|back| same(path, member, back).is_ok()) {
            Some(index) => {
                left.remove(index);
            }
            None => {
                return Err(failed(
                    format!("{path} comes back with {member}"),
                    "it is missing",
                ));
            }
        }
    }
    match left.first() {
        Some(extra) => Err(failed(
            format!("{path} comes back with no other member"),
            extra.to_string(),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_change_and_what_may_not() {
        let sent = json!({
            "actor": { "member": [{ "mbox": "mailto:a@x.org" }, { "mbox": "mailto:b@x.org" }] },
            "timestamp": "2020-01-01T12:00:00+01:00",
            "context": { "contextActivities": { "parent": { "id": "https://x.org/a" } } },
            "result": { "score": { "scaled": 0.1234567 } }
        });
        let same = |pointer: &str, new: Value| {
            same_statement(&sent, &crate::tools::edit::set(sent.clone(), pointer, new)).is_ok()
        };
        assert!(same("/stored", json!("2020-01-01T00:00:00Z")), "the LRS adds it");
        assert!(
            same("/timestamp", json!("2020-01-01T11:00:00.000Z")),
            "the same instant"
        );
        assert!(same(
            "/actor/member",
            json!([{ "mbox": "mailto:b@x.org" }, { "mbox": "mailto:a@x.org" }])
        ));
        assert!(same(
            "/context/contextActivities/parent",
            json!([{ "id": "https://x.org/a" }])
        ));
        assert!(
            !same("/timestamp", json!("2020-01-01T11:00:01Z")),
            "another instant"
        );
        assert!(!same("/result/score/scaled", json!(0.12)), "rounded");
        assert!(
            !same("/actor/member", json!([{ "mbox": "mailto:a@x.org" }])),
            "a member is lost"
        );
        assert!(!same("/actor/name", json!("x")), "something was added");
        assert!(!same("/extra", json!("x")), "something was added at the top");
        assert!(same_statement(&sent, &crate::tools::edit::remove(sent.clone(), "/result")).is_err());
    }
}
