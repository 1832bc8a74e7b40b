//! What the server knows about an activity, after it hears more (Data 2.4.4.1, Communication 2.5).

use std::collections::{HashMap, HashSet};

use super::edit::{ObjectWriter, array};
use crate::json::{Document, Node};

const INTERACTION: [&str; 7] = [
    "interactionType",
    "correctResponsesPattern",
    "choices",
    "scale",
    "source",
    "target",
    "steps",
];

/// A definition after another was received for the same activity. Both are JSON texts of Activity Definitions.
///
/// Names and descriptions are merged by language, extensions by IRI, other members by name; where both have one, the
/// new replaces the old. Nothing is lost. An interaction keeps its type and its correct responses once they are known,
/// since a server should not change those (Data 2.4.4.1); components are merged by id, their descriptions by language.
/// A text that is not an object changes nothing.
pub fn merge_definition(old: Option<&str>, new: &str) -> String {
    let known = old
        .and_then(|text| super::read(text).ok())
        .filter(|old| old.root().members().is_some());
    let heard = super::read(new).ok().filter(|new| new.root().members().is_some());
    match (known, heard) {
        (Some(old), Some(new)) => merged(&Side(&old, old.root()), &Side(&new, new.root())),
        (Some(old), None) => old.raw(old.root()).to_owned(),
        (None, Some(new)) => new.raw(new.root()).to_owned(),
        (None, None) => String::from("{}"),
    }
}

/// A value and the document it is in.
#[derive(Clone, Copy)]
struct Side<'s, 'a>(&'s Document<'a>, &'s Node<'a>);

impl<'s, 'a> Side<'s, 'a> {
    fn get(&self, name: &str) -> Option<Side<'s, 'a>> {
        self.1.get(name).map(|node| Side(self.0, node))
    }

    fn members(&self) -> impl Iterator<Item = (&'s str, Side<'s, 'a>)> {
        let document = self.0;
        self.1
            .members()
            .unwrap_or_default()
            .iter()
            .map(move |member| (&*member.name, Side(document, &member.value)))
    }

    fn elements(&self) -> impl Iterator<Item = Side<'s, 'a>> + use<'s, 'a> {
        let document = self.0;
        self.1
            .elements()
            .unwrap_or_default()
            .iter()
            .map(move |node| Side(document, node))
    }

    fn raw(&self) -> &'a str {
        self.0.raw(self.1)
    }

    fn id(&self) -> Option<&'s str> {
        self.1.get("id").and_then(Node::as_str)
    }
}

fn merged(old: &Side<'_, '_>, new: &Side<'_, '_>) -> String {
    let kind = |side: &Side<'_, '_>| {
        side.get("interactionType")
            .map(|kind| kind.1.as_str().map(str::to_owned))
    };
    // Questions of another type do not fit together: what was known first stays.
    let other_kind = kind(old).is_some() && kind(new).is_some() && kind(old) != kind(new);
    let counts = |name: &str| !(other_kind && INTERACTION.contains(&name));

    let mut out = ObjectWriter::new();
    for (name, before) in old.members() {
        match new.get(name).filter(|_| counts(name)) {
            None => out.member(name, before.raw()),
            Some(after) => out.member(name, &member(name, &before, &after)),
        }
    }
    for (name, after) in new
        .members()
        .filter(|(name, _)| counts(name) && old.get(name).is_none())
    {
        out.member(name, after.raw());
    }
    out.finish()
}

fn member(name: &str, old: &Side<'_, '_>, new: &Side<'_, '_>) -> String {
    match name {
        "name" | "description" => map(old, new, str::to_ascii_lowercase),
        "extensions" => map(old, new, str::to_owned),
        "interactionType" | "correctResponsesPattern" => old.raw().to_owned(),
        "choices" | "scale" | "source" | "target" | "steps" => components(old, new),
        _ => new.raw().to_owned(),
    }
}

/// The old members in their order, with the new values where there are any, then the new members. Names with the same
/// key are the same. Maps can be long, hence the hashing.
fn map(old: &Side<'_, '_>, new: &Side<'_, '_>, key: fn(&str) -> String) -> String {
    let after: HashMap<String, Side<'_, '_>> =
        new.members().map(|(name, after)| (key(name), after)).collect();
    let before: HashSet<String> = old.members().map(|(name, _)| key(name)).collect();
    let mut out = ObjectWriter::new();
    for (name, before) in old.members() {
        out.member(name, after.get(&key(name)).unwrap_or(&before).raw());
    }
    for (name, after) in new.members().filter(|(name, _)| !before.contains(&key(name))) {
        out.member(name, after.raw());
    }
    out.finish()
}

fn components(old: &Side<'_, '_>, new: &Side<'_, '_>) -> String {
    let after: HashMap<Option<&str>, Side<'_, '_>> =
        new.elements().map(|after| (after.id(), after)).collect();
    let before: HashSet<Option<&str>> = old.elements().map(|before| before.id()).collect();
    let known = old.elements().map(|before| match after.get(&before.id()) {
        None => before.raw().to_owned(),
        Some(after) => component(&before, after),
    });
    let added = new.elements().filter(|after| !before.contains(&after.id()));
    array(known.chain(added.map(|after| after.raw().to_owned())))
}

fn component(old: &Side<'_, '_>, new: &Side<'_, '_>) -> String {
    let mut out = ObjectWriter::new();
    if let Some(id) = old.get("id") {
        out.member("id", id.raw());
    }
    match (old.get("description"), new.get("description")) {
        (Some(before), Some(after)) => {
            out.member("description", &map(&before, &after, str::to_ascii_lowercase))
        }
        (Some(only), None) | (None, Some(only)) => out.member("description", only.raw()),
        (None, None) => {}
    }
    out.finish()
}
