//! Tables: values, good or bad, and the places of a statement where such a value may stand.

use serde_json::{Value, json};

use crate::Version;
use crate::requirement::{Case, Requirement};
use crate::sample::{activity, agent, anonymous_group, linked_attachment, statement, substatement, with};
use crate::tools::edit::{put, set};
use crate::tools::store::{accepted, rejected};

/// A place where a value of some kind may stand: makes a statement around the value.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) only: Option<Version>,
    pub(crate) around: fn(Value) -> Value,
}

/// A place of both versions.
pub(crate) const fn place(name: &'static str, around: fn(Value) -> Value) -> Place {
    Place {
        name,
        only: None,
        around,
    }
}

/// A place that 2.0 brought.
pub(crate) const fn place_v2(name: &'static str, around: fn(Value) -> Value) -> Place {
    Place {
        name,
        only: Some(Version::V2_0_0),
        around,
    }
}

/// A row: its name, and the value, made anew for each case.
pub(crate) type Row = (&'static str, fn() -> Value);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Accepted,
    Rejected,
}

fn cross(places: &[Place], rows: &[Row], expect: Expect) -> Vec<Case> {
    let mut cases = Vec::new();
    for place in places.iter().copied() {
        for (name, value) in rows.iter().copied() {
            let case = Case::new(format!("{}: {name}", place.name), move |lrs| async move {
                let statement = (place.around)(value());
                match expect {
                    Expect::Accepted => accepted(&lrs, &statement).await,
                    Expect::Rejected => rejected(&lrs, &statement).await,
                }
            });
            cases.push(match place.only {
                Some(version) => case.only(version),
                None => case,
            });
        }
    }
    cases
}

/// Every row in every place is taken, and comes back.
pub(crate) fn accepts(places: &[Place], rows: &[Row]) -> Vec<Case> {
    cross(places, rows, Expect::Accepted)
}

/// Every row in every place is refused with 400, and nothing is kept.
pub(crate) fn rejects(places: &[Place], rows: &[Row]) -> Vec<Case> {
    cross(places, rows, Expect::Rejected)
}

impl Requirement {
    /// With statements that must be taken.
    pub(crate) fn accepts(self, places: &[Place], rows: &[Row]) -> Self {
        self.cases(accepts(places, rows))
    }

    /// With statements that must be refused.
    pub(crate) fn rejects(self, places: &[Place], rows: &[Row]) -> Self {
        self.cases(rejects(places, rows))
    }
}

/// The rows are statements.
pub(crate) const STATEMENTS: &[Place] = &[place("statement", |value| value)];

/// A statement with the value somewhere in it, objects on the way made where missing.
pub(crate) fn at(pointer: &str, value: Value) -> Value {
    put(statement(), pointer, value)
}

/// A statement whose SubStatement has the value somewhere in it.
pub(crate) fn in_substatement(pointer: &str, value: Value) -> Value {
    with("object", put(substatement(), pointer, value))
}

/// A statement whose object is an activity with this definition.
pub(crate) fn defined(definition: Value) -> Value {
    at("/object/definition", definition)
}

/// A statement with an attachment that has the value somewhere in it.
pub(crate) fn attached(pointer: &str, value: Value) -> Value {
    with("attachments", json!([put(linked_attachment(), pointer, value)]))
}

/// Where an agent may stand and need not say that it is one.
pub(crate) const AGENTS: &[Place] = &[
    place("actor", |v| with("actor", v)),
    place("member of an anonymous group", |v| {
        with("actor", anonymous_group(vec![agent(), v]))
    }),
    place("member of an identified group", |v| {
        with("actor", set(crate::sample::group(), "/member", json!([v])))
    }),
    place("authority", |v| with("authority", v)),
    place("instructor", |v| at("/context/instructor", v)),
    place("member of the team", |v| {
        at("/context/team", anonymous_group(vec![v]))
    }),
    place("actor of a SubStatement", |v| in_substatement("/actor", v)),
    place("instructor of a SubStatement", |v| {
        in_substatement("/context/instructor", v)
    }),
    place_v2("contextAgents", |v| {
        at(
            "/context/contextAgents",
            json!([{ "objectType": "contextAgent", "agent": v }]),
        )
    }),
    place_v2("member in contextGroups", |v| {
        at(
            "/context/contextGroups",
            json!([{ "objectType": "contextGroup", "group": anonymous_group(vec![v]) }]),
        )
    }),
];

/// Where an agent or group may stand only if it says what it is.
pub(crate) const ACTOR_OBJECTS: &[Place] = &[
    place("object", |v| with("object", v)),
    place("object of a SubStatement", |v| in_substatement("/object", v)),
];

/// Where a group may stand.
pub(crate) const GROUPS: &[Place] = &[
    place("actor", |v| with("actor", v)),
    place("object", |v| with("object", v)),
    place("instructor", |v| at("/context/instructor", v)),
    place("team", |v| at("/context/team", v)),
    place("actor of a SubStatement", |v| in_substatement("/actor", v)),
    place("object of a SubStatement", |v| in_substatement("/object", v)),
    place("team of a SubStatement", |v| in_substatement("/context/team", v)),
    place_v2("contextGroups", |v| {
        at(
            "/context/contextGroups",
            json!([{ "objectType": "contextGroup", "group": v }]),
        )
    }),
];

/// Where an activity may stand.
pub(crate) const ACTIVITIES: &[Place] = &[
    place("object", |v| with("object", v)),
    place("parent", |v| at("/context/contextActivities/parent", json!([v]))),
    place("grouping", |v| {
        at("/context/contextActivities/grouping", json!([activity(), v]))
    }),
    place("category", |v| {
        at("/context/contextActivities/category", json!([v]))
    }),
    place("other", |v| at("/context/contextActivities/other", json!([v]))),
    place("object of a SubStatement", |v| in_substatement("/object", v)),
    place("parent of a SubStatement", |v| {
        in_substatement("/context/contextActivities/parent", json!([v]))
    }),
];
