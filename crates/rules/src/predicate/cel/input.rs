//! What an expression sees of a statement.

use std::collections::{BTreeMap, HashMap};

use cel::Value;
use xapi::{Duration, Ifi, Iri};

use super::MAX_VALUES;
use crate::{Evidence, Number};

/// Makes CEL values and counts them.
#[derive(Default)]
pub(super) struct Input {
    pub(super) values: usize,
    pub(super) longest: usize,
}

impl Input {
    /// The variables; what a statement does not say is not there, so that `has(result.success)` can ask.
    pub(super) fn statement(&mut self, row: &Evidence) -> Vec<(&'static str, Value)> {
        let mut result = HashMap::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                result.insert(name.to_owned(), value);
            }
        };
        put("success", row.success.map(Value::Bool));
        put("completion", row.completion.map(Value::Bool));
        put("response", row.response.as_deref().map(Value::from));
        put("duration", row.duration.as_ref().and_then(length));
        let score = row.score.map(|score| {
            let members = [
                ("scaled", score.as_scaled()),
                ("raw", score.raw),
                ("min", score.min),
                ("max", score.max),
            ];
            let members = members
                .into_iter()
                .filter_map(|(name, own)| Some((name.to_owned(), double(own?))));
            Value::from(members.collect::<HashMap<_, _>>())
        });
        put("score", score);
        put("extensions", Some(self.extensions(&row.result_extensions)));
        let context = HashMap::from([("extensions".to_owned(), self.extensions(&row.context_extensions))]);
        let mut variables = vec![
            ("verb", Value::from(row.verb.as_str())),
            ("activity", Value::from(row.activity.as_str())),
            ("parent", self.iris(&row.parent)),
            ("grouping", self.iris(&row.grouping)),
            ("category", self.iris(&row.category)),
            ("other", self.iris(&row.other)),
            (
                "timestamp",
                Value::Timestamp(row.timestamp.to_datetime().fixed_offset()),
            ),
            ("result", Value::from(result)),
            ("context", Value::from(context)),
        ];
        let optional = [
            (
                "type",
                row.activity_type.as_ref().map(|own| Value::from(own.as_str())),
            ),
            (
                "registration",
                row.registration.map(|own| Value::from(own.to_string())),
            ),
            ("platform", row.platform.as_deref().map(Value::from)),
            ("authority", row.authority.as_ref().map(|own| self.agent(own))),
            ("instructor", row.instructor.as_ref().map(|own| self.agent(own))),
        ];
        // A variable that is not there would be an error: what is not said is null.
        variables.extend(optional.map(|(name, value)| (name, value.unwrap_or(Value::Null))));
        variables
    }

    fn count(&mut self, items: usize) {
        self.values += items;
        self.longest = self.longest.max(items);
    }

    fn iris(&mut self, iris: &[Iri]) -> Value {
        self.count(iris.len());
        Value::from(
            iris.iter()
                .map(|iri| Value::from(iri.as_str()))
                .collect::<Vec<_>>(),
        )
    }

    fn extensions(&mut self, extensions: &BTreeMap<Iri, serde_json::Value>) -> Value {
        self.count(extensions.len());
        let members = extensions
            .iter()
            .map(|(iri, value)| (iri.to_string(), self.json(value)));
        Value::from(members.collect::<HashMap<_, _>>())
    }

    fn agent(&mut self, agent: &Ifi) -> Value {
        serde_json::to_value(agent).map_or(Value::Null, |value| self.json(&value))
    }

    fn json(&mut self, value: &serde_json::Value) -> Value {
        // What is too much is counted, not converted: the expression is not evaluated then.
        if self.values > MAX_VALUES {
            return Value::Null;
        }
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(own) => Value::Bool(*own),
            serde_json::Value::Number(own) => match (own.as_i64(), own.as_f64()) {
                (Some(whole), _) => Value::Int(whole),
                (None, Some(float)) => Value::Float(float),
                (None, None) => Value::Null,
            },
            serde_json::Value::String(own) => Value::from(own.as_str()),
            serde_json::Value::Array(items) => {
                self.count(items.len());
                Value::from(items.iter().map(|item| self.json(item)).collect::<Vec<_>>())
            }
            serde_json::Value::Object(members) => {
                self.count(members.len());
                let members = members
                    .iter()
                    .map(|(name, value)| (name.clone(), self.json(value)));
                Value::from(members.collect::<HashMap<_, _>>())
            }
        }
    }
}

fn double(number: Number) -> Value {
    number.to_string().parse().map_or(Value::Null, Value::Float)
}

fn length(duration: &Duration) -> Option<Value> {
    let micros = duration.as_seconds()? * 1_000_000.0;
    // A length that fits in no number of microseconds is cut off at the longest that does.
    Some(Value::Duration(chrono::Duration::microseconds(micros as i64)))
}
