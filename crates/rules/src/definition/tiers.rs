//! Tiers as they are written: each is a group of courses all of which are needed, after the tier before it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Course, Due, OneOrMore};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tier {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    due: Option<Due>,
    /// The tier before it, unless it says otherwise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    after: Option<OneOrMore<String>>,
    courses: Vec<Course>,
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Course>, D::Error> {
    let tiers = Vec::<Tier>::deserialize(deserializer)?;
    let mut before: Option<String> = None;
    let groups = tiers.into_iter().map(|tier| {
        let after = match tier.after {
            Some(after) => after.into(),
            None => before.iter().cloned().collect(),
        };
        before = Some(tier.id.clone());
        Course {
            id: tier.id,
            title: tier.title,
            due: tier.due,
            after,
            of: tier.courses,
            ..Course::default()
        }
    });
    Ok(groups.collect())
}

pub(super) fn serialize<S: Serializer>(groups: &[Course], serializer: S) -> Result<S::Ok, S::Error> {
    let before = std::iter::once(None).chain(groups.iter().map(|group| Some(&group.id)));
    let tiers = groups.iter().zip(before).map(|(group, before)| {
        let is_default = group.after.iter().eq(before);
        Tier {
            id: group.id.clone(),
            title: group.title.clone(),
            due: group.due,
            after: (!is_default).then(|| OneOrMore::More(group.after.clone())),
            courses: group.of.clone(),
        }
    });
    serializer.collect_seq(tiers)
}
