use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use xapi::{Activity, Iri, SealedStatement, Statement, Timestamp};

/// What a statement says about an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The activity.
    pub activity: Iri,
    /// The Activity Definition (1.0.3, Data 2.4.4.1) as it was sent, as JSON text.
    pub text: String,
}

impl Definition {
    /// The definitions that a statement carries: of its object and context activities, and of those of a
    /// SubStatement. Taken from its text, so that nothing in them is lost.
    #[must_use]
    pub fn of(statement: &SealedStatement) -> Vec<Self> {
        let mut found = Vec::new();
        if carries_any(statement.statement()) {
            let text = statement.text(Timestamp::from_micros(0));
            // What has been validated can be read; the names below are the standard's.
            if let Ok(carrier) = serde_json::from_str(&text) {
                collect(&carrier, &mut found);
            }
        }
        found
    }
}

/// Reading the text again costs more than a look at the types, and many statements define nothing.
fn carries_any(statement: &Statement) -> bool {
    fn defined(activities: &[Activity]) -> bool {
        activities.iter().any(|activity| activity.definition.is_some())
    }
    fn any(object: &xapi::Object, context: Option<&xapi::Context>) -> bool {
        let object = match object {
            xapi::Object::Activity(activity) => activity.definition.is_some(),
            xapi::Object::SubStatement(sub) => any(&sub.object, sub.context.as_ref()),
            _ => false,
        };
        object
            || context
                .map(|context| &context.context_activities)
                .is_some_and(|listed| {
                    [&listed.parent, &listed.grouping, &listed.category, &listed.other]
                        .into_iter()
                        .any(|list| defined(list))
                })
    }
    any(&statement.object, statement.context.as_ref())
}

/// The parts of a statement or SubStatement in which activities can be.
#[derive(Deserialize)]
struct Carrier<'a> {
    #[serde(borrow)]
    object: &'a RawValue,
    #[serde(borrow, default)]
    context: Context<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    #[serde(borrow, default)]
    context_activities: ContextActivities<'a>,
}

#[derive(Deserialize, Default)]
struct ContextActivities<'a> {
    #[serde(borrow)]
    parent: Option<&'a RawValue>,
    #[serde(borrow)]
    grouping: Option<&'a RawValue>,
    #[serde(borrow)]
    category: Option<&'a RawValue>,
    #[serde(borrow)]
    other: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    #[serde(borrow)]
    object_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    definition: Option<&'a RawValue>,
}

fn collect(carrier: &Carrier<'_>, found: &mut Vec<Definition>) {
    activity(carrier.object, found);
    let activities = &carrier.context.context_activities;
    let lists = [
        activities.parent,
        activities.grouping,
        activities.category,
        activities.other,
    ];
    for list in lists.into_iter().flatten() {
        // 1.0.x allows one activity in place of an array of them.
        match serde_json::from_str::<Vec<&RawValue>>(list.get()) {
            Ok(list) => list.into_iter().for_each(|one| activity(one, found)),
            Err(_) => activity(list, found),
        }
    }
}

fn activity(text: &RawValue, found: &mut Vec<Definition>) {
    let Ok(object) = serde_json::from_str::<Object<'_>>(text.get()) else {
        return;
    };
    if object.object_type.as_deref() == Some("SubStatement") {
        if let Ok(sub) = serde_json::from_str(text.get()) {
            collect(&sub, found);
        }
    } else if let (Some(id), Some(definition)) = (object.id, object.definition)
        && let Ok(activity) = Iri::parse(&id)
    {
        found.push(Definition {
            activity,
            text: definition.get().to_owned(),
        });
    }
}

#[cfg(test)]
mod tests;
