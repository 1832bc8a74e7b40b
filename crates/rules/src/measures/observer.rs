//! Who saw it: somebody else than the learner.

use serde_json::{Map, Value};
use xapi::Ifi;

use super::measure::Checklist;
use crate::{Evidence, Person};

/// Whether somebody else than the learner stands behind an observation: with `by`, one of these authorities; else the
/// instructor, or whom the observer's extension names.
pub(super) fn is_observed(checklist: &Checklist, person: &Person, row: &Evidence) -> bool {
    let is_other = |ifi: &Ifi| !person.identifiers.contains(ifi);
    if !checklist.by.is_empty() {
        return row
            .authority
            .as_ref()
            .is_some_and(|authority| checklist.by.contains(authority) && is_other(authority));
    }
    let named = row
        .context_extensions
        .iter()
        .filter(|(iri, _)| iri.as_str() == checklist.observer)
        .filter_map(|(_, value)| agent(value));
    row.instructor
        .iter()
        .cloned()
        .chain(named)
        .any(|ifi| is_other(&ifi))
}

/// The identifier in an agent, whatever else is said of it.
fn agent(value: &Value) -> Option<Ifi> {
    let members: Map<String, Value> = value
        .as_object()?
        .iter()
        .filter(|(name, _)| ["mbox", "mbox_sha1sum", "openid", "account"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    serde_json::from_value(Value::Object(members)).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_agent_is_known_by_its_identifier() {
        let ann = Ifi::mbox("mailto:ann@example.com").unwrap();
        for (value, expected) in [
            (json!({"mbox": "mailto:ann@example.com"}), Some(&ann)),
            (
                json!({"objectType": "Agent", "name": "Ann", "mbox": "mailto:ann@example.com"}),
                Some(&ann),
            ),
            (json!({"name": "Ann"}), None),
            (json!("mailto:ann@example.com"), None),
            (json!(null), None),
        ] {
            assert_eq!(agent(&value).as_ref(), expected, "{value}");
        }
    }
}
