//! Activities, their definitions and interactions (Data 2.4.4.1).

use std::collections::HashSet;

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::error::shown;
use crate::json::Node;
use crate::{Activity, ActivityDefinition, Interaction, InteractionComponent, InteractionType};

impl Checker<'_> {
    pub(super) fn activity(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Activity> {
        let (mut id, mut definition) = (None, None);
        for member in self.members(node, path, rule::ACTIVITY, "an Activity object")? {
            let at = path.member(&member.name);
            match &*member.name {
                "objectType" => {
                    let found = self.text(&member.value, &at, rule::ACTIVITY, "\"Activity\"")?;
                    if found != "Activity" {
                        return self.object_type(found, path, rule::ACTIVITY, "\"Activity\"");
                    }
                }
                "id" => id = Some(self.iri(&member.value, &at, rule::ACTIVITY)?),
                "definition" => definition = Some(self.definition(&member.value, &at)?),
                _ => return self.unknown(&at, "an Activity", rule::ACTIVITY),
            }
        }
        match id {
            Some(id) => Ok(Activity { id, definition }),
            None => self.missing(path, rule::ACTIVITY, "id", "an Activity"),
        }
    }

    pub(super) fn definition(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<ActivityDefinition> {
        let mut definition = ActivityDefinition::default();
        let mut interaction = Parts::default();
        for member in self.members(node, path, rule::ACTIVITY, "an Activity Definition object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            match &*member.name {
                "name" => definition.name = self.language_map(value, &at, rule::ACTIVITY)?,
                "description" => definition.description = self.language_map(value, &at, rule::ACTIVITY)?,
                "type" => definition.activity_type = Some(self.iri(value, &at, rule::ACTIVITY)?),
                "moreInfo" => definition.more_info = Some(self.iri(value, &at, rule::ACTIVITY)?),
                "extensions" => definition.extensions = self.extensions(value, &at)?,
                "interactionType" => interaction.kind = Some(self.interaction_type(value, &at)?),
                "correctResponsesPattern" => interaction.pattern = Some(self.pattern(value, &at)?),
                "choices" | "scale" | "source" | "target" | "steps" => {
                    interaction
                        .lists
                        .push((&member.name, self.components(value, &at)?));
                }
                _ => return self.unknown(&at, "an Activity Definition", rule::ACTIVITY),
            }
        }
        definition.interaction = self.interaction(interaction, path)?;
        Ok(definition)
    }

    fn interaction_type(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<InteractionType> {
        let word = self.text(node, path, rule::ACTIVITY, "an interactionType")?;
        match InteractionType::parse(word) {
            Some(kind) => Ok(kind),
            None => {
                let words = InteractionType::ALL.map(InteractionType::as_str).join(", ");
                self.fail(
                    path,
                    rule::ACTIVITY,
                    format!("found {}; expected one of {words}", shown(word)),
                )
            }
        }
    }

    fn pattern(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Vec<String>> {
        let elements = self.elements(node, path, rule::ACTIVITY, "an array of strings")?;
        let read = |(index, element)| self.string(element, &path.index(index), rule::ACTIVITY);
        elements.iter().enumerate().map(read).collect()
    }

    fn components(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Vec<InteractionComponent>> {
        let elements = self.elements(node, path, rule::ACTIVITY, "an array of interaction components")?;
        let mut ids = HashSet::with_capacity(elements.len());
        let mut components = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let path = path.index(index);
            let component = self.component(element, &path)?;
            if !ids.insert(component.id.clone()) {
                let found = shown(&component.id);
                return self.fail(
                    &path.member("id"),
                    rule::ACTIVITY,
                    format!("found {found} again; expected ids that are distinct within the list"),
                );
            }
            components.push(component);
        }
        Ok(components)
    }

    fn component(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<InteractionComponent> {
        let (mut id, mut description) = (None, None);
        for member in self.members(node, path, rule::ACTIVITY, "an interaction component object")? {
            let at = path.member(&member.name);
            match &*member.name {
                "id" => id = Some(self.string(&member.value, &at, rule::ACTIVITY)?),
                "description" => description = Some(self.language_map(&member.value, &at, rule::ACTIVITY)?),
                _ => return self.unknown(&at, "an interaction component", rule::ACTIVITY),
            }
        }
        match id {
            Some(id) => Ok(InteractionComponent {
                id,
                description: description.unwrap_or_default(),
            }),
            None => self.missing(path, rule::ACTIVITY, "id", "an interaction component"),
        }
    }

    fn interaction(&self, parts: Parts<'_>, path: &Path<'_>) -> Checked<Option<Box<Interaction>>> {
        let Some(kind) = parts.kind else {
            let first = parts.lists.first().map(|(name, _)| *name);
            return match first.or(parts.pattern.map(|_| "correctResponsesPattern")) {
                None => Ok(None),
                Some(_) => self.missing(path, rule::ACTIVITY, "interactionType", "an interaction activity"),
            };
        };
        let mut interaction = Interaction {
            interaction_type: kind,
            correct_responses_pattern: parts.pattern,
            choices: Vec::new(),
            scale: Vec::new(),
            source: Vec::new(),
            target: Vec::new(),
            steps: Vec::new(),
        };
        for (name, list) in parts.lists {
            if !kind.component_lists().contains(&name) {
                let kind = kind.as_str();
                return self.fail(
                    &path.member(name),
                    rule::ACTIVITY,
                    format!("found a list that an interaction of type {kind} does not have; leave it out"),
                );
            }
            match name {
                "choices" => interaction.choices = list,
                "scale" => interaction.scale = list,
                "source" => interaction.source = list,
                "target" => interaction.target = list,
                _ => interaction.steps = list,
            }
        }
        Ok(Some(Box::new(interaction)))
    }
}

/// The interaction members of a definition, before it is known whether they fit together.
#[derive(Default)]
struct Parts<'n> {
    kind: Option<InteractionType>,
    pattern: Option<Vec<String>>,
    lists: Vec<(&'n str, Vec<InteractionComponent>)>,
}
